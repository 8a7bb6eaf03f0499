"""Days and windows of appointments in the reader's words, and as events keep them."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.cities import current_city
from citystat.service_requests.models import AppointmentSlot


def day_words(day: date, language: str = "") -> str:
    """`Friday, May 30`."""
    chosen = (language or get_language() or "en").partition("-")[0]
    return str(format_date(day, {"es": "EEEE d 'de' MMMM"}.get(chosen, "EEEE, MMMM d"), locale=chosen))


def clock_words(value: time) -> str:
    """`7:00 AM`, in the reader's form."""
    return formats.clock(value)


def window_words(starts: time, ends: time) -> str:
    """`7:00 AM to 12:00 PM`."""
    return _("%(from)s to %(to)s") % {"from": clock_words(starts), "to": clock_words(ends)}


def data_of(slot: AppointmentSlot) -> dict[str, str]:
    """A slot as events keep it, to be put in words in any language later."""
    return {
        "day": slot.day.isoformat(), "from": f"{slot.starts:%H:%M}", "to": f"{slot.ends:%H:%M}", "area_kind": slot.area_kind,
        "area": slot.area,
    }  # fmt: skip


def words(data: Mapping[str, Any]) -> str:
    """`Friday, May 30, 7:00 AM to 12:00 PM`; empty where an event has no slot."""
    if not data.get("day"):
        return ""
    window = window_words(time.fromisoformat(data["from"]), time.fromisoformat(data["to"]))
    return f"{day_words(date.fromisoformat(data['day']))}, {window}"


def instant(day: date, clock: time) -> datetime:
    """A local time of the city as an instant."""
    return datetime.combine(day, clock, tzinfo=current_city().zone)
