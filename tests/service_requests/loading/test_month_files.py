"""Kept states are written a file a month, whatever the order of the rows, the size of the parts and the number of months."""

import pyarrow.parquet as pq
import pytest

from citystat.core.errors import UserError
from citystat.service_requests.loading import month_files, row_files
from citystat.warehouse import landing
from tests.service_requests.loading.conftest import as_csv, request

ROWS = 5_000
MONTHS = 30


def mixed_export() -> str:
    """Requests of thirty months, the months taking turns from row to row."""
    days = [f"{2017 + number % MONTHS // 12}-{number % MONTHS % 12 + 1:02d}-15 09:00:00" for number in range(ROWS)]
    return as_csv([request(number, opened_at=day, closed_at="") for number, day in enumerate(days)])


@pytest.mark.slow
@pytest.mark.parametrize(("at_once", "most_open"), [(ROWS, MONTHS), (2_048, MONTHS), (2_048, 3)])
def test_write_one_file_a_month_with_its_rows_in_order(load, stored, monkeypatch, at_once, most_open):
    monkeypatch.setattr(row_files, "ROWS_AT_ONCE", at_once)
    monkeypatch.setattr(month_files, "MOST_OPEN", most_open)
    assert load(mixed_export())["loaded"] == ROWS
    files = landing.loads("requests")[0].parquet_files()
    assert [len(files), sum(pq.read_metadata(path).num_rows for path in files)] == [MONTHS, ROWS]
    for path in files:
        numbers = [int(name[1:]) for name in pq.read_table(path, columns=["request_id"])["request_id"].to_pylist()]
        assert numbers == sorted(numbers)
        assert {f"{2017 + number % MONTHS // 12}-{number % MONTHS % 12 + 1:02d}" for number in numbers} == {path.stem}


def test_write_stops_the_load_when_a_row_was_not_written(load, monkeypatch):
    add = month_files.MonthFiles.add
    monkeypatch.setattr(month_files.MonthFiles, "add", lambda self, month, rows: add(self, month, rows.slice(0, rows.num_rows - 1)))
    with pytest.raises(UserError, match="2 rows should be kept but 1 were written; nothing was stored"):
        load(as_csv([request(1), request(2)]))
    assert not landing.loads("requests")
