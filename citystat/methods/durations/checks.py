"""Checks on confidence levels, probabilities and events, shared by the survival functions."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray


def z_value(confidence: float) -> float:
    """Two-sided normal quantile of a confidence level, 1.96 for 0.95."""
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence must lie between 0 and 1, not {confidence}.")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def check_probabilities(probabilities: Sequence[float]) -> None:
    """Refuse percentiles given as 50 or 90, and the two ends, which no curve defines."""
    if not all(0 < probability < 1 for probability in probabilities):
        raise ValueError("Percentile probabilities must lie between 0 and 1, such as 0.5 and 0.9.")


def checked_events(events: ArrayLike) -> NDArray[np.bool_]:
    """Whether each case closed; a missing answer is none, and would otherwise count as a closing."""
    told = np.asarray(events)
    if told.dtype == np.bool_:
        return told
    if told.size and (told.dtype.kind not in "iuf" or not ((told == 0) | (told == 1)).all()):
        raise ValueError("Each event must be true or false (1 or 0): whether the case was closed.")
    return told.astype(np.bool_)
