"""Figures of calls: nothing counted twice, days that are not whole are said to be, shares weighted by their calls."""

from datetime import date, timedelta

import pytest

from citystat.service_requests.center import calls, signals, staffing_needs
from citystat.service_requests.center.staffing_needs import Target
from tests.factories import calls as factory

pytestmark = pytest.mark.django_db
MONDAY = date(2017, 6, 5)


def weeks(count: int, offered: int = 10) -> None:
    """Mondays to Fridays of so many weeks, of half hours."""
    days = [MONDAY + timedelta(days=7 * week + day) for week in range(count) for day in range(5)]
    factory.save(row for day in days for row in factory.half_hours(day, offered))


def test_daily_takes_the_day_itself_rather_than_the_sum_of_its_intervals() -> None:
    factory.save([*factory.half_hours(MONDAY), factory.volume(MONDAY, offered=200, grain="day")])
    assert calls.daily(MONDAY, MONDAY)[0].figures.offered == 200


def test_daily_takes_the_center_itself_rather_than_the_sum_of_its_queues() -> None:
    rows = [factory.volume(MONDAY, offered=n, grain="day", queue=queue) for queue, n in (("", 100), ("English", 70), ("Spanish", 28))]
    factory.save(rows)
    assert calls.daily(MONDAY, MONDAY)[0].figures.offered == 100
    assert calls.daily(MONDAY, MONDAY, "Spanish")[0].figures.offered == 28


def test_daily_adds_the_queues_where_the_file_gives_no_total() -> None:
    factory.save(factory.volume(MONDAY, offered=n, grain="day", queue=queue) for queue, n in (("English", 70), ("Spanish", 28)))
    assert calls.daily(MONDAY, MONDAY)[0].figures.offered == 98


def test_daily_weighs_waits_by_answered_calls() -> None:
    factory.save([
        factory.volume(MONDAY, 480, 10, answered=10, wait_seconds=100.0), factory.volume(MONDAY, 510, 90, answered=90, wait_seconds=5400.0),
    ])  # fmt: skip
    assert calls.daily(MONDAY, MONDAY)[0].figures.asa_seconds == 55


def test_daily_does_not_take_an_unknown_wait_for_none() -> None:
    factory.save([factory.volume(MONDAY, 480, 10, answered=10, wait_seconds=100.0), factory.volume(MONDAY, 510, 10, wait_seconds=None)])
    assert calls.daily(MONDAY, MONDAY)[0].figures.asa_seconds == 10


def test_daily_knows_a_day_that_ends_earlier_than_usual_and_one_without_a_row() -> None:
    weeks(3)
    tuesday = MONDAY + timedelta(days=1)
    factory.save(factory.half_hours(MONDAY + timedelta(days=21), until=12 * 60))
    days = {day.on: day for day in calls.daily(MONDAY, MONDAY + timedelta(days=21))}
    assert days[tuesday].complete
    assert not days[MONDAY + timedelta(days=21)].complete
    assert days[MONDAY + timedelta(days=5)].figures.offered is None


def test_monthly_adds_days_and_says_whether_they_reach_from_end_to_end() -> None:
    factory.save(factory.volume(date(2017, 6, day), offered=100, grain="day") for day in range(1, 31))
    factory.save(factory.volume(date(2017, 7, day), offered=100, grain="day") for day in range(1, 11))
    june, july = calls.monthly()
    assert (june.figures.offered, june.days_known, june.complete) == (3000, 30, True)
    assert (july.figures.offered, july.days_known, july.complete) == (1000, 10, False)


def test_monthly_takes_a_row_of_the_month_rather_than_its_days() -> None:
    factory.save(
        [factory.volume(date(2017, 6, 1), offered=4000, grain="month"), factory.volume(date(2017, 6, 2), offered=100, grain="day")]
    )
    assert [one.figures.offered for one in calls.monthly()] == [4000]


def test_profile_counts_an_interval_without_a_row_as_no_call() -> None:
    tuesday = MONDAY + timedelta(days=1)
    factory.save([factory.volume(MONDAY, 480, 30), factory.volume(tuesday, 480, 10), factory.volume(tuesday, 510, 10)])
    assert [(slot.minute, slot.offered) for slot in calls.profile([MONDAY, tuesday])] == [(480, 20), (510, 5)]


@pytest.mark.feature("F091")
def test_needs_of_loaded_calls_meet_the_stated_target_in_every_interval() -> None:
    factory.save(factory.volume(MONDAY + timedelta(days=7 * week), minute, 100, handle_seconds=90 * 180.0, staff=12.0)
                 for week in range(4) for minute in (480, 510))  # fmt: skip
    found = staffing_needs.needs("weekdays", Target(share=0.8, within=20, patience=0))
    assert found is not None
    # 100 calls of 180 seconds in half an hour, 80 % within 20 seconds: 14 agents (published example of Erlang C).
    assert [(one.slot.offered, one.queue.agents, one.people, one.gap) for one in found.needs] == [(100, 14, 20, -2)] * 2
    assert all(one.queue.service_level >= 0.8 for one in found.needs)
    assert found.handle_known


def test_needs_are_none_without_intervals() -> None:
    factory.save([factory.volume(MONDAY, offered=100, grain="day")])
    assert staffing_needs.needs("weekdays", Target()) is None


def daily_calls(spike: int = 0) -> list[calls.Day]:
    """Thirteen weeks, Mondays twice as busy as other days, ordinary ups and downs; the last day with so many calls more."""
    ups = (0, 4, -3, 2, -4, 3, -1, 1, -2)
    days = [MONDAY + timedelta(days=number) for number in range(91)]
    offered = [(400 if day.weekday() == 0 else 200) + ups[number % 9] for number, day in enumerate(days)]
    offered[-1] += spike
    return [calls.Day(day, calls.Figures(offered=count), True) for day, count in zip(days, offered, strict=True)]


def test_judged_takes_no_busy_monday_for_a_signal() -> None:
    found = signals.judged("offered", daily_calls())
    assert found.is_adjusted
    assert set(found.signals) == {"common_cause"}


def test_judged_finds_a_day_unlike_its_weekday() -> None:
    found = signals.judged("offered", daily_calls(spike=120))
    assert (found.signals[-1], found.directions[-1]) == ("neutral", 1)


def test_judged_never_judges_a_day_that_is_not_complete() -> None:
    days = daily_calls(spike=-150)
    days[-1] = calls.Day(days[-1].on, days[-1].figures, False)
    found = signals.judged("offered", days)
    assert found.signals[-1] is None
    assert found.last == 89
