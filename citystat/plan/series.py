"""Control charts of measure rows: limits and signals for the series of one group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citystat.methods.control_charts import ControlChart, PointLimits, Role, RunChart, p_prime, run_chart, xmr
from citystat.plan.definitions import Measure
from citystat.plan.periods import Period
from citystat.plan.results import OK, SIGNALS, FloatArray, MeasureTable
from citystat.plan.seasons import SeasonalIndex, at_months, seasonal_index

MINIMUM_POINTS = 13
SIGNAL_OF_ROLE: dict[Role, str | None] = {
    "improvement": "improving",
    "concern": "concerning",
    "neutral": "neutral",
    "common_cause": "common_cause",
    "not_judged": None,
}


@dataclass(frozen=True, eq=False)
class JudgedSeries:
    """The chart of one series. `season` is set where the limits follow the time of year; `run` for run charts."""

    chart: ControlChart
    season: SeasonalIndex | None
    run: RunChart | None
    signals: tuple[str | None, ...]

    @property
    def limits(self) -> PointLimits:
        """Center line and limits as drawn, in the units of the measure: they follow the season where there is one."""
        lines = self.chart.limits
        if self.season is None:
            return lines
        level = self.season.by_point
        return PointLimits(*(line * level for line in (lines.center, lines.lower, lines.upper, lines.near_lower, lines.near_upper)))


def judge(table: MeasureTable, group: int = 0, season: SeasonalIndex | None = None) -> JudgedSeries:
    """The control chart of a group's series; periods that are not ok are missing points.

    `season` is the index of a longer history (see `seasons_of`); without it, the series itself must be long enough.
    """
    measure, periods = table.measure, table.periods
    usable = (table.state[group] == OK) & np.isfinite(table.value[group])
    values = np.where(usable, table.value[group], np.nan)
    if has_season(table):
        months = [period.start.month for period in periods]
        season = seasonal_index(values, months) if season is None else at_months(season, months)
    if measure.chart.type == "p_prime" and measure.is_share:
        counts = [np.where(usable, grid[group], np.nan) for grid in (table.numerator, table.denominator)]
        chart: ControlChart = p_prime(counts[0], counts[1], **_options(measure, periods))
    else:
        adjusted = values if season is None else values / season.by_point
        bounds = (None if np.nanmin(adjusted, initial=0.0) < 0 else 0, 1 if measure.is_share else None)
        chart = xmr(adjusted, natural_bounds=bounds, **_options(measure, periods))
    run = run_chart(values) if measure.chart.type == "run" and usable.any() else None
    signals = tuple(SIGNAL_OF_ROLE[role] for role in chart.roles) if run is None else _run_signals(run, usable)
    return JudgedSeries(chart, season, run, signals)


def with_signals(table: MeasureTable, seasons: Mapping[tuple[str | None, ...], SeasonalIndex] | None = None) -> MeasureTable:
    """The table with a signal for every point of every series that has enough points; the others stay without."""
    codes = {name: code for code, name in enumerate(SIGNALS)}
    signal = np.zeros(table.state.shape, dtype=np.int8)
    enough = np.flatnonzero((table.state == OK).sum(axis=1) >= MINIMUM_POINTS)
    for group in enough.tolist():
        judged = judge(table, group, (seasons or {}).get(table.groups[group]))
        signal[group] = [codes[name] for name in judged.signals]
    return replace(table, signal=signal)


def has_season(table: MeasureTable) -> bool:
    """Whether the definition asks to allow for the time of year, and the periods are months."""
    return table.measure.chart.seasonality == "month" and table.periods[0].unit == "month" and not table.measure.is_share


def seasons_of(history: MeasureTable) -> dict[tuple[str | None, ...], SeasonalIndex]:
    """The seasonal index of each group whose history is long enough, by the group's values."""
    months = [period.start.month for period in history.periods]
    values = np.where(history.state == OK, history.value, np.nan)
    found = {group: seasonal_index(values[index], months) for index, group in enumerate(history.groups)}
    return {group: season for group, season in found.items() if season is not None}


def rebase_indices(measure: Measure, periods: Sequence[Period]) -> list[int]:
    """The first period of each segment: the first that starts on or after a rebase date."""
    found = []
    for rebase in measure.chart.rebases:
        index = next((index for index, period in enumerate(periods) if period.start >= rebase.on), None)
        if index:
            found.append(index)
    return sorted(set(found))


def targets(measure: Measure, periods: Sequence[Period]) -> FloatArray | None:
    """The target in force at each period's end, NaN where none; None where there is none at all."""
    values = [measure.target_on(period.end) for period in periods]
    if all(value is None for value in values):
        return None
    return np.array([np.nan if value is None else value for value in values])


def _options(measure: Measure, periods: Sequence[Period]) -> dict[str, Any]:
    return {
        "improvement": measure.direction,
        "target": targets(measure, periods),
        "baseline_points": measure.chart.baseline_points,
        "screen_outliers": measure.chart.screen_outliers,
        "rebase_at": rebase_indices(measure, periods),
        "minimum_points": MINIMUM_POINTS,
    }


def _run_signals(run: RunChart, usable: NDArray[np.bool_]) -> tuple[str | None, ...]:
    """A run chart judges the series as a whole and knows no wanted direction."""
    verdict = {True: "neutral", False: "common_cause", None: None}[run.signal]
    return tuple(verdict if here else None for here in usable.tolist())
