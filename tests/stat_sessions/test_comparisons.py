"""Differences from the same month last year."""

import math

import pytest

from citystat.stat_sessions import comparisons
from citystat.stat_sessions.content import Value


def share(hits: float, of: float, state: str = "ok") -> Value:
    return Value(hits / of, hits, of, state=state)


@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [
        (share(90, 100), share(50, 100), "higher"),
        (share(50, 100), share(90, 100), "lower"),
        (share(82, 100), share(80, 100), "same"),
        (share(8, 10, "too_few"), share(80, 100), "unknown"),
        (share(82, 100), None, "unknown"),
    ],
)
def test_compare_shares(now: Value, before: Value | None, verdict: str) -> None:
    assert comparisons.compare_shares(now, before).verdict == verdict


@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [
        ((5, 4, 6), (9, 8, 10), "lower"),
        ((5, 4, 8.5), (9, 8, 10), "same"),
        ((12, 11, None), (9, 8, 10), "higher"),
        ((5, 4, None), (9, 8, 10), "same"),
    ],
)
def test_compare_intervals(now: tuple[float, float, float | None], before: tuple[float, float, float | None], verdict: str) -> None:
    values = [Value(one[0], lower=one[1], upper=one[2], state="ok") for one in (now, before)]

    assert comparisons.compare_intervals(*values).verdict == verdict


def test_compare_counts_uses_ordinary_movement() -> None:
    now, before = Value(150, state="ok"), Value(100, state="ok")

    assert comparisons.compare_counts(now, before, [100, 101] * 10).verdict == "higher"
    assert comparisons.compare_counts(now, before, [100, 160] * 10).verdict == "same"


def test_compare_counts_is_never_surer_than_poisson() -> None:
    # sigma = sqrt(102), margin = 1.96 * sqrt(2) * 10.1 = 28: four requests are nothing, whatever the past.
    assert comparisons.compare_counts(Value(104, state="ok"), Value(100, state="ok"), [100] * 20).verdict == "same"


def test_ordinary_movement_is_mean_moving_range_over_1_128() -> None:
    assert math.isclose(comparisons.ordinary_movement([10, 12, 10, 12, 10, 12, 10]), 2 / 1.128)


def test_ordinary_movement_needs_six_months() -> None:
    assert comparisons.ordinary_movement([1, 5, 1, 5, 1]) == 0.0
