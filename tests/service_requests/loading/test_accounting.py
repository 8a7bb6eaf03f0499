"""Every row is loaded, unchanged, superseded or quarantined, and only one of them."""

import csv
from datetime import date
from pathlib import Path

import pytest

from citystat.service_requests.loading import quarantine
from citystat.warehouse import landing
from tests.service_requests.loading.conftest import HEADER, as_csv, request

COUNTS = ("rows_read", "loaded", "unchanged", "superseded", "quarantined")


def counts(result):
    return tuple(result[name] for name in COUNTS)


@pytest.mark.slow
def test_load_requests_new_rows_are_loaded(load):
    result = load(as_csv([request(1), request(2)]))
    assert counts(result) == (2, 2, 0, 0, 0)
    assert (result["layout"], result["source"], result["load"], result["build"]) == ("citystat", "citystat", 1, None)


@pytest.mark.slow
def test_load_requests_same_file_again_changes_nothing(load, stored):
    text = as_csv([request(1), request(2)])
    load(text)
    assert counts(load(text, as_of=date(2020, 7, 31))) == (2, 0, 2, 0, 0)
    assert stored("SELECT count(*) FROM states") == [(2,)]


@pytest.mark.slow
def test_load_requests_changed_row_keeps_its_earlier_state(load, stored):
    load(as_csv([request(1, status="open", closed_at="")]))
    assert counts(load(as_csv([request(1)]), as_of=date(2020, 7, 31))) == (1, 1, 0, 0, 0)
    assert stored("SELECT as_of, status FROM states ORDER BY as_of") == [(date(2020, 6, 30), "open"), (date(2020, 7, 31), "closed")]


@pytest.mark.slow
def test_load_requests_older_export_after_newer_is_superseded_but_kept(load, stored):
    load(as_csv([request(1)]))
    older = as_csv([request(1, status="open", closed_at="")])
    assert counts(load(older, as_of=date(2020, 5, 2))) == (1, 0, 0, 1, 0)
    assert stored("SELECT arg_max(status, (as_of, load_id)) FROM states") == [("closed",)]
    assert stored("SELECT status FROM states WHERE as_of = DATE '2020-05-02'") == [("open",)]


@pytest.mark.slow
def test_load_requests_older_export_again_is_unchanged(load):
    load(as_csv([request(1)]))
    older = as_csv([request(1, status="open", closed_at="")])
    load(older, as_of=date(2020, 5, 2))
    assert counts(load(older, as_of=date(2020, 5, 2))) == (1, 0, 1, 0, 0)


@pytest.mark.slow
def test_load_requests_identical_twin_in_one_file_is_unchanged(load):
    assert counts(load(as_csv([request(1), request(1)]))) == (2, 1, 1, 0, 0)


@pytest.mark.slow
def test_load_requests_two_states_in_one_file_keep_the_closed_one(load, stored):
    result = load(as_csv([request(1), request(1, status="open", closed_at=""), request(2)]))
    assert counts(result) == (3, 2, 0, 1, 0)
    assert stored("SELECT request_id, status FROM states ORDER BY request_id") == [("R1", "closed"), ("R2", "closed")]


@pytest.mark.slow
def test_load_requests_superseded_row_of_the_same_load_is_set_aside(load, city_home):
    load(as_csv([request(1), request(1, status="open", closed_at="")]))
    assert (landing.read("requests", 1).folder / "superseded" / "rows.parquet").exists()


@pytest.mark.slow
def test_load_requests_moved_opening_date_leaves_a_marker_in_the_old_month(load, stored):
    load(as_csv([request(1)]))
    load(as_csv([request(1, opened_at="2020-04-30 09:00:00")]), as_of=date(2020, 7, 31))
    rows = stored("SELECT strftime(opened_on, '%Y-%m'), moved_away FROM states WHERE load_id = 2 ORDER BY 1", markers=True)
    assert rows == [("2020-04", False), ("2020-05", True)]


@pytest.mark.slow
def test_load_requests_older_state_of_another_month_gets_a_marker(load, stored):
    load(as_csv([request(1)]))
    load(as_csv([request(1, opened_at="2020-04-30 09:00:00")]), as_of=date(2020, 5, 5))
    last_of_april = "SELECT arg_max(moved_away, (as_of, load_id)) FROM states WHERE strftime(opened_on, '%Y-%m') = '2020-04'"
    assert stored(last_of_april, markers=True) == [(True,)]


@pytest.mark.slow
def test_load_requests_new_and_known_rows_of_one_month(load, stored):
    load(as_csv([request(1), request(2)]))
    result = load(as_csv([request(1), request(2, status="open", closed_at=""), request(3)]), as_of=date(2020, 7, 31))
    assert counts(result) == (3, 2, 1, 0, 0)
    assert stored("SELECT request_id FROM states WHERE load_id = 2 ORDER BY 1") == [("R2",), ("R3",)]


@pytest.mark.slow
def test_load_requests_sources_are_apart(load):
    load(as_csv([request(1)]))
    assert counts(load(as_csv([request(1)]), source="elsewhere")) == (1, 1, 0, 0, 0)


@pytest.mark.slow
def test_load_requests_unusable_rows_are_quarantined_with_reasons(load):
    rows = [request(1), request(2, request_id=" "), request(3, opened_at="soon"), request(4, opened_at="")]
    result = load(as_csv(rows))
    assert counts(result) == (4, 1, 0, 0, 3)
    with open(result["quarantine_file"], encoding="utf-8", newline="") as file:
        found = [(row["citystat_row"], row["citystat_reason"]) for row in csv.DictReader(file)]
    assert found == [
        ("2", "no request id in request_id"),
        ("3", "the opening date in opened_at cannot be read: soon"),
        ("4", "no opening date in opened_at"),
    ]


@pytest.mark.slow
def test_load_requests_broken_lines_are_quarantined_beside_the_others(load):
    lines = as_csv([request(1), request(2, opened_at="never")]).splitlines()
    text = "\n".join([lines[0], "too,short", lines[1], lines[1].replace("R1", "R3") + ",too,long", lines[2]]) + "\n"
    result = load(text)
    assert counts(result) == (4, 1, 0, 0, 3)
    with open(result["quarantine_file"], encoding="utf-8", newline="") as file:
        rows = {int(row["citystat_row"]): row for row in csv.DictReader(file)}
    assert sorted(rows) == [1, 3, 4]
    assert (rows[1]["request_id"], rows[3]["citystat_rest"], rows[4]["request_id"]) == ("too", "too,long", "R2")


@pytest.mark.slow
def test_load_requests_corrected_quarantine_loads_again(load, stored, tmp_path):
    layout = tmp_path / "own.yaml"
    layout.write_text("name: own\nsource: own\ncolumns: {request_id: nr, opened: day, service: what}\n")
    first = load("nr,day,what\n1,2020-05-01,A\n2,someday,B\n", layout=str(layout), source="mine")
    layout.unlink()
    text = Path(first["quarantine_file"]).read_text().replace("someday", "2020-05-02")
    again = load(text, name="corrected.csv", as_of=None)
    assert (again["source"], again["layout"], again["as_of"], counts(again)) == ("mine", "own", date(2020, 6, 30), (1, 1, 0, 0, 0))
    assert stored("SELECT request_id, service, extra FROM states ORDER BY 1") == [("1", "A", {}), ("2", "B", {})]


@pytest.mark.slow
def test_load_requests_accounting_is_kept_with_the_load(load):
    result = load(as_csv([request(1), request(2, request_id="")]))
    facts = landing.read("requests", 1).facts
    assert {name: facts[name] for name in COUNTS} == {name: result[name] for name in COUNTS}
    assert set(facts["checksums"]) == {"2020-05.parquet"}


@pytest.mark.slow
def test_load_requests_rows_refused_by_a_rule_say_why(load, tmp_path):
    layout = tmp_path / "own.yaml"
    layout.write_text(
        "name: own\nsource: own\ncolumns: {request_id: nr, opened: day}\nrules:\n  - when: {kind: ['test*']}\n    reject: a test entry\n"
    )
    result = load("nr,day,kind\n1,2020-05-01,real\n2,2020-05-01,Testing\n", layout=str(layout))
    assert counts(result) == (2, 1, 0, 0, 1)
    assert "a test entry" in Path(result["quarantine_file"]).read_text()


@pytest.mark.parametrize(
    ("row", "unreadable", "record"), [(0, [], 1), (0, [1], 2), (1, [2], 3), (2, [2, 4], 5), (0, [2], 1), (5, [1, 2, 3], 9)]
)
def test_record_number_counts_unreadable_records(row, unreadable, record):
    assert quarantine.record_number(row, unreadable) == record


def test_header_of_these_tests_is_canonical():
    assert len(set(HEADER)) == len(HEADER)
