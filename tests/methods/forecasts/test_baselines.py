"""Forecasts anyone can redo by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citystat.methods.forecasts import seasonal_baseline, seasonal_naive


def test_seasonal_naive_repeats_the_last_season():
    assert seasonal_naive([9, 9, 9, 1, 2, 3], 7, season_length=3).tolist() == [1, 2, 3, 1, 2, 3, 1]


def test_seasonal_naive_without_season_repeats_the_last_value():
    assert seasonal_naive([1, 5], 2, season_length=1).tolist() == [5, 5]


@pytest.mark.slow
@given(st.lists(st.integers(1, 100), min_size=4, max_size=4), st.floats(0.2, 5))
def test_seasonal_baseline_carries_a_change_of_level_on(season, factor):
    values = [*season, *[factor * value for value in season]]
    expected = [factor**2 * value for value in season]
    assert seasonal_baseline(values, 4, season_length=4) == pytest.approx(expected)


def test_seasonal_baseline_difference_adds_the_change():
    values = [10, 20, 30, 15, 25, 35]
    assert seasonal_baseline(values, 3, season_length=3, adjustment="difference").tolist() == [20, 30, 40]


def test_seasonal_baseline_recent_periods_set_the_level():
    values = [10, 10, 10, 10, 10, 10, 10, 20]
    assert seasonal_baseline(values, 4, season_length=4, recent=1).tolist() == [20, 20, 20, 40]


def test_seasonal_baseline_after_a_year_of_nothing_is_unadjusted():
    assert seasonal_baseline([0, 0, 4, 6], 2, season_length=2).tolist() == [4, 6]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: seasonal_naive([1, 2], 1), "at least 12 values"),
        (lambda: seasonal_naive(np.ones(12), 0), "horizon"),
        (lambda: seasonal_naive([1, float("nan"), 3], 1, season_length=1), "without missing values"),
        (lambda: seasonal_naive(["many"], 1, season_length=1), "must be numbers"),
        (lambda: seasonal_baseline(np.ones(23), 1), "at least 24 values"),
        (lambda: seasonal_baseline(np.ones(24), 1, recent=0), "at least one recent"),
    ],
)
def test_baselines_refuse_bad_input(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
