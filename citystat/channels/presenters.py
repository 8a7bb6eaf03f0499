"""What pages and webhooks of the room show."""

from typing import Any
from xml.sax.saxutils import escape

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import QueryDict

from citystat.channels import actions, rules
from citystat.channels.actions import Received
from citystat.channels.forms import AddForm, DiscardForm, FileForm
from citystat.channels.models import InboundMessage
from citystat.core.errors import InputError
from citystat.service_requests.cases import contacts, finding, messages, queries
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import ServiceRequest
from citystat.service_requests.rules import OPEN_STATUSES

A_PAGE = 50
SERVICES_OFFERED, LEAST_SCORE = 4, 0.2
MOST_BESIDE = 6


def page_of(rows: QuerySet[InboundMessage], number: str) -> Page[InboundMessage]:
    """One page of messages; a number that is none is the first page."""
    return Paginator(rows, A_PAGE).get_page(number)


def forms_of(message: InboundMessage, sent: QueryDict | None) -> dict[str, Form]:
    """The three forms; the one that was sent holds what was typed, the others what the message says."""
    do = sent.get("do", "") if sent else ""
    text = f"{message.subject}\n{message.text}"
    first = {
        "service": actions.service_for(text),
        "address": rules.place_in(text),
        "description": actions.description_of(message),
    }
    return {
        "file": FileForm(sent if do == "file" else None, initial=first, fitting=_fitting(text)),
        "add": AddForm(sent if do == "add" else None),
        "discard": DiscardForm(sent if do == "discard" else None),
    }


def _fitting(text: str) -> list[str]:
    """Slugs of services that fit the words, best first; they stand first in the list and none is chosen for the call taker."""
    return [offer.slug for offer, score in finding.suggest(text, SERVICES_OFFERED) if score >= LEAST_SCORE]


def beside(message: InboundMessage, reporter: Details) -> dict[str, list[ServiceRequest]]:
    """Open requests of the writer, and those at the place the message names: it may belong to one of them."""
    if message.outcome != InboundMessage.Outcome.WAITING:
        return {"of_writer": [], "at_place": []}
    try:
        theirs = contacts.requests_of(phone="" if reporter.email else reporter.phone, email=reporter.email)
    except InputError:
        theirs = []
    there = queries.at_address(rules.place_in(f"{message.subject}\n{message.text}"))
    return {"of_writer": _open(theirs), "at_place": [one for one in _open(there) if one not in theirs]}


def _open(found: list[ServiceRequest]) -> list[ServiceRequest]:
    return [one for one in found if one.status in OPEN_STATUSES and one.parent_id is None][:MOST_BESIDE]


def reporter_words(reporter: Details) -> list[str]:
    """Name, address and number, as far as they are known."""
    return [one for one in (reporter.name, reporter.email, reporter.phone) if one]


def twiml(answer: str) -> str:
    """An answer in the text message service's own form; an empty one says nothing."""
    inside = f"<Message>{escape(answer)}</Message>" if answer else ""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'


def hook_answer(received: Received) -> dict[str, Any]:
    """What a source is told: what became of the message, its number and private link, and what to say back."""
    message, request = received.message, received.message.request
    answer: dict[str, Any] = {"status": message.outcome}
    if received.is_replay:
        answer["error"] = "This message was taken in before."
    if request is not None:
        answer |= {"number": request.number, "link": messages.link(messages.tracking_path(request))}
    if message.reason:
        answer["reason"] = message.reason
    if received.answer:
        answer["answer"] = received.answer
    return answer
