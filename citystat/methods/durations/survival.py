"""Kaplan-Meier: time to close when some cases are still open."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from citystat.methods.durations.checks import check_probabilities, checked_events, z_value

FloatArray = NDArray[np.float64]

# Survival that should equal 1 - p exactly differs in its last bits after the product.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class TimePercentile:
    """The time by which a share ``probability`` has closed; None where the curve (or its bound) never gets there."""

    probability: float
    estimate: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """The estimate at each distinct closing time, in ascending order (all arrays have that length).

    survival: share still open just after ``times``. standard_error: Greenwood. lower, upper: log-log interval.
    at_risk, closed: weights at risk and closing at that time. n_cases, n_closed: total weights.
    """

    times: FloatArray
    survival: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    at_risk: FloatArray
    closed: FloatArray
    n_cases: float
    n_closed: float
    confidence: float

    def survival_at(self, time: float) -> float:
        """Share still open at ``time`` (1 before the first closing). Raises ValueError for a missing time."""
        if np.isnan(time):
            raise ValueError("Give the age at which to read the curve.")
        index = int(np.searchsorted(self.times, time, side="right"))
        return float(self.survival[index - 1]) if index else 1.0

    def percentile(self, probability: float) -> TimePercentile:
        """First time with survival at or under 1 - probability, with its Brookmeyer-Crowley log-log interval."""
        check_probabilities([probability])
        remaining = 1 - probability
        bounds = [_first_time(self.times, curve, remaining) for curve in (self.survival, self.lower, self.upper)]
        return TimePercentile(probability, *bounds)

    @property
    def median(self) -> TimePercentile:
        """The 50th percentile; ``estimate`` None means "not yet reached"."""
        return self.percentile(0.5)


def kaplan_meier(
    durations: ArrayLike,
    events: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    counts: ArrayLike | None = None,
    confidence: float = 0.95,
) -> KaplanMeier:
    """Share of cases still open by age, counting cases that are open now as open so far rather than leaving them out.

    Formula: S(t) = product over closing times t_i <= t of (1 - d_i / n_i), with d_i closing at t_i and n_i at risk
    (entered before t_i, not gone before t_i; closings come before censorings at the same time). Standard error
    S sqrt(sum d / (n (n - d))) (Greenwood); interval S^exp(+/- z s), s = sqrt(sum) / |ln S| (log-log). Where S is 0
    the lower bound is 0 and the upper one is carried over from the time before.
    Assumptions: a case's being still open tells nothing about how long it would take (censoring at the as-of date
    satisfies this; cancelling hard cases does not); one process throughout.
    When not to use it: for cases moved away or merged as if they were open (competing risks); when a migration moved
    only cases still open, without their ``entry`` age (delayed entry); across a mass administrative closure.
    Source: Kaplan and Meier, JASA 53 (1958) 457-481; Kalbfleisch and Prentice (2002), section 1.4; Brookmeyer and
    Crowley, Biometrics 38 (1982) 29-41, for percentile intervals.

    durations: n ages at closing or as-of, any one unit, not negative. events: n true where closed. entry: n ages
    at which each case came under observation (0). counts: n weights (1), so a summary table serves as well as rows.
    Returns ``KaplanMeier`` in the unit of ``durations``. Raises ValueError for unequal lengths, missing or negative
    durations, events that are neither true nor false, an entry at or after its duration, negative counts, or a confidence outside 0..1.

    >>> curve = kaplan_meier([6, 6, 6, 6, 7, 9, 10, 10], [1, 1, 1, 0, 1, 0, 1, 0])
    >>> curve.times.tolist(), curve.survival.round(3).tolist()
    ([6.0, 7.0, 10.0], [0.625, 0.469, 0.234])
    >>> curve.median.estimate, curve.percentile(0.9).estimate
    (7.0, None)
    """
    z = z_value(confidence)
    ages, closed, weights = _checked_cases(durations, events, counts)
    times, at = np.unique(ages, return_inverse=True)
    closing = np.bincount(at, weights * closed, times.size).astype(np.float64)
    leaving = np.bincount(at, weights, times.size)
    at_risk = leaving[::-1].cumsum()[::-1]
    if entry is not None:
        at_risk = at_risk - _not_yet_entered(entry, ages, weights, times)
    keep = closing > 0
    times, closing, at_risk = times[keep], closing[keep], at_risk[keep]
    survival = np.cumprod(1 - closing / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(closing / (at_risk * (at_risk - closing)))
        standard_error = np.where(survival > 0, survival * np.sqrt(greenwood), 0.0)
    gone = np.flatnonzero(survival <= 0)
    lower, upper = _log_log_bounds(survival, greenwood, z)
    if gone.size:
        lower[gone], upper[gone] = 0.0, upper[gone[0] - 1] if gone[0] else 1.0
    return KaplanMeier(
        times,
        survival,
        standard_error,
        lower,
        upper,
        at_risk,
        closing,
        n_cases=float(weights.sum()),
        n_closed=float((weights * closed).sum()),
        confidence=confidence,
    )


def _not_yet_entered(entry: ArrayLike, ages: FloatArray, weights: FloatArray, times: FloatArray) -> FloatArray:
    """Weight of cases that come under observation at or after each time (they are not yet at risk then)."""
    entries = np.asarray(entry, dtype=np.float64)
    if entries.shape != ages.shape:
        raise ValueError(f"There are {entries.size} entry ages for {ages.size} durations; give one of each a case.")
    if not (entries < ages).all():
        raise ValueError("An entry age must be smaller than the case's duration; leave out cases never under observation.")
    order = np.argsort(entries)
    entered = np.concatenate([[0.0], weights[order].cumsum()])
    not_entered: FloatArray = weights.sum() - entered[np.searchsorted(entries[order], times, side="left")]
    return not_entered


def _log_log_bounds(survival: FloatArray, greenwood: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        width = z * np.sqrt(greenwood) / np.abs(np.log(survival))
        return survival ** np.exp(width), survival ** np.exp(-width)


def _first_time(times: FloatArray, curve: FloatArray, remaining: float) -> float | None:
    reached = np.flatnonzero(curve <= remaining + TOLERANCE)
    return float(times[reached[0]]) if reached.size else None


def _checked_cases(durations: ArrayLike, events: ArrayLike, counts: ArrayLike | None) -> tuple[FloatArray, FloatArray, FloatArray]:
    ages = np.asarray(durations, dtype=np.float64)
    closed = checked_events(events).astype(np.float64)
    weights = np.ones(ages.shape) if counts is None else np.asarray(counts, dtype=np.float64)
    if ages.ndim != 1 or closed.shape != ages.shape or weights.shape != ages.shape:
        raise ValueError("Durations, events and counts must be series of the same length.")
    if not np.isfinite(ages).all() or (ages < 0).any():
        raise ValueError("Durations must be finite and not negative; set aside cases closed before they were opened.")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("Counts must be finite and not negative.")
    return ages, closed, weights
