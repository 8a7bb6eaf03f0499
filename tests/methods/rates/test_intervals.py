"""Wilson, Byar and per-capita rates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from citystat.methods.rates import byar, per_capita, wilson
from tests.oracles import rate_numbers as published

NAN = float("nan")


@pytest.mark.parametrize(("counts", "bounds"), published.WILSON.items())
def test_wilson_published(counts, bounds):
    interval = wilson(*counts)
    assert (interval.lower, interval.upper) == pytest.approx(bounds, abs=5e-4)


@pytest.mark.slow
@given(st.integers(0, 5000), st.integers(1, 5000), st.sampled_from([0.8, 0.95, 0.998]))
def test_wilson_equals_statsmodels(successes, failures, confidence):
    interval = wilson(successes, successes + failures, confidence=confidence)
    expected = proportion_confint(successes, successes + failures, 1 - confidence, "wilson")
    assert (interval.lower, interval.upper) == pytest.approx(expected, abs=1e-12)


@pytest.mark.slow
@given(st.integers(1, 10**6), st.data())
def test_wilson_bounds_hold_the_share(trials, data):
    interval = wilson(data.draw(st.integers(0, trials)), trials)
    assert 0 <= interval.lower <= interval.estimate <= interval.upper <= 1


def test_wilson_is_vectorized_and_broadcasts():
    interval = wilson([[1, 2, 3], [4, 5, 6]], [10, 20, 30])
    assert interval.lower.shape == (2, 3)
    assert interval.lower[1, 2] == wilson(6, 30).lower


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (NAN, 10), (3, NAN)])
def test_wilson_without_trials_is_undefined(successes, trials):
    interval = wilson(successes, trials)
    assert np.isnan([interval.estimate, interval.lower, interval.upper]).all()


def test_per_capita_published():
    count, residents, *expected = published.BYAR_PER_1000
    rate = per_capita(count, residents)
    assert [rate.estimate, rate.lower, rate.upper] == pytest.approx(expected, abs=5e-4)


@pytest.mark.slow
@given(st.integers(5, 3000))
def test_byar_is_near_the_exact_poisson_interval(count):
    interval = byar(count)
    exact = stats.chi2.ppf(0.025, 2 * count) / 2, stats.chi2.ppf(0.975, 2 * count + 2) / 2
    assert (interval.lower, interval.upper) == pytest.approx(exact, rel=0.01)


def test_byar_zero_count_has_zero_lower_bound():
    interval = byar(0)
    assert (interval.lower, interval.upper) == pytest.approx((0, 3.69), abs=0.03)


def test_byar_fractional_count_keeps_a_lower_bound_of_zero():
    assert byar(0.1).lower == 0


def test_per_capita_scales_with_per():
    assert per_capita(12, 8000, per=100_000).upper == pytest.approx(100 * per_capita(12, 8000).upper)


def test_per_capita_without_residents_is_undefined():
    assert np.isnan(per_capita([3, 3], [0, NAN]).estimate).all()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: wilson(5, 4), "more successes than trials"),
        (lambda: wilson(-1, 4), "not negative"),
        (lambda: wilson(float("inf"), 4), "finite"),
        (lambda: wilson([1, 2], [3, 4, 5]), "matching shapes"),
        (lambda: wilson("many", 4), "must be numbers"),
        (lambda: wilson(1, 4, confidence=95), "confidence"),
        (lambda: per_capita(1, 4, per=0), "positive number"),
        (lambda: byar(-1), "not negative"),
    ],
)
def test_intervals_refuse_bad_input(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
