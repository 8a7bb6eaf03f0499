"""Where to look first: every measure for the city, each department and each district, judged by named rules."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import log10

import numpy as np

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.core.errors import UserError
from citystat.methods import rates
from citystat.methods.control_charts import latest_finding
from citystat.plan import answers, comparisons, computation, descriptions, findings, groups, month_counts, series
from citystat.plan import periods as calendar
from citystat.plan.charts_of_measures import MeasureChart, chart_of
from citystat.plan.columns import TABLE
from citystat.plan.definitions import Measure, Text
from citystat.plan.results import OK, MeasureTable
from citystat.plan.seasons import SeasonalIndex
from citystat.warehouse.connections import Warehouse

# Rules by weight: which of two weak points to look at first, other things equal.
RULES = {
    "two_misses": 100,
    "concerning_signal": 80,
    "district_gap": 70,
    "worsening_backlog": 60,
    "rise_after_cut": 50,
    "stale": 40,
}
MONTHS_JUDGED = 36
MONTHS_FOR_SEASONS = 60
MONTHS_COMPARED = 12
# An old miss or signal of a series that has since gone silent is no reason to look today.
PERIODS_SILENT = 2
BACKLOG_GROWTH, BACKLOG_STEP = 1.25, 50
# So many series are looked at for a rise that 95 % would cry wolf every month.
RISE_CONFIDENCE, LEAST_RISE, LEAST_STEP = 0.998, 1.2, 5.0
DAYS_WITHOUT_REQUESTS = 14
LEAST_COUNT = 10
AUTOCORRELATED_PENALTY = 15.0
VOLUME, BACKLOG = "requests_opened", "open_backlog"


@dataclass(frozen=True)
class WeakPoint:
    """One thing worth asking about. `rule` found it; `also` are other rules that found the same.

    `group` is {} for the city. `before` and `after` are monthly numbers (rise_after_cut, worsening_backlog), the city's
    value and the place's (district_gap), or target and value (two_misses). `since` is the first period of the run.
    """

    rule: str
    also: tuple[str, ...]
    measure: str
    group: dict[str, str | None]
    period: str
    since: str | None
    value: float | None
    before: float | None
    after: float | None
    sentence: Text
    score: float
    build: int


def find(measures: Sequence[Measure], build: Warehouse, as_of: date) -> tuple[WeakPoint, ...]:
    """Every weak point, most urgent first; the same measure and group once, under its weightiest rule."""
    last = _last_complete_month(as_of)
    found = [*_stale(build, as_of)]
    district = district_kind(build)
    month_counts.prepare(measures, build)
    for measure in measures:
        if measure.direction == "neutral" or computation.missing_columns(measure, build):
            continue
        for by in _scopes(measure, build, district):
            found += _judged(_table(measure, build, last, MONTHS_JUDGED, by), by)
        if district and measure.kind == "share" and "place" in measure.groups:
            found += _district_gaps(measure, build, last, district)
    known = {measure.name: measure for measure in measures}
    if BACKLOG in known:
        found += _worsening(known[BACKLOG], build, last)
    if VOLUME in known and district:
        found += _rises(known[VOLUME], build, last, district)
    return by_urgency(_merged(found))


def find_given(measures: Sequence[Measure], build: Warehouse) -> tuple[WeakPoint, ...]:
    """Weak points of measures people give or that are computed, by the same rules of missed targets and concerning signals.

    Each is judged over its own periods, for the city and by department and district where its values are given so.
    """
    found: list[WeakPoint] = []
    district = district_kind(build)
    for measure in measures:
        if measure.direction == "neutral" or measure.source in ("warehouse", "gap"):
            continue
        for by in [(), *((key,) for key in ("department", district) if key in measure.groups)]:
            table = _given(measure, build, by)
            if table is not None:
                found += _judged(table, by)
    return by_urgency(_merged(found))


def by_urgency(points: Iterable[WeakPoint]) -> tuple[WeakPoint, ...]:
    """Most urgent first; the same order every time."""
    return tuple(sorted(points, key=lambda point: (-point.score, point.measure, str(point.group))))


def _given(measure: Measure, build: Warehouse, by: tuple[str | None, ...]) -> MeasureTable | None:
    """Its last periods; None where an input of a computed measure cannot be read, which the health of measures says."""
    fiscal, keys = current_city().fiscal_year_start_month, tuple(key for key in by if key)
    try:
        end = answers.last_day(measure, build)
        first = calendar.index_of(measure.period, end, fiscal) - MONTHS_JUDGED + 1
        start = calendar.period_at(measure.period, first, fiscal).start
        return answers.compute(measure, build, start=start, end=end, by=keys)
    except UserError:
        return None


def district_kind(build: Warehouse) -> str | None:
    """The kind of place councils are elected by: council_district, else the kind with the fewest places."""
    kinds = groups.place_keys(build)
    if "council_district" in kinds or not kinds:
        return "council_district" if kinds else None
    counts = {kind: build.rows(f"SELECT count(DISTINCT place_{kind}) FROM {TABLE}")[0][0] for kind in kinds}
    return min(kinds, key=lambda kind: (counts[kind], kind))


def _scopes(measure: Measure, build: Warehouse, district: str | None) -> list[tuple[str, ...]]:
    keys = groups.allowed_keys(measure, build)
    return [(), *((key,) for key in ("department", district) if key in keys and key is not None)]


def _last_complete_month(as_of: date) -> calendar.Period:
    index = calendar.index_of("month", as_of + timedelta(days=1)) - 1
    return calendar.period_at("month", index)


def _table(measure: Measure, build: Warehouse, last: calendar.Period, months: int, by: tuple[str, ...]) -> MeasureTable:
    start = calendar.period_at("month", last.index - months + 1).start
    return computation.compute(measure, build, start=start, end=last.end, by=by)


def _judged(table: MeasureTable, by: tuple[str | None, ...]) -> Iterator[WeakPoint]:
    """Missed targets and concerning signals of each series."""
    for index, values in enumerate(table.groups):
        group = {key: value for key, value in zip(by, values, strict=True) if key}
        if None in group.values():
            continue
        one = table.pick([index])
        missed = _two_misses(one, group)
        if missed:
            yield missed
        if (one.state[0] == OK).sum() >= series.MINIMUM_POINTS:
            yield from _concerning(chart_of(one), group)


def _two_misses(table: MeasureTable, group: dict[str, str | None]) -> WeakPoint | None:
    """The target in force was missed in each of the last two periods with a value."""
    usable = np.flatnonzero(table.state[0] == OK)[-2:]
    measure, missed = table.measure, []
    for index in usable.tolist():
        target = measure.target_on(table.periods[index].end)
        value = float(table.value[0][index])
        missed.append(target is not None and (value < target if measure.direction == "increase" else value > target))
    if len(missed) < 2 or not all(missed) or _is_silent(table, int(usable[-1])):
        return None
    at = int(usable[-1])
    target, value = float(measure.target_on(table.periods[at].end) or 0), float(table.value[0][at])
    shown = [{tongue: findings.written(number, measure.format, tongue) for tongue in ("en", "es")} for number in (target, value)]
    when = {tongue: descriptions.period_name(table.periods[at], tongue) for tongue in ("en", "es")}
    text = Text(
        f"{shown[1]['en']} in {when['en']}, after a miss the period before; the target is {shown[0]['en']}.",
        f"{shown[1]['es']} en {when['es']}, tras otro incumplimiento; la meta es {shown[0]['es']}.",
    )
    since = table.periods[int(usable[0])].key
    return _point("two_misses", table, group, at, text, since=since, before=target, after=value)


def _is_silent(table: MeasureTable, last: int) -> bool:
    """Whether more than two complete periods went by since the last value."""
    complete = np.flatnonzero(table.complete)
    return bool(complete.size and complete[-1] - last > PERIODS_SILENT)


def _concerning(chart: MeasureChart, group: dict[str, str | None]) -> Iterator[WeakPoint]:
    finding = latest_finding(chart.judged.chart)
    last = finding.through
    if finding.role != "concern" or last is None:
        return
    # Limits of very rare events mean little: 1 open request where none is usual is not a finding.
    usual = float(chart.judged.limits.center[last])
    if chart.measure.format == "count" and max(usual, float(chart.table.value[0][last])) < LEAST_COUNT:
        return
    if len(chart.table.periods) - 1 - last > PERIODS_SILENT:
        return
    text = Text(findings.sentence(chart, "en"), findings.sentence(chart, "es"))
    since = chart.table.periods[finding.since].key if finding.since is not None else None
    point = _point("concerning_signal", chart.table, group, last, text, since=since)
    # Where neighboring months are much alike, the rules fire too often: such a signal comes after the others.
    yield replace(point, score=point.score - AUTOCORRELATED_PENALTY) if chart.judged.chart.autocorrelated else point


def _worsening(measure: Measure, build: Warehouse, last: calendar.Period) -> Iterator[WeakPoint]:
    """The backlog is at least a quarter, and at least 50 requests, above the same day of the year before."""
    for by in ((), ("department",)):
        table = _table(measure, build, last, MONTHS_COMPARED + 1, by)
        for index, values in enumerate(table.groups):
            before, after = float(table.value[index][0]), float(table.value[index][-1])
            if None in values or not after >= before * BACKLOG_GROWTH or not after - before >= BACKLOG_STEP:
                continue
            said = {tongue: [formats.number(count, 0, tongue) for count in (after, before)] for tongue in ("en", "es")}
            text = Text(
                "{} open, against {} a year before.".format(*said["en"]), "{} abiertas, frente a {} un año antes.".format(*said["es"])
            )
            group = dict(zip(by, values, strict=True))
            at = len(table.periods) - 1
            since = table.periods[0].key
            yield _point("worsening_backlog", table.pick([index]), group, at, text, since=since, before=before, after=after)


def _district_gaps(measure: Measure, build: Warehouse, last: calendar.Period, kind: str) -> Iterator[WeakPoint]:
    """Districts beyond the funnel's outer limits on the unwanted side, at one mix of services, over twelve months."""
    table = comparisons.pooled(_table(measure, build, last, MONTHS_COMPARED, (kind, "service")))
    found = comparisons.standardise(table, current_city().minimum_denominator)
    unwanted = "low_998" if measure.direction == "increase" else "high_998"
    verdict = "lower" if measure.direction == "increase" else "higher"
    for place in found.places:
        if place.code is None or place.position != unwanted or place.verdict != verdict or place.value is None or found.target is None:
            continue
        shown = {
            tongue: [findings.written(number, measure.format, tongue) for number in (place.value, found.target)] for tongue in ("en", "es")
        }
        text = Text(
            "{} at the city's mix of services, against {} for the city, over twelve months; more than chance.".format(*shown["en"]),
            "{} con la misma combinación de servicios, frente a {} en la ciudad, en doce meses; más que el azar.".format(*shown["es"]),
        )
        score = _score("district_gap", measure, place.denominator)
        numbers = (place.value, found.target, place.value)
        yield WeakPoint("district_gap", (), measure.name, {kind: place.code}, last.key, None, *numbers, text, score, build.number)


def _rises(measure: Measure, build: Warehouse, last: calendar.Period, kind: str) -> Iterator[WeakPoint]:
    """Services a district asks for far more than before: a shift, trend or outlier upward, confirmed against the months before."""
    table = _table(measure, build, last, MONTHS_FOR_SEASONS, ("service", kind))
    for index, values in enumerate(table.groups):
        if None in values or (table.state[index] == OK).sum() < series.MINIMUM_POINTS + 1 or not table.value[index][-1] >= LEAST_STEP:
            continue
        one = table.pick([index])
        judged = series.judge(one)
        finding = latest_finding(judged.chart)
        if finding.rule is None or finding.direction < 0 or finding.since is None or finding.through != len(table.periods) - 1:
            continue
        since = _first_of_run(judged.chart.directions, finding.since)
        rise = _confirmed_rise(one, since, judged.season)
        if rise:
            yield _rise_point(one, dict(zip(("service", kind), values, strict=True)), since, *rise)


def _first_of_run(directions: Sequence[int], index: int) -> int:
    """The first of the months in a row up to the index that some rule flagged as high, whichever rule it was."""
    while index > 0 and directions[index - 1] > 0:
        index -= 1
    return index


def _confirmed_rise(table: MeasureTable, since: int, season: SeasonalIndex | None) -> tuple[float, float] | None:
    """Monthly requests before and since, if the ratio is beyond doubt and the step matters; the season counts as exposure."""
    counts = np.nan_to_num(table.value[0])
    exposure = np.ones(counts.size) if season is None else season.by_point
    earlier = slice(max(0, since - MONTHS_COMPARED), since)
    if since == 0 or not counts[earlier].sum():
        return None
    ratio = rates.ratio_of_rates(
        counts[since:].sum(), exposure[since:].sum(), counts[earlier].sum(), exposure[earlier].sum(), confidence=RISE_CONFIDENCE
    )
    before, after = counts[earlier].sum() / exposure[earlier].sum(), counts[since:].sum() / exposure[since:].sum()
    sure = float(ratio.lower) > 1 and float(ratio.estimate) >= LEAST_RISE and after - before >= LEAST_STEP
    return (float(before), float(after)) if sure else None


def _rise_point(table: MeasureTable, group: dict[str, str | None], since: int, before: float, after: float) -> WeakPoint:
    first = table.periods[since]
    said = {
        tongue: (
            formats.number(after, 0, tongue), descriptions.period_name(first, tongue), formats.number(before, 0, tongue),
            formats.percent(after / before - 1, 0, tongue),
        )
        for tongue in ("en", "es")
    }  # fmt: skip
    text = Text(
        "{} requests a month since {}, against {} in the year before ({} more).".format(*said["en"]),
        "{} solicitudes al mes desde {}, frente a {} en el año anterior ({} más).".format(*said["es"]),
    )
    return _point("rise_after_cut", table, group, len(table.periods) - 1, text, since=first.key, before=before, after=after)


def _stale(build: Warehouse, as_of: date) -> Iterator[WeakPoint]:
    """No request was opened in the two weeks before the as-of date: the feed has stopped."""
    newest = build.rows(f"SELECT max(opened_on) FROM {TABLE} WHERE opened_on <= ?", (as_of,))[0][0]
    if newest is None or (as_of - newest).days <= DAYS_WITHOUT_REQUESTS:
        return
    days = (as_of - newest).days
    text = Text(
        f"The newest request is {days} days older than the data's date: the export may be cut off.",
        f"La solicitud más reciente es {days} días anterior a la fecha de los datos: la exportación puede estar incompleta.",
    )
    month = calendar.period_at("month", calendar.index_of("month", as_of)).key
    yield WeakPoint("stale", (), VOLUME, {}, month, None, None, None, None, text, float(RULES["stale"]), build.number)


def _point(
    rule: str,
    table: MeasureTable,
    group: dict[str, str | None],
    at: int,
    text: Text,
    *,
    since: str | None = None,
    before: float | None = None,
    after: float | None = None,
) -> WeakPoint:
    size = np.nanmax([table.numerator[0][at], table.denominator[0][at], 1.0])
    value = float(table.value[0][at])
    score = _score(rule, table.measure, float(size)) + (5 if not group else 0)
    return WeakPoint(rule, (), table.measure.name, group, table.periods[at].key, since, value, before, after, text, score, table.build)


def _score(rule: str, measure: Measure, size: float) -> float:
    """Rule first; then the tier that should see it, then how many requests it is about."""
    return RULES[rule] + 5.0 * measure.tier + 2.0 * log10(max(size, 1.0))


def _merged(found: Sequence[WeakPoint]) -> Iterator[WeakPoint]:
    by_subject: dict[tuple[str, str], list[WeakPoint]] = {}
    for point in found:
        by_subject.setdefault((point.measure, str(sorted(point.group.items()))), []).append(point)
    for points in by_subject.values():
        best, *others = sorted(points, key=lambda point: -point.score)
        sized = next((point for point in points if best.before is None and point.before is not None), best)
        also = tuple(sorted({point.rule for point in others} - {best.rule}))
        yield replace(best, also=also, before=sized.before, after=sized.after)
