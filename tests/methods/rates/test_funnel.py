"""Funnel limits."""

import numpy as np
import pytest
from scipy import stats

from citystat.methods.rates import proportion_funnel, rate_funnel


def test_proportion_funnel_normal_limits_are_two_and_three_sigma():
    funnel = proportion_funnel([80], [100], target=0.8, method="normal")
    sigma = 0.04
    assert funnel.upper_95[0] == pytest.approx(0.8 + 1.959964 * sigma, abs=1e-6)
    assert funnel.lower_998[0] == pytest.approx(0.8 - 3.090232 * sigma, abs=1e-6)


@pytest.mark.parametrize("target", [0.5, 0.9, 0.99])
def test_proportion_funnel_exact_limits_leave_no_more_than_their_tails(target):
    trials = np.arange(1, 300)
    funnel = proportion_funnel(np.zeros(299), trials, target=target)
    above = stats.binom.sf(np.rint(funnel.upper_998 * trials), trials, target)
    below = stats.binom.cdf(np.rint(funnel.lower_998 * trials) - 1, trials, target)
    assert above.max() <= 0.001
    assert below.max() <= 0.001


def test_proportion_funnel_ten_of_ten_is_no_signal():
    assert proportion_funnel([10], [10], target=0.99).position.tolist() == ["inside"]


def test_proportion_funnel_exact_and_normal_agree_when_large():
    one, other = (proportion_funnel([0], [200_000], target=0.7, method=method) for method in ("exact", "normal"))
    assert one.upper_998 == pytest.approx(other.upper_998, abs=1e-4)
    assert one.lower_95 == pytest.approx(other.lower_95, abs=1e-4)


def test_proportion_funnel_narrows_with_size():
    funnel = proportion_funnel([5, 50, 500], [10, 100, 1000])
    assert (np.diff(funnel.upper_998 - funnel.lower_998) < 0).all()


def test_proportion_funnel_pools_the_target():
    assert proportion_funnel([30, 50], [40, 160]).target == 0.4


def test_proportion_funnel_overdispersion_widens_and_calms():
    generator = np.random.default_rng(21)
    trials = np.full(200, 3000)
    successes = generator.binomial(trials, np.clip(generator.normal(0.7, 0.04, 200), 0, 1))
    plain = proportion_funnel(successes, trials, method="normal")
    widened = proportion_funnel(successes, trials, method="normal", overdispersion=True)
    assert plain.dispersion == 1
    assert widened.dispersion > 5
    assert (plain.position != "inside").mean() > 0.4
    assert (widened.position != "inside").mean() < 0.15


def test_proportion_funnel_dispersion_never_narrows():
    funnel = proportion_funnel([50, 50, 50], [100, 100, 100], method="normal", overdispersion=True)
    assert funnel.dispersion == 1


@pytest.mark.slow
def test_proportion_funnel_false_alarms_are_as_stated():
    trials = np.random.default_rng(5).integers(200, 5000, 20_000)
    successes = np.random.default_rng(6).binomial(trials, 0.8)
    position = proportion_funnel(successes, trials, target=0.8).position
    assert np.isin(position, ["high_998", "low_998"]).mean() == pytest.approx(0.002, abs=0.001)
    assert (position != "inside").mean() == pytest.approx(0.047, abs=0.006)


def test_proportion_funnel_without_trials_is_undefined():
    funnel = proportion_funnel([0, 5], [0, 10], target=0.5)
    assert funnel.position.tolist() == ["undefined", "inside"]
    assert np.isnan(funnel.upper_95[0])


def test_rate_funnel_exact_limits_are_poisson_quantiles():
    funnel = rate_funnel([0], [2000], target=5)
    assert funnel.upper_95[0] == stats.poisson.ppf(0.975, 10) / 2
    assert funnel.lower_998[0] == stats.poisson.ppf(0.001, 10) / 2


def test_rate_funnel_normal_limits():
    funnel = rate_funnel([10], [2000], target=5, method="normal")
    assert funnel.upper_95[0] == pytest.approx(5 + 1.959964 * (5 / 2) ** 0.5, abs=1e-6)
    assert funnel.lower_998[0] == pytest.approx(max(0.0, 5 - 3.090232 * 2.5**0.5), abs=1e-6)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: proportion_funnel([1], [2], target=80), "between 0 and 1"),
        (lambda: rate_funnel([1], [2], target=-1), "cannot be negative"),
        (lambda: proportion_funnel([1], [2], overdispersion=True), "method='normal'"),
        (lambda: proportion_funnel([0], [0]), "to pool"),
    ],
)
def test_funnels_refuse_bad_input(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


@pytest.mark.parametrize("share", [0.0, 1e-4, 0.25, 0.5, 0.9, 1.0])
def test_proportion_funnel_exact_limits_are_quantiles_of_the_binomial(share):
    trials = np.array([1, 2, 3, 4, 7, 40, 400, 5_000, 250_000])
    funnel = proportion_funnel(trials * share // 1, trials, target=share)
    for name, tail in (("lower_95", 0.025), ("upper_95", 0.975), ("lower_998", 0.001), ("upper_998", 0.999)):
        expected = np.maximum(stats.binom.ppf(tail, trials, share), 0)
        assert np.rint(getattr(funnel, name) * trials).tolist() == expected.tolist()
