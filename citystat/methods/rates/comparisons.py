"""Two groups compared: gap in percentage points, ratio, difference of rates."""

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.rates.intervals import per_capita, wilson
from citystat.methods.rates.results import Comparison, FloatArray, Interval, StringArray


def difference_of_proportions(
    successes: ArrayLike,
    trials: ArrayLike,
    reference_successes: ArrayLike,
    reference_trials: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Gap between two independent proportions, and whether it can be told from none.

    Formula: d = p1 - p2; lower = d - sqrt((p1 - l1)^2 + (u2 - p2)^2), upper = d + sqrt((u1 - p1)^2 + (p2 - l2)^2),
    with Wilson bounds l, u.
    Assumptions: different cases in the two groups. When not to use it: a group against a total that contains it (use
    the rest as reference); many pairs at once (use funnel limits); the same cases twice.
    Source: Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10.
    Arguments: counts of any shapes that broadcast. Returns shares (0.05 is 5 percentage points); verdict
    "about_the_same" when the interval holds 0. Raises ValueError as ``wilson`` does.

    >>> gap = difference_of_proportions(56, 70, 48, 80)
    >>> float(gap.lower.round(4)), float(gap.upper.round(4)), str(gap.verdict)
    (0.0524, 0.3339, 'higher')
    """
    group = wilson(successes, trials, confidence=confidence)
    reference = wilson(reference_successes, reference_trials, confidence=confidence)
    return _difference(group, reference, confidence)


def difference_of_rates(
    counts: ArrayLike,
    population: ArrayLike,
    reference_counts: ArrayLike,
    reference_population: ArrayLike,
    *,
    per: float = 1000.0,
    confidence: float = 0.95,
) -> Comparison:
    """Difference between two independent rates, and whether it can be told from none.

    Formula: as ``difference_of_proportions``, with Byar bounds of each rate in place of Wilson's.
    Assumptions, when not to use it: ``per_capita`` and ``difference_of_proportions``.
    Source: Donner and Zou, Statistical Methods in Medical Research 21 (2012) 347-359 (variance estimates recovery).
    Arguments: counts and populations of any shapes that broadcast. Returns rates per ``per``. Raises ValueError as
    ``per_capita`` does.

    >>> difference_of_rates(12, 8000, 20, 9000).verdict.item()
    'about_the_same'
    """
    group = per_capita(counts, population, per=per, confidence=confidence)
    reference = per_capita(reference_counts, reference_population, per=per, confidence=confidence)
    return _difference(group, reference, confidence)


def ratio_of_proportions(
    successes: ArrayLike,
    trials: ArrayLike,
    reference_successes: ArrayLike,
    reference_trials: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Disparity ratio p1 / p2 of two independent proportions.

    Formula: variance estimates recovery for a ratio, with Wilson bounds l, u: with a = p1 p2,
    lower = (a - sqrt(a^2 - l1 u2 (2 p1 - l1)(2 p2 - u2))) / (u2 (2 p2 - u2)),
    upper = (a + sqrt(a^2 - u1 l2 (2 p1 - u1)(2 p2 - l2))) / (l2 (2 p2 - l2)). A zero in the group is fine.
    Assumptions: different cases in the two groups. When not to use it: when both shares are near 1, where ratios hide
    gaps (compare shares late, or use the difference); with a reference share of 0 (NaN).
    Source: Donner and Zou (2012); Newcombe, Confidence Intervals for Proportions (2013), chapter 10.
    Arguments: counts of any shapes that broadcast. Returns ratios; verdict "about_the_same" when the interval holds 1.
    Raises ValueError as ``wilson`` does.

    >>> ratio = ratio_of_proportions(30, 100, 20, 200)
    >>> float(ratio.estimate.round(4)), ratio.verdict.item()
    (3.0, 'higher')
    """
    group = wilson(successes, trials, confidence=confidence)
    reference = wilson(reference_successes, reference_trials, confidence=confidence)
    return _ratio(group, reference, confidence)


def ratio_of_rates(
    counts: ArrayLike,
    population: ArrayLike,
    reference_counts: ArrayLike,
    reference_population: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Disparity ratio of two independent rates.

    Formula: as ``ratio_of_proportions``, with Byar bounds of each rate.
    Assumptions, when not to use it: ``per_capita``; NaN with a reference count of 0. Source: Donner and Zou (2012).
    Arguments: counts and populations of any shapes that broadcast. Returns ratios. Raises ValueError as ``per_capita``.

    >>> ratio_of_rates(24, 8000, 12, 8000).estimate.item()
    2.0
    """
    group = per_capita(counts, population, confidence=confidence)
    reference = per_capita(reference_counts, reference_population, confidence=confidence)
    return _ratio(group, reference, confidence)


def _difference(group: Interval, reference: Interval, confidence: float) -> Comparison:
    gap = group.estimate - reference.estimate
    lower = gap - np.hypot(group.estimate - group.lower, reference.upper - reference.estimate)
    upper = gap + np.hypot(group.upper - group.estimate, reference.estimate - reference.lower)
    return Comparison(gap, lower, upper, confidence, _verdict(lower, upper, 0.0))


def _ratio(group: Interval, reference: Interval, confidence: float) -> Comparison:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(reference.estimate > 0, group.estimate / reference.estimate, np.nan)
        product = group.estimate * reference.estimate
        lower = _ratio_bound(product, group.lower * (2 * group.estimate - group.lower), reference.estimate, reference.upper, -1)
        upper = _ratio_bound(product, group.upper * (2 * group.estimate - group.upper), reference.estimate, reference.lower, 1)
    lower, upper = np.where(np.isnan(ratio), np.nan, np.maximum(lower, 0.0)), np.where(np.isnan(ratio), np.nan, upper)
    return Comparison(ratio, lower, upper, confidence, _verdict(lower, upper, 1.0))


def _ratio_bound(product: FloatArray, numerator: FloatArray, share: FloatArray, bound: FloatArray, sign: int) -> FloatArray:
    denominator = bound * (2 * share - bound)
    root = np.sqrt(np.maximum(product**2 - numerator * denominator, 0.0))
    if sign > 0:
        return (product + root) / denominator
    # The textbook form (product - root) / denominator loses all digits when the denominator is tiny.
    return np.where(product + root > 0, numerator / (product + root), 0.0)


def _verdict(lower: FloatArray, upper: FloatArray, no_difference: float) -> StringArray:
    undefined = np.isnan(lower) | np.isnan(upper)
    return np.select([undefined, lower > no_difference, upper < no_difference], ["undefined", "higher", "lower"], "about_the_same").astype(
        np.str_
    )
