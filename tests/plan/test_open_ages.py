"""Open requests are as old as the data know them to be: to the minute where closings have clock times, in whole days where they have none.

The numbers are worked out by hand from the product-limit definition (`docs/explanation/statistics.md`).
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from citystat.core.cities import write_city
from citystat.plan import build_facts, computation, periods, queries, statements
from citystat.plan.row_statements import rows_behind
from citystat.warehouse.connections import open_build
from tests.factories.requests import request, write_build

AS_OF = date(2018, 10, 22)
MIDNIGHT = datetime(2018, 10, 22)


def at(minutes: int, closed: int | None = None, **more: Any) -> dict[str, Any]:
    """A request opened, and perhaps closed, so many minutes into the as-of day."""
    end = None if closed is None else MIDNIGHT + timedelta(minutes=closed)
    opened = MIDNIGHT + timedelta(minutes=minutes)
    return request(opened_at=opened, opened_on=opened.date(), closed_at=end, closed_on=end.date() if end else None) | more


# Closed after 60, 120 and 150 minutes; open for 140, 140 and 30 when the last closing was recorded, at 2:30.
SIX = ((0, 60), (0, 120), (0, 150), (10, None), (10, None), (120, None))


def median_minutes() -> float | None:
    (row,) = queries.measure_rows("median_days_to_close", start=date(2018, 10, 1), end=AS_OF)
    return None if row.value is None else row.value * 24 * 60


def scope() -> statements.Scope:
    """The median of the month up to the as-of day."""
    months = periods.periods_between("month", date(2018, 10, 1), AS_OF, 1)
    return computation.scope_of(queries.measure("median_days_to_close"), open_build(), months, (), {})


def test_median_counts_open_requests_up_to_the_last_recorded_minute(city_home: Path) -> None:
    """S(60) = 4/5, S(120) = 4/5 * 3/4 = 0.6, S(150) = 0. Aged by days, all three would have left at 0: S(120) = 1/3.

    Four of each, for a median needs twenty requests to be shown.
    """
    write_build([at(*one) for one in SIX * 4], as_of=AS_OF)
    assert build_facts.clock(open_build()).until == MIDNIGHT + timedelta(minutes=150)
    assert median_minutes() == pytest.approx(150)


def test_rows_behind_show_the_same_ages(city_home: Path) -> None:
    write_build([at(*one) for one in SIX], as_of=AS_OF)
    shown = open_build().dicts(*rows_behind(scope()))
    assert sorted(round(row["days"] * 1440) for row in shown) == [30, 60, 120, 140, 140, 150]


def test_ages_are_days_where_closings_have_only_dates(city_home: Path) -> None:
    """Opened at noon two days before, closed by date: an age of a day and a half would sit among whole days."""
    opened = {"opened_at": datetime(2018, 10, 20, 12), "opened_on": date(2018, 10, 20)}
    write_build([request(**opened), request(**opened, closed_on=date(2018, 10, 21))], as_of=AS_OF)
    assert build_facts.clock(open_build()).sources == ()
    assert sorted(row[1] for row in open_build().rows(*statements.durations(scope()))) == [1.0, 2.0]


def test_each_source_is_aged_by_what_it_records(city_home: Path) -> None:
    by_date = {"source": "by-date", "opened_at": datetime(2018, 10, 20, 12), "opened_on": date(2018, 10, 20)}
    write_build([*(at(*one) for one in SIX), request(**by_date), request(**by_date, closed_on=date(2018, 10, 21))], as_of=AS_OF)
    assert build_facts.clock(open_build()).sources == ("test-city",)
    ages = sorted(row[1] for row in open_build().rows(*statements.durations(scope())))
    assert ages[-2:] == [1.0, 2.0]


def test_as_of_instant_is_not_before_the_day_begins_in_the_city(city_home: Path) -> None:
    """Nothing is recorded on the as-of day: what was opened at noon two days before in New York is open for a day and a half."""
    write_city(name="Testville", time_zone="America/New_York")
    noon = {"opened_at": datetime(2018, 10, 20, 16), "opened_on": date(2018, 10, 20)}
    write_build([request(**noon), request(**noon, closed_at=datetime(2018, 10, 20, 18), closed_on=date(2018, 10, 20))], as_of=AS_OF)
    assert build_facts.clock(open_build()).until == datetime(2018, 10, 22, 4)
    assert sorted(row[1] for row in open_build().rows(*statements.durations(scope()))) == pytest.approx([2 / 24, 1.5])


def test_as_of_instant_leaves_out_what_comes_after_the_day(city_home: Path) -> None:
    later = datetime(2018, 10, 23, 5)
    write_build([*(at(*one) for one in SIX), request(opened_at=later, opened_on=later.date(), flag_opened_after_as_of=True)], as_of=AS_OF)
    assert build_facts.clock(open_build()).until == MIDNIGHT + timedelta(minutes=150)
