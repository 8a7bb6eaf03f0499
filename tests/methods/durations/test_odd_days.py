"""Days of another length: clocks set forward and back, by an hour or half of one, at midnight too, and a date that never was."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from citystat.methods.durations import BusinessCalendar, OpeningHours, business_seconds, due_at

ODD_DAYS = {
    "spring gap": ("America/Chicago", date(2024, 3, 10)),
    "autumn repeat": ("America/Chicago", date(2024, 11, 3)),
    "half an hour": ("Australia/Lord_Howe", date(2024, 10, 6)),
    "half an hour back": ("Australia/Lord_Howe", date(2024, 4, 7)),
    "midnight twice": ("America/Havana", date(2024, 11, 3)),
    "no midnight": ("America/Sao_Paulo", date(2017, 10, 15)),
    "no midnight in Beirut": ("Asia/Beirut", date(2024, 3, 31)),
    "no such date": ("Pacific/Apia", date(2011, 12, 30)),
    "leap day": ("UTC", date(2024, 2, 29)),
}
HOURS = {"all day": (time(0), time(0)), "office": (time(8), time(17)), "evening": (time(22), time(0))}


def by_the_minute(start: datetime, end: datetime, calendar: BusinessCalendar) -> int:
    """Slow twin: the minutes whose time on the wall lies within opening hours."""
    seconds, moment = 0, start
    while moment < end:
        local = moment.astimezone(calendar.zone)
        hours = calendar.hours_on(local.date())
        if hours and hours.opens <= local.time() and (hours.closes == time(0) or local.time() < hours.closes):
            seconds += 60
        moment += timedelta(minutes=1)
    return seconds


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("what", ODD_DAYS)
def test_business_seconds_on_odd_days_are_those_of_the_wall_clock(what: str, hours: str) -> None:
    zone, day = ODD_DAYS[what]
    calendar = BusinessCalendar(zone, (OpeningHours(*HOURS[hours]),) * 7)
    luck = Random(what + hours)
    for _ in range(4):
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(minutes=luck.randrange(600, 1800))
        end = start + timedelta(minutes=luck.randrange(1, 2800))
        assert business_seconds(start, end, calendar) == by_the_minute(start, end, calendar)


def test_due_date_is_never_a_date_that_never_was() -> None:
    calendar = BusinessCalendar("Pacific/Apia", (OpeningHours(time(8), time(17)),) * 7, due_clock="closing_time")
    opened = datetime(2011, 12, 29, 9, tzinfo=ZoneInfo("Pacific/Apia"))
    assert due_at(opened, 1, "business_days", calendar).isoformat() == "2011-12-31T17:00:00+14:00"


def test_calendar_days_across_the_spring_gap_keep_the_clock() -> None:
    calendar = BusinessCalendar("America/Chicago", (OpeningHours(time(0), time(0)),) * 7, due_clock="same_clock_time")
    opened = datetime(2024, 3, 9, 2, 30, tzinfo=ZoneInfo("America/Chicago"))
    # 02:30 does not exist on March 10; the day after it is 02:30 again.
    assert due_at(opened, 1, "calendar_days", calendar).isoformat() == "2024-03-10T03:30:00-05:00"
    assert due_at(opened, 2, "calendar_days", calendar).isoformat() == "2024-03-11T02:30:00-05:00"
    assert due_at(opened, 24, "calendar_hours", calendar).isoformat() == "2024-03-10T03:30:00-05:00"
