"""Worked examples of textbooks and handbooks: the numbers a reader can look up."""

import numpy as np
import pytest
from scipy import stats

from citystat.methods import control_charts, durations, forecasts, rates, staffing
from tests.oracles import textbook_numbers as published


@pytest.mark.parametrize(
    ("values", "limits", "within"),
    [(published.LOAN_COSTS, published.LOAN_LIMITS, 0.005), (published.FLOW_RATES, published.FLOW_LIMITS, 0.001)],
    ids=["Montgomery", "NIST"],
)
def test_xmr_limits_of_textbooks(values, limits, within):
    segment = control_charts.xmr(values, improvement="decrease", screen_outliers=False).segments[0]
    found = {"mean": segment.mean, "moving_range": segment.dispersion, "upper": segment.upper, "lower": segment.lower}
    assert found == pytest.approx(limits, abs=within)


def test_p_prime_plain_limits_of_montgomery():
    chart = control_charts.p_prime(published.JUICE_CANS, [50] * 30, improvement="decrease", screen_outliers=False)
    found = {"mean": chart.segments[0].mean, "upper": chart.plain_upper[0], "lower": chart.plain_lower[0]}
    assert found == pytest.approx(published.JUICE_LIMITS, abs=5e-5)


def test_kaplan_meier_placebo_arm_of_freireich():
    found = durations.kaplan_meier(published.PLACEBO_WEEKS, [1] * 21)
    assert dict(zip(found.times, found.survival, strict=True)) == pytest.approx(published.PLACEBO_SURVIVAL, abs=0.005)
    assert found.median.estimate == published.PLACEBO_MEDIAN


@pytest.mark.parametrize(("counts", "bounds"), published.NEWCOMBE_WILSON.items())
def test_wilson_intervals_of_newcombe(counts, bounds):
    found = rates.wilson(*counts)
    assert (float(found.lower), float(found.upper)) == pytest.approx(bounds, abs=5e-5)


@pytest.mark.parametrize(("count", "factors"), published.EXACT_COUNT_FACTORS.items())
def test_byar_stays_near_the_exact_limits_of_breslow_and_day(count, factors):
    found = rates.byar(count)
    assert (float(found.lower) / count, float(found.upper) / count) == pytest.approx(factors, abs=0.0055)


def test_erlang_a_and_c_of_garnett_mandelbaum_and_reiman():
    impatient = staffing.erlang_a(48 * 30, 50, handle_seconds=60, patience_seconds=120)
    assert impatient.abandoned == pytest.approx(published.IMPATIENT_CALLS["abandoned"], abs=0.0005)
    assert impatient.mean_wait_seconds == pytest.approx(published.IMPATIENT_CALLS["mean_wait_seconds"], abs=0.05)
    assert impatient.occupancy == pytest.approx(published.IMPATIENT_CALLS["occupancy"], abs=0.005)
    patient = staffing.erlang_c(48 * 30, 50, handle_seconds=60)
    assert patient.mean_wait_seconds == pytest.approx(published.PATIENT_CALLS["mean_wait_seconds"], abs=0.05)
    assert patient.occupancy == pytest.approx(published.PATIENT_CALLS["occupancy"], abs=0.005)


def test_seasonal_naive_errors_of_hyndman():
    actual = np.array(published.BEER_FROM_2008)
    errors = actual - forecasts.seasonal_naive(published.BEER_2007, actual.size, season_length=4)
    found = {"rmse": np.sqrt((errors**2).mean()), "mae": np.abs(errors).mean(), "mape": 100 * np.abs(errors / actual).mean()}
    assert found == pytest.approx(published.BEER_ERRORS, abs=0.005)


def fay_and_feuer(cases, births, standard):
    """The gamma interval of a standardized rate, straight from the paper."""
    weights = np.array(standard) / np.sum(standard)
    cases, births = np.array(cases), np.array(births)
    rate, variance, largest = (weights * cases / births).sum(), (weights**2 * cases / births**2).sum(), (weights / births).max()
    lower = stats.gamma.ppf(0.025, rate**2 / variance, scale=variance / rate)
    wider, mean = variance + largest**2, rate + largest
    return 1e5 * rate, 1e5 * lower, 1e5 * stats.gamma.ppf(0.975, mean**2 / wider, scale=wider / mean)


def standardized():
    return rates.directly_standardized_rate(published.CASES, published.BIRTHS, weights=published.ALL_BIRTHS, per=100_000)


def test_directly_standardized_rate_of_fleiss():
    found = standardized()
    assert found.estimate[0] == pytest.approx(published.FIRST_BORN_PER_100000, abs=0.05)
    for group in range(3):
        expected = fay_and_feuer(published.CASES[group], published.BIRTHS[group], published.ALL_BIRTHS)
        assert (found.estimate[group], found.lower[group], found.upper[group]) == pytest.approx(expected, rel=0.01)


def test_directly_standardized_rate_does_not_see_an_almost_empty_stratum():
    # The docstring says when not to use it: 327 births without a case carry a ninth of the standard's weight.
    _, _, upper = fay_and_feuer(published.CASES[4], published.BIRTHS[4], published.ALL_BIRTHS)
    assert upper > 2 * standardized().upper[4]
