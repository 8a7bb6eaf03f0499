"""Periods, years, variances and the time after which a report counts as unread."""

from datetime import date

import pytest

from citystat.core.errors import InputError
from citystat.stat_sessions.reports import office, rules


@pytest.mark.parametrize(
    ("kind", "period", "start", "end"),
    [
        ("department_month", "2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("department_month", "2017-12", date(2017, 12, 1), date(2017, 12, 31)),
        ("quarter", "2017-Q4", date(2017, 10, 1), date(2017, 12, 31)),
        ("year", "2017", date(2017, 1, 1), date(2017, 12, 31)),
    ],
)
def test_span_of_a_period(kind: str, period: str, start: date, end: date) -> None:
    assert rules.span(kind, period) == rules.Span(start, end)


@pytest.mark.parametrize("period", ["2017-Q5", "2017-6", "0001-Q1", "Q1", ""])
def test_span_refuses_what_is_no_quarter(period: str) -> None:
    with pytest.raises(InputError, match="2017-Q2"):
        rules.span("quarter", period)


def test_quarter_before_the_first_is_last_years() -> None:
    assert rules.quarter_before(rules.span("quarter", "2017-Q1")) == rules.span("quarter", "2016-Q4")


@pytest.mark.parametrize(
    ("how", "expected"),
    [("sum", 30.0), ("pooled", 0.75), ("last", 20.0)],
)
def test_year_to_date_adds_up_by_kind(how: rules.HowSummed, expected: float) -> None:
    assert rules.year_to_date(how, [10.0, 20.0], [(10, 10), (20, 30)]) == expected


@pytest.mark.parametrize(
    ("actual", "target", "direction", "needed"),
    [
        (80.0, 100.0, "increase", False),
        (79.0, 100.0, "increase", True),
        (121.0, 100.0, "decrease", True),
        (121.0, 100.0, "increase", True),
        (0.0, 0.0, "decrease", False),
        (1.0, 0.0, "decrease", True),
        (None, 100.0, "increase", False),
        (50.0, None, "increase", False),
        (-130.0, -100.0, "increase", True),
    ],
)
def test_needs_words_past_the_threshold(actual: float | None, target: float | None, direction: str, needed: bool) -> None:
    assert rules.needs_words(actual, target, direction) is needed


@pytest.mark.parametrize(
    ("first", "opened", "expected"),
    [(date(2017, 1, 1), None, True), (date(2017, 6, 1), None, False), (date(2017, 1, 1), date(2017, 6, 1), False)],
)
def test_is_unread_after_the_set_time(first: date, opened: date | None, expected: bool) -> None:
    assert rules.is_unread(first, opened, date(2017, 7, 1)) is expected


def test_sheet_names_are_ones_a_spreadsheet_takes() -> None:
    names = office.sheet_names(["A/B: c?", "a b  c", "x" * 40, "x" * 40, ""])

    assert names[0] == "A B c"
    assert len({one.casefold() for one in names}) == 5
    assert all(0 < len(one) <= 31 for one in names)
