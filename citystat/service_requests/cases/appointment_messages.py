"""What the reporter is told of an appointment: booked, moved, given up, taken back, not kept, tomorrow. Nobody else is told."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from citystat.core import outbox, texts
from citystat.core.cities import current_city
from citystat.service_requests.cases import messages
from citystat.service_requests.cases.appointment_words import words
from citystat.service_requests.models import Contact, ServiceRequest


def sentence(kind: str, data: Mapping[str, Any]) -> str:
    """What happened to the appointment, for the resident."""
    found = {
        "slot_booked": _("Your appointment: %(when)s."),
        "slot_moved": _("Your appointment was moved to %(when)s."),
        "slot_cancelled": _("Your appointment of %(when)s is given up."),
        "slot_released": _("We are sorry: the city cannot come on %(when)s. Please choose another time."),
        "slot_ended": _("The appointment of %(when)s is no longer needed."),
        "slot_kept": _("The crew came on %(when)s."),
        "slot_missed": _("The crew came on %(when)s and found nothing to do. Choose another time if you still need it."),
        "slot_reminded": _("A reminder: your appointment is %(when)s."),
    }
    return texts.one_dot(found[kind] % {"when": words(data)})


# What the reporter's own page shows; a reminder is only a message.
TITLED = frozenset({"slot_booked", "slot_moved", "slot_cancelled", "slot_released", "slot_ended", "slot_kept", "slot_missed"})
# After these there is no time left to change.
FREED = frozenset({"slot_cancelled", "slot_released", "slot_missed"})
# The rest is told by the request's own messages, or needs no message.
TOLD = frozenset({"slot_booked", "slot_moved", "slot_cancelled", "slot_released", "slot_missed", "slot_reminded"})


def drafts(request: ServiceRequest, kind: str, data: Mapping[str, Any], key: str, note: str = "") -> list[outbox.Draft]:
    """One message for the reporter, where one can be reached and wants it."""
    contact = request.reporter
    to = _address(contact)
    if kind not in TOLD or contact is None or not to:
        return []
    with translation.override(contact.language):
        said = " ".join(part for part in (sentence(kind, data), note) if part)
        link = messages.link(messages.appointment_path(request))
        about = messages.about(request)
        if contact.prefers == "sms":
            text = f"{current_city().name} 311, {request.number}: {said} {link}"[:480]
        else:
            change = _("To change or give up the time: %(link)s") if kind not in FREED else _("Choose a time: %(link)s")
            text = "\n".join([about, request.address, "", said, "", change % {"link": link}, _("You can answer this message.")])
    return [outbox.Draft(contact.prefers, to, text, key, about, request.tracking_token, request.number)]


def can_be_told(request: ServiceRequest) -> bool:
    """Whether the reporter can be reached."""
    return bool(_address(request.reporter))


def _address(contact: Contact | None) -> str:
    if contact is None:
        return ""
    return {"email": contact.email, "sms": contact.phone}.get(contact.prefers, "")
