"""The demo city's contact center: its files go through the loaders, and what stands in them is found again."""

from datetime import date
from pathlib import Path

import pytest

from citystat.core.cities import write_city
from citystat.ops.demo import center
from citystat.ops.demo.city import read_city
from citystat.service_requests.center import calls, costs, survey
from citystat.service_requests.models import CenterLoad

pytestmark = pytest.mark.django_db


def test_center_of_the_demo_loads_every_row_and_fills_the_pages(city_home: Path, tmp_path: Path) -> None:
    write_city(name="Calder Bend", time_zone="America/Chicago", demo=True)
    as_of = date(2026, 3, 31)
    found = center.make(read_city(as_of=as_of), tmp_path)
    assert [one["rejected"] for one in found["files"]] == [0, 0, 0, 0]
    assert {one.loaded for one in CenterLoad.objects.all()} == {one["rows_read"] for one in found["files"]}
    known = calls.known()
    assert known is not None
    assert known.queues == ("English", "Spanish")
    months = calls.monthly()
    assert len([one for one in months if one.complete]) >= 13
    assert survey.months()[-2].response_rate is not None
    last = costs.periods(lambda first, last: (1_000, True))[-1]
    water = next(one for one in last.payers if one.payer == "Water")
    assert (water.posts_alone, water.posts_shared, last.contacts_why) == (3, 1, "")
