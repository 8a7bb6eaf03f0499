"""`citystat export performance` and `citystat import performance`."""

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from citystat.core import clock
from citystat.core.errors import NotFound, UserError
from citystat.plan.models import Plan
from tests.factories.requests import request, write_build
from tests.stat_sessions.exchange import program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city(city_home: Path) -> Any:
    write_build([request(opened_on=date(2017, 1, 1) + timedelta(days=n)) for n in range(60)], as_of=date(2017, 2, 28))
    with clock.at(program.NOW):
        program.measures()
        program.plans()
        yield


def run(*words: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(*words, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.mark.slow
def test_export_and_import_into_an_empty_city(tmp_path: Path) -> None:
    sent = run("export", "performance", "--out", str(tmp_path / "p.zip"), "--from", "2017-01", "--staff")
    program.empty()
    tried = run("import", "performance", str(tmp_path / "p.zip"), "--dry-run")
    assert not Plan.objects.exists()
    got = run("import", "performance", str(tmp_path / "p.zip"))
    assert tried["rows"] == got["rows"]
    assert got["rows"]["goals"] == sent["rows"]["goals"] == Plan.objects.count() * 2


@pytest.mark.slow
def test_export_of_an_unknown_measure_says_how_to_see_them(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="citystat measure list"):
        run("export", "performance", "--out", str(tmp_path / "p"), "--measure", "nothing")


@pytest.mark.slow
def test_export_leaves_a_folder_with_other_things_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(UserError, match="holds other things"):
        run("export", "performance", "--out", str(tmp_path))


def test_import_of_nothing_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file or folder"):
        run("import", "performance", str(tmp_path / "none.zip"))
