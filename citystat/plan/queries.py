"""What other rooms and pages ask of measures: definitions, rows, charts, traces, weak points, fair comparisons."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from citystat.core import clock
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.plan import (
    access,
    analyses,
    answers,
    build_facts,
    comparisons,
    groups,
    known,
    known_then,
    lint,
    month_counts,
    outlooks,
    registry,
    series,
    tracing,
)
from citystat.plan import periods as calendar
from citystat.plan import weak_point_files as weakness_store
from citystat.plan.charts_of_measures import MeasureChart, chart_of
from citystat.plan.comparisons import Difference, StandardisedComparison
from citystat.plan.definitions import Measure
from citystat.plan.groups import Where
from citystat.plan.known_then import OpenThen
from citystat.plan.lint import Problem
from citystat.plan.models import SavedAnalysis
from citystat.plan.outlooks import Outlook
from citystat.plan.registered import board, register, value_traces
from citystat.plan.registered import health as ailments
from citystat.plan.registered.board import Standing
from citystat.plan.registered.health import Ailment
from citystat.plan.registered.register import Erratum
from citystat.plan.results import MeasureRow, MeasureTable
from citystat.plan.seasons import SeasonalIndex
from citystat.plan.tracing import Trace
from citystat.plan.weak_points import WeakPoint, by_urgency
from citystat.warehouse.connections import Warehouse, current_number, open_build

MONTHS_OF_HISTORY = 60


def measures(audience: str | None = None) -> tuple[Measure, ...]:
    """Every measure in use by name, of any source; with audience "public" only those everyone may see."""
    return tuple(one for _, one in sorted(known.in_use().items()) if audience in (None, one.audience))


def measure(name: str) -> Measure:
    """One measure, retired ones too; NotFound says how to see those there are."""
    return known.find(name)


def corrections(name: str) -> tuple[Erratum, ...]:
    """What was corrected of a measure's public figures, newest first."""
    return register.content().errata.get(name, ())


def standing(name: str, *, build: int | None = None, language: str = "en") -> Standing:
    """A measure as it stands: its last complete value, whether it is changing, whether it will meet the target in force."""
    return board.standing(measure(name), open_build(build), language)


def health(*, build: int | None = None, language: str = "en") -> tuple[Ailment, ...]:
    """What ails the measures (stale, ownerless, unread, never on a packet, gaps, unvalidated): heads every packet's data notes."""
    return ailments.health(open_build(build), language=language)


def version_shown() -> tuple[Any, ...]:
    """What pages kept in memory are kept by: the build that serves, and the state of the register."""
    return current_number(), register.stamp()


def last_day(name: str, build: int | None = None) -> date:
    """The last day a measure can know of: the build's, or today for what people give."""
    return answers.last_day(measure(name), open_build(build))


def measure_table(
    name: str,
    *,
    start: date,
    end: date,
    by: Sequence[str] = (),
    where: Where | None = None,
    cohort: str | None = None,
    build: int | None = None,
    period: str | None = None,
    interval: bool = True,
    signals: bool = False,
    as_known_on: datetime | None = None,
) -> MeasureTable:
    """A measure over every period with a day in the range, as arrays; see `measure_rows`."""
    found, warehouse = measure(name), open_build(build)
    table = answers.compute(
        found, warehouse, start=start, end=end, by=by, where=where, cohort=cohort, period=period, interval=interval, as_known_on=as_known_on
    )
    return series.with_signals(table, _seasons(table, warehouse, where)) if signals else table


def _seasons(table: MeasureTable, warehouse: Warehouse, where: Where | None) -> dict[tuple[str | None, ...], SeasonalIndex]:
    """The usual course of a year, from up to five years before the end of the table; nothing where the measure has no season."""
    if not series.has_season(table):
        return {}
    start, end = _history(table.periods[0].start, table.periods[-1].end)
    history = answers.compute(
        table.measure, warehouse, start=start, end=end, by=table.keys, where=where, cohort=table.cohort, interval=False
    )
    return series.seasons_of(history)


def _history(start: date, end: date) -> tuple[date, date]:
    """The range, made long enough to learn the time of year from."""
    first = calendar.period_at("month", calendar.index_of("month", end) - MONTHS_OF_HISTORY + 1)
    return min(start, first.start), end


def measure_rows(
    name: str,
    *,
    start: date,
    end: date,
    by: Sequence[str] = (),
    where: Where | None = None,
    cohort: str | None = None,
    build: int | None = None,
    period: str | None = None,
    interval: bool = True,
    signals: bool = False,
    as_known_on: datetime | None = None,
) -> tuple[MeasureRow, ...]:
    """The values of a measure by period and group, in that order.

    `by`: grouping keys (service, category, department, channel, origin, status, any kind of place, `kind@version`).
    `where`: allowed values by key; None or "(none)" means not recorded. `period`: day, week, month, quarter, year,
    fiscal_year; None is the period the measure is given by, and a shorter one is refused in a sentence. `signals` judges each
    series of at least 13 complete points within the range asked for. `as_known_on` gives what people had given at that instant,
    so that an old export can be made again after a correction (for the warehouse, name the `build`).
    Every group seen in the range has a row in every period, so a count of 0 is a row.
    """
    return measure_table(
        name, start=start, end=end, by=by, where=where, cohort=cohort, build=build, period=period, interval=interval, signals=signals,
        as_known_on=as_known_on,
    ).rows()  # fmt: skip


def open_as_known(
    name: str, *, start: date, end: date, where: Where | None = None, build: int | None = None, period: str = "month"
) -> tuple[OpenThen, ...]:
    """The backlog at the end of every period as known then and as known now, with the causes of the difference counted.

    For measures that count every open request; InputError for others, which `is_told_as_known` tells apart.
    """
    return known_then.open_as_known(measure(name), open_build(build), start=start, end=end, where=where, period=period)


def is_told_as_known(name: str) -> bool:
    """Whether `open_as_known` can be asked of a measure."""
    return known_then.is_offered(measure(name))


def check_named(name: str, where: Where, build: int | None = None) -> None:
    """Refuse a limit to a service, department or place no request has; `measure_rows` would count none of it."""
    found = measure(name)
    missing = groups.absent(where, found, open_build(build)) if found.source == "warehouse" else ()
    if missing:
        key, value = missing[0]
        raise InputError(f"No request has {key} {value!r}: `citystat measure show requests_opened --by {key}` lists those there are.")


def group_keys(name: str, build: int | None = None) -> tuple[str, ...]:
    """Every key a measure can be grouped by in a build."""
    return answers.group_keys(measure(name), open_build(build))


def chart(
    name: str,
    *,
    start: date,
    end: date,
    where: Where | None = None,
    cohort: str | None = None,
    build: int | None = None,
    period: str | None = None,
) -> MeasureChart:
    """One measure as a control chart, for the city or for what `where` leaves; by default by the period it is given by."""
    found = measure(name)
    return _charted(found, open_build(build), start, end, where, cohort, period or found.period)[0]


def chart_and_outlook(
    name: str, *, start: date, end: date, where: Where | None = None, cohort: str | None = None, build: int | None = None
) -> tuple[MeasureChart, Outlook | None]:
    """The chart, and what to expect after its last complete month, from one reading of five years.

    No outlook where the months asked for end before the data do, or where the measure is not given by month.
    """
    found, warehouse = measure(name), open_build(build)
    last = answers.last_day(found, warehouse)
    wanted = found.period == "month" and found.source != "gap" and (end.year, end.month) >= (last.year, last.month)
    drawn, history = _charted(found, warehouse, start, end, where, cohort, found.period, whole=wanted)
    return drawn, outlooks.outlook(found, history.rows()) if wanted else None


def _charted(
    found: Measure, warehouse: Warehouse, start: date, end: date, where: Where | None, cohort: str | None, unit: str, whole: bool = False
) -> tuple[MeasureChart, MeasureTable]:
    """The chart from `start` on, and the table behind it: five years of it where the time of year or `whole` asks for them."""
    long = _history(start, end) if unit == "month" and (whole or found.chart.seasonality == "month") else (start, end)
    history = answers.compute(found, warehouse, start=long[0], end=long[1], where=where, cohort=cohort, period=unit)
    first = calendar.index_of(unit, start, current_city().fiscal_year_start_month)
    return chart_of(history.since(first), series.seasons_of(history) if series.has_season(history) else None), history


def trace(
    name: str,
    *,
    period: str,
    group: Where | None = None,
    cohort: str | None = None,
    limit: int = 100,
    offset: int = 0,
    build: int | None = None,
    with_address: bool = False,
    language: str = "en",
) -> Trace:
    """The rows behind one value, its definition and build, and the value counted again from the rows.

    Addresses are for staff with the right to see rows: ask `has_right(user, "trace_rows")` before passing `with_address`.
    """
    found = measure(name)
    return (tracing.trace if found.source == "warehouse" else value_traces.trace)(
        found,
        open_build(build),
        period=calendar.parse_period(period, current_city().fiscal_year_start_month),
        group=group or {},
        cohort=cohort,
        limit=limit,
        offset=offset,
        with_address=with_address,
        language=language,
    )


def prepare_counts(names: Sequence[str], *, build: int | None = None) -> None:
    """Count what several measures need now, in few readings of the table, so that asking each of them reads none."""
    known_now = known.everything()
    month_counts.prepare([known_now[name] for name in names if name in known_now], open_build(build))


def weak_points(*, as_of: date | None = None, build: int | None = None, audience: str | None = None) -> tuple[WeakPoint, ...]:
    """Measures of the city, each department and each district that a named rule finds weak, most urgent first.

    Judged at the last month complete on `as_of` (the build's date). Worked out once per build and set of definitions, then read
    from a file: `citystat build` can call this so that the first page does not wait. Measures people give or that are computed are
    judged by the same rules at their own last periods, which no build decides.
    """
    warehouse, chosen = open_build(build), measures(audience)
    day = min(as_of or warehouse.as_of, warehouse.as_of)
    counted = [one for one in chosen if one.source == "warehouse"]
    given = tuple(one.name for one in chosen if one.source not in ("warehouse", "gap"))
    found = weakness_store.remembered(counted, warehouse, day)
    if not given:
        return found
    return by_urgency((*found, *weakness_store.remembered_given(given, warehouse, register.stamp(), clock.today())))


def standardised(
    name: str,
    *,
    by: str,
    period: str | None = None,
    start: date | None = None,
    end: date | None = None,
    where: Where | None = None,
    cohort: str | None = None,
    build: int | None = None,
) -> StandardisedComparison:
    """Places of a kind compared on a share at the city's mix of services, with intervals and funnel limits.

    Over one period (`2017-06`, `2017`), or all months from `start` to `end` together.
    """
    comparisons.check_share(measure(name))
    unit = "month"
    if period is not None:
        one = calendar.parse_period(period, current_city().fiscal_year_start_month)
        unit, start, end = one.unit, one.start, one.end
    if start is None or end is None:
        raise InputError("A comparison needs a period, or the first and last day of one.")
    table = measure_table(name, start=start, end=end, by=(by, "service"), where=where, cohort=cohort, build=build, period=unit)
    least = table.measure.minimum_denominator
    return comparisons.standardise(comparisons.pooled(table), current_city().minimum_denominator if least is None else least)


def compare(
    name: str,
    *,
    period: str,
    first: Where,
    second: Where,
    cohort: str | None = None,
    build: int | None = None,
) -> Difference:
    """The value for `first` against that for `second` (two filters) in one period: higher, lower or about the same."""
    one = calendar.parse_period(period, current_city().fiscal_year_start_month)
    tables = [
        measure_table(name, start=one.start, end=one.end, where=where, cohort=cohort, build=build, period=one.unit)
        for where in (first, second)
    ]
    return comparisons.difference(*tables)


def share_of_suggested_promises(name: str, build: int | None = None) -> float:
    """Share of the due dates behind a measure that nobody promised; 0 for measures that ask for none."""
    needs_due = any("due_on" in names for names in measure(name).requires)
    warehouse = open_build(build)
    return build_facts.share_suggested(warehouse) if needs_due and "due_source" in warehouse.columns("requests") else 0.0


def open_analysis(saved: SavedAnalysis, *, by: Any, build: int | None = None) -> MeasureTable:
    """What a saved analysis asks, answered from the build that serves now; whoever opens it needs the right to see the measure."""
    access.check_can_open(by)
    found = measure(saved.measure)
    access.check_can_see(by, found)
    warehouse = open_build(build)
    question = analyses.question_from(saved.parameters, found, warehouse)
    start, end = question.days(warehouse.as_of)
    table = answers.compute(
        found, warehouse, start=start, end=end, by=question.by, where=question.where, cohort=question.cohort, period=question.every
    )
    return series.with_signals(table, _seasons(table, warehouse, question.where))


def saved_analyses() -> QuerySet[SavedAnalysis]:
    """Every saved analysis, by name, with its owner."""
    return SavedAnalysis.objects.select_related("owner")


def lint_all(*, accept: bool = False, today: date | None = None) -> tuple[Problem, ...]:
    """Every problem of every definition; with `accept` the definitions then become the known ones."""
    files = tuple(one for one in measures() if one.source == "warehouse")
    problems = lint.lint(files, accepted=registry.read(), today=today or timezone.localdate())
    if accept:
        registry.accept(files)
    return problems
