"""Seasonal adjustment against statsmodels, and what it does to a chart."""

import numpy as np
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose

from citystat.methods.control_charts import seasonally_adjusted, xmr

MONTHS = np.arange(60)
SEASON = 30 * np.sin(MONTHS * 2 * np.pi / 12)
NOISE = np.random.default_rng(6).normal(0, 4, 60)


@pytest.mark.parametrize("season_length", [12, 7])
def test_seasonally_adjusted_equals_statsmodels(season_length):
    values = 100 + SEASON + NOISE + MONTHS
    expected = seasonal_decompose(values, period=season_length).seasonal
    result = seasonally_adjusted(values, season_length=season_length)
    assert values - result.adjusted == pytest.approx(expected)


def test_seasonally_adjusted_series_has_no_false_summers():
    values = 100 + SEASON + NOISE
    flagged = [
        sum(label != "common_cause" for label in xmr(series, improvement="decrease").labels)
        for series in (values, seasonally_adjusted(values).adjusted)
    ]
    assert flagged[0] > 30
    assert flagged[1] < 10


def test_seasonally_adjusted_keeps_a_real_change():
    values = 100 + SEASON + NOISE + np.where(MONTHS >= 50, 40, 0)
    chart = xmr(seasonally_adjusted(values).adjusted, improvement="decrease", baseline_points=48)
    assert chart.variation == "concern"


def test_seasonally_adjusted_missing_month_stays_missing_and_spoils_no_other():
    values = np.tile(100 + SEASON[:12], 7)
    values[30] = np.nan
    result = seasonally_adjusted(values)
    assert np.flatnonzero(np.isnan(result.adjusted)).tolist() == [30]
    assert result.adjusted[:30] == pytest.approx(np.full(30, 100.0))


def test_seasonally_adjusted_under_three_years_is_left_alone():
    result = seasonally_adjusted(100 + SEASON[:47])
    assert (result.is_adjusted, result.n_seasons) == (False, 2)
    assert result.adjusted.tolist() == (100 + SEASON[:47]).tolist()


@pytest.mark.parametrize("values", [[], [1.0], [float("nan")] * 40])
def test_seasonally_adjusted_with_nothing_to_learn_from(values):
    assert seasonally_adjusted(values).n_seasons == 0


def test_seasonally_adjusted_refuses_no_season():
    with pytest.raises(ValueError, match="at least 2 periods"):
        seasonally_adjusted([1, 2, 3], season_length=1)
