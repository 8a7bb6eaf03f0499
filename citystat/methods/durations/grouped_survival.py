"""Kaplan-Meier percentiles of thousands of groups at once, from a summary table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from citystat.methods.durations.checks import check_probabilities, checked_events, z_value
from citystat.methods.durations.survival import TOLERANCE, FloatArray


@dataclass(frozen=True, eq=False)
class GroupedPercentiles:
    """Row g is group g, column j is ``probabilities[j]``; NaN where the curve (or its bound) never gets there.

    n_cases, n_closed: total weights of each group (0 for a group without rows).
    """

    probabilities: tuple[float, ...]
    estimate: FloatArray
    lower: FloatArray
    upper: FloatArray
    n_cases: FloatArray
    n_closed: FloatArray


@dataclass(frozen=True, eq=False)
class _ClosingTimes:
    """One row a distinct (group, closing time), ascending."""

    group: NDArray[np.int64]
    time: FloatArray
    cumulative_hazard: FloatArray
    greenwood: FloatArray


def kaplan_meier_percentiles(
    group_index: ArrayLike,
    durations: ArrayLike,
    events: ArrayLike,
    counts: ArrayLike | None = None,
    probabilities: Sequence[float] = (0.5, 0.9),
    *,
    n_groups: int | None = None,
    confidence: float = 0.95,
) -> GroupedPercentiles:
    """Percentiles of time to close for many groups, with log-log intervals; the same numbers as ``kaplan_meier``.

    Formula, assumptions, when not to use it, source: ``kaplan_meier``. A percentile is the first time with S(t) at or
    under 1 - p; its bounds are where the lower and upper log-log curves get there (Brookmeyer and Crowley 1982).
    Rows may come in any order and repeat; rows already sorted by group and duration skip the sort, which is most of
    the work.

    group_index: n integers from 0. durations: n ages, any one unit. events: n true where closed. counts: n weights.
    n_groups: rows of the result (largest index + 1). Returns ``GroupedPercentiles`` in the unit of ``durations``.
    Raises ValueError for unequal lengths, a negative or too large group, missing or negative durations or counts,
    and probabilities or confidence outside 0..1.

    >>> groups = kaplan_meier_percentiles([0, 0, 0, 1, 1], [2, 5, 9, 3, 4], [1, 1, 0, 1, 0], [10, 10, 10, 1, 5])
    >>> groups.estimate.tolist()
    [[5.0, nan], [nan, nan]]
    """
    z = z_value(confidence)
    check_probabilities(probabilities)
    group, time, closed, weight = _sorted_rows(group_index, durations, events, counts)
    size = _group_count(group, n_groups)
    n_cases: FloatArray = np.bincount(group, weight, size).astype(np.float64)
    n_closed: FloatArray = np.bincount(group, weight * closed, size).astype(np.float64)
    closings = _closing_times(group, time, closed, weight)
    estimate, lower, upper = (np.full((size, len(probabilities)), np.nan) for _ in range(3))
    if closings.group.size:
        first = np.flatnonzero(np.r_[True, closings.group[1:] != closings.group[:-1]])
        curves = _log_log_curves(closings, z)
        for column, probability in enumerate(probabilities):
            needed = np.log(-np.log(1 - probability)) - TOLERANCE
            for table, curve in zip((estimate, lower, upper), curves, strict=True):
                table[closings.group[first], column] = _first_reached(curve >= needed, first, closings.time)
    return GroupedPercentiles(tuple(probabilities), estimate, lower, upper, n_cases, n_closed)


def _sorted_rows(
    group_index: ArrayLike, durations: ArrayLike, events: ArrayLike, counts: ArrayLike | None
) -> tuple[NDArray[np.int64], FloatArray, NDArray[np.bool_], FloatArray]:
    group = np.asarray(group_index)
    time = np.asarray(durations, dtype=np.float64)
    closed = checked_events(events)
    weight = np.ones(time.shape) if counts is None else np.asarray(counts, dtype=np.float64)
    if time.ndim != 1 or not group.shape == time.shape == closed.shape == weight.shape:
        raise ValueError("Group indices, durations, events and counts must be series of the same length.")
    if group.size and (group.dtype.kind not in "iu" or group.min() < 0):
        raise ValueError("Group indices must be whole numbers from 0.")
    if not np.isfinite(time).all() or (time < 0).any():
        raise ValueError("Durations must be finite and not negative; set aside cases closed before they were opened.")
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise ValueError("Counts must be finite and not negative.")
    group = group.astype(np.int64)
    step, rise = np.diff(group), np.diff(time)
    if not ((step > 0) | ((step == 0) & (rise >= 0))).all():
        order = np.lexsort((time, group))
        group, time, closed, weight = group[order], time[order], closed[order], weight[order]
    return group, time, closed, weight


def _group_count(group: NDArray[np.int64], n_groups: int | None) -> int:
    needed = int(group[-1]) + 1 if group.size else 0
    if n_groups is not None and needed > n_groups:
        raise ValueError(f"A group index of {needed - 1} does not fit into {n_groups} groups.")
    return needed if n_groups is None else n_groups


def _closing_times(group: NDArray[np.int64], time: FloatArray, closed: NDArray[np.bool_], weight: FloatArray) -> _ClosingTimes:
    """Collapse sorted rows to distinct (group, time) with closings, and accumulate hazard within each group."""
    if group.size == 0:
        return _ClosingTimes(group, time, time, time)
    starts = np.flatnonzero(np.r_[True, (np.diff(group) != 0) | (np.diff(time) != 0)])
    closing = np.add.reduceat(weight * closed, starts)
    gone_before = np.r_[0.0, weight.cumsum()][starts]
    group, time = group[starts], time[starts]
    group_first = np.flatnonzero(np.r_[True, np.diff(group) != 0])
    ends = np.r_[gone_before[group_first[1:]], weight.sum()]
    at_risk = np.repeat(ends, np.diff(np.r_[group_first, group.size])) - gone_before
    keep = closing > 0
    group, time, closing, at_risk = group[keep], time[keep], closing[keep], at_risk[keep]
    remaining = at_risk - closing
    with np.errstate(divide="ignore"):
        # A last closing takes survival to 0; its infinite terms are set afterwards, or they would spoil the sums.
        hazard = np.where(remaining > 0, -np.log1p(-closing / at_risk), 0.0)
        variance = np.where(remaining > 0, closing / (at_risk * remaining), 0.0)
    hazard, variance = _cumulated(hazard, group), _cumulated(variance, group)
    hazard[remaining <= 0] = np.inf
    return _ClosingTimes(group, time, hazard, variance)


def _cumulated(values: FloatArray, group: NDArray[np.int64]) -> FloatArray:
    """Running sum that starts again in each group."""
    if not values.size:
        return values
    total = values.cumsum()
    first = np.flatnonzero(np.r_[True, np.diff(group) != 0])
    before = (total - values)[first]
    running: FloatArray = total - np.repeat(before, np.diff(np.r_[first, group.size]))
    return running


def _log_log_curves(closings: _ClosingTimes, z: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """ln(-ln S) of the estimate, the lower and the upper curve: on this scale the bounds are plus or minus z s.

    Where S is 0 the lower curve is 0 too, and the upper one is carried over from the time before, as in
    ``kaplan_meier``; it cannot be reached there for the first time, which minus infinity says.
    """
    zero = np.isinf(closings.cumulative_hazard)
    log_hazard = np.log(closings.cumulative_hazard)
    width = np.where(zero, 0.0, z * np.sqrt(closings.greenwood) / closings.cumulative_hazard)
    return log_hazard, log_hazard + width, np.where(zero, -np.inf, log_hazard - width)


def _first_reached(reached: NDArray[np.bool_], first: NDArray[np.intp], time: FloatArray) -> FloatArray:
    """Time of the first true row of each group, NaN for none."""
    rows = np.r_[np.flatnonzero(reached), reached.size]
    earliest = rows[np.searchsorted(rows, first)]
    ends = np.r_[first[1:], reached.size]
    found: FloatArray = np.where(earliest < ends, np.r_[time, np.nan][earliest], np.nan)
    return found
