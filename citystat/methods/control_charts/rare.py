"""Series that mostly lie at a natural bound: a measure that is nearly always 0, a share that is nearly always 100 %.

Months without a case carry next to no information, and each single case stands out of limits made for more frequent things (Wheeler,
Working with Rare Events, Quality Digest, October 2011; Kaminsky et al., Journal of Quality Technology 24 (1992) 63-69; Woodall, Journal of
Quality Technology 38 (2006) 89-104). Charts of the time between cases judge them better; here they are kept from false signals.
"""

from collections.abc import Iterable
from math import ceil, exp, log

import numpy as np

from citystat.methods.control_charts.results import FloatArray

# Beyond three standard deviations on one side of a normal distribution.
ONE_SIDED_TAIL = 0.00135
MOSTLY = 0.5
Bounds = tuple[float | None, float | None]


def run_needed(share: float, run_length: int) -> int:
    """How many points in a row on one side of the mean are as improbable as ``run_length`` of them are at even odds.

    Formula: the smallest L with share^L <= 0.5^run_length, and never less than run_length. Assumptions: independent points, each on that
    side with the probability ``share``. When not to use it: for series that are not mostly at a bound; there the mean halves them well
    enough. Source: the shift rule's own probability, Nelson, Journal of Quality Technology 16 (1984) 237-239, at other odds.
    share: of the baseline's points on that side, 0 to 1. Returns a number of points. Raises ValueError outside 0 to 1.

    >>> run_needed(34 / 36, 7), run_needed(24 / 36, 7), run_needed(0.4, 7)
    (85, 12, 7)
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A share lies between 0 and 1, not {share}.")
    if share <= MOSTLY:
        return run_length
    # 0.5^(1/k) to the last digit must not need one point more.
    return max(run_length, ceil(run_length * log(0.5) / log(share) - 1e-9)) if share < 1 else 2**31


def most_cases(mean: float) -> int:
    """The smallest number of cases that a Poisson count of this mean exceeds with a chance of at most 0.00135.

    Formula: smallest k with P(X > k) <= 0.00135. Assumptions: cases independent, at a constant rate. When not to use it: for cases that
    come in clusters. Source: probability limits of the c chart, Montgomery, Statistical Quality Control (2009), chapter 7.
    mean: cases a period, at least 0. Returns cases. Raises ValueError for a negative mean.

    >>> most_cases(2 / 36), most_cases(0.5), most_cases(4)
    (2, 4, 11)
    """
    if not mean >= 0:
        raise ValueError(f"A mean number of cases cannot be {mean}.")
    cases, chance = 0, exp(-mean)
    below = chance
    while 1 - below > ONE_SIDED_TAIL:
        cases += 1
        chance *= mean / cases
        below += chance
    return cases


def is_mostly_at(baseline: FloatArray, bound: float | None) -> bool:
    """Whether more than half of the present points, but not all of them, lie at the bound."""
    present = baseline[np.isfinite(baseline)]
    at = np.isclose(present, bound, rtol=0, atol=1e-12) if bound is not None else np.zeros(0, bool)
    return bool(at.size and MOSTLY < at.mean() < 1)


def runs_needed(baseline: FloatArray, center: float, bounds: Bounds, run_length: int) -> dict[int, int]:
    """Points a shift needs below (-1) and above (+1) the mean, longer on the side of a bound where most of the baseline lies."""
    present = baseline[np.isfinite(baseline)]
    shares = {-1: present < center, 1: present > center}
    return {
        side: run_needed(float(shares[side].mean()), run_length) if is_mostly_at(baseline, bound) else run_length
        for side, bound in zip((-1, 1), bounds, strict=True)
    }


def farthest_usual(baseline: FloatArray, bound: float | None) -> float | None:
    """How far from the bound a usual point may lie, in the units of the values; None where the series is not mostly there.

    A case is as large as the median of the points that are not at the bound, and cases come by chance alone (see ``most_cases``).
    """
    if bound is None or not is_mostly_at(baseline, bound):
        return None
    present = np.abs(baseline[np.isfinite(baseline)] - bound)
    case = float(np.median(present[present > 1e-12]))
    return case * most_cases(float(present.mean()) / case)


def most_cases_each(means: Iterable[float]) -> FloatArray:
    """``most_cases`` of every mean; NaN stays NaN."""
    return np.array([most_cases(mean) if mean == mean else np.nan for mean in means], dtype=np.float64)
