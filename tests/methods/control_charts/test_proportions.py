"""Laney's p-prime chart: its formula, its relation to the p-chart, and shares the plain chart over-flags."""

import itertools

import numpy as np
import pytest

from citystat.methods.control_charts import p_prime

DENOMINATORS = [300, 280, 310, 305, 295, 290, 300, 315, 285, 300, 310, 290, 300, 305]
NUMERATORS = [30, 25, 35, 31, 29, 33, 30, 27, 34, 31, 30, 32, 28, 36]


def _by_hand(numerators: list[int], denominators: list[int]) -> tuple[float, float, list[float], list[float]]:
    """Laney's formula, one step a line, without screening."""
    p = sum(numerators) / sum(denominators)
    sigmas = [(p * (1 - p) / n) ** 0.5 for n in denominators]
    z = [(r / n - p) / s for r, n, s in zip(numerators, denominators, sigmas, strict=True)]
    sigma_z = sum(abs(b - a) for a, b in itertools.pairwise(z)) / (len(z) - 1) / 1.128
    return p, sigma_z, [p - 3 * sigma_z * s for s in sigmas], [p + 3 * sigma_z * s for s in sigmas]


def test_p_prime_limits_follow_the_formula():
    chart = p_prime(NUMERATORS, DENOMINATORS, improvement="decrease", screen_outliers=False)
    p, sigma_z, lower, upper = _by_hand(NUMERATORS, DENOMINATORS)
    assert (chart.segments[0].mean, chart.segments[0].dispersion) == pytest.approx((p, sigma_z))
    assert chart.limits.lower == pytest.approx(np.array(lower))
    assert chart.limits.upper == pytest.approx(np.array(upper))


def test_p_prime_near_limits_are_two_thirds_of_the_way():
    limits = p_prime(NUMERATORS, DENOMINATORS, improvement="decrease").limits
    assert limits.near_upper - limits.center == pytest.approx((limits.upper - limits.center) * 2 / 3)
    assert limits.center - limits.near_lower == pytest.approx((limits.center - limits.lower) * 2 / 3)


def test_p_prime_plain_limits_are_those_of_the_p_chart():
    chart = p_prime(NUMERATORS, DENOMINATORS, improvement="decrease")
    p = sum(NUMERATORS) / sum(DENOMINATORS)
    assert chart.plain_upper == pytest.approx(p + 3 * np.sqrt(p * (1 - p) / np.array(DENOMINATORS)))


def test_p_prime_tells_overdispersed_shares_from_signals():
    shares = 0.8 + np.random.default_rng(7).normal(0, 0.03, 36)
    totals = np.full(36, 40_000)
    chart = p_prime(np.rint(shares * totals), totals, improvement="increase")
    outside_plain = (chart.values > chart.plain_upper) | (chart.values < chart.plain_lower)
    assert outside_plain.mean() > 0.7
    assert chart.labels.count("astronomical") == 0


def test_p_prime_limits_widen_where_the_denominator_is_small():
    chart = p_prime([*NUMERATORS, 3], [*DENOMINATORS, 30], improvement="decrease")
    widths = chart.limits.upper - chart.limits.lower
    assert widths[-1] > 1.5 * widths[0]


def test_p_prime_zero_denominator_is_missing():
    chart = p_prime([*NUMERATORS, 0], [*DENOMINATORS, 0], improvement="decrease")
    assert chart.labels[-1] == "missing"
    assert np.isnan(chart.limits.upper[-1])


def test_p_prime_assurance_uses_the_last_present_limits():
    chart = p_prime([*NUMERATORS, float("nan")], [*DENOMINATORS, float("nan")], improvement="decrease", target=0.5)
    assert chart.assurance == "consistent_pass"
    assert chart.segments[-1].upper == chart.limits.upper[-2]


@pytest.mark.parametrize("share", [0, 300])
def test_p_prime_all_or_none_is_common_cause(share):
    chart = p_prime([share] * 14, [300] * 14, improvement="increase")
    assert set(chart.labels) == {"common_cause"}


def test_p_prime_change_after_perfect_baseline_is_astronomical():
    chart = p_prime([300] * 13 + [299], [300] * 14, improvement="increase", baseline_points=13)
    assert (chart.labels[-1], chart.roles[-1]) == ("astronomical", "concern")


def test_p_prime_limits_stay_between_zero_and_one():
    chart = p_prime([9, 1, 8, 10, 7, 9, 2, 10, 9, 8, 10, 9, 1, 10], [10] * 14, improvement="increase")
    assert chart.limits.upper.max() <= 1
    assert chart.limits.lower.min() >= 0


def test_p_prime_rebase_pools_each_segment():
    chart = p_prime(NUMERATORS * 2, DENOMINATORS + [2 * n for n in DENOMINATORS], improvement="decrease", rebase_at=[14])
    assert chart.segments[1].mean == pytest.approx(chart.segments[0].mean / 2)


@pytest.mark.parametrize(
    ("numerators", "denominators", "sentence"),
    [([5], [4], "larger than its denominator"), ([-1], [4], "negative"), ([1, 2], [4], "one of each")],
)
def test_p_prime_refuses_bad_counts(numerators, denominators, sentence):
    with pytest.raises(ValueError, match=sentence):
        p_prime(numerators, denominators, improvement="increase")
