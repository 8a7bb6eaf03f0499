"""What the rate methods return: estimates with intervals, as arrays of the broadcast shape of the arguments."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
StringArray = NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Interval:
    """An estimate and its interval; NaN where undefined (zero or missing denominator)."""

    estimate: FloatArray
    lower: FloatArray
    upper: FloatArray
    confidence: float


@dataclass(frozen=True, eq=False)
class Comparison(Interval):
    """A difference or a ratio. ``verdict``: "higher", "lower", "about_the_same" (the interval holds no difference,
    which is not proof of equality) or "undefined".
    """

    verdict: StringArray


@dataclass(frozen=True, eq=False)
class Standardized(Interval):
    """One directly standardized value a group; ``weight_covered`` is the share of the standard's weight in strata
    where the group has cases. Groups with unlike coverage are not comparable.
    """

    crude: FloatArray
    weight_covered: FloatArray


@dataclass(frozen=True, eq=False)
class FunnelLimits:
    """Limits about a target for each unit, at 95 % and 99.8 %, and where the unit lies.

    position: "inside", "high_95", "high_998", "low_95", "low_998" or "undefined".
    dispersion: phi, the factor by which the variance was inflated (1 when not).
    """

    value: FloatArray
    target: float
    lower_95: FloatArray
    upper_95: FloatArray
    lower_998: FloatArray
    upper_998: FloatArray
    position: StringArray
    dispersion: float
