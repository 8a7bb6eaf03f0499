"""What time it is, for everything that stores an instant.

with clock.at(instant):
    ...        # happens at that instant: replays a history, and lets a test stand still
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

from citystat.core.cities import current_city

_set: ContextVar[datetime | None] = ContextVar("citystat_clock", default=None)


def now() -> datetime:
    """This instant, with its zone."""
    return _set.get() or timezone.now()


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Everything inside happens at an instant, which must say its zone."""
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    token = _set.set(instant)
    try:
        yield
    finally:
        _set.reset(token)


def today() -> date:
    """The day it is in the city."""
    return now().astimezone(current_city().zone).date()
