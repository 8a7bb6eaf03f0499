"""False signals: published average run lengths, and simulation as second opinion."""

import numpy as np
import pytest

from citystat.methods.control_charts import ChartOptions, PointLimits, average_run_length, expected_false_signals
from citystat.methods.control_charts.rules import runs_by_rule
from tests.oracles import control_chart_numbers as published


@pytest.mark.parametrize(("rules_and_length", "expected"), published.AVERAGE_RUN_LENGTHS.items())
def test_average_run_length_published(rules_and_length, expected):
    rules, run_length = rules_and_length
    assert average_run_length(run_length, rules) == pytest.approx(expected, abs=0.005)


@pytest.mark.slow
def test_expected_false_signals_equals_simulation():
    n_charts, n_points = 3000, 24
    limits = PointLimits(*(np.full(n_points, level) for level in (0.0, -3.0, 3.0, -2.0, 2.0)))
    generator = np.random.default_rng(20240601)
    any_signal = last_point = 0
    for _ in range(n_charts):
        runs = runs_by_rule(generator.normal(size=n_points), limits, ChartOptions())
        any_signal += any(runs.values())
        last_point += sum(any(n_points - 1 in run.points for run in found) for found in runs.values())
    expected = expected_false_signals(n_charts, n_points)
    assert any_signal == pytest.approx(expected.measures_with_any, abs=4 * (n_charts * 0.22 * 0.78) ** 0.5)
    assert last_point == pytest.approx(expected.on_last_point, abs=4 * (n_charts * 0.02) ** 0.5)


def test_expected_false_signals_by_rule_sums_to_the_total():
    expected = expected_false_signals(200, 36)
    assert sum(expected.by_rule.values()) == pytest.approx(expected.on_last_point)


def test_expected_false_signals_grow_with_points():
    counts = [expected_false_signals(200, n_points).measures_with_any for n_points in (0, 1, 12, 24, 60)]
    assert counts == sorted(counts)
    assert counts[0] == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [({"n_measures": -1}, "negative"), ({"run_length": 3}, "run length"), ({"rules": ("nelson",)}, "Unknown rule")],
)
def test_expected_false_signals_refuses(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        expected_false_signals(**{"n_measures": 10, "n_points": 12, **arguments})
