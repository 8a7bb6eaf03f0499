"""Measures computed from others: inputs read by the same groups and periods, missing where any input is missing."""

from collections.abc import Callable, Sequence

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from citystat.core.errors import InputError
from citystat.plan.registered import expressions, tables
from citystat.plan.registered.expressions import Operand
from citystat.plan.registered.tables import Asked, Group
from citystat.plan.results import INCOMPLETE, MISSING, OK, TOO_FEW, FloatArray, MeasureTable

Read = Callable[[str], MeasureTable]
# Which of two states a result shares with its inputs: missing says most, then too few, then not complete.
ORDER = (OK, INCOMPLETE, TOO_FEW, MISSING)


def operands(asked: Asked) -> tuple[Operand, ...]:
    """Every input of both expressions."""
    numerator, denominator = asked.registered.expression or ("", "")
    found = [*expressions.operands(numerator), *(expressions.operands(denominator) if denominator else ())]
    return tuple(dict.fromkeys(found))


def check_cycle(name: str, seen: Sequence[str]) -> None:
    """A measure may not be computed from itself, by any way round."""
    if name in seen:
        raise InputError(_("%(way)s: a measure cannot be computed from itself.") % {"way": " → ".join([*seen, name])})


def compute(asked: Asked, build: int, read: Read) -> MeasureTable:
    """The table of a computed measure; `read` gives the table of an input over the same periods and groups."""
    tables.check_period(asked.measure, asked.period, asked.fiscal)
    inputs = {name: read(name) for name in dict.fromkeys(one.measure for one in operands(asked))}
    groups = _groups(list(inputs.values()), grouped=bool(asked.by))
    periods = asked.periods()
    values = {one: _grid(inputs[one.measure], one.part, groups, len(periods)) for one in operands(asked)}
    numerator, denominator = asked.registered.expression or ("0", "")
    top = expressions.evaluate(numerator, values) + np.zeros((len(groups), len(periods)))
    bottom = expressions.evaluate(denominator, values) + np.zeros(top.shape) if denominator else np.full(top.shape, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        made = top * asked.registered.per / bottom if denominator else top
    table = tables.finished(asked, groups, build, top, bottom, np.where(np.isfinite(made), made, np.nan), periods)
    return _with_states_of(table, list(inputs.values()), groups)


def _groups(found: Sequence[MeasureTable], *, grouped: bool) -> tuple[Group, ...]:
    """Groups every input has, in the order of the first."""
    if not grouped or not found:
        return ((),)
    shared = set(found[0].groups).intersection(*(table.groups for table in found[1:]))
    return tuple(group for group in found[0].groups if group in shared)


def _grid(table: MeasureTable, part: str, groups: Sequence[Group], n_periods: int) -> FloatArray:
    rows = [table.groups.index(group) for group in groups]
    grid: FloatArray = getattr(table, part)[rows].reshape(len(groups), n_periods)
    return grid


def _with_states_of(table: MeasureTable, found: Sequence[MeasureTable], groups: Sequence[Group]) -> MeasureTable:
    """The result's state is the weightiest of its own and its inputs'."""
    rank = {state: place for place, state in enumerate(ORDER)}
    ranks = [_ranked(table.state, rank)]
    ranks += [_ranked(one.state[[one.groups.index(group) for group in groups]], rank) for one in found]
    state = np.array(ORDER, dtype=np.int8)[np.maximum.reduce(ranks)]
    hidden = (state == TOO_FEW) | (state == MISSING)
    grids = {name: np.where(hidden, np.nan, getattr(table, name)) for name in ("value", "lower", "upper")}
    complete = np.logical_and.reduce([one.complete for one in found]) if found else table.complete
    as_of = min((one.as_of for one in found), default=table.as_of)
    return MeasureTable(**{**table.__dict__, **grids, "state": state, "complete": complete, "as_of": as_of})


def _ranked(state: NDArray[np.int8], rank: dict[int, int]) -> NDArray[np.int64]:
    lookup = np.zeros(max(rank) + 1, dtype=np.int64)
    for code, place in rank.items():
        lookup[code] = place
    found: NDArray[np.int64] = lookup[state]
    return found
