"""The same requests in every format are the same states; the order of columns, rows and files does not matter."""

import gzip
import json

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citystat.service_requests import actions
from tests.service_requests.loading.conftest import AS_OF, HEADER, as_csv, request

ROWS = [request(1), request(2, status="open", closed_at=""), request(3, service='A, b; c\n"quoted"', channel="")]
OBJECTS = [{name: value for name, value in zip(HEADER, row, strict=True) if value} for row in ROWS]
STATES = "SELECT request_id, service, status, opened_at, closed_at, channel, latitude, extra, state_hash FROM states ORDER BY 1"


def parquet(tmp_path):
    path = tmp_path / "made.parquet"
    columns = ", ".join(f"nullif(col{place}, '') AS {name}" for place, name in enumerate(HEADER))
    with duckdb.connect() as connection:
        values = ", ".join("(" + ", ".join("'" + value.replace("'", "''") + "'" for value in row) + ")" for row in ROWS)
        connection.execute(f"COPY (SELECT {columns} FROM (VALUES {values})) TO '{path}'")
    return path.read_bytes()


def contents(kind, tmp_path):
    lines = "".join(json.dumps(one) + "\n" for one in OBJECTS)
    return {
        "csv": as_csv(ROWS).encode(),
        "semicolons": as_csv(ROWS, delimiter=";").encode(),
        "tabs": as_csv(ROWS, delimiter="\t", lineterminator="\n").encode(),
        "all quoted": as_csv(ROWS, quoting=1).encode("utf-8-sig"),
        "gzip": gzip.compress(as_csv(ROWS).encode()),
        "json": json.dumps(OBJECTS, indent=1).encode(),
        "json lines": lines.encode(),
        "json lines gzip": gzip.compress(lines.encode()),
        "geojson": json.dumps(
            {"type": "FeatureCollection", "features": [{"properties": one, "geometry": None} for one in OBJECTS]}
        ).encode(),
        "parquet": parquet(tmp_path),
    }[kind]


KINDS = ["semicolons", "tabs", "all quoted", "gzip", "json", "json lines", "json lines gzip", "geojson", "parquet"]


@pytest.mark.parametrize("kind", KINDS)
def test_load_requests_other_formats_hold_the_same_states(load, stored, tmp_path, kind):
    load(contents("csv", tmp_path))
    expected = stored(STATES)
    result = load(contents(kind, tmp_path), name="other.bin", source="other")
    assert result["loaded"] == 3
    assert stored(STATES.replace("FROM states", "FROM states WHERE source = 'other'")) == expected


def test_load_requests_broken_json_line_is_quarantined(load):
    result = load('{"request_id": "1", "opened_at": "2020-05-01", "service": "x"}\nnot json\n[1]\n', name="x.jsonl")
    assert (result["rows_read"], result["loaded"], result["quarantined"]) == (3, 1, 2)


def test_load_requests_nested_objects_and_missing_keys(load, stored):
    objects = [
        {"request_id": 1.0, "opened_at": "2020-05-01", "service": "x", "photo": {"url": "u"}},
        {"request_id": 2, "opened_at": "2020-05-01"},
    ]
    load(json.dumps(objects), name="x.json")
    assert stored("SELECT request_id, extra FROM states ORDER BY 1") == [("1", {"photo": '{"url":"u"}'}), ("2", {})]


def test_load_requests_trailing_delimiters_and_crlf(load):
    text = as_csv(ROWS[:2]).replace("\r\n", ",\r\n").replace(",\r\n", "\r\n", 1)
    assert load(text)["loaded"] == 2


def test_load_requests_mixed_line_ends(load):
    header, first, second = as_csv(ROWS[:2]).splitlines()
    assert load(f"{header}\r\n{first}\n{second}\r\n")["loaded"] == 2


def test_load_requests_json_lines_with_mixed_line_ends(load):
    lines = [json.dumps({"request_id": number, "service": "x", "opened_at": "2020-05-01"}) for number in range(3)]
    assert load(f"{lines[0]}\r\n{lines[1]}\n{lines[2]}\r\n\n", name="x.jsonl")["loaded"] == 3


@pytest.mark.parametrize("x", [-94.5, -10519492.3])
def test_load_requests_point_of_a_map_server_is_read_if_in_degrees(load, stored, tmp_path, x):
    attributes = {"request_id": 1, "opened_at": "2020-05-01"}
    answer = {"features": [{"attributes": attributes, "geometry": {"x": x, "y": 39.1}}]}
    layout = "name: map\nsource: map\ncolumns: {request_id: request_id, opened: opened_at}\npoint: {location: geometry}\n"
    (tmp_path / "map.yaml").write_text(layout)
    load(json.dumps(answer), name="x.json", layout=str(tmp_path / "map.yaml"))
    assert stored("SELECT latitude, longitude FROM states") == [(39.1, -94.5) if x > -180 else (None, None)]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(len(HEADER))), st.permutations(range(12)), st.integers(1, 11), st.booleans())
def test_load_requests_order_of_columns_rows_and_files_does_not_matter(city_home, db, tmp_path, columns, order, cut, upper):
    rows = [request(number % 9, service=f"S{number}") for number in range(12)]
    header = [HEADER[place].upper() if upper else HEADER[place].replace("_", " ").title() for place in columns]
    for number, part in enumerate((order[:cut], order[cut:])):
        (tmp_path / f"{number}.csv").write_text(as_csv([[rows[row][place] for place in columns] for row in part], header))
    (tmp_path / "whole.csv").write_text(as_csv(rows))
    source = f"s{hash((tuple(columns), tuple(order), cut, upper)) % 10**9}"
    options = {"as_of": AS_OF, "source": source, "time_zone": "America/Chicago"}
    whole = actions.load_requests([str(tmp_path / "whole.csv")], **options)
    parts = actions.load_requests([str(tmp_path / "0.csv"), str(tmp_path / "1.csv")], **options)
    assert (whole["loaded"], whole["superseded"]) == (9, 3)
    assert (parts["loaded"], parts["unchanged"], parts["superseded"]) == (0, 9, 3)


ISSUE = {"service_request_id": "1", "service_code": "S", "status": "open", "requested_datetime": "2020-05-01T09:00:00"}
ANSWERS = {
    "a portal that names its fields first": {
        "success": True,
        "result": {"fields": [{"id": name} for name in [*ISSUE, "further"]], "records": [ISSUE, {**ISSUE, "service_request_id": "2"}]},
    },
    "a portal that keeps rows apart from columns": {
        "meta": {"view": {"name": "x", "columns": [{"name": "sid"}, *({"name": name} for name in ISSUE), {"name": "location"}]}},
        "data": [["row-1", *ISSUE.values(), None], ["row-2", "2", *list(ISSUE.values())[1:], ["", "39.1", "-94.5", None, False]]],
    },
    "a script's table": {"columns": list(ISSUE), "index": [0, 1], "data": [list(ISSUE.values()), ["2", *list(ISSUE.values())[1:]]]},
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_load_json_of(load, stored, answer):
    result = load(json.dumps(ANSWERS[answer]), name="answer.json")
    assert (result["layout"], result["rows_read"], result["loaded"]) == ("open311", 2, 2)
    assert stored("SELECT request_id, status FROM states ORDER BY 1") == [("1", "open"), ("2", "open")]


def test_load_json_of_a_place_in_a_list(load, stored):
    columns = ["CaseID", "Opened", "Responsible Agency", "Supervisor District", "Point"]
    row = ["1", "2020-05-01T09:00:00", "Streets", "1", ["{}", "37.75", "-122.45", None, False]]
    load(json.dumps({"meta": {"view": {"columns": [{"name": one} for one in columns]}}, "data": [row]}), name="answer.json", time_zone=None)
    assert stored("SELECT latitude, longitude FROM states") == [(37.75, -122.45)]
