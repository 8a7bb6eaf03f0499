"""Kept states are written a file a month, whatever the order of the rows, the size of the parts and the number of months."""

import numpy as np
import pyarrow as pa
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


@pytest.mark.parametrize("rows_of_a_run", [1, 1_000_000])
def test_by_month_gives_the_kept_rows_in_order_however_they_are_passed_on(monkeypatch, rows_of_a_run):
    monkeypatch.setattr(month_files, "ROWS_OF_A_RUN", rows_of_a_run)
    months = ["2020-02", "2020-02", None, "2020-01", "2020-02", "2020-01", "2020-03"]
    rows = pa.table({"month": pa.array(months, pa.string()), "row": list(range(7))})
    is_kept = np.array([True, False, False, True, True, True, False])
    found = {month: part["row"].to_pylist() for month, part in month_files._by_month(rows, is_kept)}
    assert found == {"2020-01": [3, 5], "2020-02": [0, 4]}


def test_columns_empty_in_every_row_are_not_landed(load):
    load(as_csv([request(1)]))
    names = set(pq.read_schema(landing.loads("requests")[0].parquet_files()[0]).names)
    assert {"request_id", "opened_at", "flag_mass_closed", "load_id"} <= names
    assert not {"days_to_close_recorded", "appointment_on", "first_response_at"} & names
