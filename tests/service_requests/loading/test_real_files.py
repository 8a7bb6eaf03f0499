"""Kansas City and New York as published, against Python's csv and datetime reading the same rows one by one."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from citystat.service_requests import actions

KC = "kansas-city/311/kcmo_311_requests_2007_2017.csv.gz"
NY = "new-york/311/nyc_311_sample_2018_10.csv.gz"
SODA = "new-york/soda/fhrw-4uyv_1000_rows.json.gz"


@pytest.fixture
def load_real(shared_data: Path, city_home: Path, db: None) -> Callable:
    return lambda name, as_of: actions.load_requests([str(shared_data / name)], as_of=as_of)


def rows_of(path: Path):
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.feature("F002")
def test_load_requests_kansas_city_agrees_with_reading_row_by_row(load_real, stored, shared_data):
    rows = rows_of(shared_data / KC)
    result = load_real(KC, date(2017, 12, 31))
    assert (result["layout"], result["rows_read"], result["loaded"], result["quarantined"]) == ("kansas-city", len(rows), 61_348, 0)
    words = {"RESOL": "closed", "CANC": "cancelled", "DUP": "duplicate", "OPEN": "open"}
    twin = Counter((words[row["STATUS"]], row["CREATION DATE"][6:] + "-" + row["CREATION DATE"][:2], row["REQUEST TYPE"]) for row in rows)
    found = stored("SELECT status, strftime(opened_on, '%Y-%m'), service, count(*) FROM states GROUP BY ALL")
    assert {tuple(key): count for *key, count in found} == dict(twin)
    zone = ZoneInfo("America/Chicago")
    moments = {
        row[0]: row[1:] for row in stored("SELECT request_id, opened_at, closed_on, on_time_recorded, recorded_places['zip'] FROM states")
    }
    for row in rows[::17]:
        opened = datetime.strptime(f"{row['CREATION DATE']} {row['CREATION TIME']}", "%m/%d/%Y %I:%M %p").replace(tzinfo=zone)
        closed = datetime.strptime(row["CLOSED DATE"], "%m/%d/%Y").date() if row["CLOSED DATE"] else None
        on_time = {"N": True, "Y": False, "": None}[row["EXCEEDED EST TIMEFRAME"]]
        expected = (opened.astimezone(UTC).replace(tzinfo=None), closed, on_time, row["ZIP CODE"].removesuffix(".0") or None)
        assert moments[row["CASE ID"]] == expected


def test_load_requests_new_york_agrees_with_reading_row_by_row(load_real, stored, shared_data):
    rows = rows_of(shared_data / NY)
    result = load_real(NY, date(2018, 10, 22))
    assert (result["layout"], result["rows_read"], result["loaded"]) == ("new-york", len(rows), 6_765)
    twin = Counter("closed" if row["Status"] == "Closed" else "open" for row in rows)
    assert dict(stored("SELECT status, count(*) FROM states GROUP BY ALL")) == dict(twin)
    zone = ZoneInfo("America/New_York")
    for request_id, opened_at, due_on, latitude, borough in stored(
        "SELECT request_id, opened_at, due_on, latitude, recorded_places['borough'] FROM states USING SAMPLE 300 ROWS (reservoir, 1)"
    ):
        row = next(row for row in rows if row["Unique Key"] == request_id)
        opened = datetime.strptime(row["Created Date"], "%m/%d/%y %H:%M").replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
        due = datetime.strptime(row["Due Date"], "%m/%d/%y %H:%M").date() if row["Due Date"] else None
        assert (opened_at, due_on) == (opened, due)
        assert latitude == (float(row["Latitude"]) if row["Latitude"] else None)
        assert borough == (row["Borough"] if row["Borough"] != "Unspecified" else None)


def test_load_requests_soda_json_keeps_missing_keys_missing(load_real, stored, shared_data):
    objects = json.loads(gzip.decompress((shared_data / SODA).read_bytes()))
    result = load_real(SODA, date(2012, 12, 31))
    assert (result["layout"], result["rows_read"], result["loaded"]) == ("new-york", len(objects), 1_000)
    with_due = sum("due_date" in one for one in objects)
    assert stored("SELECT count(due_at), count(latitude) FROM states") == [(with_due, sum("latitude" in one for one in objects))]


def test_load_requests_kansas_city_in_pieces_is_the_same_as_whole(load_real, stored, shared_data, tmp_path):
    with gzip.open(shared_data / KC, "rt", encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))[:6_001]
    for number in range(3):
        with open(tmp_path / f"{number}.csv", "w", encoding="utf-8", newline="") as piece:
            csv.writer(piece).writerows([header, *rows[number::3]])
    result = actions.load_requests([str(tmp_path / f"{number}.csv") for number in (2, 0, 1)], as_of=date(2017, 12, 31))
    assert result["loaded"] == 6_000
    assert load_real(KC, date(2017, 12, 31))["unchanged"] == 6_000


def test_load_requests_open311_closing_is_the_last_update(shared_data, city_home, db, stored):
    path = shared_data / "open311" / "bloomington_requests.json"
    result = actions.load_requests([str(path)], as_of=date(2012, 5, 24), source="bloomington", time_zone="America/Indiana/Indianapolis")
    assert (result["layout"], result["loaded"], result["flags"]["default_point"]) == ("open311", 21, 6)
    assert stored("SELECT bool_and((closed_at = updated_at) = (status = 'closed')) FROM states WHERE closed_at IS NOT NULL") == [(True,)]
