"""What the methods of before and after return."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Verdict = Literal["higher", "lower", "about_the_same", "undefined"]


@dataclass(frozen=True)
class Estimate:
    """A number with its interval; None where undefined, an infinite bound where the data set none.

    ``verdict`` says whether the interval leaves "no change" out: "about_the_same" is not proof of equality.
    """

    estimate: float | None
    lower: float | None
    upper: float | None
    confidence: float
    verdict: Verdict


def verdict_of(lower: float | None, upper: float | None, no_change: float) -> Verdict:
    """Where an interval lies against the value of no change."""
    if lower is None or upper is None:
        return "undefined"
    if lower > no_change:
        return "higher"
    return "lower" if upper < no_change else "about_the_same"


def undefined(confidence: float) -> Estimate:
    """Nothing can be said."""
    return Estimate(None, None, None, confidence, "undefined")


def check_confidence(confidence: float) -> None:
    """Refuse a confidence outside 0..1."""
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence must lie between 0 and 1, not {confidence}.")


def told(values: ArrayLike) -> NDArray[np.float64]:
    """The numbers that are known; a missing one (NaN) is left out, an infinite one refused."""
    try:
        every = np.asarray(values, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        raise ValueError("The values must be numbers, with NaN for a missing one.") from None
    if np.isinf(every).any():
        raise ValueError("The values must be finite.")
    return every[~np.isnan(every)]
