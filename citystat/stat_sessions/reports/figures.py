"""Every measure as it stood at a period's end: value, both answers, the year to date beside its target, and what to expect of the year."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.errors import UserError
from citystat.methods import forecasts
from citystat.plan import queries as plan
from citystat.plan.charts_of_measures import MeasureChart
from citystat.plan.definitions import Measure, Target
from citystat.plan.registered import board, register, status
from citystat.plan.registered.status import Answers
from citystat.plan.results import MeasureRow
from citystat.stat_sessions import few
from citystat.stat_sessions.content import Audience
from citystat.stat_sessions.reports import rules
from citystat.stat_sessions.writing import with_unit
from citystat.warehouse.connections import open_build

NOT_JUDGED = Answers("not_judged", "", "not_judged", "")


@dataclass(frozen=True)
class Projection:
    """What to expect at the end of the year, or the sentence that says why nothing can be."""

    value: float | None
    sentence: str


@dataclass(frozen=True)
class Stand:
    """One measure at a period's end. `why_not` says why it has no value, where it has none, and `state` in a word.

    `row` is the last period with a value; `newest` the last one that was given at all, even with too few cases for a value.
    """

    measure: Measure
    label: str
    row: MeasureRow | None
    answers: Answers
    before: Answers
    actual: float | None
    target: float | None
    in_force: Target | None
    how: rules.HowSummed
    n_known: int
    projection: Projection
    chart: MeasureChart | None
    why_not: str = ""
    newest: MeasureRow | None = None
    state: str = "missing"

    @property
    def variance(self) -> float | None:
        """How far the year to date is from its target, as a share of the target."""
        return rules.variance(self.actual, self.target)

    @property
    def needs_words(self) -> bool:
        """Whether the report is not released without an explanation."""
        return rules.needs_words(self.actual, self.target, self.measure.direction)

    @property
    def has_moved(self) -> bool:
        """Whether one of the two answers is another one than a period before, both being known."""
        return any(
            now != then and "not_judged" not in (now, then)
            for now, then in ((self.answers.variation, self.before.variation), (self.answers.assurance, self.before.assurance))
        )


def stands(
    end: date, before: date, *, audience: Audience, language: str, build: int, of: Callable[[Measure], bool] | None = None
) -> tuple[Stand, ...]:
    """Every measure in use that the audience may see, or those of them `of` chooses, by label."""
    chosen = [one for one in plan.measures("public" if audience == "public" else None) if of is None or of(one)]
    found = [stand(one, end, before, language=language, build=build) for one in chosen if one.source != "gap"]
    return tuple(sorted(found, key=lambda one: (one.label.casefold(), one.measure.name)))


def stand(measure: Measure, end: date, before: date, *, language: str, build: int) -> Stand:
    """One measure at the end of a period, beside how it stood a period before."""
    label = measure.label.in_(language)
    try:
        chart = _chart(measure, end, build)
        earlier = status.answers(_chart(measure, before, build), language)
    except UserError as error:
        nothing = Projection(None, _("No projection is possible: there are no values."))
        return Stand(measure, label, None, NOT_JUDGED, NOT_JUDGED, None, None, None, "last", 0, nothing, None, str(error))
    rows = [row for row in chart.rows if row.complete and row.period_end <= end]
    known = [row for row in rows if row.state == "ok" and row.value is not None and row.period_start >= date(end.year, 1, 1)]
    how = rules.how_summed(measure.kind, measure.registered.over_periods if measure.registered else "")
    actual = rules.year_to_date(how, [row.value or 0.0 for row in known], [(row.numerator, row.denominator) for row in known])
    in_force = register.target_on(measure.targets, end)
    return Stand(
        measure=measure,
        label=label,
        row=board.last_complete(rows),
        answers=status.answers(chart, language),
        before=earlier,
        actual=actual,
        target=_target(in_force, how, len(known)),
        in_force=in_force,
        how=how,
        n_known=len(known),
        projection=projection(measure, rows, end, actual, how),
        chart=chart,
        why_not="" if known else _why_not(measure, rows, end),
        newest=next((row for row in reversed(rows) if row.state != "missing"), None),
        state="ok" if known else _state(rows, end),
    )


def _state(rows: Sequence[MeasureRow], end: date) -> str:
    """Why a year has no value: too few cases in each period that was given, or none was given."""
    return "too_few" if any(row.state == "too_few" and row.period_start.year == end.year for row in rows) else "missing"


def _why_not(measure: Measure, rows: Sequence[MeasureRow], end: date) -> str:
    if _state(rows, end) == "missing":
        return _("It has no value this year.")
    least = few.least_of(measure)
    if least is None:
        return _("Too few cases for a value this year.")
    return _("Too few cases for a value this year: each period takes %(least)s.") % {"least": formats.number(least)}


def _chart(measure: Measure, end: date, build: int) -> MeasureChart:
    return _kept(measure.name, end, build, (open_build(build).manifest.checksum, register.stamp()))


@lru_cache(maxsize=400)
def _kept(name: str, end: date, build: int, version: tuple[object, ...]) -> MeasureChart:
    """A chart, kept while four versions of a report are made of it; `version` says of which build and register it is."""
    start, last = board.range_of(plan.measure(name), end)
    return plan.chart(name, start=start, end=min(last, end), build=build)


def _target(in_force: Target | None, how: rules.HowSummed, periods: int) -> float | None:
    """A target of a month counts once for each month that is added up."""
    if in_force is None:
        return None
    return in_force.value * (periods if how == "sum" else 1)


def projection(measure: Measure, rows: Sequence[MeasureRow], end: date, actual: float | None, how: rules.HowSummed) -> Projection:
    """The end of the year by `methods.forecasts`, judged in a backtest; a plain sentence where none is possible."""
    left = 12 - end.month
    if left == 0:
        return Projection(None, _("The year is over."))
    if measure.period != "month":
        return Projection(None, _("No projection is possible: it is not given by month."))
    values = _since_last_gap(rows, [rebase.on for rebase in measure.chart.rebases])
    if len(values) < rules.FEWEST_MONTHS_TO_PROJECT or rows[-1].period_end != end:
        said = {"n": formats.number(len(values)), "needed": formats.number(rules.FEWEST_MONTHS_TO_PROJECT)}
        return Projection(None, _("No projection is possible: it takes %(needed)s months in a row, and there are %(n)s.") % said)
    found = forecasts.forecast(values, left, methods=["seasonal_baseline"], lowest=0.0)
    trusted = _("better than repeating last year") if found.beats_same_as_last_year else _("no better than repeating last year")
    if how == "sum" and actual is not None:
        value = actual + float(found.estimate.sum())
        return Projection(value, _("By year's end, if the rest goes as forecast; the forecast was %(trusted)s.") % {"trusted": trusted})
    low, high = float(found.lower[-1]), float(found.upper[-1])
    between = "" if np.isnan(low) else _("between %(low)s and %(high)s") % {
        "low": with_unit(low, measure.format), "high": with_unit(high, measure.format)
    }  # fmt: skip
    said = {"between": f" ({between})" if between else "", "trusted": trusted}
    return Projection(float(found.estimate[-1]), _("In December%(between)s; the forecast was %(trusted)s.") % said)


def _since_last_gap(rows: Sequence[MeasureRow], rebases: Sequence[date]) -> list[float]:
    """Values in a row up to the last one: nothing before a month without a value or a rebase."""
    first = max((day for day in rebases), default=date.min)
    found: list[float] = []
    for row in reversed(rows):
        if row.state != "ok" or row.value is None or row.period_start < first:
            break
        found.append(row.value)
    return found[::-1]


def year_value(measure: Measure, year: int, build: int) -> tuple[float | None, int]:
    """The value of a whole year, and from how many of its periods."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    try:
        rows = plan.measure_rows(measure.name, start=first, end=last, build=build, interval=False)
    except UserError:
        return None, 0
    known = [row for row in rows if row.complete and row.state == "ok" and row.value is not None and first <= row.period_start]
    how = rules.how_summed(measure.kind, measure.registered.over_periods if measure.registered else "")
    return rules.year_to_date(how, [row.value or 0.0 for row in known], [(row.numerator, row.denominator) for row in known]), len(known)


def counts(found: Sequence[Stand]) -> Mapping[str, int]:
    """How many measures have each answer, `v:` before those on change and `a:` before those on the target."""
    total: dict[str, int] = {}
    for one in found:
        for key in (f"v:{one.answers.variation}", f"a:{one.answers.assurance}"):
            total[key] = total.get(key, 0) + 1
    return total
