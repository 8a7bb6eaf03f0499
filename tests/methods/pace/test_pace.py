"""The straight line and the projected finish."""

from datetime import date

import numpy as np
import pytest

from citystat.methods.pace import projected_finish, standing

FIRST, LAST = date(2013, 2, 28), date(2015, 11, 24)  # 1,000 days, both ends counted
TODAY = date(2027, 1, 1)


def test_standing_matches_hand_arithmetic_on_a_given_day():
    # 300 houses in 1,000 days; the last of 400 days: 300 x 400 / 1000 = 120 expected; 129 done is 9 ahead, which is 9 / 0.3 = 30 days.
    found = standing(129, 300, starts_on=FIRST, ends_on=LAST, on=date(2014, 4, 3))
    assert (found.days_total, found.days_gone, found.days_left) == (1000, 400, 600)
    assert (found.expected, found.ahead, found.remaining) == (120.0, 9.0, 171)
    assert found.ahead_days == pytest.approx(30)
    assert (found.planned_per_day, found.required_per_day) == (0.3, 0.285)


@pytest.mark.parametrize(
    ("on", "gone", "expected"), [(date(2013, 2, 27), 0, 0), (FIRST, 1, 1), (LAST, 1000, 1000), (date(2020, 1, 1), 1000, 1000)]
)
def test_standing_stays_between_the_first_and_the_last_day(on, gone, expected):
    found = standing(0, 1000, starts_on=FIRST, ends_on=LAST, on=on)
    assert (found.days_gone, found.expected) == (gone, expected)


def test_standing_requires_nothing_once_no_day_is_left_or_all_is_done():
    assert standing(990, 1000, starts_on=FIRST, ends_on=LAST, on=LAST).required_per_day is None
    done = standing(1010, 1000, starts_on=FIRST, ends_on=LAST, on=FIRST)
    assert (done.remaining, done.required_per_day) == (0, 0.0)


@pytest.mark.parametrize(("done", "target", "last"), [(-1, 10, LAST), (0, 0, LAST), (0, 10, date(2013, 2, 27))])
def test_standing_refuses(done, target, last):
    with pytest.raises(ValueError, match=r"must not be negative|before the first"):
        standing(done, target, starts_on=FIRST, ends_on=last, on=FIRST)


def test_projected_finish_of_one_remaining_has_a_closed_form():
    # One left: P(T > t) = (1 + t/N)^-n, so the bounds are N (0.025^(-1/n) - 1) = 44.6 and N (0.975^(-1/(n+1)) - 1) = 0.23 days.
    found = projected_finish(10, 100, 1, on=TODAY)
    assert (found.on, found.earliest_on, found.latest_on) == (date(2027, 1, 11), date(2027, 1, 2), date(2027, 2, 15))


def test_projected_finish_narrows_as_more_is_counted_at_the_same_pace():
    few, many = projected_finish(5, 50, 100, on=TODAY), projected_finish(100, 1000, 100, on=TODAY)
    assert few.on == many.on
    assert few.earliest_on < many.earliest_on < many.on < many.latest_on < few.latest_on


@pytest.mark.parametrize(
    ("counted", "window", "remaining", "answer"),
    [(0, 90, 10, "no_pace"), (5, 13, 10, "too_short"), (5, 90, 0, "finished"), (0, 0, 0, "finished"), (1, 14, 1, "projected")],
)
def test_projected_finish_says_so_when_it_cannot(counted, window, remaining, answer):
    found = projected_finish(counted, window, remaining, on=TODAY)
    assert found.answer == answer
    assert (found.on is None) == (answer != "projected")


def test_projected_finish_gives_no_latest_day_more_than_a_century_ahead():
    found = projected_finish(1, 90, 200, on=TODAY)
    assert found.on == date(2076, 4, 13)
    assert found.latest_on is None


@pytest.mark.parametrize("confidence", [0, 1])
def test_projected_finish_refuses(confidence):
    with pytest.raises(ValueError, match="between 0 and 1"):
        projected_finish(1, 90, 1, on=TODAY, confidence=confidence)
    with pytest.raises(ValueError, match="not be negative"):
        projected_finish(-1, 90, 1, on=TODAY)


def test_projected_finish_holds_the_true_day_as_often_as_it_says():
    random = np.random.default_rng(20130228)
    days, missed = 90, 0
    counts = random.poisson(0.2 * days, 2000)
    truth = random.gamma(40, 1 / 0.2, 2000)
    for counted, days_until in zip(counts, truth, strict=True):
        found = projected_finish(int(counted), days, 40, on=TODAY)
        missed += not (found.earliest_on - TODAY).days - 1 < days_until <= (found.latest_on - TODAY).days
    assert 0.02 < missed / 2000 < 0.05
