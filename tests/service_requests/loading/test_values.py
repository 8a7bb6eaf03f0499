"""What becomes of single values: dates, points, words, extras."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest

from citystat.service_requests.loading import blanks, clocks, points
from citystat.service_requests.loading import expressions as sql
from citystat.service_requests.loading.vocabulary import ON_TIME_WORDS
from tests.service_requests.loading.conftest import HEADER, as_csv, request

FORMATS = ["%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M", "%m/%d/%y %H:%M", "%m/%d/%Y", "%m/%d/%y"]


def one(expression, value):
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.execute(f"SELECT {expression} FROM (SELECT ?::VARCHAR AS t)", [value]).fetchone()[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01/04/2007", datetime(2007, 1, 4)),
        ("1/4/07", datetime(2007, 1, 4)),
        ("11/4/18 9:05", datetime(2018, 11, 4, 9, 5)),
        ("01/04/2007 02:31:00 PM", datetime(2007, 1, 4, 14, 31)),
        ("2012-11-20T07:50:59.000", datetime(2012, 11, 20, 7, 50, 59)),
        ("2012-11-20", datetime(2012, 11, 20)),
        ("2012-05-23T15:55:28-04:00", datetime(2012, 5, 23, 14, 55, 28)),
        ("2012-05-23T19:55:28Z", datetime(2012, 5, 23, 14, 55, 28)),
        ("2026-03-20 09:00:00+00", datetime(2026, 3, 20, 4, 0)),
        ("13/40/2012", None),
        ("soon", None),
        ("0", None),
    ],
)
def test_local_time_reads_the_ordinary_spellings(text, expected):
    assert one(sql.local_time("t", FORMATS, "America/Chicago"), text) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "zone", ["America/Chicago", "America/Phoenix", "Pacific/Honolulu", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"]
)
def test_as_utc_agrees_with_the_rules_of_the_zone(zone):
    moments = [datetime(1989, 12, 30) + timedelta(hours=11 * step, minutes=11 + step % 40) for step in range(45_000)]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        clocks.prepare(connection, zone)
        connection.execute("CREATE TABLE moments AS SELECT unnest(?::TIMESTAMP[]) AS local", [moments])
        found = connection.execute(f"SELECT local, {clocks.as_utc('local', zone)} FROM moments").fetchall()
    rules = ZoneInfo(zone)
    wrong = [local for local, utc in found if local.replace(tzinfo=rules).astimezone(UTC).replace(tzinfo=None) != utc]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "2729 HARRISON ST64109\n(39.07662, -94.571944)",
        "(39.07662, -94.571944)",
        "39.07662,-94.571944",
        '{"type":"Point","coordinates":[-94.571944,39.07662]}',
        '{"latitude":"39.07662","longitude":"-94.571944","human_address":"{}"}',
        "{'latitude': '39.07662', 'longitude': '-94.571944', 'needs_recoding': False}",
        "POINT (-94.571944 39.07662)",
    ],
)
def test_location_part_reads_every_way_a_point_is_written(text):
    assert (one(sql.location_part("t", "latitude"), text), one(sql.location_part("t", "longitude"), text)) == (39.07662, -94.571944)


def test_location_part_of_an_address_is_nothing():
    assert one(sql.location_part("t", "latitude"), "12 Main Street, 64109") is None


def test_to_wgs84_new_york_state_plane():
    latitude, longitude = points.to_wgs84(2263, np.array([1017901.0, np.nan]), np.array([198161.0, 1.0]))
    assert (latitude[0], longitude[0]) == pytest.approx((40.71051893, -73.87862009), abs=2e-6)
    assert np.isnan(latitude[1])


@pytest.mark.parametrize(("text", "expected"), [("64110.0", "64110"), ("12.5", "12.5"), ("A.0", "A.0"), ("R1", "R1"), ("7", "7")])
def test_without_decimal_zero(text, expected):
    assert one(sql.without_decimal_zero("t"), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [(" a b ", "a b"), ("\ta\n", "a"), ("   ", None), ("\u00a0x\u00a0", "x"), ("N/A", None), ("!x", "!x")]
)
def test_cleaned(text, expected):
    assert one(sql.cleaned("t", ["N/A"]), text) == expected


@pytest.mark.parametrize(
    "text", ["a", " a ", "a ", "a\n", "\na", "a\t", "a\r\n", "a\r", "a\u00a0", "\u00a0a ", " \n ", "", "a \n b", "a\u00a0\t"]
)
def test_cleaned_looks_only_for_blanks_the_file_has(text):
    of_text = blanks.of_bytes([f'"{text}"'.encode()])
    assert one(sql.cleaned("t", blanks=of_text), text) == one(sql.cleaned("t"), text)


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([b"a,b\n1,2\n"], (False, False, False)),
        ([b"a,b\r\n", b"1,2\r\n"], (True, False, False)),
        ([b"a\tb"], (True, False, False)),
        ([b'a,"b\n"'], (False, True, False)),
        (["a\u00b0".encode(), "\u00a0".encode()], (False, False, True)),
        ([b"a\xc2", b"\xa0b"], (False, False, True)),
        ([b"a\xc2", b"\xb0", b"\xa0"], (False, False, False)),
    ],
)
def test_blanks_of_a_file_are_told_from_its_bytes(chunks, expected):
    found = blanks.of_bytes(chunks)
    assert (found.controls, found.line_ends, found.no_break_spaces) == expected


def test_condition_star_stands_for_anything_and_case_does_not_matter():
    assert one(sql.condition("t", ["* - Dup"]), "COMPLETED - DUP") is True
    assert one(sql.condition("t", ["100% done_"]), "100x doney") is False


@pytest.mark.slow
def test_load_requests_state_plane_where_degrees_are_missing(load, stored, tmp_path):
    layout = tmp_path / "own.yaml"
    layout.write_text(
        "name: own\nsource: own\ncolumns: {request_id: nr, opened: day}\npoint: {latitude: lat, longitude: lon, x: x, y: y, epsg: 2263}\n"
    )
    load('nr,day,lat,lon,x,y\n1,2020-05-01,,,"1,017,901","198,161"\n2,2020-05-01,40.5,-73.9,1,1\n3,2020-05-01,,,,\n', layout=str(layout))
    found = stored("SELECT round(latitude, 5), round(longitude, 5) FROM states ORDER BY request_id")
    assert found == [(40.71052, -73.87862), (40.5, -73.9), (None, None)]


@pytest.mark.slow
def test_load_requests_flags_count_what_is_suspicious(load):
    rows = [
        request(1, closed_at="2020-04-30 10:00:00"),
        request(2, opened_at="1900-01-01 00:00:00"),
        request(3, closed_at="2020-05-01 09:05:00"),
        request(4, status="open"),
        request(5, status="a word of ours"),
        request(6, latitude="0", longitude="0"),
        request(7),
    ]
    flags = {name: count for name, count in load(as_csv(rows))["flags"].items() if count}
    expected = {"closed_before_opened": 1, "default_date": 1, "impossible_duration": 1, "closed_in_minutes": 1}
    assert flags == {**expected, "status_conflict": 1, "unknown_status": 1, "default_point": 1}


@pytest.mark.slow
def test_load_requests_what_cannot_be_read_is_kept_as_it_is(load, stored):
    load(as_csv([[*request(1, closed_at="next week", latitude="north"), "blue", ""]], [*as_csv([]).strip().split(","), "Color", "Empty"]))
    assert stored("SELECT closed_at, latitude, extra FROM states") == [
        (None, None, {"closed_at": "next week", "Color": "blue", "latitude": "north", "longitude": "-94.5"})
    ]


@pytest.mark.slow
def test_load_requests_unknown_status_with_a_closing_date_is_closed(load, stored):
    load(as_csv([request(1, status="erledigt"), request(2, status="offen", closed_at="")]))
    assert stored("SELECT status, status_recorded, flag_unknown_status FROM states ORDER BY request_id") == [
        ("closed", "erledigt", True),
        ("open", "offen", True),
    ]


@pytest.mark.slow
def test_load_requests_due_some_days_after_opening(load, stored, tmp_path):
    layout = tmp_path / "own.yaml"
    layout.write_text("name: own\nsource: own\ncolumns:\n  request_id: nr\n  opened: day\n  due: {days_after_opened: sla}\n")
    load("nr,day,sla\n1,2020-05-01 08:00:00,3\n2,2020-05-01,\n", layout=str(layout))
    assert stored("SELECT due_on, due_has_time FROM states ORDER BY request_id") == [(date(2020, 5, 4), True), (None, False)]


@pytest.mark.slow
def test_load_requests_chicago_duplicates_and_information_calls(load, stored):
    text = (
        "SR_NUMBER,SR_TYPE,SR_SHORT_CODE,OWNER_DEPARTMENT,STATUS,CREATED_DATE,CLOSED_DATE,DUPLICATE,PARENT_SR_NUMBER,LATITUDE,LONGITUDE\n"
        "SR1,Pothole,PHF,CDOT,Completed,01/05/2020 03:04:05 PM,01/06/2020 01:00:00 AM,true,SR0,41.8,-87.6\n"
        "SR2,311 INFORMATION ONLY CALL,311IOC,311,Completed,01/05/2020 03:04:05 PM,01/05/2020 03:04:05 PM,false,,,\n"
    )
    load(text, time_zone=None)
    assert stored("SELECT status, parent_id, opened_at FROM states ORDER BY request_id") == [
        ("duplicate", "SR0", datetime(2020, 1, 5, 21, 4, 5)),
        ("information_only", None, datetime(2020, 1, 5, 21, 4, 5)),
    ]


@pytest.mark.parametrize(("text", "expected"), [("overdue", False), ("within SLA", True), ("y", True), ("soon", None), (None, None)])
def test_flag_reads_words_that_are_no_truth_values(text, expected):
    assert one(sql.flag("t", ON_TIME_WORDS), text) is expected


@pytest.mark.slow
def test_load_requests_appointments_and_their_outcome(load, stored):
    header = [*HEADER, "appointment_on", "appointment_kept"]
    outcomes = {1: ("2020-05-02", "Kept"), 2: ("2020-05-02", "no show"), 3: ("2020-07-02", ""), 4: ("", ""), 5: ("soon", "maybe")}
    load(as_csv([[*request(number), *outcome] for number, outcome in outcomes.items()], header))
    assert stored("SELECT appointment_on, appointment_kept FROM states ORDER BY request_id") == [
        (date(2020, 5, 2), True), (date(2020, 5, 2), False), (date(2020, 7, 2), None), (None, None), (None, None),
    ]  # fmt: skip
    assert stored("SELECT extra FROM states WHERE request_id = 'R5'") == [({"appointment_kept": "maybe", "appointment_on": "soon"},)]


@pytest.mark.slow
def test_load_requests_columns_of_appointments_alone_change_no_request(load):
    load(as_csv([request(1)]))
    again = load(as_csv([[*request(1), "", ""]], [*HEADER, "appointment_on", "appointment_kept"]))
    kept = load(as_csv([[*request(1), "2020-05-02", "yes"]], [*HEADER, "appointment_on", "appointment_kept"]))
    assert (again["unchanged"], kept["loaded"]) == (1, 1)
