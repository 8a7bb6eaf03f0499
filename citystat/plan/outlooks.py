"""What to expect of a measure in the coming months, where a forecast has proved better than repeating last year and the last month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from citystat.methods import forecasts
from citystat.plan import periods as calendar
from citystat.plan.definitions import Measure
from citystat.plan.periods import Period
from citystat.plan.results import MeasureRow

MONTHS_AHEAD = 6
# Two years to learn from, sixteen months to try it from, and the months ahead of the last of them.
FEWEST_MONTHS = 24 + 16 + MONTHS_AHEAD - 1


@dataclass(frozen=True)
class MonthAhead:
    """One month to come: what to expect, and the range that holds the value in 8 of 10 cases."""

    month: Period
    value: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Outlook:
    """`state` is better, not_better (than repeating last year or the last month) or too_short; months only where it is better.

    `saved` is the share of the error of repeating last year that the forecast spares; `known` the complete months in a row.
    """

    state: str
    known: int
    months: tuple[MonthAhead, ...] = ()
    saved: float | None = None


def outlook(measure: Measure, rows: Sequence[MeasureRow]) -> Outlook:
    """The months after the last complete one; `rows` are one series by month, oldest first."""
    known = _since_last_gap(rows, [rebase.on for rebase in measure.chart.rebases])
    if len(known) < FEWEST_MONTHS:
        return Outlook("too_short", len(known))
    # The baseline alone: smoothing takes seconds, and nobody should wait for them on a page.
    values = [row.value or 0.0 for row in known]
    found = forecasts.forecast(values, MONTHS_AHEAD, methods=["seasonal_baseline"], lowest=0.0 if min(values) >= 0 else None)
    if not found.beats_same_as_last_year or found.mean_absolute_error >= _error_of_the_last_month(values):
        return Outlook("not_better", len(known))
    first = calendar.index_of("month", known[-1].period_start) + 1
    highest = 1.0 if measure.is_share else np.inf
    ahead = tuple(
        MonthAhead(
            calendar.period_at("month", first + step),
            min(float(found.estimate[step]), highest),
            _known(found.lower[step], highest),
            _known(found.upper[step], highest),
        )
        for step in range(MONTHS_AHEAD)
    )
    return Outlook("better", len(known), ahead, found.skill)


def _error_of_the_last_month(values: Sequence[float]) -> float:
    """Mean absolute error of expecting the last month again: what is held, such as a backlog, is often nearer to it than to last year."""
    again = forecasts.rolling_origin(values, lambda history, horizon: np.repeat(history[-1], horizon), MONTHS_AHEAD, first_origin=24)
    return float(np.abs(again.errors).mean())


def _since_last_gap(rows: Sequence[MeasureRow], rebases: Sequence[date]) -> list[MeasureRow]:
    """Complete months in a row up to the last one: nothing before a month without a value or a rebase."""
    first = max(rebases, default=date.min)
    whole = list(rows)
    # A month that is not over yet has, of values people give, no number at all.
    while whole and not whole[-1].complete:
        whole.pop()
    found: list[MeasureRow] = []
    for row in reversed(whole):
        if row.state != "ok" or row.value is None or row.period_start < first:
            break
        found.append(row)
    return found[::-1]


def _known(bound: float, highest: float) -> float | None:
    return min(float(bound), highest) if np.isfinite(bound) else None
