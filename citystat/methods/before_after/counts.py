"""Two counts compared exactly."""

from math import inf, isfinite

from citystat.methods.before_after.results import Estimate, check_confidence, undefined, verdict_of


def ratio_of_counts(
    after: float, days_after: float, before: float, days_before: float, *, dispersion: float = 1.0, confidence: float = 0.95
) -> Estimate:
    """Ratio of two rates of events, with the exact interval given their sum.

    Formula: given a + b events the later a are binomial with p = t_a r / (t_a r + t_b); the Clopper-Pearson bounds p_L, p_U of
    a / (a + b) give r = (p / (1 - p)) (t_b / t_a). With ``dispersion`` both counts are divided by it first (quasi-likelihood).
    Assumptions: events independent at a steady rate within each stretch; bursts are told by ``dispersion``, from
    ``rates.poisson_dispersion``. When not to use it: when the two stretches lie in different seasons and events have one; for the
    same events counted twice.
    Source: Przyborowski and Wilenski, Biometrika 31 (1940) 313-323; Clopper and Pearson, Biometrika 26 (1934) 404-413.
    after, before: counts, not negative. days_after, days_before: exposures of any one unit, above 0. Returns the ratio after over
    before, undefined without any event, with an infinite upper bound without events before. Raises ValueError for negative counts,
    exposures not above 0 or a dispersion under 1.

    >>> found = ratio_of_counts(30, 100, 20, 100)
    >>> round(found.estimate, 2), round(found.lower, 3), round(found.upper, 3), found.verdict
    (1.5, 0.824, 2.787, 'about_the_same')
    """
    check_confidence(confidence)
    given = after, before, days_after, days_before
    if not all(isfinite(number) and number >= 0 for number in given) or not days_after or not days_before:
        raise ValueError("Counts must not be negative, missing or endless, and the days of both stretches must be above 0.")
    if not 1 <= dispersion < inf:
        raise ValueError(f"The dispersion must be at least 1, not {dispersion}.")
    if after + before == 0:
        return undefined(confidence)
    a, b, tail, scale = after / dispersion, before / dispersion, (1 - confidence) / 2, days_before / days_after
    # Here and not above: every process that starts would wait for it.
    from scipy.special import betaincinv

    low = 0.0 if a == 0 else float(betaincinv(a, b + 1, tail))
    high = 1.0 if b == 0 else float(betaincinv(a + 1, b, 1 - tail))
    lower, upper = scale * low / (1 - low), scale * high / (1 - high) if high < 1 else float("inf")
    return Estimate(scale * after / before if before else None, lower, upper, confidence, verdict_of(lower, upper, 1.0))
