"""Promises in business time: the worked example, a minute-by-minute twin, daylight saving, edges."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citystat.methods.durations import BusinessCalendar, OpeningHours, business_seconds, due_at, due_instants, weekday_calendar
from tests.oracles import slow_durations

CHICAGO = ZoneInfo("America/Chicago")
MEMORIAL_DAY = date(2024, 5, 27)
OFFICE = weekday_calendar("America/Chicago", holidays=[MEMORIAL_DAY])
ALL_DAY = OpeningHours(time(0), time(0))
ALWAYS = BusinessCalendar("America/Chicago", (ALL_DAY,) * 7)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=CHICAGO)


@pytest.mark.parametrize("opened", [local(2024, 5, 24, 10), local(2024, 5, 25, 10)])
def test_due_at_skips_weekend_and_holiday_t2(opened):
    assert due_at(opened, 3, "business_days", OFFICE).date() == date(2024, 5, 30)


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        (0, local(2024, 5, 24, 16)), (1, local(2024, 5, 24, 17)), (1.5, local(2024, 5, 28, 8, 30)),
        (10, local(2024, 5, 28, 17)), (46, local(2024, 6, 3, 17)),
    ],
)  # fmt: skip
def test_due_at_business_hours_table(hours, due):
    assert due_at(local(2024, 5, 24, 16), hours, "business_hours", OFFICE) == due


def test_due_at_business_hours_start_at_the_next_opening():
    assert due_at(local(2024, 5, 25, 12), 2, "business_hours", OFFICE) == local(2024, 5, 28, 10)


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        ("end_of_day", local(2024, 5, 30, 23, 59, 59, 999999)),
        ("closing_time", local(2024, 5, 30, 17)),
        ("same_clock_time", local(2024, 5, 30, 10, 15)),
    ],
)
def test_due_at_due_clock(rule, due):
    calendar = weekday_calendar("America/Chicago", holidays=[MEMORIAL_DAY], due_clock=rule)
    assert due_at(local(2024, 5, 24, 10, 15), 3, "business_days", calendar) == due


@pytest.mark.parametrize(
    ("opened", "due_on"),
    [
        (local(2024, 5, 24, 7), date(2024, 5, 30)),  # before opening: still Friday
        (local(2024, 5, 24, 16, 59), date(2024, 5, 30)),
        (local(2024, 5, 24, 17), date(2024, 5, 31)),  # at closing: counts from Tuesday
        (local(2024, 5, 25, 10), date(2024, 5, 31)),
        (local(2024, 5, 27, 10), date(2024, 5, 31)),
    ],
)
def test_due_at_after_hours_counts_from_the_next_business_day(opened, due_on):
    calendar = weekday_calendar("America/Chicago", holidays=[MEMORIAL_DAY], after_hours="next_business_day")
    assert due_at(opened, 3, "business_days", calendar).date() == due_on


def test_due_at_calendar_days_count_weekends():
    assert due_at(local(2024, 5, 24, 10), 3, "calendar_days", OFFICE).date() == date(2024, 5, 27)


@pytest.mark.parametrize("day", [24, 25, 27])  # Friday, Saturday, the holiday
def test_due_at_zero_days_is_the_opening_day(day):
    assert due_at(local(2024, 5, day, 10), 0, "business_days", OFFICE).date() == date(2024, 5, day)


def test_due_at_zero_hours_is_at_once():
    assert due_at(local(2024, 5, 25, 10), 0, "business_hours", OFFICE) == local(2024, 5, 25, 10)


def test_due_at_closing_time_is_never_before_the_opening():
    calendar = weekday_calendar("America/Chicago", due_clock="closing_time")
    opened = local(2024, 5, 24, 18)
    assert due_at(opened, 0, "business_days", calendar) > opened


def test_due_at_calendar_hours_are_elapsed_hours_across_daylight_saving():
    due = due_at(local(2024, 3, 9, 12), 24, "calendar_hours", OFFICE)
    assert (due.hour, due.utcoffset()) == (13, timedelta(hours=-5))


def test_due_at_same_clock_time_keeps_the_clock_across_daylight_saving():
    calendar = weekday_calendar("America/Chicago", due_clock="same_clock_time")
    assert due_at(local(2024, 3, 8, 12), 3, "calendar_days", calendar) == local(2024, 3, 11, 12)


def test_due_at_same_clock_time_that_the_clocks_skip():
    calendar = weekday_calendar("America/Chicago", due_clock="same_clock_time")
    assert due_at(local(2024, 3, 9, 2, 30), 1, "calendar_days", calendar).astimezone(CHICAGO).hour == 3


def test_due_at_long_promise_extends_the_calendar():
    assert due_at(local(2024, 1, 2, 10), 2600, "business_days", OFFICE).year == 2033


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 6 * 24 * 60), st.integers(1, 30 * 60))
def test_due_at_business_hours_equals_minute_by_minute(offset, minutes):
    opened = local(2024, 5, 23, 0) + timedelta(minutes=offset)
    due = due_at(opened, minutes / 60, "business_hours", OFFICE)
    assert abs(due - slow_durations.after_open_minutes(opened, minutes, OFFICE)) < timedelta(milliseconds=1)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000), st.integers(0, 5000), st.sampled_from([OFFICE, ALWAYS]))
def test_business_seconds_equals_minute_by_minute(first, length, calendar):
    start = datetime(2024, 3, 8, tzinfo=UTC) + timedelta(minutes=first)  # daylight saving begins on the 10th
    end = start + timedelta(minutes=length)
    assert business_seconds(start, end, calendar) == 60 * slow_durations.open_minutes(start, end, calendar)


@given(st.integers(0, 10**6), st.integers(0, 2000))
def test_business_seconds_until_the_due_instant_equal_the_promise(offset, hours):
    opened = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(minutes=offset)
    due = due_at(opened, hours, "business_hours", OFFICE)
    assert business_seconds(opened, due, OFFICE) == 3600 * hours


@pytest.mark.parametrize(("day", "hours"), [((2024, 3, 10), 23), ((2024, 11, 3), 25), ((2024, 6, 1), 24)])
def test_business_seconds_of_a_whole_day_follow_the_clock(day, hours):
    start = local(*day)
    end = local(*day) + timedelta(days=1)
    assert business_seconds(start, end, ALWAYS) == 3600 * hours


def test_business_seconds_backwards_are_negative():
    assert business_seconds(local(2024, 5, 24, 12), local(2024, 5, 24, 10), OFFICE) == -7200


@pytest.mark.parametrize("unit", ["business_days", "business_hours", "calendar_days", "calendar_hours"])
@pytest.mark.parametrize("due_clock", ["end_of_day", "closing_time", "same_clock_time"])
@pytest.mark.parametrize("after_hours", ["same_day", "next_business_day"])
def test_due_instants_equal_one_at_a_time(unit, due_clock, after_hours):
    calendar = weekday_calendar("America/Chicago", holidays=[MEMORIAL_DAY], due_clock=due_clock, after_hours=after_hours)
    minutes = np.random.default_rng(1).integers(0, 400 * 24 * 60, 150)
    opened = np.datetime64("2024-01-01T00:00:00", "us") + minutes.astype("timedelta64[m]")
    found = due_instants(opened, 5, unit, calendar)
    one_by_one = [due_at(at.item().replace(tzinfo=UTC), 5, unit, calendar) for at in opened]
    assert [at.item().replace(tzinfo=UTC) for at in found] == one_by_one
    assert (found >= opened).all()


def test_due_instants_days_equal_numpy_busdays():
    days = np.datetime64("2024-01-01") + np.random.default_rng(4).integers(0, 366, 300)
    opened = days.astype("datetime64[us]") + np.timedelta64(18, "h")  # noon or 13:00 in Chicago
    found = due_instants(opened, 7, "business_days", OFFICE)
    expected = np.busday_offset(days, 7, roll="backward", holidays=[MEMORIAL_DAY])
    assert [at.item().replace(tzinfo=UTC).astimezone(CHICAGO).date() for at in found] == expected.tolist()


def test_due_instants_missing_opening_or_promise_has_no_due():
    opened = np.array(["2024-05-24T15:00", "NaT", "2024-05-24T15:00"], dtype="datetime64[s]")
    found = due_instants(opened, [1, 1, float("nan")], "business_days", OFFICE)
    assert np.isnat(found).tolist() == [False, True, True]


def test_business_seconds_of_arrays_with_missing():
    starts = np.array(["2024-05-24T15:00", "NaT"], dtype="datetime64[us]")
    ends = np.array(["2024-05-24T16:30", "2024-05-24T16:30"], dtype="datetime64[us]")
    assert business_seconds(starts, ends, OFFICE).tolist() == pytest.approx([5400, float("nan")], nan_ok=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("promise", "unit", "sentence"),
    [
        (-1, "business_days", "not negative"),
        (1.5, "business_days", "whole number"),
        (1, "weeks", "unit must be"),
        (1e7, "business_hours", "2500"),
    ],
)
def test_due_at_refuses_bad_promises(promise, unit, sentence):
    with pytest.raises(ValueError, match=sentence):
        due_at(local(2024, 5, 24, 10), promise, unit, OFFICE)


def test_due_at_refuses_a_naive_instant():
    with pytest.raises(ValueError, match="no time zone"):
        due_at(datetime(2024, 5, 24), 1, "business_days", OFFICE)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: weekday_calendar("Kansas/City"), "not a known time zone"),
        (lambda: OpeningHours(time(17), time(8)), "end after they begin"),
        (lambda: BusinessCalendar("America/Chicago", (None,) * 7), "at least one weekday"),
        (lambda: BusinessCalendar("America/Chicago", (ALL_DAY,) * 5), "seven weekdays"),
        (lambda: weekday_calendar("America/Chicago", due_clock="noon"), "due_clock"),
        (lambda: weekday_calendar("America/Chicago", after_hours="never"), "after_hours"),
    ],
)
def test_calendars_refuse_what_cannot_be(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
