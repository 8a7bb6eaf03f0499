"""Due instants of promises, and business time between instants."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from citystat.methods.durations.calendars import BusinessCalendar
from citystat.methods.durations.timelines import (
    NOT_A_TIME,
    Instants,
    Microseconds,
    Timeline,
    datetime_of,
    microseconds_of,
    timeline_covering,
    timeline_of_years,
)

PromiseUnit = Literal["business_days", "business_hours", "calendar_days", "calendar_hours"]

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR


def due_at(opened: datetime, promise: float, unit: PromiseUnit, calendar: BusinessCalendar) -> datetime:
    """When a request opened at ``opened`` is due under a promise of so many business or calendar days or hours.

    Formula: days: the opening day is day 0, a promise of n ends on the n-th business (or calendar) day after it, at
    the calendar's ``due_clock`` (n = 0: on day 0 itself); business hours: the instant by which n open hours have
    passed; calendar hours: n elapsed hours.
    Assumptions: the calendar's holidays and hours of the time; see ``BusinessCalendar`` for after-hours arrivals.
    When not to use it: when the clock stops while a request is on hold; add the held time yourself.
    Source: the usual service-level agreement reading; day 0 as in Montgomery County's catalog of promises.

    opened: an instant with a time zone. promise: not negative; whole for days. Returns an instant in the calendar's
    zone. Raises ValueError for a naive instant, a negative, fractional (days) or endless promise, or an unknown unit.

    >>> from datetime import date
    >>> from zoneinfo import ZoneInfo
    >>> from citystat.methods.durations import weekday_calendar
    >>> calendar = weekday_calendar("America/Chicago", holidays=[date(2024, 5, 27)], due_clock="closing_time")
    >>> friday = datetime(2024, 5, 24, 10, 30, tzinfo=ZoneInfo("America/Chicago"))
    >>> due_at(friday, 3, "business_days", calendar).isoformat()
    '2024-05-30T17:00:00-05:00'
    """
    instants = np.array([microseconds_of(opened)], dtype=np.int64)
    due = _due(instants, np.array([promise], dtype=np.float64), unit, calendar)
    return datetime_of(int(due[0]), calendar.zone)


def due_instants(opened: ArrayLike, promises: ArrayLike, unit: PromiseUnit, calendar: BusinessCalendar) -> Instants:
    """``due_at`` for arrays.

    Formula, assumptions, when not to use it, source: ``due_at``.
    opened: datetime64 array in UTC. promises: one number, or one each (NaN: no promise). Returns datetime64[us] in
    UTC, NaT where either is missing. Raises ValueError as ``due_at``.

    >>> from citystat.methods.durations import weekday_calendar
    >>> opened = np.array(["2024-03-08T16:00", "NaT"], dtype="datetime64[us]")
    >>> due_instants(opened, 4, "business_hours", weekday_calendar("America/Chicago")).astype("datetime64[m]").tolist()
    [datetime.datetime(2024, 3, 8, 20, 0), None]
    """
    micro = _as_microseconds(opened)
    amounts = np.broadcast_to(np.asarray(promises, dtype=np.float64), micro.shape)
    known = (micro != NOT_A_TIME) & ~np.isnan(amounts)
    result = np.full(micro.shape, NOT_A_TIME, dtype=np.int64)
    if known.any():
        result[known] = _due(micro[known], amounts[known], unit, calendar)
    return result.view("datetime64[us]")


@overload
def business_seconds(start: datetime, end: datetime, calendar: BusinessCalendar) -> float: ...
@overload
def business_seconds(start: Instants, end: Instants, calendar: BusinessCalendar) -> NDArray[np.float64]: ...
def business_seconds(start: datetime | Instants, end: datetime | Instants, calendar: BusinessCalendar) -> float | NDArray[np.float64]:
    """Seconds the calendar was open between two instants; negative when the end comes first.

    Formula: F(end) - F(start), F(t) the open time from a fixed origin to t, by the time zone's real clock.
    Assumptions: the calendar's hours and holidays of the time. When not to use it: to say how long a resident waited;
    that is calendar time. Source: none needed.
    start, end: two instants with a time zone, or two datetime64 arrays in UTC of one shape (NaT gives NaN).
    Returns seconds. Raises ValueError for naive instants or unlike shapes.

    >>> from zoneinfo import ZoneInfo
    >>> from citystat.methods.durations import weekday_calendar
    >>> chicago = ZoneInfo("America/Chicago")
    >>> friday, monday = datetime(2024, 3, 8, 16, tzinfo=chicago), datetime(2024, 3, 11, 9, tzinfo=chicago)
    >>> business_seconds(friday, monday, weekday_calendar("America/Chicago")) / 3600
    2.0
    """
    if isinstance(start, datetime) and isinstance(end, datetime):
        pair = np.array([microseconds_of(start), microseconds_of(end)], dtype=np.int64)
        until = timeline_covering(calendar, int(pair.min()), int(pair.max())).open_time_until(pair)
        return float(until[1] - until[0]) / 1e6
    first, last = _as_microseconds(start), _as_microseconds(end)
    if first.shape != last.shape:
        raise ValueError(f"There are {first.size} starts and {last.size} ends; give one of each.")
    known = (first != NOT_A_TIME) & (last != NOT_A_TIME)
    seconds = np.full(first.shape, np.nan)
    if known.any():
        first, last = first[known], last[known]
        timeline = timeline_covering(calendar, int(min(first.min(), last.min())), int(max(first.max(), last.max())))
        seconds[known] = (timeline.open_time_until(last) - timeline.open_time_until(first)) / 1e6
    return seconds


def _due(opened: Microseconds, promises: NDArray[np.float64], unit: PromiseUnit, calendar: BusinessCalendar) -> Microseconds:
    if not np.isfinite(promises).all() or (promises < 0).any():
        raise ValueError("A promise must be a number of days or hours that is not negative.")
    if unit == "calendar_hours":
        return opened + np.rint(promises * _HOUR).astype(np.int64)
    if unit == "business_hours":
        needed = np.rint(promises * _HOUR).astype(np.int64)
        return _with_enough_years(opened, calendar, partial(_after_open_time, opened=opened, needed=needed))
    if unit not in ("business_days", "calendar_days"):
        raise ValueError(f"The unit must be business or calendar days or hours, not {unit!r}.")
    days = promises.astype(np.int64)
    if (days != promises).any():
        raise ValueError("A promise in days must be a whole number of days; use hours for parts of a day.")
    find = partial(_after_days, opened=opened, days=days, business=unit == "business_days", calendar=calendar)
    return _with_enough_years(opened, calendar, find)


def _with_enough_years(opened: Microseconds, calendar: BusinessCalendar, find: Callable[[Timeline], Microseconds | None]) -> Microseconds:
    """Lengthen the timeline until every promise ends on it."""
    timeline = timeline_covering(calendar, int(opened.min()), int(opened.max()))
    first_year = timeline.first_date.year
    last_year = first_year + round(timeline.is_business.size / 365.25) - 1
    while (found := find(timeline)) is None:
        last_year += max(last_year - first_year, 1)
        timeline = timeline_of_years(calendar, first_year, last_year)
    return found


def _after_open_time(timeline: Timeline, *, opened: Microseconds, needed: Microseconds) -> Microseconds | None:
    """The first instant by which ``needed`` open time has passed (the next opening for none at all out of hours)."""
    goal = timeline.open_time_until(opened) + needed
    if goal.max() >= timeline.open_before[-1]:
        return None
    # A goal met exactly at closing is due then, not at the next opening; a promise of nothing is due at once.
    day = np.searchsorted(timeline.open_before, goal, side="left") - 1
    due = timeline.opens[day] + goal - timeline.open_before[day]
    return np.where(needed == 0, opened, due)


def _after_days(
    timeline: Timeline, *, opened: Microseconds, days: Microseconds, business: bool, calendar: BusinessCalendar
) -> Microseconds | None:
    day_zero = timeline.day_of(opened)
    if calendar.after_hours == "next_business_day" and business:
        late = opened >= timeline.closes[day_zero]  # closed days open and close at midnight, so they are late too
        opened_business_days = timeline.business_days_before[day_zero + 1]
        next_day = np.searchsorted(timeline.business_days_before, opened_business_days + 1, side="left") - 1
        if next_day.max() >= timeline.is_business.size - 1:
            return None
        day_zero = np.where(late, next_day, day_zero)
    due_day = _nth_business_day(timeline, day_zero, days) if business else day_zero + days
    if due_day.max() >= timeline.is_business.size - 1:
        return None
    return _due_clock(timeline, opened, due_day, calendar)


def _nth_business_day(timeline: Timeline, day_zero: NDArray[np.intp], days: Microseconds) -> NDArray[np.intp]:
    """The n-th business day after day zero; day zero itself for n = 0. Past the end: the timeline's length."""
    goal = timeline.business_days_before[day_zero + 1] + days
    found = np.searchsorted(timeline.business_days_before, goal, side="left") - 1
    return np.where(days == 0, day_zero, np.minimum(found, timeline.is_business.size))


def _due_clock(timeline: Timeline, opened: Microseconds, due_day: NDArray[np.intp], calendar: BusinessCalendar) -> Microseconds:
    end_of_day = timeline.midnights[due_day + 1] - 1
    if calendar.due_clock == "end_of_day":
        return end_of_day
    if calendar.due_clock == "closing_time":
        closing = timeline.closes[due_day]
        # A day without hours has no closing, and a request that comes after closing has the rest of its day.
        return np.where(timeline.is_business[due_day] & (closing >= opened), np.minimum(closing, end_of_day), end_of_day)
    opened_day = timeline.day_of(opened)
    due = timeline.midnights[due_day] + opened - timeline.midnights[opened_day]
    # On the two days a year with another length, time since midnight is not the time on the clock.
    for row in np.flatnonzero(_is_odd_day(timeline, opened_day) | _is_odd_day(timeline, due_day)):
        due_date = timeline.first_date + timedelta(days=int(due_day[row]))
        due[row] = _same_clock(datetime_of(int(opened[row]), calendar.zone), due_date)
    return due


def _is_odd_day(timeline: Timeline, day: NDArray[np.intp]) -> NDArray[np.bool_]:
    odd: NDArray[np.bool_] = timeline.midnights[day + 1] - timeline.midnights[day] != _DAY
    return odd


def _same_clock(opened: datetime, due_date: date) -> int:
    """The due date at the opening's wall-clock time; one the clocks skip is read with the offset before the change."""
    return microseconds_of(opened.replace(year=due_date.year, month=due_date.month, day=due_date.day, fold=0))


def _as_microseconds(instants: object) -> Microseconds:
    array = np.asarray(instants)
    if array.dtype.kind != "M" or array.ndim != 1:
        raise ValueError("Give instants as one series of numpy datetime64 in UTC.")
    return array.astype("datetime64[us]").view(np.int64)
