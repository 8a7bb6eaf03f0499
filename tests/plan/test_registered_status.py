"""Status: two answers with a sentence each, and the rules other cities published, with their traps guarded."""

from datetime import date

import numpy as np
import pytest

from citystat.plan import known
from citystat.plan.charts_of_measures import chart_of
from citystat.plan.definitions import Target
from citystat.plan.periods import periods_between
from citystat.plan.registered import status
from citystat.plan.registered.status import Bounds, Facts
from citystat.plan.results import MeasureTable

NONE = Bounds()


@pytest.mark.parametrize(
    ("value", "target", "direction", "word"),
    [
        (80, 80, "increase", "green"), (72, 80, "increase", "yellow"), (71.9, 80, "increase", "red"),
        (5, 5, "decrease", "green"), (5.5, 5, "decrease", "yellow"), (5.6, 5, "decrease", "red"),
        (0, 0, "decrease", "green"), (1, 0, "decrease", "red"), (0, 5, "decrease", "green"),
        (-9, -10, "increase", "green"), (-10.5, -10, "increase", "yellow"), (-12, -10, "increase", "red"),
        (None, 5, "increase", "gray"), (5, None, "increase", "gray"), (5, 5, "neutral", "gray"),
    ],
)  # fmt: skip
def test_louiestat(value: float | None, target: float | None, direction: str, word: str) -> None:
    assert status.louiestat(Facts(value, target, direction), NONE).word == word


@pytest.mark.parametrize(
    ("value", "target", "direction", "word"),
    [
        (80, 80, "increase", "above_target"), (72, 80, "increase", "caution"), (71, 80, "increase", "below_plan"),
        (4, 5, "decrease", "above_target"), (5.5, 5, "decrease", "caution"), (6, 5, "decrease", "below_plan"),
        (0, 0, "increase", "above_target"), (-1, 0, "increase", "none"), (-12, -10, "increase", "none"),
        (-9, -10, "increase", "above_target"),
        (None, 1, "increase", "none"),
    ],
)  # fmt: skip
def test_clearpoint_gives_no_caution_where_the_band_lies_on_the_wrong_side(
    value: float | None, target: float, direction: str, word: str
) -> None:
    assert status.clearpoint(Facts(value, target, direction), NONE).word == word


@pytest.mark.parametrize(
    ("value", "target", "direction", "word"),
    [(10, 10, "increase", "on_track"), (8, 10, "increase", "near"), (7.9, 10, "increase", "off_track"), (1, 0, "decrease", "near")],
)
def test_socrata_proximity_is_an_absolute_distance(value: float, target: float, direction: str, word: str) -> None:
    assert status.socrata_proximity(Facts(value, target, direction), Bounds(distance=2)).word == word


@pytest.mark.parametrize(
    ("value", "direction", "word"),
    [(90, "increase", "on_track"), (80, "increase", "near"), (60, "increase", "off_track"), (60, "decrease", "on_track"),
     (80, "decrease", "near"), (91, "decrease", "off_track")],
)  # fmt: skip
def test_socrata_above_below_has_two_cut_points(value: float, direction: str, word: str) -> None:
    assert status.socrata_above_below(Facts(value, None, direction), Bounds(lower=70, upper=90)).word == word


def test_socrata_above_below_without_cut_points_is_no_status() -> None:
    assert status.socrata_above_below(Facts(3, 3), NONE).word == "none"


def test_cityscore_is_the_ratio_and_is_turned_where_lower_is_better() -> None:
    assert status.cityscore(Facts(60, 80), NONE).score == 0.75
    assert status.cityscore(Facts(4, 5, "decrease"), NONE).score == 1.25


def test_cityscore_of_zero_where_zero_is_best_is_best_and_not_zero() -> None:
    found = status.cityscore(Facts(0, 5, "decrease"), NONE)
    assert (found.word, found.score) == ("best", None)


@pytest.mark.parametrize(
    ("value", "target", "direction", "word"),
    [
        (5, 0, "increase", "none"),
        (5, -1, "increase", "none"),
        (-5, 10, "increase", "none"),
        (0, 0, "decrease", "met"),
        (None, 4, "increase", "none"),
    ],
)
def test_cityscore_has_no_ratio_to_zero_or_less(value: float | None, target: float, direction: str, word: str) -> None:
    found = status.cityscore(Facts(value, target, direction), NONE)
    assert (found.word, found.score) == (word, None)


def test_rounded_up_is_in_the_citys_favor_but_leaves_hundredths_alone() -> None:
    assert [status.rounded_up(score) for score in (0.871, 0.87, 1.1, 0.29, 1.0000001)] == ["0.88", "0.87", "1.10", "0.29", "1.01"]


def test_cityscore_of_city_is_the_plain_mean_of_those_there_are() -> None:
    assert status.cityscore_of_city([1.0, 0.5, None]) == 0.75
    assert status.cityscore_of_city([None]) is None


def chart(values: list[float], target: float | None, direction: str = "decrease") -> status.Answers:
    measure = known.find("open_backlog")
    targets = (Target(target, date(2010, 1, 1), None, "x"),) if target is not None else ()
    measure = type(measure)(**{**measure.__dict__, "targets": targets, "direction": direction})
    grid = np.array([values], dtype=np.float64)
    blank = np.full(grid.shape, np.nan)
    table = MeasureTable(
        measure=measure, cohort=None, build=1, as_of=date(2019, 12, 31), keys=(), groups=((),),
        periods=periods_between("month", date(2016, 1, 1), date(2017, len(values) - 12, 28)), complete=np.ones(len(values), bool),
        numerator=grid, denominator=blank, value=grid, lower=blank, upper=blank, state=np.zeros(grid.shape, np.int8),
        signal=np.zeros(grid.shape, np.int8), population_years=(),
    )  # fmt: skip
    return status.answers(chart_of(table))


STEADY = [10.0, 12, 11, 9, 10, 12, 11, 9, 10, 12, 11, 9, 10, 12, 11, 9]


def test_answers_are_two_and_both_say_a_sentence() -> None:
    found = chart(STEADY, 30)
    assert (found.variation, found.assurance) == ("common_cause", "will_pass")
    assert "About the same as usual" in found.variation_sentence
    assert "will keep being met" in found.assurance_sentence


def test_answers_of_a_worsening_measure_far_from_its_target() -> None:
    found = chart([*STEADY[:15], 60.0], 1)
    assert (found.variation, found.assurance) == ("concerning", "will_fail")


def test_answers_say_so_without_target_direction_or_points() -> None:
    assert chart(STEADY, None).assurance == "no_target"
    assert chart(STEADY, 10, "neutral").assurance == "not_judged"
    few = chart([*STEADY[:5], *[float("nan")] * 9, 3.0], 10)
    assert (few.variation, few.assurance) == ("not_judged", "not_judged")
