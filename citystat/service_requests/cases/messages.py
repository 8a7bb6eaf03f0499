"""What residents are told, and when: one draft per reader and event, in the reader's language, with a way to stop."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import outbox, texts
from citystat.core.cities import current_city
from citystat.service_requests import rules
from citystat.service_requests.cases import appointment_words, offers
from citystat.service_requests.models import Contact, Event, ServiceRequest, Subscription

# Kind of event -> its sentence, for whoever reported it; the one that is needed is translated, not all.
TO_REPORTER = {
    "opened": gettext_lazy("The city has received your request."),
    "assigned": gettext_lazy("Your request has been given to a crew."),
    "started": gettext_lazy("Work on your request has started."),
    "held": gettext_lazy("Your request is waiting."),
    "asked": gettext_lazy("The city has a question about your request. Answer this message."),
    "closed": gettext_lazy("Your request has been closed."),
    "cancelled": gettext_lazy("Your request has been withdrawn."),
    "reopened": gettext_lazy("Your request is open again."),
    "merged": gettext_lazy("Your request was joined with an earlier report of the same thing. You will hear about that one."),
    "photo": gettext_lazy("There is a new photo of your request."),
    "comment": gettext_lazy("There is news about your request."),
}
# The same for somebody who follows a request of another.
TO_FOLLOWER = {
    "opened": gettext_lazy("Somebody has made a new request."),
    "assigned": gettext_lazy("A request you follow has been given to a crew."),
    "started": gettext_lazy("Work on a request you follow has started."),
    "held": gettext_lazy("A request you follow is waiting."),
    "asked": gettext_lazy("The city has asked whoever reported it a question."),
    "closed": gettext_lazy("A request you follow has been closed."),
    "cancelled": gettext_lazy("A request you follow has been withdrawn."),
    "reopened": gettext_lazy("A request you follow is open again."),
    "merged": gettext_lazy("A request you follow was joined with an earlier report of the same thing. You will hear about that one."),
    "photo": gettext_lazy("There is a new photo of a request you follow."),
    "comment": gettext_lazy("There is news about a request you follow."),
}
TOLD = frozenset({"opened", "assigned", "started", "held", "asked", "closed", "cancelled", "reopened", "comment", "merged", "photo"})


def link(path: str) -> str:
    """An absolute address on this city's CityStat."""
    return f"{settings.CITYSTAT_BASE_URL.rstrip('/')}{path}"


def tracking_path(request: ServiceRequest) -> str:
    """The private page of a request, for whoever has its token."""
    return f"/r/{request.tracking_token}/"


def appointment_path(request: ServiceRequest) -> str:
    """Where its reporter chooses, changes or gives up a time."""
    return f"{tracking_path(request)}appointment/"


def day_in_words(instant: datetime | None, language: str) -> str:
    """`Friday, May 30`, in the city's time zone."""
    if instant is None:
        return ""
    return _day_in_words(instant.astimezone(current_city().zone).date(), language)


@lru_cache(maxsize=1_000)
def _day_in_words(day: date, language: str) -> str:
    pattern = {"es": "EEEE d 'de' MMMM"}.get(language, "EEEE, MMMM d")
    return str(format_date(day, pattern, locale=language))


def drafts(request: ServiceRequest, event: Event, followers: Iterable[Subscription]) -> list[outbox.Draft]:
    """One draft for the reporter and each follower who can be reached, for an event the public is told."""
    if event.kind not in TOLD or not event.public:
        return []
    found: list[outbox.Draft | None] = []
    told: set[tuple[str, str] | int] = set()
    if request.reporter is not None:
        found.append(_draft(request, event, request.reporter, tracking_path(request), ""))
        told.add(_address_of(request.reporter))
    for one in followers:
        if one.contact is not None and one.stopped_at is None and _address_of(one.contact) not in told:
            told.add(_address_of(one.contact))
            found.append(_draft(request, event, one.contact, f"/requests/{request.number}/", f"/follow/stop/{one.token}/"))
    return [draft for draft in found if draft is not None]


def _address_of(contact: Contact) -> tuple[str, str] | int:
    """What makes two contacts the same person to write to: who reports, joins and follows under one address is told once."""
    return (contact.email_index, contact.phone_index) if contact.email_index or contact.phone_index else contact.pk


def _draft(request: ServiceRequest, event: Event, contact: Contact, path: str, stop: str) -> outbox.Draft | None:
    kind = contact.prefers
    to = contact.email if kind == "email" else contact.phone if kind == "sms" else ""
    if not to:
        return None
    with translation.override(contact.language):
        subject = about(request)
        text = sms_text(request, event, path, is_follower=bool(stop)) if kind == "sms" else email_text(request, event, path, stop)
    key = f"event:{event.pk}:contact:{contact.pk}"
    # The token opens the reporter's private page, so a follower's message does not carry it.
    return outbox.Draft(kind, to, text, key, subject, "" if stop else request.tracking_token, request.number)


def about(request: ServiceRequest) -> str:
    """What a message is about: the number and the service, in the language of the message."""
    return _("Request %(number)s: %(service)s") % {"number": request.number, "service": offers.name_to_reader(request)}


def news(request: ServiceRequest, event: Event, *, is_follower: bool = False) -> str:
    """The event in a sentence or two for the resident, or for somebody who only follows."""
    said = [str((TO_FOLLOWER if is_follower else TO_REPORTER)[event.kind])]
    resolution = rules.RESOLUTIONS.get(event.data.get("resolution", ""))
    if event.kind == "closed" and resolution:
        said.append(_(resolution.sentence))
    if event.kind == "reopened" and event.by_id is None:
        said.append(_("Whoever reported it says that it is not fixed.") if is_follower else _("You said that it is not fixed."))
    elif event.text:
        said.append(event.text)
    if event.data.get("crew"):
        said.append(_("Done by %(names)s.") % {"names": ", ".join(event.data["crew"])})
    if event.kind == "opened" and request.due_at:
        said.append(_("It should be done by %(day)s.") % {"day": day_in_words(request.due_at, translation.get_language() or "en")})
    if event.kind == "opened" and not is_follower:
        said += _about_appointment(request, event)
    return " ".join(said)


def _about_appointment(request: ServiceRequest, event: Event) -> list[str]:
    """The time that was booked with the request, or where to choose one."""
    if event.data.get("slot"):
        return [texts.one_dot(_("Your appointment: %(when)s.") % {"when": appointment_words.words(event.data["slot"])})]
    if event.data.get("choose_slot"):
        return [_("Choose the day that suits you: %(link)s") % {"link": link(appointment_path(request))}]
    return []


def email_text(request: ServiceRequest, event: Event, path: str, stop: str) -> str:
    """The whole message."""
    parts = [
        about(request),
        request.address if request.visibility == "public" and request.address else None,
        "",
        news(request, event, is_follower=bool(stop)),
        "",
        _("See every step: %(link)s") % {"link": link(path)},
    ]
    if event.kind == "closed" and not stop:
        parts.append(_("Is it fixed? Say yes or no, and how it went: %(link)s") % {"link": link(f"{tracking_path(request)}#feedback")})
    parts.append(_("You can answer this message.") if not stop else _("To stop these messages: %(link)s") % {"link": link(stop)})
    return "\n".join(part for part in parts if part is not None)


def sms_text(request: ServiceRequest, event: Event, path: str, *, is_follower: bool = False) -> str:
    """A short text; STOP ends it, as carriers ask."""
    return f"{current_city().name} 311, {request.number}: {news(request, event, is_follower=is_follower)} {link(path)}"[:480]
