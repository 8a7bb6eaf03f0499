"""The city's business calendar: kept in the database, given to methods and to the warehouse."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
import pyarrow as pa

from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.methods import durations
from citystat.service_requests import public_holidays
from citystat.service_requests.calendar_files import USUAL_HOURS
from citystat.service_requests.models import Calendar

NAME = "city"
TABLE = pa.schema(
    [("day", pa.date32()), ("is_business_day", pa.bool_()), ("business_day_number", pa.int32()), ("business_seconds_before", pa.int64())]
)


def this_year() -> int:
    """This year, in the city's time zone."""
    return datetime.now(tz=current_city().zone).year


def business_calendar() -> durations.BusinessCalendar:
    """The calendar promises are read by: the city's own, else Monday to Friday, 8 to 5, without federal holidays."""
    return _built(_calendar_key(), current_city().time_zone or "UTC")


def holiday_names(year: int) -> dict[date, str]:
    """Closed days of a year with their names, in order."""
    calendar = _stored()
    return dict(sorted(_closed_days(calendar, range(year, year + 1)).items()))


def calendar_table(start: date, end: date) -> pa.Table:
    """One row per day from start to end, both included.

    `business_day_number` counts the business days up to and including the day, so the difference of two is the business days
    between them; `business_seconds_before` is the open time from the first day to the start of the day.
    """
    if end < start:
        raise InputError(f"A calendar from {start} to {end} ends before it starts.")
    calendar = business_calendar()
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    is_open = np.array([calendar.hours_on(day) is not None for day in days])
    midnights = [datetime.combine(day, time(), tzinfo=calendar.zone).astimezone(UTC).replace(tzinfo=None) for day in days]
    instants = np.array(midnights, dtype="datetime64[us]")
    seconds = durations.business_seconds(np.broadcast_to(instants[:1], instants.shape), instants, calendar)
    columns = [days, is_open, np.cumsum(is_open).astype(np.int32), np.rint(seconds).astype(np.int64)]
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, TABLE, strict=True)], schema=TABLE)


def _stored() -> Calendar:
    """The city's calendar, else the usual one (not saved)."""
    found = Calendar.objects.filter(name=NAME).first()
    return found or Calendar(name=NAME, weekday_hours=USUAL_HOURS, state=current_city().holiday_subdivision.upper())


Key = tuple[str, bool, str, str, str, str, str]


def _calendar_key() -> Key:
    """What the calendar is made of, so that a change of the row makes another one."""
    one = _stored()
    texts = (repr(one.weekday_hours), repr(one.added_days), repr(one.removed_days))
    return (texts[0], one.federal_holidays, one.state, texts[1], texts[2], one.after_hours, one.due_clock)


@lru_cache(maxsize=8)
def _built(key: Key, time_zone: str) -> durations.BusinessCalendar:
    return _calendar_of(_stored(), time_zone)


def _calendar_of(one: Calendar, time_zone: str) -> durations.BusinessCalendar:
    hours = tuple(durations.OpeningHours(_time(day[0]), _time(day[1])) if day else None for day in one.weekday_hours)
    closed = frozenset(_closed_days(one, range(public_holidays.FIRST_YEAR, public_holidays.LAST_YEAR + 1)))
    return durations.BusinessCalendar(time_zone, hours, closed, after_hours=one.after_hours, due_clock=one.due_clock)  # type: ignore[arg-type]


def check(one: Calendar) -> None:
    """Raise InputError for a calendar on which no promise could come due."""
    try:
        _calendar_of(one, current_city().time_zone or "UTC")
    except ValueError as error:
        raise InputError(f"{one.source} cannot be used: {error}") from error


def _closed_days(one: Calendar, years: range) -> dict[date, str]:
    """Federal holidays, those of the state, and the city's own days, less those on which it works."""
    if one.state and not public_holidays.is_state(one.state):
        raise InputError(f"holiday_subdivision in city.yaml is {one.state!r}: use two letters of a state, such as MO.")
    federal = public_holidays.named("", years)
    state = public_holidays.named(one.state, years) if one.state else {}
    found = federal if one.federal_holidays else {}
    found |= {day: name for day, name in state.items() if day not in federal}
    found |= {day: name for text, name in one.added_days.items() if (day := date.fromisoformat(text)).year in years}
    return {day: name for day, name in found.items() if day.isoformat() not in one.removed_days}


def _time(text: str) -> time:
    return time.fromisoformat(text)
