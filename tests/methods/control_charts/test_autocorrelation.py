"""Lag-1 autocorrelation and its flag."""

import numpy as np
import pytest
from statsmodels.tsa.stattools import acf

from citystat.methods.control_charts import lag_one_autocorrelation, xmr
from tests.oracles.control_chart_numbers import X3_VALUES


def test_lag_one_autocorrelation_equals_statsmodels():
    assert lag_one_autocorrelation(X3_VALUES) == pytest.approx(acf(X3_VALUES, nlags=1, fft=False)[1])


def test_lag_one_autocorrelation_leaves_out_pairs_across_a_gap():
    assert lag_one_autocorrelation([1, 2, 3, 4, 5, 6, 7, 8]) == pytest.approx(26.25 / 42)
    assert lag_one_autocorrelation([1, 2, 3, 4, float("nan"), 5, 6, 7, 8]) == pytest.approx(26.5 / 42)


@pytest.mark.parametrize("values", [[], [1, 2], [1, 2, 3], [0.1] * 20])
def test_lag_one_autocorrelation_undefined(values):
    assert lag_one_autocorrelation(values) is None


def test_xmr_raises_the_flag_for_a_seasonal_series():
    seasonal = np.sin(np.arange(48) * 2 * np.pi / 12)
    assert xmr(seasonal, improvement="increase").autocorrelated
    assert not xmr(X3_VALUES, improvement="increase").autocorrelated


def test_xmr_autocorrelation_is_about_the_segment_means():
    values = [1.0, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]
    stepped = values + [value + 50 for value in values]
    assert xmr(stepped, improvement="increase").autocorrelation > 0.8
    assert xmr(stepped, improvement="increase", rebase_at=[14]).autocorrelation == pytest.approx(-26 / 28)
