"""The label of a forecast: better than last year, not better, or too short to judge."""

import numpy as np
import pytest

from citystat.methods.forecasts import forecast

MONTHS = np.arange(84)
SEASON = 100 + 30 * np.sin(MONTHS * 2 * np.pi / 12)


def noise(scale: float) -> np.ndarray:
    return np.random.default_rng(3).normal(0, scale, MONTHS.size)


def test_forecast_of_a_growing_series_beats_last_year():
    result = forecast(SEASON + 2 * MONTHS + noise(3), 3, methods=["seasonal_baseline"])
    assert (result.method, result.state, result.beats_same_as_last_year) == ("seasonal_baseline", "better_than_last_year", True)
    assert result.skill > 0.5


def test_forecast_that_cannot_beat_last_year_is_last_year_and_says_so():
    values = SEASON + noise(8)
    result = forecast(values, 3, methods=["seasonal_baseline"])
    assert (result.method, result.state) == ("seasonal_naive", "not_better_than_last_year")
    assert not result.beats_same_as_last_year
    assert result.estimate.tolist() == values[-12:-9].tolist()


def test_forecast_of_an_exact_repetition_is_not_better_than_last_year():
    result = forecast(SEASON.round(), 3, methods=["seasonal_baseline"])
    assert (result.skill, result.state) == (0.0, "not_better_than_last_year")


@pytest.mark.slow
def test_forecast_with_smoothing_beats_last_year_on_a_noisy_season():
    quarters = np.tile([80.0, 120, 100, 140], 10) + noise(12)[:40]
    result = forecast(quarters, 2, season_length=4, methods=["exponential_smoothing"], max_origins=16)
    assert result.method == "exponential_smoothing"
    assert result.skill > 0.1


@pytest.mark.parametrize("n_values", [12, 24, 39])
def test_forecast_of_a_short_history_is_last_year_without_a_verdict(n_values):
    result = forecast(SEASON[:n_values], 3, methods=["seasonal_baseline"])
    assert (result.method, result.state, result.skill) == ("seasonal_naive", "too_short_to_judge", None)


def test_forecast_too_few_origins_have_no_bounds():
    result = forecast(SEASON[:25], 1, methods=["seasonal_baseline"])
    assert result.n_origins == 1
    assert np.isnan(result.lower).all()


def test_forecast_bounds_hold_the_estimate_and_widen_with_confidence():
    values = SEASON + 2 * MONTHS + noise(3)
    narrow, wide = (forecast(values, 6, methods=["seasonal_baseline"], confidence=level) for level in (0.5, 0.9))
    assert (narrow.lower <= narrow.estimate).all()
    assert (wide.upper - wide.lower >= narrow.upper - narrow.lower).all()


def test_forecast_of_counts_is_not_below_zero():
    result = forecast(np.maximum(noise(3), 0), 3, methods=["seasonal_baseline"], lowest=0)
    assert result.lower.min() >= 0


def test_forecast_max_origins_bounds_the_backtest():
    assert forecast(SEASON, 3, methods=["seasonal_baseline"], max_origins=20).n_origins == 20


def test_forecast_is_chosen_and_judged_on_different_origins():
    # Growth stops in the later half of the backtest: what won before must not be praised for it.
    values = np.where(MONTHS < 60, SEASON * 1.5 ** (MONTHS // 12), SEASON * 1.5**5) + noise(1)
    result = forecast(values, 1, methods=["seasonal_baseline"], max_origins=60)
    assert result.candidate == "seasonal_baseline"
    assert result.skill < 0.5


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"methods": ["oracle"]}, "Unknown method"),
        ({"max_origins": 0}, "at least one origin"),
        ({"values": SEASON[:11]}, "at least 12 values"),
        ({"confidence": 80, "methods": ["seasonal_baseline"]}, "confidence"),
    ],
)
def test_forecast_refuses_bad_input(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        forecast(**{"values": SEASON, "horizon": 3, **arguments})
