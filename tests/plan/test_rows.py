"""What measure rows say: counts equal the raw rows; zero, missing, too few and incomplete are different things."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from citystat.core.cities import write_city
from citystat.core.errors import InputError
from citystat.core.home import make_home
from citystat.plan import queries
from tests.factories.requests import request, write_build

YEAR = {"start": date(2017, 1, 1), "end": date(2017, 12, 31)}


@pytest.fixture
def raw(city_home: Path) -> list[dict[str, Any]]:
    """Three hundred requests of three services in two districts and nowhere, some found by staff, some cancelled."""
    chance = Random(7)
    rows = []
    for _ in range(300):
        opened_on = date(2017, 1, 1) + timedelta(days=chance.randrange(365))
        closed_on = chance.choice([None, opened_on + timedelta(days=chance.randrange(30))])
        cancelled = {"status": "cancelled"} if chance.random() < 0.1 else {}
        rows.append(
            request(
                opened_on=opened_on,
                closed_on=closed_on if closed_on is None or closed_on <= date(2017, 12, 31) else None,
                service=chance.choice(["Pothole", "Graffiti", "Missed trash"]),
                origin=chance.choice(["resident", "internal"]),
                place_council_district=chance.choice(["1", "2", None]),
                **cancelled,
            )
        )
    write_build(rows, as_of=date(2017, 12, 31))
    return rows


@pytest.mark.slow
@pytest.mark.feature("F002")
def test_counts_by_service_month_and_district_equal_the_raw_rows(raw: list[dict[str, Any]]) -> None:
    expected: Counter[tuple[str, ...]] = Counter()
    for row in raw:
        expected[(row["service"], f"{row['opened_on']:%Y-%m}", row["place_council_district"])] += 1
    found: Counter[tuple[str, ...]] = Counter()
    for name in ("requests_opened", "requests_not_counted"):
        for row in queries.measure_rows(name, **YEAR, by=["service", "council_district"]):
            found[(row.group["service"], row.period, row.group["council_district"])] += row.value
    assert {key: number for key, number in found.items() if number} == dict(expected)


@pytest.mark.slow
@pytest.mark.feature("F103")
def test_month_counts_of_two_services_match_the_raw_rows(raw: list[dict[str, Any]]) -> None:
    for service, slug in (("Missed trash", "missed-trash"), ("Graffiti", "graffiti")):
        rows = queries.measure_rows("requests_opened", **YEAR, where={"service": slug})
        expected = Counter(f"{row['opened_on']:%Y-%m}" for row in raw if row["service"] == service and row["status"] != "cancelled")
        assert {row.period: row.value for row in rows if row.value} == dict(expected)


@pytest.mark.slow
@pytest.mark.feature("F097")
def test_internal_requests_are_counted_apart_and_in_the_total(raw: list[dict[str, Any]]) -> None:
    total = queries.measure_rows("requests_opened", **YEAR, period="year")[0].value
    by_origin = {row.group["origin"]: row.value for row in queries.measure_rows("requests_opened", **YEAR, period="year", by=["origin"])}
    internal = queries.measure_rows("requests_internal", **YEAR, period="year")[0].value
    assert by_origin["internal"] == internal > 0
    assert by_origin["resident"] + internal == total


@pytest.mark.slow
def test_where_not_recorded_leaves_only_those_without_a_place(raw: list[dict[str, Any]]) -> None:
    rows = queries.measure_rows("requests_opened", **YEAR, period="year", where={"council_district": "(none)"})
    assert rows[0].value == sum(1 for row in raw if row["place_council_district"] is None and row["status"] != "cancelled")


def test_rows_come_by_period_and_then_by_group_with_not_recorded_last(raw: list[dict[str, Any]]) -> None:
    rows = queries.measure_rows("requests_opened", start=date(2017, 1, 1), end=date(2017, 2, 1), by=["council_district"])
    order = [(row.period, row.group["council_district"]) for row in rows]
    assert order == [(period, code) for period in ("2017-01", "2017-02") for code in ("1", "2", None)]


def test_arrow_table_holds_the_same_rows(raw: list[dict[str, Any]]) -> None:
    table = queries.measure_table("closed_within_ten_minutes", **YEAR, by=["service"])
    listed = table.arrow().to_pylist()
    assert [(one["period"], one["group_service"], one["denominator"], one["state"]) for one in listed] == [
        (row.period, row.group["service"], row.denominator, row.state) for row in table.rows()
    ]


@pytest.fixture
def sparse(city_home: Path) -> None:
    """Requests in January and April 2017 only; the data end on 10 May; nothing says what was reopened."""
    dates = [date(2017, 1, 5)] * 30 + [date(2017, 4, 5)] * 3
    write_build([request(opened_on=day, closed_on=day + timedelta(days=2), due_on=day) for day in dates], as_of=date(2017, 5, 10))


@pytest.mark.usefixtures("sparse")
def test_states_tell_zero_missing_too_few_and_incomplete_apart() -> None:
    half_year = {"start": date(2016, 12, 1), "end": date(2017, 6, 30)}
    opened = {row.period: (row.value, row.state, row.complete) for row in queries.measure_rows("requests_opened", **half_year)}
    assert opened["2016-12"] == (None, "missing", True)
    assert opened["2017-01"] == (30, "ok", True)
    assert opened["2017-02"] == (0, "ok", True)
    assert opened["2017-05"] == (0, "incomplete", False)
    assert opened["2017-06"] == (None, "missing", False)


@pytest.mark.usefixtures("sparse")
def test_share_of_few_cases_has_counts_but_no_value() -> None:
    rows = {row.period: row for row in queries.measure_rows("closed_on_time", start=date(2017, 1, 1), end=date(2017, 4, 30))}
    assert (rows["2017-04"].numerator, rows["2017-04"].denominator, rows["2017-04"].value, rows["2017-04"].state) == (0, 3, None, "too_few")
    assert (rows["2017-01"].value, rows["2017-01"].lower, rows["2017-01"].state) == (0.0, 0.0, "ok")


@pytest.mark.usefixtures("sparse")
def test_measure_of_a_column_the_city_does_not_record_is_missing_not_zero() -> None:
    for by in ([], ["service"]):
        rows = queries.measure_rows("reopen_rate", start=date(2017, 1, 1), end=date(2017, 4, 30), by=by)
        assert len(rows) == 4
        assert {(row.value, row.numerator, row.state) for row in rows} == {(None, None, "missing")}


@pytest.mark.slow
@pytest.mark.usefixtures("sparse")
def test_city_minimum_decides_where_the_measure_names_none() -> None:
    make_home()
    write_city(minimum_denominator=3)
    rows = queries.measure_rows("closed_on_time", start=date(2017, 4, 1), end=date(2017, 4, 30))
    assert rows[0].state == "ok"


@pytest.mark.usefixtures("sparse")
def test_follow_up_makes_an_opened_cohort_incomplete_for_thirty_days() -> None:
    rows = queries.measure_rows("closed_on_time", start=date(2017, 1, 1), end=date(2017, 4, 30), cohort="opened")
    assert [(row.period, row.complete) for row in rows][-2:] == [("2017-03", True), ("2017-04", False)]


@pytest.mark.usefixtures("sparse")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"by": ["mood"]}, "requests_opened cannot be grouped by 'mood': use service, category"),
        ({"by": ["service", "service"]}, "Each group may be named once"),
        ({"where": {"council_district@1900": "1"}}, "cannot be grouped by 'council_district@1900'"),
        ({"cohort": "due"}, "requests_opened has no cohorts"),
        ({"period": "hour"}, "There is no period 'hour'"),
    ],
)
def test_impossible_questions_are_refused_in_a_sentence(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        queries.measure_rows("requests_opened", **YEAR, **options)
    assert sentence in str(refused.value)


@pytest.mark.slow
def test_group_value_is_never_read_as_sql(raw: list[dict[str, Any]]) -> None:
    rows = queries.measure_rows("requests_opened", **YEAR, period="year", where={"service": "x' OR '1'='1"})
    assert rows[0].value == 0


@pytest.mark.slow
@pytest.mark.feature("F100")
def test_reopened_request_is_neither_resolved_nor_on_time_while_open(city_home: Path) -> None:
    june = {"start": date(2017, 6, 1), "end": date(2017, 6, 30)}
    make_home()
    write_city(minimum_denominator=1)
    due = {"opened_on": date(2017, 6, 1), "due_on": date(2017, 6, 10)}
    done = request(closed_on=date(2017, 6, 5), reopened=False, **due)
    open_again = request(status="open", reopened=True, **due)
    closed_again = request(closed_on=date(2017, 6, 8), reopened=True, **due)
    write_build([done, open_again, closed_again], as_of=date(2017, 7, 31))
    on_time, resolved = (queries.measure_rows(name, **june)[0] for name in ("closed_on_time", "resolved_share"))
    assert (on_time.numerator, on_time.denominator) == (2, 3)
    assert (resolved.numerator, resolved.denominator) == (1, 2)
    assert queries.measure_rows("reopen_rate", **june)[0].numerator == 1
