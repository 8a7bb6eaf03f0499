"""Durations by month and group, sorted once a build, from which every percentile by month or longer is then estimated.

One reading of the table serves the city, each district and each service, this month and five years of them: without it each such
question reads and sorts the rows again. Durations are kept to the millisecond, as the estimator takes them, so the answers are the
same; a test asks both.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citystat.plan import build_cache, counts_in_range, grids, month_counts, statements
from citystat.plan import periods as calendar
from citystat.plan.columns import TABLE
from citystat.plan.grids import GroupValues, IntArray
from citystat.plan.groups import Where
from citystat.plan.month_counts import Frame
from citystat.plan.results import FloatArray
from citystat.plan.statements import Scope
from citystat.warehouse.connections import Warehouse

MILLISECONDS_A_DAY = 86_400_000
# A row is one integer: cell, milliseconds (69 years of them), open or closed. Integers sort many times faster than rows.
DURATION_BITS, CELL_BITS = 41, 21
CELL_SHIFT = DURATION_BITS + 1
# So far below 0 that no period added to it gives a cell.
OUTSIDE = -(1 << CELL_BITS)
# Beyond this the kept durations would no longer be small beside the rows.
MOST_ROWS = 8_000_000
MONTHS_A_READING = 12
ROWS_A_PART = 100_000
Rows = tuple[IntArray, FloatArray, IntArray, IntArray]


@dataclass(frozen=True, eq=False)
class Durations:
    """Rows in the order of month and duration: `ticks` (milliseconds twice, one more where open) and the group of the frame of each.

    Month m of the frame has the rows from `starts[m]` up to, not including, `starts[m + 1]`.
    """

    ticks: IntArray
    group: NDArray[np.unsignedinteger]
    starts: IntArray


def sorted_rows(scope: Scope, build: Warehouse, where: Where) -> tuple[GroupValues, IntArray] | None:
    """The groups asked for, and a sorted integer a row (see `packed`) in cells of groups by periods; None where it needs the rows."""
    frame = counts_in_range.frame_for(scope, build, where)
    kept = _durations_of(scope, build, frame) if frame else None
    if frame is None or kept is None:
        return None
    first, last = (calendar.index_of("month", day) - frame.months[0].index for day in (scope.first.start, scope.last_day))
    here = slice(kept.starts[first], kept.starts[last + 1])
    group, ticks = kept.group[here], kept.ticks[here]
    use = counts_in_range.chosen(frame, where, build)
    use = use[counts_in_range.alive(scope, frame)[use] | (np.bincount(group, minlength=len(frame.labels))[use] > 0)]
    groups, codes = counts_in_range.labels(scope, frame, use)
    if len(groups) * len(scope.periods) >= 1 << CELL_BITS:
        return None
    first_cells = np.full(len(frame.labels), OUTSIDE, dtype=np.int64)
    first_cells[use] = codes * len(scope.periods)
    keys = first_cells[group]
    keys += np.repeat(_period_of_months(scope, frame, first, last), np.diff(kept.starts[first : last + 2]))
    if len(use) < len(frame.labels):
        inside = keys >= 0
        keys, ticks = keys[inside], ticks[inside]
    return groups, _in_order(_with_ticks(keys, ticks))


def packed(cells: IntArray, days: FloatArray, closed: IntArray) -> IntArray | None:
    """One integer a row, sorted by cell and duration, closed before open; None where a duration or a cell does not fit."""
    ticks = ticks_of(days, closed)
    if ticks is None or (cells.size and cells.max() >= 1 << CELL_BITS):
        return None
    return _in_order(_with_ticks(cells.copy(), ticks))


def _with_ticks(cells: IntArray, ticks: IntArray) -> IntArray:
    """In place of the cells: there may be millions."""
    cells <<= CELL_SHIFT
    cells |= ticks
    return cells


def parts(keys: IntArray) -> Iterator[Rows]:
    """Sorted rows as cells, days, closed and counts, equal ones together; some at a time, each cell's rows together.

    The estimator's working columns take many times the room of the rows.
    """
    first = 0
    while first < keys.size:
        last = min(first + ROWS_A_PART, keys.size)
        last = int(np.searchsorted(keys, ((keys[last - 1] >> CELL_SHIFT) + 1) << CELL_SHIFT))
        yield _unpacked(keys[first:last])
        first = last


def _unpacked(keys: IntArray) -> Rows:
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    counts = np.diff(np.r_[starts, keys.size])
    keys = keys[starts]
    milliseconds = (keys >> 1) & ((1 << DURATION_BITS) - 1)
    return keys >> CELL_SHIFT, milliseconds / MILLISECONDS_A_DAY, 1 - (keys & 1), counts


def ticks_of(days: FloatArray, closed: IntArray) -> IntArray | None:
    """Milliseconds twice, one more where open; None where one is negative or longer than 69 years."""
    milliseconds = np.rint(days * MILLISECONDS_A_DAY).astype(np.int64)
    if milliseconds.size and (milliseconds.max() >= 1 << DURATION_BITS or milliseconds.min() < 0):
        return None
    return milliseconds << 1 | (1 - closed)


def _in_order(keys: IntArray) -> IntArray:
    if (keys[1:] < keys[:-1]).any():
        keys.sort()
    return keys


def _period_of_months(scope: Scope, frame: Frame, first: int, last: int) -> IntArray:
    """Which of the periods asked for each month belongs to; every month from the first to the last day belongs to one."""
    ends = np.array([calendar.index_of("month", period.end) for period in scope.periods])
    return np.searchsorted(ends, np.arange(first, last + 1) + frame.months[0].index)


def _durations_of(scope: Scope, build: Warehouse, frame: Frame) -> Durations | None:
    """Those of the build by the measure's definition: from the file, else by reading the table a year at a time."""
    whole = month_counts.scope_in(frame, scope.measure, build)
    name = "durations_" + hashlib.sha256(repr(statements.durations(whole)).encode()).hexdigest()[:24]
    found = build_cache.read_arrays(build, name)
    if found is None or not {"ticks", "group", "starts"} <= found.keys() or found["starts"].size not in (0, len(frame.months) + 1):
        if sum(file.rows for file in build.manifest.tables[TABLE].files) > MOST_ROWS:
            return None
        found = _read(whole, build, frame)
        build_cache.keep_arrays(build, name, found, compressed=False)
    return Durations(found["ticks"], found["group"], found["starts"]) if found["starts"].size else None


def _read(whole: Scope, build: Warehouse, frame: Frame) -> dict[str, NDArray[Any]]:
    """The arrays of `Durations`; all empty where a duration does not fit, so that nobody reads them in vain again."""
    kind = np.uint16 if len(frame.labels) <= 1 << 16 else np.uint32
    ticks, groups = [np.zeros(0, np.int64)], [np.zeros(0, kind)]
    counts = np.zeros(len(frame.months), np.int64)
    for part in _years_with_requests(whole, build):
        table = build.arrow(*statements.durations(part))
        of_rows = ticks_of(grids.column(table, "days"), grids.column(table, "is_event").astype(np.int64))
        if of_rows is None:
            return {"ticks": ticks[0], "group": groups[0], "starts": np.zeros(0, np.int64)}
        months = grids.column(table, "period_index").astype(np.int64) - frame.months[0].index
        order = np.lexsort((of_rows, months))
        ticks.append(of_rows[order])
        groups.append(month_counts.rows_in(table, frame)[order].astype(kind))
        counts += np.bincount(months, minlength=len(frame.months))
    return {"ticks": np.concatenate(ticks), "group": np.concatenate(groups), "starts": np.r_[0, counts.cumsum()]}


def _years_with_requests(whole: Scope, build: Warehouse) -> Iterator[Scope]:
    """The question in parts of at most a year: one wrong date must not make a century be read, nor all rows stand in memory."""
    sql = f"SELECT DISTINCT {whole.index('opened_on')} FROM {TABLE} WHERE opened_on BETWEEN ? AND ?"
    known = {index for (index,) in build.rows(sql, (whole.first.start, whole.last_day))}
    for first in range(0, len(whole.periods), MONTHS_A_READING):
        months = whole.periods[first : first + MONTHS_A_READING]
        if known.intersection(month.index for month in months):
            yield replace(whole, periods=months)
