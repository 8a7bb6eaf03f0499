"""Run-chart limits and signals."""

import pytest
from scipy import stats

from citystat.methods.control_charts import run_chart, run_chart_limits
from tests.oracles import control_chart_numbers as published


@pytest.mark.parametrize(("n_useful", "limits"), published.RUN_CHART_LIMITS.items())
def test_run_chart_limits_published_table(n_useful, limits):
    assert run_chart_limits(n_useful) == limits


@pytest.mark.slow
def test_run_chart_limits_crossings_are_the_binomial_quantile():
    for n_useful in range(10, 400):
        assert run_chart_limits(n_useful)[1] == stats.binom.ppf(0.05, n_useful - 1, 0.5)


def test_run_chart_ignores_points_on_the_median():
    chart = run_chart([1, 5, 3, 5, 9, 5] * 3)
    assert (chart.median, chart.n_useful) == (5, 9)
    assert chart.signal is None


@pytest.mark.parametrize(
    ("values", "signal"), [([1, 9] * 10, False), ([1] * 8 + [9, 1] * 2 + [9] * 8, True), ([1, 1, 1, 1, 1, 9, 9, 9, 9, 9], True)]
)
def test_run_chart_signal(values, signal):
    assert run_chart(values).signal is signal


def test_run_chart_frozen_median():
    assert run_chart([6, 7, 8] * 5, median=5).longest_run == 15


def test_run_chart_refuses_no_values():
    with pytest.raises(ValueError, match="at least one value"):
        run_chart([float("nan")])
