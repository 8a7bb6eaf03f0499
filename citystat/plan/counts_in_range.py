"""Questions about measures answered from the monthly counts of a build: which groups there are, and their numbers by period."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citystat.plan import grids, month_counts
from citystat.plan import periods as calendar
from citystat.plan.grids import GroupValues
from citystat.plan.groups import Where, values_of
from citystat.plan.month_counts import HELD, KINDS, CountArray, Frame
from citystat.plan.results import FloatArray
from citystat.plan.statements import Scope
from citystat.warehouse.connections import Warehouse

UNITS = ("month", "quarter", "year", "fiscal_year")
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Counted:
    """Groups in their order, and what was counted of each by period; `more` as in `MonthCounts`."""

    groups: GroupValues
    numerator: FloatArray
    denominator: FloatArray
    more: FloatArray | None = None


def counted(scope: Scope, build: Warehouse, where: Where) -> Counted | None:
    """The answer, or None where the question needs the rows: another key, shorter periods, a range before the months counted."""
    frame = frame_for(scope, build, where)
    if frame is None or scope.measure.kind not in KINDS:
        return None
    counts = month_counts.counts_of(scope.measure, build, frame)
    use = chosen(frame, where, build)
    grids_by_period = [_by_period(grid[use], scope, frame) for grid in (counts.numerator, counts.denominator)]
    if counts.more is not None:
        grids_by_period.append(_by_period(counts.more[use], scope, frame))
    seen = alive(scope, frame)[use]
    for grid in grids_by_period:
        seen = seen | (grid > 0).any(axis=1)
    groups, codes = labels(scope, frame, use[seen])
    summed = [_sums(grid[seen], codes, len(groups)) for grid in grids_by_period]
    return Counted(groups, *summed)


def groups_seen(scope: Scope, build: Warehouse, where: Where) -> GroupValues | None:
    """The groups with any request at all in the range; None where the question needs the rows."""
    frame = frame_for(scope, build, where)
    if frame is None:
        return None
    use = chosen(frame, where, build)
    return labels(scope, frame, use[alive(scope, frame)[use]])[0]


def frame_for(scope: Scope, build: Warehouse, where: Where) -> Frame | None:
    """The frame of the build, where the periods and every key of the question are in it."""
    if scope.first.unit not in UNITS:
        return None
    frame = month_counts.frame_of(build)
    if frame is None or scope.first.start < frame.months[0].start:
        return None
    return frame if {*(group.key for group in scope.groups), *where} <= set(frame.keys) else None


def chosen(frame: Frame, where: Where, build: Warehouse) -> IntArray:
    """The groups of the frame that every filter lets through."""
    wanted = {key: set(values_of(value)) for key, value in where.items()}
    if "department" in wanted:
        wanted["department"] |= _named_by_slug(wanted["department"], build)
    at = {key: position for position, key in enumerate(frame.keys)}
    chosen = []
    for index, label in enumerate(frame.labels):
        # A service may be asked for by its slug, the last of each label, but "not recorded" is about its name.
        also = {"service": label[-1]} if label[-1] is not None else {}
        if all(label[at[key]] in values or (key in also and also[key] in values) for key, values in wanted.items()):
            chosen.append(index)
    return np.array(chosen, dtype=np.int64)


def _named_by_slug(values: set[str | None], build: Warehouse) -> set[str | None]:
    if not build.has_table("departments"):
        return set()
    return {name for name, slug in build.rows("SELECT department, department_slug FROM departments") if slug is not None and slug in values}


def alive(scope: Scope, frame: Frame) -> NDArray[np.bool_]:
    """Groups with a request that was opened or still open in the range."""
    last = calendar.index_of("month", scope.last_day) - frame.months[0].index
    alive: NDArray[np.bool_] = frame.last_closed[:, last] >= np.datetime64(scope.first.start).astype(np.int64)
    return alive


def _by_period(grid: CountArray, scope: Scope, frame: Frame) -> FloatArray:
    """Months as the periods asked for: what happened is added up, what is held counts at the period's last month."""
    made = np.zeros((len(grid), len(scope.periods)))
    for position, period in enumerate(scope.periods):
        first, last = (calendar.index_of("month", day) - frame.months[0].index for day in (period.start, min(period.end, scope.as_of)))
        if scope.measure.kind in HELD:
            made[:, position] = grid[:, last] if first <= last else 0
        else:
            made[:, position] = grid[:, first : last + 1].sum(axis=1)
    return made


def labels(scope: Scope, frame: Frame, use: IntArray) -> tuple[GroupValues, IntArray]:
    """The groups asked for in their order, and which of them each group of the frame belongs to."""
    if not scope.groups:
        return ((),), np.zeros(len(use), dtype=np.int64)
    at = [frame.keys.index(group.key) for group in scope.groups]
    named = [tuple(frame.labels[index][position] for position in at) for index in use.tolist()]
    groups = tuple(sorted(set(named), key=lambda values: [grids.natural(value) for value in values]))
    places = {values: index for index, values in enumerate(groups)}
    return groups, np.array([places[values] for values in named], dtype=np.int64)


def _sums(grid: FloatArray, codes: IntArray, n_groups: int) -> FloatArray:
    made = np.zeros((n_groups, grid.shape[1]))
    np.add.at(made, codes, grid)
    return made
