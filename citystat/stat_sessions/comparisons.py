"""Is a figure different from the same month last year, or does chance explain it?

Shares: Newcombe's interval of the difference of two proportions. Percentiles: their intervals do not overlap, which asks for more than
a test would. Counts: the difference against the ordinary movement from month to month, never less than that of a Poisson count.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from citystat.methods.rates import difference_of_proportions
from citystat.stat_sessions.content import Compared, Value, Verdict

Z_95 = 1.959963984540054
MOVING_RANGE_TO_SIGMA = 1.128
MONTHS_FOR_MOVEMENT = 6


def compare_shares(now: Value, before: Value | None) -> Compared:
    """Two shares by their counts; unknown where either may not be shown."""
    if before is None or not (now.is_known and before.is_known and now.denominator and before.denominator):
        return Compared(now, before)
    found = difference_of_proportions(now.numerator or 0.0, now.denominator, before.numerator or 0.0, before.denominator)
    return Compared(now, before, _verdict(float(found.lower), float(found.upper)))


def compare_intervals(now: Value, before: Value | None) -> Compared:
    """Two percentiles: different only where their intervals lie apart."""
    if before is None or not (now.is_known and before.is_known):
        return Compared(now, before)
    if None in (now.lower, before.lower):
        return Compared(now, before)
    now_upper, before_upper = _upper(now), _upper(before)
    return Compared(now, before, _verdict((now.lower or 0.0) - before_upper, now_upper - (before.lower or 0.0)))


def compare_counts(now: Value, before: Value | None, history: Sequence[float | None] = ()) -> Compared:
    """Two counts against the ordinary movement of the months in `history`, oldest first."""
    if before is None or now.value is None or before.value is None or now.state != "ok":
        return Compared(now, before)
    sigma = max(ordinary_movement(history), math.sqrt(max((now.value + before.value) / 2, 1.0)))
    margin, gap = Z_95 * math.sqrt(2) * sigma, now.value - before.value
    return Compared(now, before, _verdict(gap - margin, gap + margin))


def compare_given(now: Value, before: Value | None, history: Sequence[float | None]) -> Compared:
    """Two values people gave, of any unit, against the ordinary movement of their months; unknown with fewer than six of them."""
    sigma = ordinary_movement(history)
    if before is None or now.value is None or before.value is None or not sigma:
        return Compared(now, before)
    margin, gap = Z_95 * math.sqrt(2) * sigma, now.value - before.value
    return Compared(now, before, _verdict(gap - margin, gap + margin))


def ordinary_movement(history: Sequence[float | None]) -> float:
    """Standard deviation from the mean moving range, as on an XmR chart; 0 with fewer than six months."""
    known = [value for value in history if value is not None]
    if len(known) < MONTHS_FOR_MOVEMENT:
        return 0.0
    ranges = [abs(later - earlier) for earlier, later in pairwise(known)]
    return sum(ranges) / len(ranges) / MOVING_RANGE_TO_SIGMA


def _upper(value: Value) -> float:
    return math.inf if value.upper is None else value.upper


def _verdict(lower: float, upper: float) -> Verdict:
    if math.isnan(lower) or math.isnan(upper):
        return "unknown"
    if lower > 0:
        return "higher"
    return "lower" if upper < 0 else "same"
