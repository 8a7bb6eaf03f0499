"""Periods: keys, first and last days, and the same number in Python and SQL."""

from datetime import date

import duckdb
import pytest

from citystat.core.errors import InputError
from citystat.plan import periods

DAYS = [date(2016, 2, 29), date(2016, 12, 31), date(2017, 1, 1), date(2017, 4, 30), date(2017, 5, 1), date(1969, 12, 30)]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2017-Q2", date(2017, 4, 1), date(2017, 6, 30)),
        ("2017", date(2017, 1, 1), date(2017, 12, 31)),
        ("FY2016-17", date(2016, 5, 1), date(2017, 4, 30)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("2017-06-15", date(2017, 6, 15), date(2017, 6, 15)),
    ],
)
def test_parse_period_gives_first_and_last_day_and_its_key_back(text: str, start: date, end: date) -> None:
    period = periods.parse_period(text, fiscal_start=5)
    assert (period.start, period.end, period.key) == (start, end, text)


@pytest.mark.parametrize("unit", periods.UNITS)
@pytest.mark.parametrize("fiscal_start", [1, 5, 10])
def test_index_sql_agrees_with_index_of(unit: str, fiscal_start: int) -> None:
    for day in DAYS:
        sql = periods.index_sql(unit, f"DATE '{day}'", fiscal_start)
        assert duckdb.execute(f"SELECT {sql}").fetchone() == (periods.index_of(unit, day, fiscal_start),)


@pytest.mark.parametrize("unit", periods.UNITS)
def test_period_at_contains_the_day_it_was_found_by(unit: str) -> None:
    for day in DAYS:
        period = periods.period_at(unit, periods.index_of(unit, day, 10), 10)
        assert period.start <= day <= period.end


@pytest.mark.parametrize("text", ["", "2017-13", "June", "2017-W60", "2017-02-30"])
def test_parse_period_refuses_what_is_no_period(text: str) -> None:
    with pytest.raises(InputError, match="is not a period: write a month such as 2017-06"):
        periods.parse_period(text)


def test_periods_between_refuses_a_range_that_runs_backwards() -> None:
    with pytest.raises(InputError, match="swap the two dates"):
        periods.periods_between("month", date(2017, 2, 1), date(2017, 1, 1))
