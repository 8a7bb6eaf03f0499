"""XmR limits and labels against published numbers, a slow twin, and edges."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citystat.methods.control_charts import xmr
from tests.oracles import control_chart_numbers as published
from tests.oracles import slow_control_rules

NAN = float("nan")
STEADY = [4.0, 8, 5, 7, 4, 8, 5, 7, 4, 8, 5, 7, 4, 8]


def test_xmr_screened_limits_x1():
    segment = xmr(published.X1_VALUES, improvement="decrease").segments[0]
    found = {"mean": segment.mean, "amr": segment.dispersion, "lower": segment.lower, "upper": segment.upper}
    assert found == pytest.approx(published.X1_SCREENED, abs=5e-5)


def test_xmr_screened_flags_only_the_fifth_point_x1():
    labels = xmr(published.X1_VALUES, improvement="decrease").labels
    assert [index for index, label in enumerate(labels) if label != "common_cause"] == [4]
    assert labels[4] == "astronomical"


def test_xmr_unscreened_limits_x2():
    segment = xmr(published.X1_VALUES, improvement="decrease", screen_outliers=False).segments[0]
    found = {"amr": segment.dispersion, "lower": segment.lower, "upper": segment.upper}
    assert found == pytest.approx(published.X2_UNSCREENED, abs=5e-7)


def test_xmr_limits_of_random_normals_x3():
    chart = xmr(published.X3_VALUES, improvement="increase")
    segment = chart.segments[0]
    assert {"mean": segment.mean, "lower": segment.lower, "upper": segment.upper} == pytest.approx(published.X3_LIMITS, rel=1e-6)
    assert set(chart.labels) == {"common_cause"}


def test_xmr_near_limits_are_two_thirds_of_the_way():
    chart = xmr(published.X3_VALUES, improvement="increase")
    gap = chart.limits.upper - chart.limits.center
    assert chart.limits.near_upper - chart.limits.center == pytest.approx(gap * 2 / 3)


@settings(max_examples=300, deadline=None)
@given(
    values=st.lists(st.one_of(st.integers(0, 9).map(float), st.just(NAN)), min_size=13, max_size=45),
    run_length=st.sampled_from([6, 7]),
    same_side=st.booleans(),
    screen=st.booleans(),
)
@pytest.mark.slow
def test_xmr_labels_equal_slow_twin(values, run_length, same_side, screen):
    if not any(a == a and b == b for a, b in itertools.pairwise(values)):
        return
    chart = xmr(
        values, improvement="increase", run_length=run_length, two_in_three_same_side=same_side,
        screen_outliers=screen, minimum_points=2,
    )  # fmt: skip
    if chart.state == "ok":
        assert list(chart.labels) == slow_control_rules.labels(values, run_length, same_side, screen)


@pytest.mark.slow
@given(st.lists(st.integers(-50, 50), min_size=13, max_size=40), st.integers(1, 20), st.integers(-100, 100))
def test_xmr_labels_do_not_change_with_the_unit(values, factor, offset):
    one = xmr(values, improvement="increase")
    other = xmr([factor * value + offset for value in values], improvement="increase")
    assert one.labels == other.labels
    assert other.limits.upper == pytest.approx(factor * one.limits.upper + offset)


@pytest.mark.slow
@given(st.lists(st.integers(-9, 9), min_size=13, max_size=40))
def test_xmr_mirrored_series_swaps_directions(values):
    up, down = xmr(values, improvement="increase"), xmr([-value for value in values], improvement="decrease")
    assert up.labels == down.labels
    assert [-direction for direction in up.directions] == list(down.directions)
    assert up.roles == down.roles


def test_xmr_twelve_points_get_no_verdict():
    chart = xmr([1] * 6 + [9] * 6, improvement="increase", target=5)
    assert chart.state == "too_few_points"
    assert set(chart.labels) == {"too_few_points"}
    assert (chart.variation, chart.assurance, chart.signals) == ("not_judged", None, ())


def test_xmr_thirteen_points_get_a_verdict():
    chart = xmr([*STEADY[:12], 40], improvement="decrease")
    assert (chart.state, chart.variation, chart.variation_direction) == ("ok", "concern", 1)


def test_xmr_constant_series_has_no_signal_despite_rounding():
    chart = xmr([0.1] * 30, improvement="increase")
    assert set(chart.labels) == {"common_cause"}


def test_xmr_change_after_constant_baseline_is_astronomical():
    chart = xmr([5.0] * 12 + [5.1], improvement="increase", baseline_points=12)
    assert chart.labels[-1] == "astronomical"


def test_xmr_takes_no_moving_range_across_a_missing_point():
    with_gap = xmr([1, 3, 1, 3, 1, 3, NAN, 9, 11, 9, 11, 9, 11, 9], improvement="increase")
    assert with_gap.segments[0].dispersion == 2
    assert with_gap.labels[6] == "missing"
    assert with_gap.roles[6] == "not_judged"


@pytest.mark.parametrize("rule_series", [[7.0] * 7, [1.0, 2, 3, 4, 5, 6, 7]])
def test_xmr_missing_point_breaks_a_run(rule_series):
    broken_series = [*rule_series[:3], NAN, *rule_series[4:]]
    whole = xmr([*STEADY, *rule_series], improvement="increase", baseline_points=14)
    broken = xmr([*STEADY, *broken_series], improvement="increase", baseline_points=14)
    assert whole.labels[-1] in ("shift", "trend")
    assert set(broken.labels) == {"common_cause", "missing"}


def test_xmr_none_is_missing():
    assert xmr([None, *STEADY], improvement="neutral").labels[0] == "missing"


def test_xmr_last_missing_point_leaves_the_verdict_to_the_one_before():
    chart = xmr([*STEADY, 60, NAN], improvement="decrease")
    assert chart.variation == "concern"


def test_xmr_baseline_fixes_limits():
    fixed = xmr([*STEADY[:12], *[30.0] * 8], improvement="increase", baseline_points=12).segments[0]
    alone = xmr(STEADY[:12], improvement="increase").segments[0]
    assert (fixed.mean, fixed.lower, fixed.upper) == (alone.mean, alone.lower, alone.upper)


def test_xmr_baseline_counts_present_points_only():
    twelve = [*STEADY[:10], 11, 12]
    fixed = xmr([NAN, NAN, *twelve, 30, 30], improvement="increase", baseline_points=12).segments[0]
    assert fixed.mean == np.mean(twelve)


def test_xmr_rebase_and_baseline_apply_to_each_segment():
    high = [value + 100 for value in STEADY]
    chart = xmr([*STEADY, 90, 90, *high, 190, 190], improvement="increase", baseline_points=14, rebase_at=[16])
    assert [segment.mean for segment in chart.segments] == [np.mean(STEADY), np.mean(STEADY) + 100]


def test_xmr_takes_no_moving_range_across_a_rebase():
    chart = xmr(STEADY + [value + 100 for value in STEADY], improvement="increase", rebase_at=[14])
    assert [segment.dispersion for segment in chart.segments] == [xmr(STEADY, improvement="increase").segments[0].dispersion] * 2


def test_xmr_run_does_not_cross_a_rebase():
    level = [5, 4] * 7
    values = [*level, 9, 9, 9, 9, *[9, 9, 9, 9], *[8, 10] * 7]
    chart = xmr(values, improvement="increase", rebase_at=[18])
    assert all(not (signal.first < 18 <= signal.last) for signal in chart.signals)


def test_xmr_short_last_segment_gets_no_verdict():
    chart = xmr([*STEADY, *[90.0] * 5], improvement="increase", rebase_at=[14], target=50)
    assert (chart.state, chart.variation, chart.assurance) == ("too_few_points", "not_judged", None)
    assert chart.labels[0] == "common_cause"


def test_xmr_assurance_uses_the_last_segment():
    chart = xmr(STEADY + [value + 100 for value in STEADY], improvement="increase", rebase_at=[14], target=50)
    assert chart.assurance == "consistent_pass"


@pytest.mark.parametrize(
    ("improvement", "target", "assurance"),
    [
        ("increase", 20, "consistent_fail"), ("increase", -9, "consistent_pass"), ("increase", 6, "hit_or_miss"),
        ("decrease", 20, "consistent_pass"), ("decrease", -9, "consistent_fail"), ("decrease", 6, "hit_or_miss"),
        ("neutral", 20, None), ("increase", None, None), ("increase", NAN, None),
    ],
)  # fmt: skip
def test_xmr_assurance_table(improvement, target, assurance):
    assert xmr(STEADY, improvement=improvement, target=target).assurance == assurance


def test_xmr_target_on_the_limit_is_hit_or_miss():
    upper = xmr(STEADY, improvement="increase").segments[0].upper
    assert xmr(STEADY, improvement="increase", target=upper).assurance == "hit_or_miss"


@pytest.mark.parametrize("improvement", ["increase", "decrease"])
def test_xmr_of_values_that_are_all_the_target_is_met(improvement):
    assert xmr([0.0] * 14, improvement=improvement, target=0).assurance == "consistent_pass"


def test_xmr_target_in_force_is_the_one_of_the_last_present_point():
    targets = [1.0] * 13 + [30.0, 99.0]
    assert xmr([*STEADY, NAN], improvement="increase", target=targets).target == 30.0


@pytest.mark.parametrize(("improvement", "role"), [("increase", "concern"), ("decrease", "improvement"), ("neutral", "neutral")])
def test_xmr_falling_trend_is_flagged_and_colored(improvement, role):
    chart = xmr([*STEADY, 9, 8, 7, 6, 5, 4, 3], improvement=improvement, baseline_points=14)
    assert (chart.labels[-1], chart.directions[-1], chart.roles[-1]) == ("trend", -1, role)


def test_xmr_trend_across_the_mean_has_one_color():
    chart = xmr([5, 8, 4, 9, 5, 8, 2, 3, 4, 5, 6, 7, 8, 5, 8, 4], improvement="increase")
    assert {chart.roles[index] for index in range(6, 13)} == {"improvement"}


def test_xmr_outside_point_does_not_count_as_close():
    chart = xmr([*STEADY, 30, 12, 7, 5], improvement="increase", baseline_points=14)
    assert chart.limits.near_upper[15] < 12 < chart.limits.upper[15]
    assert chart.labels[14:] == ("astronomical", "common_cause", "common_cause", "common_cause")


def test_xmr_conflict_shows_improvement_when_asked():
    values = [*STEADY, 12, 11, 10, 9, 8.5, 8, 7]  # falls, but all of it above the mean
    by_rule = xmr(values, improvement="increase", baseline_points=14)
    shown = xmr(values, improvement="increase", baseline_points=14, conflict="improvement")
    assert (by_rule.labels[-1], by_rule.roles[-1]) == ("trend", "concern")
    assert (shown.labels[-1], shown.roles[-1]) == ("shift", "improvement")


def test_xmr_natural_bounds_cut_the_limits_but_no_label():
    free, cut = xmr(published.X1_VALUES, improvement="increase"), xmr(published.X1_VALUES, improvement="increase", natural_bounds=(0, None))
    assert cut.segments[0].lower == 0
    assert cut.limits.upper.tolist() == free.limits.upper.tolist()
    assert cut.labels == free.labels


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"values": [1, float("inf")]}, "infinite"),
        ({"values": [[1, 2], [3, 4]]}, "one series"),
        ({"values": ["many"]}, "must be numbers"),
        ({"values": STEADY, "rebase_at": [0]}, "Each rebase"),
        ({"values": STEADY, "rebase_at": [14]}, "Each rebase"),
        ({"values": STEADY, "baseline_points": 11}, "at least 12"),
        ({"values": STEADY, "run_length": 4}, "run length"),
        ({"values": STEADY, "improvement": "up"}, "improvement must be"),
        ({"values": STEADY, "target": [1, 2]}, "one a point"),
        ({"values": STEADY, "equal_neighbours": "maybe"}, "equal_neighbours"),
    ],
)
def test_xmr_refuses_bad_input(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        xmr(**{"improvement": "increase", **arguments})


@pytest.mark.parametrize("values", [[], [NAN] * 20, [1.0], [1.0, NAN] * 10])
def test_xmr_without_neighbors_has_no_verdict(values):
    chart = xmr(values, improvement="increase", target=3)
    assert (chart.state, chart.assurance, chart.signals) == ("too_few_points", None, ())
