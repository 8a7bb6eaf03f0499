"""Business time and Kaplan-Meier the slow way: minute by minute, and case by case."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from citystat.methods.durations import BusinessCalendar


def is_open(instant: datetime, calendar: BusinessCalendar) -> bool:
    """Whether the calendar is open at an instant."""
    local = instant.astimezone(calendar.zone)
    hours = calendar.hours_on(local.date())
    if hours is None:
        return False
    clock = local.time().replace(tzinfo=None)
    return hours.opens <= clock and (clock < hours.closes or hours.closes.isoformat() == "00:00:00")


def open_minutes(start: datetime, end: datetime, calendar: BusinessCalendar) -> int:
    """Count open minutes one at a time."""
    minutes, at, last = 0, start.astimezone(UTC), end.astimezone(UTC)
    while at < last:
        minutes += is_open(at, calendar)
        at += timedelta(minutes=1)
    return minutes


def after_open_minutes(start: datetime, minutes: int, calendar: BusinessCalendar) -> datetime:
    """Step minute by minute until so many open ones have passed."""
    at = start.astimezone(UTC)
    while minutes:
        minutes -= is_open(at, calendar)
        at += timedelta(minutes=1)
    return at


def survival(durations: Sequence[float], events: Sequence[int], entries: Sequence[float] | None = None) -> dict[float, float]:
    """The product-limit estimate at each closing time, counting everybody at risk again each time."""
    came = entries or [-1.0] * len(durations)
    remaining, curve = 1.0, {}
    for time in sorted({duration for duration, event in zip(durations, events, strict=True) if event}):
        at_risk = sum(entry < time <= duration for entry, duration in zip(came, durations, strict=True))
        closing = sum(duration == time and bool(event) for duration, event in zip(durations, events, strict=True))
        remaining *= 1 - closing / at_risk
        curve[time] = remaining
    return curve
