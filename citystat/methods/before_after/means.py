"""Averages of two stretches of monthly values."""

from math import sqrt

from numpy.typing import ArrayLike

from citystat.methods.before_after.results import Estimate, check_confidence, told, undefined, verdict_of


def difference_of_means(after: ArrayLike, before: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """Average after minus average before, with Welch's interval.

    Formula: d +/- t sqrt(s1^2/n1 + s2^2/n2), with Welch-Satterthwaite degrees of freedom.
    Assumptions: values of one stretch vary about one level, each independent of the one before; monthly values often follow each
    other, and the interval is then too narrow. When not to use it: with a trend or a season inside a stretch; for shares and counts
    whose numerators are known (compare those).
    Source: Welch, Biometrika 34 (1947) 28-35; Satterthwaite, Biometrics Bulletin 2 (1946) 110-114.
    after, before: numbers, NaN where missing (left out). Returns the difference; without an interval under two values on a side.
    Raises ValueError for a confidence outside 0..1.

    >>> found = difference_of_means([27.5, 21.0, 19.0, 23.6, 17.0, 17.9], [27.1, 22.0, 20.8, 23.4, 23.4, 23.5])
    >>> round(found.estimate, 2), found.verdict
    (-2.37, 'about_the_same')
    """
    check_confidence(confidence)
    one, other = told(after), told(before)
    if not one.size or not other.size:
        return undefined(confidence)
    gap = float(one.mean() - other.mean())
    if one.size < 2 or other.size < 2:
        return Estimate(gap, None, None, confidence, "undefined")
    parts = one.var(ddof=1) / one.size, other.var(ddof=1) / other.size
    if not sum(parts) > 0:
        return Estimate(gap, gap, gap, confidence, verdict_of(gap, gap, 0.0))
    free = sum(parts) ** 2 / (parts[0] ** 2 / (one.size - 1) + parts[1] ** 2 / (other.size - 1))
    # Here and not above: every process that starts would wait for it.
    from scipy.special import stdtrit

    half = float(stdtrit(free, 0.5 + confidence / 2)) * sqrt(sum(parts))
    return Estimate(gap, gap - half, gap + half, confidence, verdict_of(gap - half, gap + half, 0.0))
