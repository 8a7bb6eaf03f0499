"""Gaps and ratios of two groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from citystat.methods.rates import difference_of_proportions, difference_of_rates, ratio_of_proportions, ratio_of_rates
from tests.oracles import rate_numbers as published


@pytest.mark.parametrize(("counts", "bounds"), published.NEWCOMBE_DIFFERENCES.items())
def test_difference_of_proportions_published(counts, bounds):
    gap = difference_of_proportions(*counts)
    assert (gap.lower, gap.upper) == pytest.approx(bounds, abs=5e-5)


@pytest.mark.slow
@given(st.integers(0, 50), st.integers(0, 50))
def test_difference_of_proportions_equals_statsmodels(one, other):
    gap = difference_of_proportions(one, 50, other, 50)
    assert (gap.lower, gap.upper) == pytest.approx(confint_proportions_2indep(one, 50, other, 50, method="newcomb"), abs=1e-9)


def test_ratio_of_proportions_published():
    counts, estimate, lower, upper = published.RATIO_OF_PROPORTIONS
    ratio = ratio_of_proportions(*counts)
    assert (ratio.estimate, ratio.lower, ratio.upper) == pytest.approx((estimate, lower, upper), abs=5e-5)


@pytest.mark.slow
@given(st.integers(0, 40), st.integers(40, 80), st.integers(1, 40), st.integers(40, 80))
def test_ratio_of_proportions_holds_the_estimate(one, n_one, other, n_other):
    ratio = ratio_of_proportions(one, n_one, other, n_other)
    assert 0 <= ratio.lower <= ratio.estimate + 1e-12
    assert ratio.estimate <= ratio.upper


@pytest.mark.slow
@given(st.integers(1, 40), st.integers(1, 40))
def test_ratio_of_proportions_turned_around_is_the_inverse(one, other):
    ratio, inverse = ratio_of_proportions(one, 60, other, 50), ratio_of_proportions(other, 50, one, 60)
    assert (ratio.lower, ratio.upper) == pytest.approx((1 / inverse.upper, 1 / inverse.lower))


@pytest.mark.parametrize(("one", "other", "verdict"), [(90, 50, "higher"), (50, 90, "lower"), (50, 52, "about_the_same")])
def test_verdicts_of_proportions(one, other, verdict):
    assert difference_of_proportions(one, 100, other, 100).verdict == verdict
    assert ratio_of_proportions(one, 100, other, 100).verdict == verdict


@pytest.mark.parametrize(("one", "other", "verdict"), [(90, 50, "higher"), (50, 90, "lower"), (50, 52, "about_the_same")])
def test_verdicts_of_rates(one, other, verdict):
    assert difference_of_rates(one, 1000, other, 1000).verdict == verdict
    assert ratio_of_rates(one, 1000, other, 1000).verdict == verdict


def test_ratio_of_proportions_zero_in_the_group_has_a_bound():
    ratio = ratio_of_proportions(0, 50, 20, 50)
    assert (ratio.estimate, ratio.lower, str(ratio.verdict)) == (0, 0, "lower")


@pytest.mark.parametrize("ratio", [ratio_of_proportions(3, 50, 0, 50), ratio_of_rates(3, 50, 0, 50), ratio_of_rates(3, 0, 3, 50)])
def test_ratio_without_a_reference_is_undefined(ratio):
    assert np.isnan([ratio.estimate, ratio.lower, ratio.upper]).all()
    assert ratio.verdict == "undefined"


def test_difference_of_proportions_without_trials_is_undefined():
    assert difference_of_proportions([3, 0], [10, 0], 5, 10).verdict.tolist() == ["about_the_same", "undefined"]


def test_difference_of_rates_coverage_is_near_the_confidence():
    generator = np.random.default_rng(8)
    one, other = generator.poisson(30, 4000), generator.poisson(50, 4000)
    gap = difference_of_rates(one, 1000, other, 1000)
    covered = ((gap.lower <= -20) & (gap.upper >= -20)).mean()
    assert covered == pytest.approx(0.95, abs=0.012)


def test_ratio_of_rates_coverage_is_near_the_confidence():
    generator = np.random.default_rng(9)
    ratio = ratio_of_rates(generator.poisson(30, 4000), 1000, generator.poisson(60, 4000), 1000)
    assert ((ratio.lower <= 0.5) & (ratio.upper >= 0.5)).mean() == pytest.approx(0.95, abs=0.015)
