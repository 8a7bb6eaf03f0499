"""Holt-Winters against a simulation of its own equations."""

import numpy as np
import pytest

from citystat.methods.forecasts import exponential_smoothing

MONTHS = np.arange(72)
SEASON = 100 + 30 * np.sin(MONTHS * 2 * np.pi / 12)


def test_exponential_smoothing_finds_season_and_trend():
    values = SEASON + 2 * MONTHS + np.random.default_rng(0).normal(0, 2, 72)
    ahead = np.arange(72, 78)
    truth = 100 + 30 * np.sin(ahead * 2 * np.pi / 12) + 2 * ahead
    assert exponential_smoothing(values, 6) == pytest.approx(truth, abs=10)


def test_exponential_smoothing_averages_noise_away():
    noisy = SEASON + np.random.default_rng(1).normal(0, 10, 72)
    truth = SEASON[:12]
    smoothed = np.abs(exponential_smoothing(noisy, 12) - truth).mean()
    assert smoothed < np.abs(noisy[-12:] - truth).mean()


def test_exponential_smoothing_of_a_constant_is_the_constant():
    assert exponential_smoothing([7.0] * 30, 3).tolist() == [7, 7, 7]


def test_exponential_smoothing_refuses_under_two_seasons():
    with pytest.raises(ValueError, match="at least 24 values"):
        exponential_smoothing(SEASON[:20], 3)
