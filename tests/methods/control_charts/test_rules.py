"""Each rule on its published vector."""

import pytest

from citystat.methods.control_charts.rules import Run, shift_runs, trend_runs, two_in_three_runs
from tests.oracles import control_chart_numbers as published
from tests.oracles import slow_control_rules


def test_shift_marks_of_the_slow_twin_x7():
    marks = slow_control_rules.shift_marks([1] * 8 + [-1], 7)
    assert [index + 1 for index, mark in enumerate(marks) if mark] == [7, 8]


def test_shift_runs_flags_all_eight_points_x7():
    assert [run.points for run in shift_runs([1] * 8 + [-1], 7)] == [tuple(range(8))]


def test_shift_runs_point_on_the_mean_breaks():
    assert shift_runs([1, 1, 1, 0, 1, 1, 1, 1], 7) == []


def test_trend_runs_ends_at_position_eight_x8():
    runs = trend_runs(published.X8_VALUES, 7)
    assert [(run.first + 1, run.last + 1, run.direction) for run in runs] == [(2, 8, 1)]


@pytest.mark.parametrize(("rule", "expected"), [("breaks", []), ("ignored", [(0, 7)])])
def test_trend_runs_equal_neighbours(rule, expected):
    runs = trend_runs([1, 2, 3, 3, 4, 5, 6, 7], 7, rule)
    assert [(run.first, run.last) for run in runs] == expected


def test_trend_runs_equal_neighbours_add_no_step():
    assert trend_runs([1, 2, 3, 3, 3, 4, 5], 7, "ignored") == []


def test_trend_runs_missing_breaks_even_when_equal_is_ignored():
    assert trend_runs([1, 2, 3, float("nan"), 4, 5, 6, 7], 7, "ignored") == []


def test_trend_runs_turning_point_belongs_to_both_runs():
    runs = trend_runs([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1], 7)
    assert [(run.first, run.last, run.direction) for run in runs] == [(0, 6, 1), (6, 12, -1)]


def test_two_in_three_runs_flags_only_close_points_x10():
    runs = two_in_three_runs([bool(value) for value in published.X10_CLOSE], [1] * 7, [True] * 7, True)
    assert [point + 1 for run in runs for point in run.points] == [3, 5]


@pytest.mark.parametrize(("same_side", "expected"), [(True, []), (False, [Run(0, 2, 1, (0, 2))])])
def test_two_in_three_runs_third_point_across_the_mean(same_side, expected):
    assert two_in_three_runs([True, False, True, False], [1, -1, 1, -1], [True] * 4, same_side) == expected


def test_two_in_three_runs_close_points_on_opposite_sides_never_pair():
    assert two_in_three_runs([True, True, False], [1, -1, 1], [True] * 3, False) == []


def test_two_in_three_runs_two_points_are_not_three():
    assert two_in_three_runs([True, True], [1, 1], [True, True], True) == []
