"""A build with a file for each month, as `citystat build` writes them, answers as the same rows in one file do."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from citystat.plan import queries
from citystat.warehouse.connections import open_build
from tests.factories.requests import request, write_build

AS_OF = date(2017, 12, 31)


def rows() -> list[dict[str, object]]:
    """A year of potholes, most of them closed, in two districts."""
    chance = Random(5)
    opened = [date(2017, 1, 1) + timedelta(days=chance.randrange(360)) for _ in range(500)]
    return [
        request(
            request_id=f"M{number:04d}",
            opened_on=day,
            closed_on=min(AS_OF, day + timedelta(days=chance.randrange(40))) if number % 5 else None,
            due_on=day + timedelta(days=15),
            place_council_district=str(number % 2),
        )
        for number, day in enumerate(opened)
    ]


def test_measures_of_month_files_are_those_of_one_file(city_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    for by_month, files in ((False, 1), (True, 12)):
        monkeypatch.setenv("CITYSTAT_HOME", str(city_home / str(by_month)))
        write_build(rows(), as_of=AS_OF, by_month=by_month)
        assert len(open_build().manifest.tables["requests"].files) == files
        found[by_month] = [
            queries.measure_rows(name, start=date(2017, 1, 1), end=AS_OF, by=("council_district",))
            for name in ("requests_opened", "closed_on_time", "open_backlog", "median_days_to_close")
        ]
    assert found[True] == found[False]
    assert all(any(row.value is not None for row in measure) for measure in found[True])
