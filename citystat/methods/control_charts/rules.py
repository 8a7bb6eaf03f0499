"""The four rules of an XmR chart, each as runs of flagged points. A missing or on-the-mean point has side 0.

Definitions: NHS England, Making Data Count; Provost and Murray, The Health Care Data Guide (2011), chapter 4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

import numpy as np

from citystat.methods.control_charts.results import ChartOptions, FloatArray, PointLimits, Rule

# Shares that should be equal differ in the last bits after division; a side or a step must exceed this,
# relative to the largest value, or a constant series would be flagged as a shift.
RELATIVE_TOLERANCE = 1e-12


@dataclass(frozen=True)
class Run:
    """Flagged points from ``first`` to ``last`` (both included), direction +1 or -1."""

    first: int
    last: int
    direction: int
    points: tuple[int, ...]


def tolerance_of(values: FloatArray) -> float:
    """The difference below which two values of this series count as equal."""
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) * RELATIVE_TOLERANCE if finite.size else 0.0


def sides_of(values: FloatArray, center: FloatArray, tolerance: float) -> list[int]:
    """Side of the center line of each point: +1, -1, or 0 when on it or missing."""
    gap = values - center
    sides: list[int] = ((gap > tolerance).astype(int) - (gap < -tolerance)).tolist()
    return sides


def shift_runs(sides: Sequence[int], length: int, needed: Mapping[int, int] | None = None) -> list[Run]:
    """Runs of at least ``length`` consecutive points on one side of the mean; all points are flagged.

    needed: other lengths by side (-1, +1), for series that mostly lie at a bound (``rare.runs_needed``).

    >>> shift_runs([1] * 8 + [-1], 7)
    [Run(first=0, last=7, direction=1, points=(0, 1, 2, 3, 4, 5, 6, 7))]
    """
    return [run for run in _equal_runs(sides) if run.last - run.first + 1 >= (needed or {}).get(run.direction, length)]


def astronomical_runs(outside: Sequence[int]) -> list[Run]:
    """Runs of consecutive points outside the same limit; ``outside`` is +1 above, -1 below, 0 inside or missing.

    >>> astronomical_runs([0, 1, 1, 0, -1])
    [Run(first=1, last=2, direction=1, points=(1, 2)), Run(first=4, last=4, direction=-1, points=(4,))]
    """
    return _equal_runs(outside)


def trend_runs(
    values: Sequence[float],
    length: int,
    equal_neighbours: Literal["breaks", "ignored"] = "breaks",
    tolerance: float = 0.0,
) -> list[Run]:
    """Runs of ``length`` points with ``length - 1`` strictly rising (or falling) steps; all points are flagged.

    With ``equal_neighbours="ignored"`` an equal value inside the run neither adds a step nor breaks it.
    A missing value (NaN) always breaks.

    >>> trend_runs([2, 1, 2, 3, 4, 5, 6, 7, 3], 7)
    [Run(first=1, last=7, direction=1, points=(1, 2, 3, 4, 5, 6, 7))]
    """
    runs: list[Run] = []
    first, last, direction, steps = 0, 0, 0, 0
    for index in range(1, len(values) + 1):
        step = _step(values, index, tolerance)
        if step == 0 and equal_neighbours == "ignored":
            continue
        if step is not None and step != 0 and step == direction:
            last, steps = index, steps + 1
            continue
        if direction and steps >= length - 1:
            runs.append(Run(first, last, direction, tuple(range(first, last + 1))))
        first, last, direction, steps = (index - 1, index, step, 1) if step else (index, index, 0, 0)
    return runs


def two_in_three_runs(close: Sequence[bool], sides: Sequence[int], present: Sequence[bool], same_side: bool) -> list[Run]:
    """At least two of three consecutive points close to one limit; only the close points are flagged.

    With ``same_side`` the third point must lie on that side of the mean as well. Overlapping windows make one run.

    >>> two_in_three_runs([False, False, True, False, True, False, False], [1] * 7, [True] * 7, True)
    [Run(first=2, last=4, direction=1, points=(2, 4))]
    """
    runs: list[Run] = []
    for direction in (1, -1):
        near = [index for index, side in enumerate(sides) if side == direction and close[index]]
        flagged: set[int] = set()
        for earlier, later in pairwise(near):
            if not _share_a_window(earlier, later, direction if same_side else None, sides, present):
                continue
            if flagged and earlier not in flagged:
                runs.append(_run_of(flagged, direction))
                flagged = set()
            flagged |= {earlier, later}
        if flagged:
            runs.append(_run_of(flagged, direction))
    return sorted(runs, key=lambda run: run.first)


def _share_a_window(earlier: int, later: int, side: int | None, sides: Sequence[int], present: Sequence[bool]) -> bool:
    """Whether some three consecutive present points, all on ``side`` if given, hold both close points."""
    for start in range(max(later - 2, 0), min(earlier, len(sides) - 3) + 1):
        window = range(start, start + 3)
        if all(present[index] and side in (None, sides[index]) for index in window):
            return True
    return False


def runs_by_rule(
    values: FloatArray, limits: PointLimits, options: ChartOptions, needed: Mapping[int, int] | None = None
) -> dict[Rule, list[Run]]:
    """All four rules on one segment, against the limits of each point."""
    tolerance = tolerance_of(values)
    sides = sides_of(values, limits.center, tolerance)
    above, below = values > limits.upper + tolerance, values < limits.lower - tolerance
    near = (values > limits.near_upper + tolerance) | (values < limits.near_lower - tolerance)
    close = near & ~above & ~below
    return {
        "astronomical": astronomical_runs((above.astype(int) - below).tolist()),
        "trend": trend_runs(values.tolist(), options.run_length, options.equal_neighbours, tolerance),
        "two_in_three": two_in_three_runs(close.tolist(), sides, np.isfinite(values).tolist(), options.two_in_three_same_side),
        "shift": shift_runs(sides, options.run_length, needed),
    }


def _equal_runs(signs: Sequence[int]) -> list[Run]:
    runs: list[Run] = []
    first = 0
    for sign, group in groupby(signs):
        end = first + len(list(group))
        if sign:
            runs.append(Run(first, end - 1, sign, tuple(range(first, end))))
        first = end
    return runs


def _step(values: Sequence[float], index: int, tolerance: float) -> int | None:
    """Sign of the step into ``index``; None at the end of the series or beside a missing value."""
    if index >= len(values):
        return None
    step = values[index] - values[index - 1]
    if step != step:  # NaN
        return None
    return (step > tolerance) - (step < -tolerance)


def _run_of(flagged: set[int], direction: int) -> Run:
    points = tuple(sorted(flagged))
    return Run(points[0], points[-1], direction, points)
