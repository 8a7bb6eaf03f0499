"""Checked, broadcast arrays for the rate methods."""

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.rates.results import FloatArray


def z_value(confidence: float) -> float:
    """Two-sided normal quantile of a confidence level, 1.96 for 0.95."""
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence must lie between 0 and 1, not {confidence}.")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def successes_and_trials(successes: ArrayLike, trials: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Counts and denominators as broadcast floats; both NaN where either is missing or there is no trial."""
    counts, totals = nonnegative_pair(successes, trials, "successes", "trials")
    if (counts > totals).any():
        raise ValueError("There are more successes than trials in at least one place.")
    return blank_without_denominator(counts, totals)


def counts_and_exposure(counts: ArrayLike, exposure: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Counts and exposures (residents, lane miles) as broadcast floats; NaN where missing or without exposure."""
    return blank_without_denominator(*nonnegative_pair(counts, exposure, "counts", "exposures"))


def nonnegative_pair(first: ArrayLike, second: ArrayLike, *names: str) -> tuple[FloatArray, FloatArray]:
    """Two broadcast float arrays without infinite or negative values."""
    arrays = []
    for values, name in zip((first, second), names, strict=True):
        try:
            array = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError):
            raise ValueError(f"The {name} must be numbers, with NaN for a missing one.") from None
        if np.isinf(array).any() or (array < 0).any():
            raise ValueError(f"The {name} must be finite and not negative.")
        arrays.append(array)
    try:
        one, other = np.broadcast_arrays(*arrays)
    except ValueError:
        raise ValueError(f"The {names[0]} and {names[1]} do not have matching shapes: {arrays[0].shape}, {arrays[1].shape}.") from None
    return one, other


def blank_without_denominator(counts: FloatArray, totals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """NaN in both where either is missing or the denominator is zero."""
    missing = np.isnan(counts) | np.isnan(totals) | (totals == 0)
    return np.where(missing, np.nan, counts), np.where(missing, np.nan, totals)
