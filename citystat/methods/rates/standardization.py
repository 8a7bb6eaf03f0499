"""Direct and indirect standardization: groups compared as if they had the same mix."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.rates.checks import counts_and_exposure, successes_and_trials, z_value
from citystat.methods.rates.intervals import byar, byar_bounds, wilson
from citystat.methods.rates.results import FloatArray, Interval, Standardized


def directly_standardized_share(
    successes: ArrayLike, trials: ArrayLike, *, weights: ArrayLike | None = None, confidence: float = 0.95
) -> Standardized:
    """Share of each group if every group had the same mix of strata (districts compared at one mix of services).

    Formula: sum_s w_s p_gs / sum_s w_s over strata where the group has cases; interval p +/- sqrt(sum w^2 (p - l)^2)
    and sqrt(sum w^2 (u - p)^2) with Wilson bounds of each stratum (weights scaled to sum to 1).
    Assumptions: strata matter, cases within a stratum are alike. When not to use it: when a group lacks much of the
    standard's weight (``weight_covered`` well under 1); when the gap reverses between strata, show the strata.
    Source: Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions (2003), chapter 19; Yan and Su,
    Statistics in Biopharmaceutical Research 2 (2010) 329-335, and Donner and Zou (2012), for the interval.

    successes, trials: arrays (groups, strata). weights: one a stratum; None pools the trials of all groups.
    Returns one value a group, in shares; ``crude`` is the unstandardized share. NaN for a group without cases.
    Raises ValueError for other shapes, negative weights, weights without a positive one, or bad counts.

    >>> result = directly_standardized_share([[90, 300], [800, 30]], [[100, 900], [900, 100]])
    >>> result.crude.round(3).tolist(), result.estimate.round(4).tolist()
    ([0.39, 0.83], [0.6167, 0.5944])
    """
    counts, totals = successes_and_trials(successes, trials)
    table = _two_dimensional(totals)
    scaled, covered = _covered_weights(table, weights)
    bounds = wilson(counts, totals, confidence=confidence)
    # Weights that add up to one do so only to the last bit, and a share above one is none.
    estimate = np.clip(_weighted(scaled, bounds.estimate, 1), 0.0, 1.0)
    down = np.sqrt(_weighted(scaled, bounds.estimate - bounds.lower, 2))
    up = np.sqrt(_weighted(scaled, bounds.upper - bounds.estimate, 2))
    blank = np.where(covered > 0, 0.0, np.nan)
    crude = np.nansum(counts, axis=1) / np.where(covered > 0, np.nansum(totals, axis=1), np.nan)
    return Standardized(
        estimate + blank,
        np.maximum(estimate - down, 0.0) + blank,
        np.minimum(estimate + up, 1.0) + blank,
        confidence,
        crude,
        covered,
    )


def directly_standardized_rate(
    counts: ArrayLike, population: ArrayLike, *, weights: ArrayLike | None = None, per: float = 1000.0, confidence: float = 0.95
) -> Standardized:
    """Rate of each group if every group had the same mix of strata (age bands, housing types).

    Formula: R = sum_s w_s O_gs / n_gs, weights scaled to sum to 1; variance V = sum w^2 O / n^2; with total count O and
    its Byar bounds, R + sqrt(V / O)(bound - O) (Dobson's method).
    Assumptions: ``byar`` within each stratum. When not to use it: under about 10 events in all; as ``per_capita`` for need;
    where a stratum of much weight has hardly any residents, since no event there then counts as certainty (of 327 births
    without a case, Fay and Feuer's gamma interval reaches twice as far): merge such strata.
    Source: Dobson, Kuulasmaa, Eberle and Scherer, Statistics in Medicine 10 (1991) 457-462.

    counts, population: arrays (groups, strata). weights: one a stratum; None pools the population of all groups.
    Returns one value a group, per ``per``. NaN without population; interval NaN without any event.
    Raises ValueError for other shapes, bad weights or bad counts.

    >>> result = directly_standardized_rate([[5, 20], [10, 4]], [[1000, 1000], [2000, 200]])
    >>> result.estimate.round(2).tolist()
    [9.29, 9.29]
    """
    z = z_value(confidence)
    observed, residents = counts_and_exposure(counts, population)
    table = _two_dimensional(residents)
    scaled, covered = _covered_weights(table, weights)
    blank = np.where(covered > 0, 0.0, np.nan)
    rate = _weighted(scaled, observed / residents, 1) + blank
    total = np.nansum(observed, axis=1)
    spread = np.sqrt(_weighted(scaled, np.sqrt(observed) / residents, 2) / np.where(total > 0, total, np.nan))
    low, high = byar_bounds(total, z)
    crude = total / np.where(covered > 0, np.nansum(residents, axis=1), np.nan)
    bounds = [np.maximum(rate + spread * (bound - total), 0.0) for bound in (low, high)]
    return Standardized(per * rate, per * bounds[0], per * bounds[1], confidence, per * crude, covered)


@dataclass(frozen=True, eq=False)
class IndirectlyStandardized(Interval):
    """Observed over expected (1 is as expected), one a group, with both counts."""

    observed: FloatArray
    expected: FloatArray


def indirectly_standardized_ratio(
    observed: ArrayLike, exposure: ArrayLike, reference_rates: ArrayLike, *, confidence: float = 0.95
) -> IndirectlyStandardized:
    """Observed events over those expected at the reference's rates; for groups too small to standardize directly.

    Formula: O / E, E_g = sum_s exposure_gs rate_s, with Byar bounds of O divided by E.
    Assumptions: ``byar``; reference rates known without error. When not to use it: to compare two groups with each
    other: each ratio has its own group's mix. Source: Breslow and Day (1987), p. 65-69.
    observed: one count a group. exposure: (groups, strata). reference_rates: one a stratum, events per exposure.
    Returns ratios, NaN where nothing is expected. Raises ValueError for other shapes or negative values.

    >>> indirectly_standardized_ratio([12], [[1000, 500]], [0.004, 0.008]).estimate.tolist()
    [1.5]
    """
    events = byar(observed, confidence=confidence)
    table = _two_dimensional(np.asarray(exposure, dtype=np.float64))
    rates = np.asarray(reference_rates, dtype=np.float64)
    if rates.shape != table.shape[1:] or events.estimate.shape != table.shape[:1]:
        raise ValueError("Give one observed count a group, one reference rate a stratum and an exposure for each pair.")
    if not (table >= 0).all() or not (rates >= 0).all():
        raise ValueError("Exposures and reference rates must be numbers that are not negative.")
    expected = table @ rates
    scale = 1 / np.where(expected > 0, expected, np.nan)
    return IndirectlyStandardized(
        events.estimate * scale, events.lower * scale, events.upper * scale, confidence, events.estimate, expected
    )


def _two_dimensional(table: FloatArray) -> FloatArray:
    if table.ndim != 2:
        raise ValueError(f"Give a table of groups by strata, not an array of {table.ndim} dimensions.")
    return table


def _covered_weights(totals: FloatArray, weights: ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    """Weights of each group's strata with cases, scaled to sum to 1, and the share of all weight they are."""
    standard = np.nansum(totals, axis=0) if weights is None else np.asarray(weights, dtype=np.float64)
    if standard.shape != totals.shape[1:]:
        raise ValueError(f"There are {standard.size} weights for {totals.shape[1]} strata.")
    if not np.isfinite(standard).all() or (standard < 0).any() or not standard.sum() > 0:
        raise ValueError("The weights must be finite, not negative, and at least one above 0.")
    present = np.where(np.isnan(totals), 0.0, standard)
    covered = present.sum(axis=1)
    scaled = present / np.where(covered > 0, covered, 1.0)[:, None]
    return scaled, covered / standard.sum()


def _weighted(weights: FloatArray, values: FloatArray, power: int) -> FloatArray:
    total: FloatArray = np.nansum((weights * values) ** power, axis=1)
    return total
