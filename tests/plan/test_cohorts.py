"""The four definitions of closed on time, on the ten requests of the published test T1."""

from datetime import date
from pathlib import Path

import pytest

from citystat.plan import queries
from tests.factories.requests import request, write_build

# opened, due, closed; as of 30 June 2024.
T1 = [
    ("2024-06-03", "2024-06-06", "2024-06-05"),
    ("2024-06-03", "2024-06-06", "2024-06-10"),
    ("2024-06-10", "2024-06-13", None),
    ("2024-06-12", "2024-06-17", "2024-06-14"),
    ("2024-06-20", "2024-06-25", "2024-06-25"),
    ("2024-06-26", "2024-07-01", None),
    ("2024-06-27", "2024-07-02", "2024-06-28"),
    ("2024-05-20", "2024-05-23", "2024-06-04"),
    ("2024-05-29", "2024-06-03", "2024-06-03"),
    ("2024-05-30", "2024-06-04", None),
]


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.fixture
def t1(city_home: Path) -> None:
    rows = [request(opened_on=day(opened), due_on=day(due), closed_on=day(closed)) for opened, due, closed in T1]
    write_build(rows, as_of=date(2024, 6, 30))


def june(name: str, **options: str) -> queries.MeasureRow:
    (row,) = queries.measure_rows(name, start=date(2024, 6, 1), end=date(2024, 6, 30), **options)
    return row


@pytest.mark.slow
@pytest.mark.usefixtures("t1")
@pytest.mark.parametrize(("cohort", "on_time", "of"), [("due", 4, 7), ("closed", 5, 7), ("opened", 4, 7), ("outcome_known", 4, 6)])
def test_closed_on_time_cohorts_give_the_published_numbers(cohort: str, on_time: int, of: int) -> None:
    row = june("closed_on_time", cohort=cohort)
    assert (row.numerator, row.denominator) == (on_time, of)


@pytest.mark.usefixtures("t1")
@pytest.mark.feature("F100")
def test_due_cohort_counts_open_overdue_requests_as_misses() -> None:
    row = june("closed_on_time")
    late_closed, open_overdue = 1, 2
    assert row.denominator - row.numerator == late_closed + open_overdue


@pytest.mark.slow
@pytest.mark.usefixtures("t1")
def test_backlog_and_overdue_give_the_published_numbers() -> None:
    backlog, overdue = june("open_backlog"), june("share_overdue")
    assert (backlog.value, overdue.numerator, overdue.denominator) == (3, 2, 3)


@pytest.mark.slow
@pytest.mark.usefixtures("t1")
def test_flow_identity_holds_between_two_month_ends() -> None:
    start, end = queries.measure_rows("open_backlog", start=date(2024, 5, 1), end=date(2024, 6, 30))
    opened, closed = june("requests_opened").value, june("requests_closed").value
    assert start.value + opened - closed == end.value == 3


@pytest.mark.usefixtures("city_home")
def test_due_on_the_as_of_day_and_open_is_neither_late_nor_overdue() -> None:
    """T1 as of 13 June: C is due that day and open. Late and open are then J alone; the next day C is late in both measures."""
    for as_of, late_open in ((date(2024, 6, 13), 1), (date(2024, 6, 14), 2)):
        known = [(opened, due, closed if closed and day(closed) <= as_of else None) for opened, due, closed in T1]
        write_build(
            [request(opened_on=day(one[0]), due_on=day(one[1]), closed_on=day(one[2])) for one in known if day(one[0]) <= as_of],
            as_of=as_of,
        )
        on_time, overdue = june("closed_on_time"), june("share_overdue")
        late_closed = 1
        assert on_time.denominator - on_time.numerator - late_closed == overdue.numerator == late_open
