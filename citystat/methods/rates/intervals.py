"""Intervals of one proportion, one count and one rate."""

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.rates.checks import counts_and_exposure, successes_and_trials, z_value
from citystat.methods.rates.results import FloatArray, Interval


def wilson(successes: ArrayLike, trials: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Wilson score interval of a proportion.

    Formula: (p + z^2/2n +/- z sqrt(p(1 - p)/n + z^2/4n^2)) / (1 + z^2/n), p = successes / trials.
    Assumptions: independent cases, each a success or not; the denominator is not itself random.
    When not to use it: for survey answers with weights; for a complete count shown only as a fact about the past.
    Source: Wilson, JASA 22 (1927) 209-212; Newcombe, Statistics in Medicine 17 (1998) 857-872, method 3.
    successes, trials: counts of any shapes that broadcast. Returns shares 0..1, NaN for no trials.
    Raises ValueError for negative or infinite counts, successes over trials, or unmatched shapes.

    >>> interval = wilson(81, 263)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (0.2553, 0.3662)
    """
    z = z_value(confidence)
    counts, totals = successes_and_trials(successes, trials)
    share = counts / totals
    center = (share + z**2 / (2 * totals)) / (1 + z**2 / totals)
    half = z * np.sqrt(share * (1 - share) / totals + z**2 / (4 * totals**2)) / (1 + z**2 / totals)
    # At 0 and n the bound is exactly 0 and 1; rounding would leave it a hair outside.
    lower = np.where(counts == 0, 0.0, center - half)
    upper = np.where(counts == totals, 1.0, center + half)
    return Interval(share, lower, upper, confidence)


def byar(counts: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Byar's approximation to the exact Poisson interval of a count.

    Formula: lower = O (1 - 1/(9 O) - z / (3 sqrt O))^3 (0 for O = 0);
    upper = (O + 1)(1 - 1/(9 (O + 1)) + z / (3 sqrt(O + 1)))^3.
    Assumptions: events independent of one another at a steady rate.
    When not to use it: for clustered events (a storm, one address calling 40 times): the interval is then too narrow.
    Source: Breslow and Day, Statistical Methods in Cancer Research II (1987), p. 69.
    counts: any shape, not negative, NaN where missing. Returns counts. Raises ValueError for negative or infinite ones.

    >>> interval = byar(12)
    >>> float(interval.lower.round(2)), float(interval.upper.round(2))
    (6.19, 20.96)
    """
    z = z_value(confidence)
    observed, _ = counts_and_exposure(counts, 1.0)
    lower, upper = byar_bounds(observed, z)
    return Interval(observed, lower, upper, confidence)


def per_capita(counts: ArrayLike, population: ArrayLike, *, per: float = 1000.0, confidence: float = 0.95) -> Interval:
    """Rate per ``per`` residents (or lane miles, or households), with Byar's interval.

    Formula: per x O / population, and the same of Byar's bounds.
    Assumptions: see ``byar``; the population is of the stated year and known without error.
    When not to use it: as a measure of need. 311 volume follows who reports; neighborhoods differ threefold for the
    same condition. Pair it with inspections or a survey.
    Source: Association of Public Health Observatories, Technical Briefing 3 (2008).
    counts, population: any shapes that broadcast. Returns rates per ``per``, NaN for no population.
    Raises ValueError for negative or infinite values, unmatched shapes or ``per`` not above 0.

    >>> rate = per_capita(12, 8000)
    >>> [float(value.round(3)) for value in (rate.estimate, rate.lower, rate.upper)]
    [1.5, 0.774, 2.62]
    """
    if not 0 < per < np.inf:
        raise ValueError(f"The rate must be per a positive number of residents, not {per}.")
    z = z_value(confidence)
    observed, residents = counts_and_exposure(counts, population)
    lower, upper = byar_bounds(observed, z)
    scale = per / residents
    return Interval(observed * scale, lower * scale, upper * scale, confidence)


def byar_bounds(observed: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    """Byar's bounds of counts at a normal quantile, for methods that scale them."""
    safe = np.where(observed == 0, 1.0, observed)
    lower = np.where(observed == 0, 0.0, safe * (1 - 1 / (9 * safe) - z / (3 * np.sqrt(safe))) ** 3)
    more = observed + 1
    upper: FloatArray = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    # Fractional counts under about half a case turn the cube negative.
    return np.maximum(lower, 0.0), upper
