"""The command line: `citystat measure list | show | trace | lint`."""

import csv
import json
import shutil
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from citystat.core.errors import InputError, NotFound
from citystat.core.home import warehouse_dir
from citystat.service_requests import schema
from citystat.warehouse.connections import forget_builds, open_build
from tests.factories.requests import request, write_build

KEYS = [
    "measure", "version", "period", "period_start", "period_end", "complete", "group", "numerator", "denominator", "value", "lower",
    "upper", "state", "signal", "build",
]  # fmt: skip


@pytest.fixture(autouse=True)
def city(city_home: Path) -> None:
    rows = []
    for month in range(1, 13):
        for number in range(30):
            opened_on = date(2017, month, 3)
            closed_on = opened_on + timedelta(days=number % 20)
            rows.append(
                request(
                    opened_on=opened_on,
                    closed_on=closed_on if closed_on <= date(2017, 12, 31) else None,
                    due_on=opened_on + timedelta(days=10),
                    place_council_district=str(number % 2 + 1),
                    service="Pothole" if number % 3 else "Graffiti",
                )
            )
    write_build(rows, as_of=date(2017, 12, 31), by_month=False)


def output(*words: str) -> str:
    out = StringIO()
    call_command("measure", *words, stdout=out)
    return out.getvalue()


@pytest.mark.slow
def test_show_json_prints_rows_with_exactly_the_documented_keys() -> None:
    words = ("show", "closed_on_time", "--from", "2017-01", "--to", "2017-02", "--by", "service,council_district")
    by_format, by_flag = (json.loads(output(*words, *how)) for how in (("--format", "json"), ("--json",)))
    assert by_format == by_flag
    assert all(list(row) == KEYS for row in by_flag["rows"])
    assert by_flag["rows"][0]["group"] == {"service": "Graffiti", "council_district": "1"}
    assert (by_flag["rows"][0]["period_start"], by_flag["rows"][0]["period_end"]) == ("2017-01-01", "2017-01-31")


@pytest.mark.slow
def test_show_where_and_cohort_narrow_the_rows() -> None:
    rows = json.loads(output("show", "closed_on_time", "--from", "2017-03", "--to", "2017-03", "--where", "service=pothole", "--json"))[
        "rows"
    ]
    assert [(row["numerator"], row["denominator"]) for row in rows] == [(14, 20)]
    rows = json.loads(output("show", "closed_on_time", "--from", "2017", "--to", "2017", "--every", "year", "--cohort", "opened", "--json"))
    assert rows["rows"][0]["denominator"] == 360


def test_show_csv_has_one_column_a_group_and_the_same_values() -> None:
    words = ("show", "requests_opened", "--from", "2017-01", "--to", "2017-12", "--by", "council_district")
    table = list(csv.DictReader(StringIO(output(*words, "--format", "csv"))))
    rows = json.loads(output(*words, "--json"))["rows"]
    assert [(line["period"], line["council_district"], int(line["value"])) for line in table] == [
        (row["period"], row["group"]["council_district"], row["value"]) for row in rows
    ]


def test_show_table_is_for_reading() -> None:
    lines = output("show", "closed_on_time", "--from", "2017-03", "--to", "2017-03").splitlines()
    assert lines[0] == "Closed on time (share of requests due), of requests due in the period"
    assert lines[2].split() == ["2017-03", "21", "30", "70.0", "%", "52.1", "%", "to", "83.3", "%", "ok"]


@pytest.mark.slow
def test_trace_prints_the_value_and_its_rows() -> None:
    found = json.loads(output("trace", "open_backlog", "--period", "2017-03", "--where", "council_district=1", "--json"))
    assert found["agrees"] is True
    assert found["value"] == found["recomputed"] == found["n_rows"] == 0
    people = output("trace", "closed_on_time", "--period", "2017-03", "--limit", "2")
    assert "value 70.0 %, recomputed from 30 rows: 70.0 % (build 1)" in people


def test_list_names_every_measure_with_its_cohorts() -> None:
    listed = {one["name"]: one for one in json.loads(output("list", "--json"))["measures"]}
    assert len(listed) >= 25
    assert listed["closed_on_time"]["cohorts"] == ["due", "closed", "opened", "outcome_known"]


def test_lint_accept_records_definitions_and_a_change_is_then_noticed(city_home: Path) -> None:
    assert json.loads(output("lint", "--accept", "--json"))["problems"] == []
    own = "extends: open_backlog\nname: open_backlog\nexclude_flags: [flag_mass_closed]\n"
    (city_home / "measures" / "own.yaml").write_text(own, encoding="utf-8")
    rules = [problem["rule"] for problem in json.loads(output("lint", "--json"))["problems"]]
    assert rules == ["changed_without_version", "changed_without_rebase"]


def test_errors_are_sentences() -> None:
    with pytest.raises(NotFound, match="There is no measure 'happiness'"):
        output("show", "happiness")
    with pytest.raises(InputError, match="needs the form GROUP=VALUE"):
        output("show", "open_backlog", "--where", "pothole")
    with pytest.raises(InputError, match="'soon' is not a period"):
        output("show", "open_backlog", "--from", "soon")


@pytest.mark.slow
def test_show_says_missing_of_a_build_made_before_appointments_were_known(monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(warehouse_dir())
    known = [name for name in schema.REQUEST_COLUMNS if not name.startswith("appointment")]
    monkeypatch.setattr(schema, "REQUEST_COLUMNS", {name: schema.REQUEST_COLUMNS[name] for name in known})
    write_build([request(opened_on=date(2017, 3, 3))], as_of=date(2017, 12, 30), by_month=False)
    forget_builds()
    assert "appointment_on" not in open_build().columns("requests")
    for name in ("appointments_kept", "appointments_missed"):
        rows = json.loads(output("show", name, "--from", "2017-03", "--to", "2017-03", "--json"))["rows"]
        assert [(row["value"], row["state"]) for row in rows] == [(None, "missing")]


@pytest.mark.slow
def test_show_csv_holds_no_formula(city_home: Path) -> None:
    rows = [request(opened_on=date(2017, 6, 3), service=name) for name in ("=1+1", "-minus", "@cmd", "Pothole")]
    write_build(rows, as_of=date(2017, 12, 31), by_month=False)
    table = csv.DictReader(
        StringIO(output("show", "requests_opened", "--from", "2017-06", "--to", "2017-06", "--by", "service", "--format", "csv"))
    )
    assert {line["service"] for line in table} == {"'=1+1", "'-minus", "'@cmd", "Pothole"}


def test_known_needs_a_count_of_every_open_request() -> None:
    with pytest.raises(InputError, match="not a count of every open request"):
        output("known", "closed_on_time")


def test_known_without_any_export_of_the_time_has_no_count_of_then() -> None:
    rows = json.loads(output("known", "open_backlog", "--from", "2017-06", "--to", "2017-07", "--json"))["rows"]
    assert [(row["period"], row["day"], row["read_on"], row["open_then"]) for row in rows] == [
        ("2017-06", "2017-06-30", None, None),
        ("2017-07", "2017-07-31", None, None),
    ]
    lines = output("known", "open_backlog", "--from", "2017-06", "--to", "2017-07", "--format", "csv").splitlines()
    assert lines[0] == ("period,day,complete,read_on,open_then,open_now,closed_since,withdrawn_since,told_since,other_since,build")
    assert len(lines) == 3
    assert output("known", "open_backlog", "--from", "2017-06").splitlines()[0].startswith("period   export read  open then  open now")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "requests_opened", "--where", "service=Graffitti"), "No request has service 'Graffitti'"),
        (("trace", "requests_opened", "--period", "2017-06", "--where", "council_district=9"), "No request has council_district '9'"),
        (("known", "open_backlog", "--where", "service=nothing"), "No request has service 'nothing'"),
        (("show", "requests_opened", "--where", "service="), "needs the form GROUP=VALUE"),
        (("show", "requests_opened", "--from", "2030-01"), "The data end on 2017-12-31, before 2030-01"),
        (("show", "requests_opened", "--from", "١٢٣٤-06"), "is not a period"),
    ],
)
def test_what_cannot_be_meant_is_refused_instead_of_counted_as_none(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        output(*words)


@pytest.mark.slow
def test_trace_prints_values_as_people_write_them() -> None:
    assert "value 30, recomputed from 30 rows: 30 (build" in output("trace", "requests_opened", "--period", "2017-03")
    assert "value missing, recomputed from 0 rows: 0 (build" in output("trace", "requests_opened", "--period", "2030-03")
