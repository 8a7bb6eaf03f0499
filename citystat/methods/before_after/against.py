"""A change set against the change elsewhere."""

from math import exp, hypot, isfinite, log

from citystat.methods.before_after.results import Estimate, undefined, verdict_of


def difference_in_differences(change: Estimate, elsewhere: Estimate) -> Estimate:
    """How much more something changed than elsewhere.

    Formula: d = d1 - d2, with bounds by variance estimates recovery: lower = d - sqrt((d1 - l1)^2 + (u2 - d2)^2), upper likewise.
    Assumptions: without what was done, both would have changed alike (parallel courses), which no data after the start can show;
    independent cases on the two sides. When not to use it: when the areas were chosen because their last value was extreme and the
    stretch before is the one they were chosen by: they would fall back by themselves.
    Source: Angrist and Pischke, Mostly Harmless Econometrics (2009), section 5.2; Donner and Zou, Statistical Methods in Medical
    Research 21 (2012) 347-359.
    change, elsewhere: two differences with intervals of one confidence. Returns their difference, undefined where a bound is missing.
    Raises ValueError for unlike confidences.

    >>> here = Estimate(-0.10, -0.15, -0.05, 0.95, "lower")
    >>> there = Estimate(-0.02, -0.05, 0.01, 0.95, "about_the_same")
    >>> found = difference_in_differences(here, there)
    >>> round(found.estimate, 2), round(found.lower, 3), round(found.upper, 3), found.verdict
    (-0.08, -0.138, -0.022, 'lower')
    """
    _check_alike(change, elsewhere)
    sides = (change.estimate, change.lower, change.upper, elsewhere.estimate, elsewhere.lower, elsewhere.upper)
    told = [value for value in sides if value is not None]
    if len(told) < len(sides):
        return undefined(change.confidence)
    one, low, high, other, other_low, other_high = told
    gap = one - other
    lower, upper = gap - hypot(one - low, other_high - other), gap + hypot(high - one, other - other_low)
    return Estimate(gap, lower, upper, change.confidence, verdict_of(lower, upper, 0.0))


def ratio_of_ratios(change: Estimate, elsewhere: Estimate) -> Estimate:
    """How many times as much something changed as elsewhere, of two ratios after over before.

    Formula: ``difference_in_differences`` of the logarithms, turned back. Assumptions, when not to use it, Source: as there, with
    courses parallel in proportion.
    change, elsewhere: two ratios with intervals above 0. Returns their ratio, undefined where a bound is missing, 0 or infinite.
    Raises ValueError for unlike confidences.

    >>> here = Estimate(0.5, 0.4, 0.625, 0.95, "lower")
    >>> there = Estimate(1.0, 0.8, 1.25, 0.95, "about_the_same")
    >>> found = ratio_of_ratios(here, there)
    >>> round(found.estimate, 2), round(found.lower, 3), round(found.upper, 3)
    (0.5, 0.365, 0.686)
    """
    _check_alike(change, elsewhere)
    logs = []
    for side in (change, elsewhere):
        parts = (side.estimate, side.lower, side.upper)
        told = [log(value) for value in parts if value is not None and value > 0 and isfinite(value)]
        if len(told) < len(parts):
            return undefined(change.confidence)
        logs.append(Estimate(told[0], told[1], told[2], side.confidence, "undefined"))
    found = difference_in_differences(*logs)
    if found.estimate is None or found.lower is None or found.upper is None:
        return undefined(change.confidence)
    lower, upper = exp(found.lower), exp(found.upper)
    return Estimate(exp(found.estimate), lower, upper, change.confidence, verdict_of(lower, upper, 1.0))


def _check_alike(change: Estimate, elsewhere: Estimate) -> None:
    if change.confidence != elsewhere.confidence:
        raise ValueError("Both changes need intervals of the same confidence.")
