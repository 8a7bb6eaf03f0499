"""Percentiles of times, with intervals that assume no shape."""

from math import hypot

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.before_after.results import Estimate, check_confidence, told, undefined, verdict_of


def quantile_of(values: ArrayLike, probability: float, *, confidence: float = 0.95) -> Estimate:
    """A percentile, with the interval between two of the values themselves.

    Formula: estimate: the smallest value with at least a share p of values at or under it; bounds: the order statistics r and s,
    r the largest with P(B < r) <= (1 - c)/2 and s the smallest with P(B >= s) <= (1 - c)/2, where B is binomial (n, p).
    Assumptions: independent events from one process. When not to use it: with open cases left out (use ``durations``).
    Source: Conover, Practical Nonparametric Statistics, 3rd edition (1999), section 3.2.
    values: numbers, NaN where missing (left out). probability: 0..1. Returns values of the data; a bound that the data do not set is
    None. Raises ValueError for a probability or confidence outside 0..1.

    >>> found = quantile_of(range(1, 101), 0.9)
    >>> found.estimate, found.lower, found.upper
    (90.0, 84.0, 96.0)
    """
    check_confidence(confidence)
    if not 0 < probability < 1:
        raise ValueError(f"The probability must lie between 0 and 1, not {probability}.")
    known = np.sort(told(values))
    if not known.size:
        return undefined(confidence)
    size, tail = known.size, (1 - confidence) / 2
    # Here and not above: every process that starts would wait for it.
    from scipy.special import bdtr

    at_most = bdtr(np.arange(size), size, probability)
    low = int(np.count_nonzero(at_most <= tail))
    high = int(np.argmax(at_most >= 1 - tail)) + 1 if (at_most >= 1 - tail).any() else size + 1
    estimate = float(known[min(int(np.ceil(size * probability - 1e-9)), size) - 1])
    lower = float(known[low - 1]) if low else None
    upper = float(known[high - 1]) if high <= size else None
    return Estimate(estimate, lower, upper, confidence, "undefined")


def difference_of_quantiles(after: ArrayLike, before: ArrayLike, probability: float, *, confidence: float = 0.95) -> Estimate:
    """A percentile after minus the same percentile before.

    Formula: d = q1 - q2; lower = d - sqrt((q1 - l1)^2 + (u2 - q2)^2), upper = d + sqrt((u1 - q1)^2 + (q2 - l2)^2), with the bounds of
    ``quantile_of`` (variance estimates recovery). Assumptions, when not to use it: ``quantile_of``; different events on the two sides.
    Source: Donner and Zou, Statistical Methods in Medical Research 21 (2012) 347-359.
    after, before: numbers, NaN where missing. Returns the difference, without an interval where a bound is missing. Raises ValueError
    as ``quantile_of`` does.

    >>> found = difference_of_quantiles(range(101, 201), range(1, 101), 0.5)
    >>> found.estimate, found.verdict
    (100.0, 'higher')
    """
    one = quantile_of(after, probability, confidence=confidence)
    other = quantile_of(before, probability, confidence=confidence)
    if one.estimate is None or other.estimate is None:
        return undefined(confidence)
    gap = one.estimate - other.estimate
    if one.lower is None or one.upper is None or other.lower is None or other.upper is None:
        return Estimate(gap, None, None, confidence, "undefined")
    lower = gap - hypot(one.estimate - one.lower, other.upper - other.estimate)
    upper = gap + hypot(one.upper - one.estimate, other.estimate - other.lower)
    return Estimate(gap, lower, upper, confidence, verdict_of(lower, upper, 0.0))
