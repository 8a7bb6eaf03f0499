"""A figure before and after a day: for the whole and by area, with the interval of the change and the same months a year earlier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.methods import rates
from citystat.methods.before_after import Estimate, difference_of_means, difference_of_quantiles, quantile_of, ratio_of_counts
from citystat.plan import queries as measures
from citystat.plan.definitions import Measure
from citystat.plan.models import Improvement, Incident
from citystat.plan.programs.rules import Windows, windows
from citystat.plan.results import MeasureTable

How = Literal["share", "count", "months", "percentile"]
Days = tuple[date, date]
PERCENTILE = 0.9
# Months before the start from which the swing of counts is learnt.
SWING_MONTHS = 24


@dataclass(frozen=True)
class Side:
    """One stretch: its value, of how many, and for percentiles the median and the interval of the value beside."""

    value: float | None
    of: float | None
    numerator: float | None = None
    lower: float | None = None
    upper: float | None = None
    median: float | None = None
    without_time: int = 0


@dataclass(frozen=True)
class Change:
    """One area (None for the whole): both sides, and after against before: a ratio for counts, a difference for the rest."""

    area: str | None
    before: Side
    after: Side
    change: Estimate


@dataclass(frozen=True)
class BeforeAfter:
    """All that is known. `rows` starts with the whole; `earlier` is the whole in the same months a year before, None without data."""

    how: How
    form: str
    measure: Measure | None
    windows: Windows
    rows: tuple[Change, ...]
    earlier: Change | None
    dispersion: float
    build: int | None


def of_improvement(row: Improvement, *, build: int | None = None) -> BeforeAfter | None:
    """The figure of an improvement before and after; None while no whole month has passed since."""
    if row.incidents:
        return _of_incidents(row)
    return of_measure(row.measure, row.started_on, row.window_months, where=row.where, by=row.by, build=build)


def of_measure(
    name: str, started_on: date, months: int, *, where: Mapping[str, Any] | None = None, by: str = "", build: int | None = None
) -> BeforeAfter | None:
    """A measure before and after a day."""
    measure = measures.measure(name)
    check_monthly(measure)
    sides = windows(started_on, months, measures.last_day(name, build) - timedelta(days=measure.follow_up_days))
    if sides is None:
        return None
    whole = _table(measure, sides, where, (), build)
    swing = _dispersion(whole, sides.before[1])
    rows = [_compare(whole, 0, sides, swing, None)]
    if by:
        split = _table(measure, sides, where, (by,), build)
        rows += [_compare(split, at, sides, swing, code) for at, (code,) in enumerate(split.groups) if code is not None]
    earlier = _compare(whole, 0, sides.a_year_earlier(), swing, None)
    known = earlier.before.value is not None and earlier.after.value is not None
    return BeforeAfter(
        how_of(measure), measure.format, measure, sides, tuple(rows), earlier if known else None, swing, whole.build
    )  # fmt: skip


def how_of(measure: Measure) -> How:
    """How a measure's change is judged: shares and counts by their cases, everything else by its monthly values."""
    if measure.kind == "share":
        return "share"
    return "count" if measure.kind in {"count", "per_capita"} else "months"


def check_monthly(measure: Measure) -> None:
    """Refuse a measure that has no monthly values."""
    if measure.source != "warehouse" and measure.period not in {"day", "week", "month"}:
        raise InputError(f"{measure.label.en} is not given by month: choose a measure with a value for each month.")


def _table(measure: Measure, sides: Windows, where: Mapping[str, Any] | None, by: Sequence[str], build: int | None) -> MeasureTable:
    start = min(sides.a_year_earlier().before[0], sides.before[1] - timedelta(days=31 * SWING_MONTHS))
    return measures.measure_table(
        measure.name, start=start, end=sides.after[1], where=where or None, by=by, build=build, period="month", interval=False
    )


def _compare(table: MeasureTable, group: int, sides: Windows, swing: float, area: str | None) -> Change:
    how = how_of(table.measure)
    before, after = (_side(table, group, days, how) for days in (sides.before, sides.after))
    if how == "months":
        change = difference_of_means(_values(table, group, sides.after), _values(table, group, sides.before))
    elif before.of is None or after.of is None or before.numerator is None or after.numerator is None:
        change = Estimate(None, None, None, 0.95, "undefined")
    elif how == "share":
        change = shares_compared(after.numerator, after.of, before.numerator, before.of)
    else:
        change = ratio_of_counts(after.numerator, after.of, before.numerator, before.of, dispersion=swing)
    return Change(area, before, after, change)


def shares_compared(after: float, of_after: float, before: float, of_before: float) -> Estimate:
    """The difference of two shares with Newcombe's interval."""
    found = rates.difference_of_proportions(after, of_after, before, of_before)
    if not np.isfinite(found.estimate):
        return Estimate(None, None, None, 0.95, "undefined")
    verdict: Any = str(found.verdict)
    return Estimate(float(found.estimate), float(found.lower), float(found.upper), 0.95, verdict)


def _side(table: MeasureTable, group: int, days: Days, how: How) -> Side:
    at = _at(table, days)
    numerator, denominator = table.numerator[group][at], table.denominator[group][at]
    if not at.any():
        return Side(None, None)
    if how == "months":
        values = table.value[group][at]
        told = values[np.isfinite(values)]
        return Side(float(told.mean()) if told.size else None, float(told.size))
    counted = float(np.nansum(numerator)) if np.isfinite(numerator).any() else None
    if how == "share":
        of = float(np.nansum(denominator))
        if of < _least(table.measure):
            return Side(None, of or None)
        return Side(counted / of if of and counted is not None else None, of or None, counted)
    # Exposure: days, times the residents where the measure divides by them.
    lengths = np.array([(one.end - one.start).days + 1 for one, kept in zip(table.periods, at, strict=True) if kept], dtype=np.float64)
    if table.measure.kind == "per_capita":
        of = float(np.nansum(lengths * denominator))
        rate = counted / of * table.measure.per * 365.25 / 12 if counted is not None and of else None
        return Side(rate, of or None, counted)
    return Side(counted, float(lengths.sum()), counted)


def _least(measure: Measure) -> int:
    """Under this many cases no share is shown."""
    return current_city().minimum_denominator if measure.minimum_denominator is None else measure.minimum_denominator


def _values(table: MeasureTable, group: int, days: Days) -> NDArray[np.float64]:
    return np.asarray(table.value[group][_at(table, days)], dtype=np.float64)


def _at(table: MeasureTable, days: Days) -> NDArray[np.bool_]:
    return np.array([days[0] <= one.start and one.end <= days[1] for one in table.periods], dtype=bool)


def _dispersion(table: MeasureTable, last: date) -> float:
    """How much more than by chance the months before the start swing, each calendar half-year around its own level."""
    if how_of(table.measure) != "count":
        return 1.0
    counts = [float(n) for n, one in zip(table.numerator[0], table.periods, strict=True) if one.end <= last and np.isfinite(n)]
    halves = [counts[max(0, at - 6) : at] for at in range(len(counts), 0, -6)]
    return rates.poisson_dispersion(halves) if counts else 1.0


def _of_incidents(row: Improvement) -> BeforeAfter | None:
    found = Incident.objects.filter(kind=row.incidents)
    last = found.aggregate(day=Max("on"))["day"]
    sides = windows(row.started_on, row.window_months, last) if last else None
    if sides is None:
        return None
    earlier = sides.a_year_earlier()
    wanted = found.filter(on__gte=earlier.before[0], on__lte=sides.after[1])
    if row.areas:
        wanted = wanted.filter(area__in=row.areas)
    calls = list(wanted.order_by("area").values_list("on", "area", "seconds"))
    areas = sorted({area for _on, area, _seconds in calls})
    rows = [_incidents(calls, sides, None), *(_incidents(calls, sides, area) for area in areas)]
    before = _incidents(calls, earlier, None)
    known = before.before.value is not None and before.after.value is not None
    return BeforeAfter("percentile", "seconds", None, sides, tuple(rows), before if known else None, 1.0, None)


def _incidents(calls: Sequence[tuple[date, str, float | None]], sides: Windows, area: str | None) -> Change:
    times = []
    for days in (sides.before, sides.after):
        kept = [seconds for on, where, seconds in calls if days[0] <= on <= days[1] and area in {None, where}]
        times.append(np.array([np.nan if one is None else one for one in kept], dtype=np.float64))
    return Change(area, _times(times[0]), _times(times[1]), difference_of_quantiles(times[1], times[0], PERCENTILE))


def _times(seconds: NDArray[np.float64]) -> Side:
    high, told = quantile_of(seconds, PERCENTILE), int(np.isfinite(seconds).sum())
    median = quantile_of(seconds, 0.5).estimate
    return Side(high.estimate, float(told) or None, None, high.lower, high.upper, median, int(seconds.size - told))
