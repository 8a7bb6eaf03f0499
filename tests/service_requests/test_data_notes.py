"""The data notes account for every row and every flag."""

from datetime import date
from pathlib import Path

import pytest

from citystat.service_requests import data_notes
from citystat.warehouse.connections import open_build
from tests.factories.requests import request, write_build

LOAD = {
    "load_id": 1, "as_of": date(2017, 12, 31), "layout": "test", "source": "test-city", "files": '["a.csv"]', "rows_read": 5, "loaded": 3,
    "unchanged": 0, "superseded": 1, "quarantined": 1, "flags": '{"default_date": 1}',
}  # fmt: skip


@pytest.mark.feature("F154")
def test_notes_show_source_last_check_and_known_faults(city_home: Path) -> None:
    rows = [request(), request(flag_default_date=True, opened_on=date(1900, 1, 1)), request(latitude=None, longitude=None)]
    write_build(rows, by_month=False, loads=[LOAD])

    notes = data_notes.notes(open_build())

    assert notes.loads[0]["files"] == ["a.csv"]
    assert notes.loads[0]["rows_read"] == sum(notes.loads[0][name] for name in ("loaded", "unchanged", "superseded", "quarantined"))
    assert dict(notes.flags)["default_date"] == 1
    assert (notes.requests, notes.unlocated, notes.without_due_date) == (3, 1, 3)
    assert notes.first_opened_on == date(2017, 6, 1)
    assert notes.days_since_last_opened == 213


def test_flag_counts_lists_flags_nobody_carries(city_home: Path) -> None:
    write_build([request()], by_month=False)

    assert set(dict(data_notes.flag_counts(open_build())).values()) == {0}
