"""Whether days of calls are really different: XmR charts of daily figures, the usual week taken out. For arrows, never for ranking."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from citystat.methods import control_charts
from citystat.methods.control_charts import Improvement
from citystat.service_requests.center.calls import Day, Figures

DAYS: Final = 91
ROLES: Final = {"improvement": "improving", "concern": "concerning", "neutral": "neutral"}
Read = Callable[[Figures], float | int | None]


@dataclass(frozen=True)
class Series:
    """One figure by day: value, limits, signal (None where a day cannot be judged) and direction of each day."""

    name: str
    improvement: Improvement
    on: tuple[date, ...]
    values: tuple[float | None, ...]
    complete: tuple[bool, ...]
    center: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    signals: tuple[str | None, ...]
    directions: tuple[int, ...]
    is_adjusted: bool

    @property
    def last(self) -> int | None:
        """Index of the newest day that is complete; None where there is none."""
        return next((index for index in reversed(range(len(self.on))) if self.complete[index] and self.values[index] is not None), None)


FIGURES: Final[dict[str, tuple[Read, Improvement]]] = {
    "offered": (lambda one: one.offered, "neutral"),
    "abandoned_share": (lambda one: one.abandoned_share, "decrease"),
    "asa_seconds": (lambda one: one.asa_seconds, "decrease"),
    "service_level": (lambda one: one.service_level, "increase"),
}


def judged(name: str, days: Sequence[Day]) -> Series:
    """The figure of every day, judged against its usual weekday; days not complete are shown and never judged."""
    read, improvement = FIGURES[name]
    values = [None if (value := read(day.figures)) is None else float(value) for day in days]
    open_days = _weekdays(days, values)
    used = [index for index, day in enumerate(days) if day.on.weekday() in open_days]
    series = np.array([values[index] if days[index].complete and values[index] is not None else math.nan for index in used], dtype=float)
    adjusted = control_charts.seasonally_adjusted(series, season_length=len(open_days)) if len(open_days) > 1 else None
    chart = control_charts.xmr(adjusted.adjusted if adjusted else series, improvement=improvement) if len(series) else None
    season = (series - adjusted.adjusted) if adjusted and adjusted.is_adjusted else np.zeros(len(series))
    found = {index: place for place, index in enumerate(used)}

    def line(points: NDArray[np.float64] | None) -> tuple[float | None, ...]:
        return tuple(_number(points[found[i]] + season[found[i]]) if points is not None and i in found else None for i in range(len(days)))

    def signal(index: int) -> str | None:
        if chart is None or index not in found or not days[index].complete or chart.state != "ok" or math.isnan(series[found[index]]):
            return None
        return ROLES.get(chart.roles[found[index]], "common_cause")

    limits = chart.limits if chart is not None and chart.state == "ok" else None
    return Series(
        name, improvement, tuple(day.on for day in days), tuple(values), tuple(day.complete for day in days),
        line(limits.center if limits else None), line(limits.lower if limits else None), line(limits.upper if limits else None),
        tuple(signal(index) for index in range(len(days))),
        tuple(chart.directions[found[index]] if chart is not None and index in found else 0 for index in range(len(days))),
        bool(adjusted and adjusted.is_adjusted),
    )  # fmt: skip


def _weekdays(days: Sequence[Day], values: Sequence[float | None]) -> frozenset[int]:
    """Weekdays on which the center usually answers: at least half of them have a value."""
    seen = {
        weekday: [value is not None for day, value in zip(days, values, strict=True) if day.on.weekday() == weekday] for weekday in range(7)
    }
    return frozenset(weekday for weekday, known in seen.items() if known and 2 * sum(known) >= len(known))


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
