"""Which times of appointment a service offers: decisions without I/O. A window of a day in an area has a number of seats."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol

from citystat.core.errors import InputError

LONGEST_HORIZON_DAYS: Final = 180
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
IsDay = Callable[[date], bool]


class Rule(Protocol):
    """One line of a service's offer. No weekdays and no date offers nothing; no areas means every area of the kind."""

    area_kind: str
    areas: list[str]
    weekdays: list[int]
    on_date: date | None
    starts: time
    ends: time
    capacity: int
    lead_days: int
    horizon_days: int
    on_holidays: bool


@dataclass(frozen=True, order=True)
class SlotKey:
    """One window of a day in one area; `kind` and `area` are empty where the whole city shares the seats."""

    day: date
    starts: time
    ends: time
    kind: str = ""
    area: str = ""

    @property
    def text(self) -> str:
        """What a form sends: `2026-12-01.0700.1200.council_district.3`."""
        return f"{self.day:%Y-%m-%d}.{self.starts:%H%M}.{self.ends:%H%M}.{self.kind}.{self.area}"

    @classmethod
    def parse(cls, text: str) -> "SlotKey":
        """The key of a text; raises InputError for what is none."""
        parts = text.split(".", 4)
        try:
            day, starts, ends = date.fromisoformat(parts[0]), _clock(parts[1]), _clock(parts[2])
            return cls(day, starts, ends, parts[3][:40], parts[4][:60])
        except (IndexError, ValueError):
            raise InputError("Choose one of the times.") from None


@dataclass(frozen=True)
class SlotTime:
    """A window as the rules offer it, with its seats."""

    key: SlotKey
    capacity: int


def _clock(text: str) -> time:
    return datetime.strptime(text, "%H%M").time()  # noqa: DTZ007


def kinds_of(rules: Iterable[Rule]) -> list[str]:
    """Kinds of place the seats are kept by, in order; the empty kind is the whole city."""
    return list(dict.fromkeys(rule.area_kind for rule in rules))


def first_day(today: date, lead_days: int, is_business_day: IsDay) -> date:
    """The first day that can be booked: so many business days after today; none means today."""
    day, left = today, lead_days
    while left > 0:
        day += timedelta(days=1)
        left -= is_business_day(day)
        if (day - today).days > LONGEST_HORIZON_DAYS:
            break
    return day


def slot_times(
    rules: Iterable[Rule], places: Mapping[str, str], now: datetime, *, is_business_day: IsDay, is_holiday: IsDay
) -> list[SlotTime]:
    """What can be booked at a place, earliest first, before anybody has taken a seat.

    places: kind -> code. now: in the city's zone. A rule of one date replaces those of weekdays for its window, also on a holiday;
    among equals the first rule counts, so that seats are never counted twice.
    """
    found: dict[SlotKey, tuple[bool, int]] = {}
    for rule in rules:
        area = places.get(rule.area_kind) if rule.area_kind else ""
        if area is None or (rule.areas and area not in rule.areas):
            continue
        for day in _days(rule, now, is_business_day, is_holiday):
            key = SlotKey(day, rule.starts, rule.ends, rule.area_kind, area)
            is_dated = rule.on_date is not None
            if key not in found or (is_dated and not found[key][0]):
                found[key] = (is_dated, rule.capacity)
    return [SlotTime(key, capacity) for key, (_dated, capacity) in sorted(found.items()) if capacity > 0]


def _days(rule: Rule, now: datetime, is_business_day: IsDay, is_holiday: IsDay) -> list[date]:
    today = now.date()
    first, last = first_day(today, rule.lead_days, is_business_day), today + timedelta(days=min(rule.horizon_days, LONGEST_HORIZON_DAYS))
    if rule.on_date is not None:
        days = [rule.on_date] if first <= rule.on_date <= last else []
    else:
        every = (first + timedelta(days=number) for number in range((last - first).days + 1))
        days = [day for day in every if day.weekday() in rule.weekdays and (rule.on_holidays or not is_holiday(day))]
    # A window of today that has begun is over for booking.
    return [day for day in days if day > today or rule.starts > now.time()]


def free_seat(taken: Iterable[int], capacity: int) -> int | None:
    """The lowest free seat; None when as many are taken as there may be, also where seats above a lowered capacity are in use."""
    used = set(taken)
    return None if len(used) >= capacity else next(seat for seat in range(1, capacity + 1) if seat not in used)
