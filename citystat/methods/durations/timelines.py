"""A calendar laid out as arrays of UTC instants, one entry a local date, so that millions of instants are looked up.

Local midnights come from the time zone itself, so a day has 23, 24 or 25 hours as the clocks say.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from citystat.methods.durations.calendars import BusinessCalendar

Instants = NDArray[np.datetime64]
Microseconds = NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
LAST_YEAR = 2500  # a due date beyond it is a mistake, and its calendar would fill the memory
NOT_A_TIME = np.iinfo(np.int64).min  # how NaT looks as an integer


@dataclass(frozen=True, eq=False)
class Timeline:
    """Whole years of a calendar. All instants are microseconds since 1970 UTC.

    midnights: start of each local date, and one more at the end. opens, closes: opening hours (both the midnight when
    closed). open_before: open time before each date, and one more at the end. business_days_before: likewise, days.
    """

    first_date: date
    midnights: Microseconds
    opens: Microseconds
    closes: Microseconds
    open_before: Microseconds
    business_days_before: NDArray[np.int64]
    is_business: NDArray[np.bool_]

    def day_of(self, instants: Microseconds) -> NDArray[np.intp]:
        """Index of the local date an instant falls on."""
        return np.searchsorted(self.midnights, instants, side="right") - 1

    def open_time_until(self, instants: Microseconds) -> Microseconds:
        """Open microseconds from the start of the timeline to each instant."""
        day = self.day_of(instants)
        today = np.clip(instants, self.opens[day], self.closes[day]) - self.opens[day]
        until: Microseconds = self.open_before[day] + today
        return until


def timeline_covering(calendar: BusinessCalendar, first: int, last: int) -> Timeline:
    """The timeline of all years two instants (microseconds) lie in, with a year to spare on either side."""
    years = [(_EPOCH + instant * _MICROSECOND).year for instant in (first, last)]
    return timeline_of_years(calendar, max(years[0] - 1, 1), years[1] + 1)


@lru_cache(maxsize=64)
def timeline_of_years(calendar: BusinessCalendar, first_year: int, last_year: int) -> Timeline:
    """Lay a calendar out over whole years, both included."""
    if last_year > LAST_YEAR:
        raise ValueError(f"An instant or a due date falls after the year {LAST_YEAR}; check the date and the promise's unit.")
    first = date(first_year, 1, 1)
    days = [first + timedelta(days=offset) for offset in range((date(last_year + 1, 1, 1) - first).days)]
    zone = calendar.zone
    midnights = [_instant(day, time(0), zone) for day in [*days, days[-1] + timedelta(days=1)]]
    opens, closes = list(midnights[:-1]), list(midnights[:-1])
    is_business = np.zeros(len(days), dtype=bool)
    for index, day in enumerate(days):
        hours, begins, ends = calendar.hours_on(day), midnights[index], midnights[index + 1]
        # A date the zone left out (Apia, December 30, 2011) has no time, and no hours.
        if hours is None or begins == ends:
            continue
        is_business[index] = True
        opens[index] = min(_instant(day, hours.opens, zone), ends)
        closes[index] = ends if hours.closes == time(0) else min(_instant(day, hours.closes, zone), ends)
    open_times = np.array(closes, dtype=np.int64) - np.array(opens, dtype=np.int64)
    return Timeline(
        first_date=first,
        midnights=np.array(midnights, dtype=np.int64),
        opens=np.array(opens, dtype=np.int64),
        closes=np.array(closes, dtype=np.int64),
        open_before=np.concatenate([[0], open_times.cumsum()]),
        business_days_before=np.concatenate([[0], is_business.cumsum()]).astype(np.int64),
        is_business=is_business,
    )


def microseconds_of(instant: datetime) -> int:
    """An aware datetime as microseconds since 1970 UTC; naive ones are refused."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; give an instant with one.")
    return (instant - _EPOCH) // _MICROSECOND


def datetime_of(microseconds: int, zone: ZoneInfo) -> datetime:
    """Microseconds since 1970 UTC as an aware datetime in ``zone``."""
    return (_EPOCH + microseconds * _MICROSECOND).astimezone(zone)


def _instant(day: date, clock: time, zone: ZoneInfo) -> int:
    """Local wall-clock time as an instant; a time the clocks skip is read with the offset before the change."""
    return (datetime.combine(day, clock, tzinfo=zone) - _EPOCH) // _MICROSECOND
