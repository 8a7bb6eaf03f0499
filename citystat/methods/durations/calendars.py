"""Business calendars: which hours of which days a promise counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True)
class OpeningHours:
    """Local opening and closing time of a day; closing at 00:00 means the end of the day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        """Refuse hours that end before they begin, and times with a zone of their own."""
        if self.opens.tzinfo or self.closes.tzinfo:
            raise ValueError("Opening hours are local times without a time zone; the calendar has the zone.")
        if self.closes != time(0) and self.closes <= self.opens:
            raise ValueError(f"Opening hours must end after they begin: {self.opens} to {self.closes}.")


@dataclass(frozen=True)
class BusinessCalendar:
    """Opening hours by weekday, holidays, and the rules a promise is read by.

    time_zone: IANA name, such as "America/Chicago". weekday_hours: seven entries from Monday, None when closed.
    holidays: dates closed all day.
    after_hours: a request that arrives outside opening hours counts from the "same_day" (the arrival day is day 0,
    even a Saturday), or from the "next_business_day" (the next opening's day is day 0).
    due_clock: a promise in days ends at "end_of_day" (one microsecond before local midnight), at "closing_time", or
    at the "same_clock_time" as the request was opened. On days without opening hours closing time is the end of day.
    """

    time_zone: str
    weekday_hours: tuple[OpeningHours | None, ...]
    holidays: frozenset[date] = frozenset()
    after_hours: Literal["same_day", "next_business_day"] = "same_day"
    due_clock: Literal["end_of_day", "closing_time", "same_clock_time"] = "end_of_day"

    def __post_init__(self) -> None:
        """Refuse a calendar on which no promise could ever come due."""
        if len(self.weekday_hours) != 7:
            raise ValueError(f"A calendar needs seven weekdays from Monday, not {len(self.weekday_hours)}.")
        if not any(self.weekday_hours):
            raise ValueError("A calendar needs at least one weekday with opening hours.")
        if self.after_hours not in ("same_day", "next_business_day"):
            raise ValueError(f"after_hours must be 'same_day' or 'next_business_day', not {self.after_hours!r}.")
        if self.due_clock not in ("end_of_day", "closing_time", "same_clock_time"):
            raise ValueError(f"due_clock must be 'end_of_day', 'closing_time' or 'same_clock_time', not {self.due_clock!r}.")
        object.__setattr__(self, "holidays", frozenset(self.holidays))
        _ = self.zone

    @property
    def zone(self) -> ZoneInfo:
        """The time zone; raises ValueError for an unknown name."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{self.time_zone!r} is not a known time zone; use a name such as 'America/Chicago'.") from None

    def hours_on(self, day: date) -> OpeningHours | None:
        """Opening hours of one date, None when closed."""
        return None if day in self.holidays else self.weekday_hours[day.weekday()]


def weekday_calendar(
    time_zone: str,
    *,
    opens: time = time(8),
    closes: time = time(17),
    holidays: Iterable[date] = (),
    after_hours: Literal["same_day", "next_business_day"] = "same_day",
    due_clock: Literal["end_of_day", "closing_time", "same_clock_time"] = "end_of_day",
) -> BusinessCalendar:
    """The usual office calendar: Monday to Friday, one set of hours, closed on holidays.

    Formula: none. Assumptions: the same hours on all five days. When not to use it: for crews on shifts or seven-day
    services; build a ``BusinessCalendar``. Source: none needed.
    Returns a ``BusinessCalendar``. Raises ValueError for an unknown zone or hours that end before they begin.

    >>> weekday_calendar("America/Chicago").hours_on(date(2024, 5, 25)) is None
    True
    """
    hours = OpeningHours(opens, closes)
    return BusinessCalendar(
        time_zone=time_zone,
        weekday_hours=(hours, hours, hours, hours, hours, None, None),
        holidays=frozenset(holidays),
        after_hours=after_hours,
        due_clock=due_clock,
    )
