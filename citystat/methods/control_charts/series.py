"""Turns the caller's numbers into checked arrays, and rebase indices into segments."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.control_charts.results import FloatArray


def as_series(values: ArrayLike, name: str = "values") -> FloatArray:
    """One-dimensional float copy; None and NaN are missing, infinity is refused."""
    try:
        series = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"The {name} must be numbers, with NaN or None for a missing one.") from None
    if series.ndim != 1:
        raise ValueError(f"The {name} must be one series, not an array of {series.ndim} dimensions.")
    if np.isinf(series).any():
        raise ValueError(f"The {name} must be finite; index {int(np.flatnonzero(np.isinf(series))[0])} is infinite.")
    return series


def segment_slices(n_points: int, rebase_at: Sequence[int]) -> list[slice]:
    """Slices between rebases; each index of ``rebase_at`` is the first point of a new segment."""
    starts = sorted(set(rebase_at))
    if any(start != int(start) for start in starts):
        raise ValueError(f"Each rebase must be a whole number, the index of its first point; got {starts}.")
    starts = [int(start) for start in starts]
    if starts and (starts[0] < 1 or starts[-1] >= n_points):
        raise ValueError(f"Each rebase must be an index between 1 and {n_points - 1}; got {starts}.")
    edges = [0, *starts, n_points]
    return [slice(first, end) for first, end in pairwise(edges)]


def baseline_of(series: FloatArray, baseline_points: int | None) -> FloatArray:
    """The part of a segment that sets its limits: up to its n-th present point, or all of it."""
    present = np.flatnonzero(np.isfinite(series))
    if baseline_points is None or present.size <= baseline_points:
        return series
    return series[: present[baseline_points - 1] + 1]


def average_moving_range(series: FloatArray, screen_outliers: bool) -> tuple[float, int]:
    """Average of |y_i - y_(i-1)| over neighbors that are both present, and how many ranges were screened out.

    NaN when no two neighbors are present. Screening drops ranges of at least 3.267 times the average, once
    (Nelson 1982); with an average of 0 there is nothing to screen. Where only ranges of 0 would be left, nothing is
    screened: limits without width would flag every point that is not the mean.
    """
    ranges = np.abs(np.diff(series))
    ranges = ranges[np.isfinite(ranges)]
    if ranges.size == 0:
        return float("nan"), 0
    average = float(ranges.mean())
    if not screen_outliers or average == 0:
        return average, 0
    kept = ranges[ranges < 3.267 * average]
    if not kept.any():
        return average, 0
    return float(kept.mean()), int(ranges.size - kept.size)
