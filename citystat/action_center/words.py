"""Words of live requests in the reader's language: statuses, events, resolutions, channels, roles of the live page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from babel.dates import format_time
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.cities import current_city

STATUS_WORDS = {
    "new": gettext_lazy("Received"),
    "assigned": gettext_lazy("Assigned"),
    "started": gettext_lazy("Being worked on"),
    "held": gettext_lazy("On hold"),
    "asked": gettext_lazy("Waiting for an answer"),
    "closed": gettext_lazy("Closed"),
    "cancelled": gettext_lazy("Cancelled"),
}
EVENT_WORDS = {
    "opened": gettext_lazy("Reported"),
    "assigned": gettext_lazy("Assigned"),
    "started": gettext_lazy("Work started"),
    "held": gettext_lazy("Put on hold"),
    "resumed": gettext_lazy("Taken up again"),
    "asked": gettext_lazy("Question to the resident"),
    "reply": gettext_lazy("The resident wrote"),
    "comment": gettext_lazy("News for the public"),
    "note": gettext_lazy("Note for staff"),
    "referred": gettext_lazy("Handed to another department"),
    "split": gettext_lazy("Split into work orders"),
    "order_done": gettext_lazy("Work order done"),
    "closed": gettext_lazy("Closed"),
    "cancelled": gettext_lazy("Cancelled"),
    "reopened": gettext_lazy("Opened again"),
    "merged": gettext_lazy("Joined with an earlier request"),
    "joined": gettext_lazy("Another request was joined with this one"),
    "parted": gettext_lazy("A request joined with this one stands alone again"),
    "voice": gettext_lazy("Somebody else reports it too"),
    "followed": gettext_lazy("Somebody follows it"),
    "feedback": gettext_lazy("The resident said how it went"),
    "redacted": gettext_lazy("Something was removed"),
    "contact_removed": gettext_lazy("Contact data were removed"),
    "photos_removed": gettext_lazy("Photos were removed"),
    "text_removed": gettext_lazy("Free text was removed"),
    "removal_held": gettext_lazy("On hold from removal"),
    "removal_free": gettext_lazy("The hold from removal has ended"),
    "escalated": gettext_lazy("Escalated"),
    "photo": gettext_lazy("Photo added"),
    "order_taken": gettext_lazy("A crew has taken the stop"),
    "slot_booked": gettext_lazy("Appointment booked"),
    "slot_moved": gettext_lazy("Appointment moved"),
    "slot_cancelled": gettext_lazy("Appointment given up"),
    "slot_released": gettext_lazy("Appointment taken back by the city"),
    "slot_ended": gettext_lazy("Appointment no longer needed"),
    "slot_kept": gettext_lazy("Appointment kept"),
    "slot_missed": gettext_lazy("Appointment not kept: nobody or nothing there"),
    "slot_reminded": gettext_lazy("Reminder of the appointment"),
}
RESOLUTION_WORDS = {
    "work_done": gettext_lazy("Work done"),
    "inspected_no_action": gettext_lazy("Inspected, no work needed"),
    "duplicate": gettext_lazy("Duplicate"),
    "referred_outside": gettext_lazy("Handed to the responsible body outside the city"),
    "not_reproducible": gettext_lazy("Could not be found at the place"),
    "answered": gettext_lazy("Question answered"),
    "invalid": gettext_lazy("Not a request to the city"),
}
CHANNEL_WORDS = {
    "phone": gettext_lazy("telephone"),
    "web": gettext_lazy("web page"),
    "mobile": gettext_lazy("app"),
    "email": gettext_lazy("e-mail"),
    "sms": gettext_lazy("text message"),
    "walk_in": gettext_lazy("walk-in"),
    "mail": gettext_lazy("letter, fax or voicemail"),
    "social": gettext_lazy("social media"),
    "staff": gettext_lazy("city staff"),
    "other": gettext_lazy("other"),
    "unknown": gettext_lazy("not recorded"),
}
OUTCOME_WORDS = {
    "request": gettext_lazy("request made"),
    "answered": gettext_lazy("answered on the spot"),
    "transferred": gettext_lazy("transferred to another body"),
    "status": gettext_lazy("asked about a request"),
    "abandoned": gettext_lazy("ended without an answer"),
}
LOOK_WORDS = {
    "done": gettext_lazy("Done as reported"),
    "not_done": gettext_lazy("Not actually done"),
    "unreachable": gettext_lazy("Could not be checked"),
}
REMOVED_WORDS = {"description": gettext_lazy("the description"), "address": gettext_lazy("the address"), "photo": gettext_lazy("a photo")}


def word(table: dict[str, Any], name: str) -> str:
    """The word for a name; one nobody named reads as its own name."""
    return str(table.get(name, name.replace("_", " ")))


def at(instant: datetime | None) -> str:
    """Date and time in the city's zone; an en dash where there is none."""
    if instant is None:
        return "–"
    local = instant.astimezone(current_city().zone)
    return f"{formats.short_day(local.date())}, {format_time(local, 'short', locale=formats.locale_of(get_language() or 'en'))}"


def age(since: datetime, now: datetime | None = None) -> str:
    """How long ago, in whole days, or in hours on the first day."""
    return span(((now or timezone.now()) - since).total_seconds())


def span(seconds: float) -> str:
    """A length of time in words: minutes, hours or days."""
    if seconds < 3_600:
        count = max(int(seconds // 60), 0)
        return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}
    if seconds < 86_400:
        count = int(seconds // 3_600)
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
    count = int(seconds // 86_400)
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": formats.number(count)}


def due(due_at: datetime | None, now: datetime) -> str:
    """`Overdue by 3 days`, `Due in 5 hours`, or that nothing was promised."""
    if due_at is None:
        return _("No promise")
    seconds = (due_at - now).total_seconds()
    return _("Overdue by %(time)s") % {"time": span(-seconds)} if seconds < 0 else _("Due in %(time)s") % {"time": span(seconds)}


def choices(table: dict[str, Any], names: Iterable[str] | None = None) -> list[tuple[str, Any]]:
    """Pairs for a select box."""
    return [(name, table[name]) for name in (names or table)]
