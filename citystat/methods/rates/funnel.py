"""Funnel limits: which units differ from a target by more than their size explains."""

from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.rates.checks import counts_and_exposure, successes_and_trials
from citystat.methods.rates.results import FloatArray, FunnelLimits, StringArray

# Tail on each side of the two pairs of limits; 99.8 % is the "three sigma" of funnel plots.
TAILS = {"lower_95": 0.025, "upper_95": 0.975, "lower_998": 0.001, "upper_998": 0.999}


def proportion_funnel(
    successes: ArrayLike,
    trials: ArrayLike,
    *,
    target: float | None = None,
    method: Literal["exact", "normal"] = "exact",
    overdispersion: bool = False,
) -> FunnelLimits:
    """Limits of a proportion about a target, at each unit's denominator.

    Formula: exact: binomial quantile of q, divided by n (not interpolated, so that a unit beyond the line has a tail
    probability under q: with a target of 99 %, ten of ten is no signal); normal: t + z_q sqrt(phi t (1 - t) / n).
    phi = mean of squared z after pulling the outer 10 % in on both sides, if above 1.
    Assumptions: units independent; the target applies to all of them alike (standardize first if their mix differs).
    When not to use it: to rank; with fewer than about 10 units for overdispersion.
    Source: Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202; winsorizing, his section 3.

    successes, trials: one a unit. target: share 0..1; None takes the pooled share. overdispersion: widen the limits
    when the units vary more than chance (normal method only). Returns shares. NaN limits without trials.
    Raises ValueError for bad counts, a target outside 0..1, or overdispersion with the exact method.

    >>> funnel = proportion_funnel([9, 450, 50], [20, 500, 100], target=0.8, method="normal")
    >>> funnel.position.tolist()
    ['low_998', 'high_998', 'low_998']
    """
    counts, totals = successes_and_trials(np.atleast_1d(successes), np.atleast_1d(trials))
    center = _target(counts, totals, target)
    _check_method(method)
    if not 0 <= center <= 1:
        raise ValueError(f"The target must be a share between 0 and 1, not {center}.")
    spread = np.sqrt(center * (1 - center) / totals)
    if method == "exact":
        limits = _exact_limits(totals, center, overdispersion, "binomial")
        return _funnel(counts / totals, center, limits, 1.0)
    phi = _dispersion(counts / totals, center, spread) if overdispersion else 1.0
    return _funnel(counts / totals, center, _normal_limits(center, spread, phi, 1.0), phi)


def rate_funnel(
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    target: float | None = None,
    per: float = 1000.0,
    method: Literal["exact", "normal"] = "exact",
    overdispersion: bool = False,
) -> FunnelLimits:
    """Limits of a rate about a target, at each unit's exposure (residents, lane miles).

    Formula: as ``proportion_funnel`` with Poisson in place of binomial; normal: t + z_q sqrt(phi t / exposure).
    Assumptions, when not to use it, source: ``proportion_funnel`` and ``per_capita``. 311 volume is usually strongly
    overdispersed; without ``overdispersion`` most districts will lie outside.
    counts, exposure: one a unit. target: rate per ``per``; None takes the pooled rate. Returns rates per ``per``.
    Raises ValueError for bad counts, a negative target, or overdispersion with the exact method.

    >>> rate_funnel([30, 100], [10000, 10000], target=6.5).position.tolist()
    ['low_998', 'high_998']
    """
    observed, residents = counts_and_exposure(np.atleast_1d(counts), np.atleast_1d(exposure))
    residents = residents / per
    center = _target(observed, residents, target)
    _check_method(method)
    if not 0 <= center < np.inf:
        raise ValueError(f"The target rate cannot be negative, missing or endless: {center}.")
    spread = np.sqrt(center / residents)
    if method == "exact":
        limits = _exact_limits(residents, center, overdispersion, "poisson")
        return _funnel(observed / residents, center, limits, 1.0)
    phi = _dispersion(observed / residents, center, spread) if overdispersion else 1.0
    return _funnel(observed / residents, center, _normal_limits(center, spread, phi, np.inf), phi)


def _check_method(method: str) -> None:
    if method not in ("exact", "normal"):
        raise ValueError(f"method must be 'exact' or 'normal', not {method!r}.")


def _target(counts: FloatArray, totals: FloatArray, target: float | None) -> float:
    if target is not None:
        return float(target)
    if not np.nansum(totals) > 0:
        raise ValueError("Without a target, at least one unit must have a denominator to pool.")
    return float(np.nansum(counts) / np.nansum(totals))


def _exact_limits(totals: FloatArray, target: float, overdispersion: bool, family: Literal["binomial", "poisson"]) -> dict[str, FloatArray]:
    if overdispersion:
        raise ValueError("Exact limits cannot be widened for overdispersion; use method='normal'.")
    known = np.where(np.isnan(totals), 1.0, totals)
    quantile = _binomial_quantile if family == "binomial" else _poisson_quantile
    return {name: np.where(np.isnan(totals), np.nan, quantile(tail, known, target) / known) for name, tail in TAILS.items()}


def _binomial_quantile(tail: float, trials: FloatArray, share: float) -> FloatArray:
    """The smallest count whose cumulative probability reaches the tail."""
    # Not scipy.stats, which takes half a second and 45 MB to import.
    from scipy.special import bdtr, bdtrik

    if share in (0, 1):
        return np.rint(trials) * share
    whole = np.rint(trials).astype(np.int64)
    count = np.ceil(bdtrik(tail, whole, share))
    before = np.maximum(count - 1, 0)
    # The inverse may round up where a count reaches the tail exactly; a unit of no trial has no inverse and no count.
    found: FloatArray = np.where(whole == 0, 0.0, np.where(bdtr(before, whole, share) >= tail, before, count))
    return found


def _poisson_quantile(tail: float, exposure: FloatArray, rate: float) -> FloatArray:
    """The same for counts without an upper end."""
    from scipy.special import pdtr, pdtrik

    expected = exposure * rate
    count = np.ceil(pdtrik(tail, expected))
    before = np.maximum(count - 1, 0)
    found: FloatArray = np.where(expected == 0, 0.0, np.where(pdtr(before, expected) >= tail, before, count))
    return found


def _normal_limits(target: float, spread: FloatArray, phi: float, highest: float) -> dict[str, FloatArray]:
    return {name: np.clip(target + NormalDist().inv_cdf(tail) * np.sqrt(phi) * spread, 0.0, highest) for name, tail in TAILS.items()}


def _dispersion(values: FloatArray, target: float, spread: FloatArray) -> float:
    """Phi: mean squared z with the outer 10 % on each side pulled in to the quantile; never under 1."""
    usable = np.isfinite(values) & (spread > 0)
    if not usable.any():
        return 1.0
    z = (values[usable] - target) / spread[usable]
    winsorized = np.clip(z, np.quantile(z, 0.1), np.quantile(z, 0.9))
    return max(1.0, float(np.mean(winsorized**2)))


def _funnel(values: FloatArray, target: float, limits: dict[str, FloatArray], phi: float) -> FunnelLimits:
    conditions = {
        "undefined": np.isnan(values),
        "high_998": values > limits["upper_998"],
        "low_998": values < limits["lower_998"],
        "high_95": values > limits["upper_95"],
        "low_95": values < limits["lower_95"],
    }
    position: StringArray = np.select(list(conditions.values()), list(conditions), "inside").astype(np.str_)
    return FunnelLimits(value=values, target=target, position=position, dispersion=phi, **limits)
