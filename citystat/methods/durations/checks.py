"""Checks on confidence levels and probabilities, shared by the survival functions."""

from collections.abc import Sequence
from statistics import NormalDist


def z_value(confidence: float) -> float:
    """Two-sided normal quantile of a confidence level, 1.96 for 0.95."""
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence must lie between 0 and 1, not {confidence}.")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def check_probabilities(probabilities: Sequence[float]) -> None:
    """Refuse percentiles given as 50 or 90, and the two ends, which no curve defines."""
    if not all(0 < probability < 1 for probability in probabilities):
        raise ValueError("Percentile probabilities must lie between 0 and 1, such as 0.5 and 0.9.")
