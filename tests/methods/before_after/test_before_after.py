"""Before and after: exact counts, percentiles, averages, and a change set against the change elsewhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, ttest_ind

from citystat.methods import rates
from citystat.methods.before_after import (
    Estimate,
    difference_in_differences,
    difference_of_means,
    difference_of_quantiles,
    quantile_of,
    ratio_of_counts,
    ratio_of_ratios,
)

# The second example of poisson.test in R: 11 of 800 against 21 of 3,011 (0.8584264 to 4.2772659 about 1.971488).
POISSON_TEST = (11, 800, 21, 3011)


def test_ratio_of_counts_published():
    found = ratio_of_counts(*POISSON_TEST)
    assert found.estimate == pytest.approx(1.971488, abs=1e-6)
    assert (found.lower, found.upper) == pytest.approx((0.8584264, 4.2772659), abs=1e-6)


@pytest.mark.slow
@given(st.integers(0, 60), st.integers(0, 60))
def test_ratio_of_counts_bounds_solve_the_binomial_tails(after, before):
    if after + before == 0:
        return
    found = ratio_of_counts(after, 1, before, 1)
    total = after + before
    if after:
        share = found.lower / (1 + found.lower)
        assert binom.sf(after - 1, total, share) == pytest.approx(0.025, abs=1e-6)
    if before:
        share = found.upper / (1 + found.upper)
        assert binom.cdf(after, total, share) == pytest.approx(0.025, abs=1e-6)


def test_ratio_of_counts_without_events_is_undefined():
    assert ratio_of_counts(0, 10, 0, 10) == Estimate(None, None, None, 0.95, "undefined")


def test_ratio_of_counts_without_events_before_has_no_upper_bound():
    found = ratio_of_counts(5, 10, 0, 10)
    assert (found.estimate, found.upper) == (None, float("inf"))


def test_ratio_of_counts_in_bursts_is_wider():
    plain, wide = ratio_of_counts(300, 10, 250, 10), ratio_of_counts(300, 10, 250, 10, dispersion=4)
    assert plain.verdict == "higher"
    assert wide.verdict == "about_the_same"
    assert wide.lower < plain.lower < plain.upper < wide.upper


@pytest.mark.parametrize("bad", [(-1, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, float("nan"))])
def test_ratio_of_counts_refuses_what_is_no_count(bad):
    with pytest.raises(ValueError, match="must not be negative"):
        ratio_of_counts(*bad)


@pytest.mark.slow
@given(st.lists(st.integers(0, 900), min_size=1, max_size=200), st.sampled_from([0.5, 0.9]))
def test_quantile_of_is_the_inverted_distribution(values, probability):
    found = quantile_of(values, probability)
    assert found.estimate == np.quantile(values, probability, method="inverted_cdf")
    assert found.lower is None or found.lower <= found.estimate
    assert found.upper is None or found.estimate <= found.upper


def test_quantile_of_covers_as_often_as_it_says():
    random, truth = np.random.default_rng(11), -np.log(0.1)
    hits = 0
    for _turn in range(400):
        found = quantile_of(random.exponential(size=80), 0.9)
        hits += (found.lower or 0) <= truth <= (found.upper or np.inf)
    assert hits / 400 >= 0.94


def test_quantile_of_few_values_sets_no_upper_bound():
    assert quantile_of([1, 2, 3], 0.9).upper is None


def test_difference_of_quantiles_equal_samples_is_about_the_same():
    found = difference_of_quantiles(range(100), range(100), 0.9)
    assert (found.estimate, found.verdict) == (0.0, "about_the_same")


def test_difference_of_quantiles_leaves_missing_out():
    with_gaps = difference_of_quantiles([*range(100), float("nan")], range(50, 150), 0.9)
    assert with_gaps == difference_of_quantiles(range(100), range(50, 150), 0.9)


@pytest.mark.slow
@given(st.lists(st.floats(0, 100), min_size=3, max_size=15), st.lists(st.floats(0, 100), min_size=3, max_size=15))
def test_difference_of_means_equals_scipy(after, before):
    # With almost no spread scipy itself warns of lost digits.
    if np.var(after) < 1e-6 or np.var(before) < 1e-6:
        return
    found, other = difference_of_means(after, before), ttest_ind(after, before, equal_var=False).confidence_interval(0.95)
    assert (found.lower, found.upper) == pytest.approx((other.low, other.high), rel=1e-6, abs=1e-9)


def test_difference_of_means_of_one_month_has_no_interval():
    assert difference_of_means([3.0], [1.0, 2.0]) == Estimate(1.5, None, None, 0.95, "undefined")


def _newcombe(*counts: int) -> Estimate:
    found = rates.difference_of_proportions(*counts)
    return Estimate(float(found.estimate), float(found.lower), float(found.upper), 0.95, "undefined")


def test_difference_in_differences_of_equal_changes_is_about_the_same():
    change = _newcombe(60, 100, 50, 100)
    assert difference_in_differences(change, change).verdict == "about_the_same"


@pytest.mark.slow
def test_difference_in_differences_covers_as_often_as_it_says():
    random, hits = np.random.default_rng(5), 0
    for _turn in range(400):
        here, there = (random.binomial(120, shares) for shares in ((0.7, 0.5), (0.65, 0.6)))
        found = difference_in_differences(_newcombe(here[0], 120, here[1], 120), _newcombe(there[0], 120, there[1], 120))
        hits += found.lower <= 0.15 <= found.upper
    assert hits / 400 >= 0.93


def test_ratio_of_ratios_without_a_bound_is_undefined():
    assert ratio_of_ratios(ratio_of_counts(5, 1, 0, 1), ratio_of_counts(5, 1, 5, 1)).verdict == "undefined"


def test_difference_in_differences_refuses_unlike_confidences():
    with pytest.raises(ValueError, match="same confidence"):
        difference_in_differences(Estimate(0, 0, 0, 0.9, "undefined"), Estimate(0, 0, 0, 0.95, "undefined"))
