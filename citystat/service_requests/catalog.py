"""The service catalog: what the city promises for each service, when a request is due, and how to say it to the caller."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from babel.dates import format_date, format_time
from django.db.models import F

from citystat.core.cities import current_city
from citystat.core.errors import NotFound
from citystat.methods import durations
from citystat.service_requests.calendars import business_calendar
from citystat.service_requests.models import Service

UNITS: Final = get_args(durations.PromiseUnit)
TABLE: Final = pa.schema(
    [
        ("service", pa.string()),
        ("service_slug", pa.string()),
        ("service_code", pa.string()),
        ("category", pa.string()),
        ("department", pa.string()),
        ("kind", pa.string()),
        ("promise_value", pa.float64()),
        ("promise_unit", pa.string()),
        ("promise_source", pa.string()),
        ("inspection_counts_as_done", pa.bool_()),
        ("sensitive", pa.bool_()),
        ("in_force_from", pa.date32()),
        ("in_force_to", pa.date32()),
    ]
)
# Said on the phone in the caller's language, whatever the language of the call taker's screen.
DAY_SENTENCES: Final = {
    "en": ("promised by {day}", "suggested by {day}, from how long it has taken so far"),
    "es": ("prometido para el {day}", "previsto para el {day}, según lo que ha tardado hasta ahora"),
}
TIME_SENTENCES: Final = {
    "en": ("promised by {day} at {time}", "suggested by {day} at {time}, from how long it has taken so far"),
    "es": ("prometido para el {day} a las {time}", "previsto para el {day} a las {time}, según lo que ha tardado hasta ahora"),
}
NO_PROMISE: Final = {"en": "no promised time", "es": "sin plazo prometido"}
DAY_PATTERNS: Final = {"en": "EEEE, MMMM d", "es": "EEEE d 'de' MMMM"}


@dataclass(frozen=True)
class Promise:
    """What was promised for one request. `due_at` is an instant in the city's time zone; None where nothing was promised."""

    service: str
    value: float | None
    unit: str | None
    source: str
    due_at: datetime | None

    @property
    def due_on(self) -> date | None:
        """The day it is due, in the city's time zone."""
        return self.due_at.date() if self.due_at else None


def service_slug(name: str) -> str:
    """The key of a service in URLs: two names with one slug are one service."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "not-recorded"


def services(day: date | None = None) -> tuple[Service, ...]:
    """The catalog in order of name: every row, or the one in force on the day for each service."""
    rows = tuple(Service.objects.order_by("name", F("in_force_from").asc(nulls_first=True)))
    return rows if day is None else tuple(row for row in rows if is_in_force(row, day))


def is_in_force(service: Service, day: date) -> bool:
    """Whether the row's promise is in force on the day."""
    return (service.in_force_from is None or service.in_force_from <= day) and (service.in_force_to is None or day <= service.in_force_to)


def service_on(name: str, day: date) -> Service:
    """The catalog row of a service, by name or slug, in force on the day; raises NotFound."""
    rows = Service.objects.filter(slug=service_slug(name))
    found = next((row for row in rows if is_in_force(row, day)), None)
    if found is None:
        raise NotFound(f"The catalog has no service {name!r} in force on {day}.")
    return found


def department_names() -> dict[str, str]:
    """Departments that own a service, as `core.known_names` takes them."""
    found = Service.objects.exclude(department="").order_by().values_list("department", flat=True).distinct()
    return {name: name for name in found}


def service_names() -> dict[str, str]:
    """Services by name, as `core.known_names` takes them."""
    return {name: name for name in Service.objects.order_by().values_list("name", flat=True).distinct()}


def sensitive_slugs() -> frozenset[str]:
    """Services whose exact point and address are never shown in public."""
    return frozenset(Service.objects.filter(sensitive=True).values_list("slug", flat=True))


def promise_for(name: str, opened_at: datetime) -> Promise:
    """What is promised for a request of this service opened at an instant: business hours and holidays counted."""
    row = service_on(name, opened_at.astimezone(current_city().zone).date())
    if row.promise_value is None:
        return Promise(row.name, None, None, Service.Source.NONE, None)
    due = durations.due_at(opened_at, row.promise_value, row.promise_unit, business_calendar())  # type: ignore[arg-type]
    return Promise(row.name, row.promise_value, row.promise_unit, row.promise_source, due)


def caller_sentence(promise: Promise, language: str = "en") -> str:
    """What to tell the caller: `promised by Thursday, May 30`; a suggestion from history never sounds like a promise."""
    language = language if language in DAY_SENTENCES else "en"
    if promise.due_at is None:
        return NO_PROMISE[language]
    hours = promise.unit in {"business_hours", "calendar_hours"}
    sentence = (TIME_SENTENCES if hours else DAY_SENTENCES)[language][promise.source == Service.Source.SUGGESTED]
    day = format_date(promise.due_at, DAY_PATTERNS[language], locale=language)
    return sentence.format(day=day, time=format_time(promise.due_at.time(), "short", locale=language).replace("\u202f", " "))


def due_instants(
    opened_at: npt.NDArray[np.datetime64], promise_values: npt.NDArray[np.float64], promise_units: Sequence[str | None] | npt.NDArray[Any]
) -> npt.NDArray[np.datetime64]:
    """When each request is due: datetime64[us] in UTC, NaT where nothing is promised or the opening is unknown.

    opened_at: UTC instants. promise_values: NaN where there is none. promise_units: one of UNITS, or None, each.
    """
    opened = np.asarray(opened_at, dtype="datetime64[us]")
    due = np.full(opened.shape, np.datetime64("NaT"), dtype="datetime64[us]")
    units = np.asarray(promise_units, dtype=object)
    calendar = business_calendar()
    for unit in UNITS:
        rows = np.flatnonzero(units == unit)
        if rows.size:
            due[rows] = durations.due_instants(opened[rows], np.asarray(promise_values, dtype=np.float64)[rows], unit, calendar)
    return due


def catalog_table() -> pa.Table:
    """The catalog for the build: a row per service and promise in force, joined to requests by `service_slug` and opening day."""
    rows = [{name: _cell(row, field) for name, field in _FIELDS.items()} for row in services()]
    return pa.Table.from_pylist(rows, schema=TABLE)


_FIELDS: Final = {name: name for name in TABLE.names} | {"service": "name", "service_slug": "slug", "service_code": "code"}


def _cell(row: Service, field: str) -> Any:
    value = getattr(row, field)
    return None if value == "" else value
