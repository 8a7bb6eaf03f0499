"""Run a measure over one build: statements, grids of groups by periods, intervals and states."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from citystat.core.cities import City, current_city
from citystat.core.errors import InputError
from citystat.methods import rates
from citystat.methods.durations.grouped_survival import kaplan_meier_percentiles
from citystat.plan import build_facts, counts_in_range, durations_in_range, populations, statements
from citystat.plan import grids as arrays
from citystat.plan import groups as group_keys
from citystat.plan import periods as calendar
from citystat.plan.columns import TABLE
from citystat.plan.counts_in_range import Counted
from citystat.plan.definitions import PERCENTILES, Measure
from citystat.plan.grids import Grids, GroupValues, IntArray
from citystat.plan.groups import Where
from citystat.plan.month_counts import HELD, closed_in_window
from citystat.plan.results import INCOMPLETE, MISSING, OK, TOO_FEW, MeasureTable
from citystat.plan.statements import WORK_WINDOW_DAYS, Scope
from citystat.warehouse.connections import Warehouse

MOST_REMEMBERED = 200
ROUNDING = 1e-9


def compute(
    measure: Measure,
    build: Warehouse,
    *,
    start: date,
    end: date,
    by: Sequence[str] = (),
    where: Where | None = None,
    cohort: str | None = None,
    period: str = "month",
    interval: bool = True,
) -> MeasureTable:
    """The measure over every period with a day in the range, without signals."""
    city, where = current_city(), where or {}
    scope = scope_of(
        measure.for_cohort(cohort), build, calendar.periods_between(period, start, end, city.fiscal_year_start_month), by, where
    )
    chosen = measure.cohort(cohort)
    if start > build.as_of:
        values: GroupValues = () if by else ((),)
        grids = arrays.empty(len(values), len(scope.periods))
    else:
        values, grids = _run(scope, build, where)
    table = MeasureTable(
        measure=measure,
        cohort=chosen.name if chosen else None,
        build=build.number,
        as_of=build.as_of,
        keys=tuple(by),
        groups=values,
        periods=scope.periods,
        complete=np.array([is_complete(scope.measure, one.end, build.as_of) for one in scope.periods]),
        numerator=grids.numerator,
        denominator=grids.denominator,
        value=grids.value,
        lower=grids.lower,
        upper=grids.upper,
        state=np.full(grids.value.shape, OK, dtype=np.int8),
        signal=np.zeros(grids.value.shape, dtype=np.int8),
        population_years=grids.years,
    )
    return _without_interval(_with_states(table, scope.measure, build, city), interval)


def scope_of(measure: Measure, build: Warehouse, periods: Sequence[calendar.Period], by: Sequence[str], where: Where) -> Scope:
    """What the statements of one measure are about."""
    stored = set(build.columns(TABLE))
    return Scope(
        measure=measure,
        groups=group_keys.resolve_all(by, measure, build),
        where=group_keys.compile_where(where, measure, build),
        periods=tuple(periods),
        as_of=build.as_of,
        fiscal_start=current_city().fiscal_year_start_month,
        flags=tuple(name for name in measure.exclude_flags if name in stored),
        clock=build_facts.clock(build),
    )


def is_complete(measure: Measure, end: date, as_of: date) -> bool:
    """Whether the period is over, and its requests have had the time the definition asks for."""
    return end + timedelta(days=measure.follow_up_days) <= as_of


def missing_columns(measure: Measure, build: Warehouse) -> tuple[str, ...]:
    """Required columns (or sets of alternatives) that hold nothing in this build: the city does not record them."""
    filled = build_facts.filled_columns(build, tuple(sorted({name for names in measure.requires for name in names})))
    return tuple(" or ".join(names) for names in measure.requires if not filled.intersection(names))


def groups_in_range(scope: Scope, build: Warehouse, where: Where) -> GroupValues:
    """The groups with any request at all in the range, so that a count of none is a zero and not a gap."""
    known = counts_in_range.groups_seen(scope, build, where)
    if known is not None:
        return known
    sql, params = statements.alive_groups(scope)
    key = build.manifest.checksum, sql, params
    if key not in _alive:
        while len(_alive) >= MOST_REMEMBERED:
            _alive.pop(next(iter(_alive)), None)
        _alive[key] = arrays.encode([build.arrow(sql, params)], len(scope.groups))[0]
    return _alive[key]


_alive: dict[tuple[str, str, tuple[Any, ...]], GroupValues] = {}


def _run(scope: Scope, build: Warehouse, where: Where) -> tuple[GroupValues, Grids]:
    if missing_columns(scope.measure, build):
        values = groups_in_range(scope, build, where) if scope.groups else ((),)
        return values, arrays.empty(len(values), len(scope.periods))
    if scope.measure.kind == "percentile":
        return _percentiles(scope, build, where)
    if scope.measure.kind == "stock_percentile":
        values, codes, tables = _asked_of_rows(scope, build, where)
        return values, _ages(scope, tables[0], codes[0], (len(values), len(scope.periods)))
    found = counts_in_range.counted(scope, build, where) or _counted_from_rows(scope, build, where)
    grids = _finished(scope, found)
    if scope.measure.kind == "per_capita":
        filtered = [(group_keys.resolve(key, scope.measure, build), group_keys.values_of(value)) for key, value in where.items()]
        _per_capita(scope, grids, populations.residents(build, scope.groups, found.groups, filtered, scope.periods))
    return found.groups, grids


def _asked_of_rows(scope: Scope, build: Warehouse, where: Where) -> tuple[GroupValues, list[IntArray], list[pa.Table]]:
    """Groups, the group of every row of each result, and the results of the measure's statements."""
    known = groups_in_range(scope, build, where) if scope.groups else ()
    tables = [build.arrow(sql, params) for sql, params in statements.all_statements(scope)]
    values, codes = arrays.encode(tables, len(scope.groups), known)
    return values, codes, tables


def _counted_from_rows(scope: Scope, build: Warehouse, where: Where) -> Counted:
    """The counts of each group and period, read from the rows of the table."""
    values, codes, tables = _asked_of_rows(scope, build, where)
    shape, first = (len(values), len(scope.periods)), scope.first.index
    if scope.measure.kind not in HELD:
        at = codes[0], arrays.column(tables[0], "period_index").astype(np.int64) - first
        numerator, denominator = np.zeros(shape), np.zeros(shape)
        numerator[at], denominator[at] = arrays.column(tables[0], "numerator"), arrays.column(tables[0], "denominator")
        return Counted(values, numerator, denominator)
    leaves, counts = arrays.column(tables[0], "leaves") - first, arrays.column(tables[0], "requests")
    held = arrays.held(codes[0], arrays.column(tables[0], "enters") - first, leaves, counts, shape)
    inside = held
    if scope.measure.numerator:
        inside = arrays.held(codes[0], arrays.column(tables[0], "numerator_enters") - first, leaves, counts, shape)
    if scope.measure.kind != "weeks_of_work":
        return Counted(values, inside, held)
    return Counted(values, inside, held, closed_in_window(tables[1], codes[1], first, shape))


def _finished(scope: Scope, found: Counted) -> Grids:
    """Values and intervals from the counts, by the kind of the measure."""
    kind, shape = scope.measure.kind, found.numerator.shape
    grids = arrays.empty(*shape)
    if scope.measure.is_share:
        grids.numerator, grids.denominator = found.numerator, found.denominator
        _share(grids)
    elif kind == "weeks_of_work" and found.more is not None:
        # Open at the period's end over the mean of weekly closings in the 13 weeks up to it.
        grids.numerator, grids.denominator = found.numerator, found.more * 7 / WORK_WINDOW_DAYS
        grids.value = np.divide(grids.numerator, grids.denominator, out=np.full(shape, np.nan), where=found.more > 0)
    else:
        grids.numerator = found.numerator if kind == "stock" else found.denominator
        grids.value = grids.numerator.copy()
    return grids


def _share(grids: Grids) -> None:
    interval = rates.wilson(grids.numerator, grids.denominator)
    grids.value, grids.lower, grids.upper = interval.estimate, interval.lower, interval.upper


def _per_capita(scope: Scope, grids: Grids, found: populations.Residents) -> None:
    rate = rates.per_capita(grids.numerator, found.counts, per=scope.measure.per)
    grids.denominator, grids.years = found.counts, found.years
    grids.value, grids.lower, grids.upper = rate.estimate, rate.lower, rate.upper


def _percentiles(scope: Scope, build: Warehouse, where: Where) -> tuple[GroupValues, Grids]:
    """Percentiles of each group and period: from what is kept of the build, else from the rows."""
    kept = durations_in_range.sorted_rows(scope, build, where)
    values, parts = (kept[0], durations_in_range.parts(kept[1])) if kept else _durations_of_rows(scope, build, where)
    return values, _estimated(parts, scope.measure, (len(values), len(scope.periods)))


def _durations_of_rows(scope: Scope, build: Warehouse, where: Where) -> tuple[GroupValues, Iterator[durations_in_range.Rows]]:
    values, codes, tables = _asked_of_rows(scope, build, where)
    table, n_periods = tables[0], len(scope.periods)
    cells = codes[0] * n_periods + arrays.column(table, "period_index").astype(np.int64) - scope.first.index
    days, closed = arrays.column(table, "days"), arrays.column(table, "is_event").astype(np.int64)
    keys = durations_in_range.packed(cells, days, closed)
    # What does not fit is left to the estimator to sort.
    return values, iter([(cells, days, closed, np.ones(cells.size, np.int64))]) if keys is None else durations_in_range.parts(keys)


def _estimated(parts: Iterator[durations_in_range.Rows], measure: Measure, shape: tuple[int, int]) -> Grids:
    if measure.probability is None:
        raise InputError(f"{measure.name} needs a probability.")
    flat = arrays.empty(shape[0] * shape[1], 1)
    flat.numerator[:], flat.denominator[:] = 0, 0
    for of_rows, days, closed, counts in parts:
        lowest, size = int(of_rows.min()), int(np.ptp(of_rows)) + 1
        found = kaplan_meier_percentiles(of_rows - lowest, days, closed, counts, (measure.probability,), n_groups=size)
        at = slice(lowest, lowest + size)
        flat.numerator[at, 0], flat.denominator[at, 0] = found.n_closed, found.n_cases
        flat.value[at], flat.lower[at], flat.upper[at] = found.estimate, found.lower, found.upper
    numerator, denominator, value, lower, upper = (
        grid.reshape(shape) for grid in (flat.numerator, flat.denominator, flat.value, flat.lower, flat.upper)
    )
    return Grids(numerator, denominator, value, lower, upper)


def _ages(scope: Scope, table: pa.Table, codes: IntArray, shape: tuple[int, int]) -> Grids:
    """The age that a share of what is open at each period's end has not passed: the smallest such age, as SQL's quantile_disc."""
    days = arrays.dates(table, "opened_on")
    # By group, youngest first: whatever is still open at a period's end is then in order of age.
    order = np.lexsort((-days.astype(np.int64), codes))
    codes, days = codes[order], days[order]
    leaves, counts = arrays.column(table, "leaves")[order] - scope.first.index, arrays.column(table, "requests")[order]
    grids = arrays.empty(*shape)
    grids.denominator = np.zeros(shape)
    for column, period in enumerate(scope.periods):
        end = np.datetime64(min(period.end, scope.as_of))
        still = np.flatnonzero((days <= end) & (leaves > column))
        edges = np.searchsorted(codes[still], np.arange(shape[0] + 1))
        running = np.r_[0.0, counts[still].cumsum()]
        before, total = running[edges[:-1]], np.diff(running[edges])
        wanted = before + np.ceil((scope.measure.probability or 0.5) * total - ROUNDING)
        at = np.searchsorted(running, wanted, side="left") - 1
        some = total > 0
        grids.denominator[:, column] = total
        grids.value[some, column] = (end - days[still[at[some]]]).astype(np.int64)
    grids.numerator = grids.denominator.copy()
    return grids


def _with_states(table: MeasureTable, measure: Measure, build: Warehouse, city: City) -> MeasureTable:
    """The table with its states, and without numbers where the state allows none."""
    state = np.full(table.value.shape, OK, dtype=np.int8)
    state[:, ~table.complete] = INCOMPLETE
    # A percentile that so many open requests leave unreached is not known yet, however long ago the period ended.
    unreached = np.isnan(table.value) & (table.denominator > 0) if measure.kind in PERCENTILES else np.zeros(state.shape, bool)
    state[unreached] = INCOMPLETE
    state[_too_few(table, measure, city)] = TOO_FEW
    if measure.kind == "per_capita":
        state[np.isnan(table.denominator)] = MISSING
    unknown = _unknown_periods(table, measure, build)
    state[:, unknown] = MISSING
    hidden = (state == TOO_FEW) | (state == MISSING)
    value, lower, upper = (np.where(hidden, np.nan, grid) for grid in (table.value, table.lower, table.upper))
    numerator, denominator = (np.where(unknown[None, :], np.nan, grid) for grid in (table.numerator, table.denominator))
    return replace(table, state=state, value=value, lower=lower, upper=upper, numerator=numerator, denominator=denominator)


def _too_few(table: MeasureTable, measure: Measure, city: City) -> NDArray[np.bool_]:
    """Below the minimum of the measure, or of the city where the measure names none; and every division by zero."""
    if measure.kind in ("count", "stock"):
        return np.zeros(table.value.shape, dtype=bool)
    numerator_default = city.minimum_numerator if measure.kind == "per_capita" else 0
    denominator_default = 0 if measure.kind in ("per_capita", "weeks_of_work") else city.minimum_denominator
    least_numerator = numerator_default if measure.minimum_numerator is None else measure.minimum_numerator
    least_denominator = denominator_default if measure.minimum_denominator is None else measure.minimum_denominator
    few: NDArray[np.bool_] = (table.numerator < least_numerator) | (table.denominator < least_denominator) | (table.denominator == 0)
    return few


def _unknown_periods(table: MeasureTable, measure: Measure, build: Warehouse) -> NDArray[np.bool_]:
    """Periods nothing is known about: before the data begin, after they end, or all of them where a column is not recorded."""
    begins = build_facts.first_day(build)
    if begins is None or missing_columns(measure, build):
        return np.ones(len(table.periods), dtype=bool)
    window = timedelta(days=WORK_WINDOW_DAYS if measure.kind == "weeks_of_work" else 0)
    return np.array([one.end - window < begins or one.start > build.as_of for one in table.periods])


def _without_interval(table: MeasureTable, interval: bool) -> MeasureTable:
    if interval:
        return table
    blank = np.full(table.value.shape, np.nan)
    return replace(table, lower=blank, upper=blank.copy())
