"""The published status rules on cases worked out by hand: goals of 0 and below, lower is better, 0 the best value, and edges."""

import pytest

from citystat.plan.registered import status
from citystat.plan.registered.status import Bounds, Facts

UP, DOWN = "increase", "decrease"
NONE = Bounds()

# Goal, value, direction: gap on the unwanted side against a tenth of the goal's size.
LOUIESTAT = [
    (-4, -5, DOWN, "green"), (-4, -3.6, DOWN, "yellow"), (-4, -3.5, DOWN, "red"),  # 0.4 and 0.5 against 0.4
    (0, -0.1, UP, "red"), (0, 0, UP, "green"), (0, 0.001, DOWN, "red"), (0, -3, DOWN, "green"),
    (5, 0, UP, "red"), (5, 0, DOWN, "green"),
    (0.3, 0.1 + 0.2, DOWN, "green"), (0.8, 0.7 + 0.1, UP, "green"),  # 0.30000000000000004 and 0.7999999999999999
    (250, 225, UP, "yellow"), (250, 224, UP, "red"), (250, 275, DOWN, "yellow"), (250, 276, DOWN, "red"),
]  # fmt: skip


@pytest.mark.parametrize(("goal", "value", "direction", "word"), LOUIESTAT)
def test_louiestat_by_hand(goal: float, value: float, direction: str, word: str) -> None:
    assert status.louiestat(Facts(value, goal, direction), NONE).word == word


CLEARPOINT = [
    (0, 0, DOWN, "above_target"), (0, 0.5, DOWN, "none"), (-4, -5, DOWN, "above_target"), (-4, -3.9, DOWN, "none"),
    (5, 0, DOWN, "above_target"), (80, 0, UP, "below_plan"),
    (30, 27, UP, "caution"), (30, 26.9, UP, "below_plan"), (30, 33, DOWN, "caution"), (30, 33.1, DOWN, "below_plan"),
    (0.3, 0.1 + 0.2, DOWN, "above_target"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "value", "direction", "word"), CLEARPOINT)
def test_clearpoint_by_hand(target: float, value: float, direction: str, word: str) -> None:
    assert status.clearpoint(Facts(value, target, direction), NONE).word == word


PROXIMITY = [
    (-4, 1, -3, DOWN, "near"), (-4, 1, -2.9, DOWN, "off_track"), (-4, 1, -9, DOWN, "on_track"),
    (0, 0, 0, DOWN, "on_track"), (0, 0, 1, DOWN, "off_track"), (0, 2, -2, UP, "near"), (0, 2, -2.1, UP, "off_track"),
    (10, 2, 30, UP, "on_track"), (0.3, 0, 0.1 + 0.2, DOWN, "on_track"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "distance", "value", "direction", "word"), PROXIMITY)
def test_socrata_proximity_by_hand(target: float, distance: float, value: float, direction: str, word: str) -> None:
    assert status.socrata_proximity(Facts(value, target, direction), Bounds(distance=distance)).word == word


CUTS = [
    (70, 90, 70, DOWN, "on_track"), (70, 90, 90, DOWN, "near"), (70, 90, 90.1, DOWN, "off_track"),
    (90, 70, 69.9, UP, "off_track"), (90, 70, 70, UP, "near"), (90, 70, 90, UP, "on_track"),
    (5, 5, 5, UP, "on_track"), (5, 5, 4.9, UP, "off_track"), (0, 3, 0, DOWN, "on_track"), (-3, 0, 0.1, DOWN, "off_track"),
    (0.3, 0.5, 0.1 + 0.2, DOWN, "on_track"), (0.5, 0.8, 0.7 + 0.1, UP, "on_track"), (0.1, 0.3, 0.1 + 0.2, DOWN, "near"),
]  # fmt: skip


@pytest.mark.parametrize(("lower", "upper", "value", "direction", "word"), CUTS)
def test_socrata_above_below_by_hand(lower: float, upper: float, value: float, direction: str, word: str) -> None:
    assert status.socrata_above_below(Facts(value, None, direction), Bounds(lower=lower, upper=upper)).word == word


# 4 / 3 is 1.333..., up to 1.34; 249 / 250 is 0.996, up to 1.00 and still below the target; 0 / 4 is 0.
CITYSCORE = [
    (4, 3, DOWN, 4 / 3, "1.34", "at_or_above_1"), (250, 249, UP, 0.996, "1.00", "below_1"), (4, 0, UP, 0.0, "0.00", "below_1"),
    (0.3, 0.1 + 0.2, DOWN, 1.0, "1.00", "at_or_above_1"), (0.8, 0.7 + 0.1, UP, 1.0, "1.00", "at_or_above_1"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "value", "direction", "score", "shown", "word"), CITYSCORE)
def test_cityscore_by_hand(target: float, value: float, direction: str, score: float, shown: str, word: str) -> None:
    found = status.cityscore(Facts(value, target, direction), NONE)
    assert found.score == pytest.approx(score)
    assert (found.word, status.rounded_up(found.score or 0.0)) == (word, shown)


@pytest.mark.parametrize(("target", "value", "word"), [(0, 0, "met"), (0, 1, "none"), (5, -1, "none"), (-5, -6, "none"), (5, 0, "best")])
def test_cityscore_where_lower_is_better_and_there_is_no_ratio(target: float, value: float, word: str) -> None:
    found = status.cityscore(Facts(value, target, DOWN), NONE)
    assert (found.word, found.score) == (word, None)
