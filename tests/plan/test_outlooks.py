"""The coming months of a measure: a forecast only where it proved better than repeating last year and the last month."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from citystat.methods import forecasts
from citystat.plan import outlooks, queries
from citystat.plan import periods as calendar
from citystat.plan.results import MeasureRow
from tests.factories.requests import request, write_build

MEASURE = "requests_opened"


def rows(values: list[float | None], *, incomplete: int = 0) -> list[MeasureRow]:
    """Months in a row from 2019 on; None is a month without a value, the last `incomplete` are not over."""
    made = []
    for index, value in enumerate(values):
        month = calendar.period_at("month", 2019 * 12 + index)
        state = "incomplete" if index >= len(values) - incomplete else "missing" if value is None else "ok"
        made.append(
            MeasureRow(MEASURE, 1, month.key, month.start, month.end, state == "ok", {}, value, None, value, None, None, state, None, 1)
        )
    return made


def growing(months: int) -> list[float | None]:
    """A tenth more every year, with a season: last year is always too low."""
    return [100 * 1.1 ** (month / 12) + 20 * np.sin(month * np.pi / 6) for month in range(months)]


def test_outlook_of_a_growing_series_goes_on_after_the_last_complete_month() -> None:
    found = outlooks.outlook(queries.measure(MEASURE), rows([*growing(60), 3.0], incomplete=1))
    assert found.state == "better"
    assert [one.month.key for one in found.months] == ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06"]
    assert [one.value for one in found.months] == pytest.approx(growing(66)[60:], rel=0.05)
    assert all(one.lower is not None and one.upper is not None and one.lower <= one.value <= one.upper for one in found.months)
    assert found.saved is not None
    assert found.saved > 0.05


def test_outlook_of_noise_says_it_is_no_better_than_last_year() -> None:
    noise = [float(value) for value in np.random.default_rng(3).normal(100, 10, 12)] * 5
    found = outlooks.outlook(queries.measure(MEASURE), rows([*noise]))
    assert (found.state, found.months) == ("not_better", ())


def test_outlook_of_what_drifts_is_no_better_than_repeating_the_last_month() -> None:
    drifting = np.round(200 + np.cumsum(np.random.default_rng(7).normal(0, 12, 60))).tolist()
    assert forecasts.forecast(drifting, outlooks.MONTHS_AHEAD, methods=["seasonal_baseline"]).beats_same_as_last_year
    assert outlooks.outlook(queries.measure(MEASURE), rows(drifting)).state == "not_better"


@pytest.mark.parametrize(("months", "state"), [(outlooks.FEWEST_MONTHS - 1, "too_short"), (outlooks.FEWEST_MONTHS, "better")])
def test_outlook_needs_enough_months_to_try_a_forecast_on(months: int, state: str) -> None:
    assert outlooks.outlook(queries.measure(MEASURE), rows(growing(months))).state == state


def test_outlook_forgets_what_lies_before_a_gap() -> None:
    values = growing(60)
    values[30] = None
    found = outlooks.outlook(queries.measure(MEASURE), rows(values))
    assert (found.state, found.known) == ("too_short", 29)


def test_outlook_of_a_share_stays_below_one() -> None:
    measure = queries.measure("closed_on_time")
    shares = [min(1.0, 0.5 + month / 120) for month in range(60)]
    assert max(one.upper or 0 for one in outlooks.outlook(measure, rows([*shares])).months) == 1.0


@pytest.mark.slow
def test_chart_and_outlook_is_for_months_up_to_the_last_day_only(city_home: Path) -> None:
    write_build([request(opened_on=date(2024, 1, 5))], as_of=date(2024, 3, 31))
    start = date(2024, 2, 1)
    assert queries.chart_and_outlook(MEASURE, start=start, end=date(2024, 2, 29))[1] is None
    drawn, found = queries.chart_and_outlook(MEASURE, start=start, end=date(2024, 3, 31))
    assert drawn.rows == queries.chart(MEASURE, start=start, end=date(2024, 3, 31)).rows
    assert found is not None
    assert (found.state, found.known) == ("too_short", 3)


def test_outlook_of_given_values_does_not_stop_at_a_month_that_is_not_over() -> None:
    made = rows([*growing(60), None])
    assert (made[-1].state, made[-1].complete) == ("missing", False)
    assert outlooks.outlook(queries.measure(MEASURE), made).known == 60


def test_outlook_of_values_below_zero_stays_below_zero() -> None:
    found = outlooks.outlook(queries.measure(MEASURE), rows([-(value or 0) for value in growing(60)]))
    assert found.state == "better"
    assert max(one.value for one in found.months) < 0
