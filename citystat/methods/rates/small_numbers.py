"""Small numbers as a third state beside "ok" and "missing"."""

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.rates.checks import nonnegative_pair
from citystat.methods.rates.results import StringArray


def small_number_state(
    numerator: ArrayLike, denominator: ArrayLike, *, min_numerator: float = 5, min_denominator: float = 20
) -> StringArray:
    """Whether a value may be shown: "ok", "too_few", or "missing".

    Formula: too_few when numerator < min_numerator or denominator < min_denominator; missing when either is NaN.
    Assumptions: the thresholds are policy, not statistics; set them with the measure (min_numerator 0 turns that part off).
    When not to use it: as disclosure control of published tables, where totals give hidden cells away.
    Source: usual public-health practice (numerator under 5 or denominator under 20 suppressed or pooled).
    numerator, denominator: counts of any shapes that broadcast. Returns strings of that shape.
    Raises ValueError for negative or infinite counts or unmatched shapes.

    >>> small_number_state([4, 12, 12, float("nan")], [100, 100, 19, 100]).tolist()
    ['too_few', 'ok', 'too_few', 'missing']
    """
    counts, totals = nonnegative_pair(numerator, denominator, "numerators", "denominators")
    missing = np.isnan(counts) | np.isnan(totals)
    few = (counts < min_numerator) | (totals < min_denominator)
    return np.select([missing, few], ["missing", "too_few"], "ok").astype(np.str_)
