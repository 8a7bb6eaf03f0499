"""What the server asks of a build before the first reader comes."""

from datetime import date
from pathlib import Path

import pytest

from citystat.core import charting
from citystat.service_requests.explorer import queries as explorer
from citystat.warehouse.connections import open_build
from citystat.web import warm_up
from tests.factories.requests import request, write_build


@pytest.mark.django_db
def test_start_asks_a_build_once_what_the_explorer_needs_of_it(city_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charting, "warm_up", lambda: None)
    write_build([request(opened_on=date(2024, 1, 5))], as_of=date(2024, 1, 31))
    warm_up._warm_up()
    monkeypatch.setattr(type(open_build()), "rows", lambda *_: pytest.fail("the first reader waits for the build"))
    assert explorer.bounds(open_build()) == (-94.58, 39.1, -94.58, 39.1)
    assert set(explorer.choices(open_build())) == {"service", "department"}
