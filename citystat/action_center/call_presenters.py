"""What the call taker sees: the form with what was typed, who called before, what is open at the place, the day's contacts."""

import secrets
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citystat.action_center import words
from citystat.action_center.call_forms import CallForm
from citystat.action_center.queue_rows import place_of
from citystat.core.cities import current_city
from citystat.core.errors import NotFound
from citystat.knowledge import queries as knowledge
from citystat.knowledge.queries import Answer
from citystat.service_requests import rules
from citystat.service_requests.cases import appointment_queries, contact_records, finding, messages, notices, offers, points
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.cases.notices import Current
from citystat.service_requests.models import ServiceRequest


def services() -> list[tuple[str, str]]:
    """Services a call taker can file, and those of other bodies, which are handed over."""
    return [
        (offer.slug, f"{offer.name} ({offer.form.outside_agency})" if offer.form.outside_agency else offer.name)
        for offer in offers.all_offers()
        if offer.form.is_offered or offer.form.outside_agency
    ]


def blank_form(address: str = "") -> CallForm:
    """A form for the next call, with a key that makes its request count once."""
    return CallForm(services=services(), initial={"call_key": secrets.token_urlsafe(12), "channel": "phone", "address": address})


def filled_form(data: Any) -> CallForm:
    """The form as it was sent, with the questions of the service chosen."""
    return CallForm(data, services=services(), questions=questions_of(data.get("service", "")))


def questions_of(slug: str) -> list[dict[str, Any]]:
    """Questions of a service; none for one that does not exist."""
    try:
        return offers.to_reader(offers.offer(slug)).questions if slug else []
    except NotFound:
        return []


def desk_page(user: Any, form: CallForm, **found: Any) -> dict[str, Any]:
    """The context of the screen; `found` holds what was looked up."""
    beside = [*found.get("earlier", ()), *(one for one, _meters in found.get("duplicates", ()))]
    zone = current_city().zone
    midnight = datetime.combine(timezone.now().astimezone(zone).date(), time(), tzinfo=zone)
    today = contact_records.counts(midnight, by=user)
    return {
        "form": form,
        "came_otherwise": form.came_otherwise(),
        "is_pointed_by_hand": form.is_pointed_by_hand(),
        "today": today,
        "is_open": contact_records.is_open(timezone.now()),
        "earlier": [summary(one) for one in found.get("earlier", ())],
        "at_address": [summary(one) for one in found.get("at_address", ()) if one not in beside],
        "asked": summary(found["asked"]) if found.get("asked") else None,
        "looked": found.get("looked", False),
        "must_choose": found.get("must_choose", False),
        "point_note": found.get("point_note", ""),
        "place_note": found.get("place_note", ""),
        "matches": found.get("matches", []),
        **heard_page(form, found),
    }


def heard_page(form: CallForm, found: Mapping[str, Any]) -> dict[str, Any]:
    """The context of what changes while the caller speaks."""
    return {
        "groups": form.groups(),
        "duplicates": [summary(one) | {"meters": meters} for one, meters in found.get("duplicates", ())],
        "suggestions": found.get("suggestions", ()),
        "articles": found.get("articles", ()),
        "notices": found["notices"] if "notices" in found else notices.current(only_whole_city=True),
        "agency": found.get("agency", ""),
    }


def summary(one: ServiceRequest) -> dict[str, Any]:
    """A request as it is read out to a caller: never who reported it."""
    is_open = one.status in rules.OPEN_STATUSES
    return {
        "id": one.pk,
        "number": one.number,
        "service": one.service.name,
        "place": place_of(one),
        "status": words.word(words.STATUS_WORDS, one.status),
        "is_open": is_open,
        "age": words.age(one.opened_at),
        "due": messages.day_in_words(one.due_at, get_language() or "en") if is_open and one.due_at else "",
        "note": one.status_note,
        "ended": words.word(words.RESOLUTION_WORDS, one.resolution) if one.resolution else "",
        "voices": one.voices,
        "by_appointment": is_open and appointment_queries.takes_appointments(one.service_slug),
    }


def duplicates(form: CallForm) -> list[tuple[ServiceRequest, int | None]]:
    """Open requests of the service near the point, else at the address: perhaps the same thing."""
    given = form.cleaned_data
    if not given.get("service"):
        return []
    if given.get("longitude") is not None and given.get("latitude") is not None:
        return [(one.request, one.meters) for one in cases.near(given["service"], given["longitude"], given["latitude"])]
    slug = offers.offer(given["service"]).slug
    same = [one for one in cases.at_address(given.get("address", "")) if one.service_slug == slug]
    return [(one, None) for one in same if one.status in rules.OPEN_STATUSES and one.parent_id is None]


def known_point(address: str) -> tuple[float, float] | None:
    """The point of the last request at exactly this address, where one has a point."""
    wanted = " ".join(address.split()).casefold()
    for one in cases.at_address(address):
        if one.address.casefold() == wanted and one.longitude is not None and one.latitude is not None:
            return one.longitude, one.latitude
    return None


def suggestions(text: str) -> list[tuple[str, str]]:
    """Services that fit the caller's words, best first."""
    return [(offer.slug, offer.name) for offer, _score in finding.suggest(text, limit=4)] if text.strip() else []


def articles(given: Mapping[str, Any]) -> list[Answer]:
    """Articles that may answer what the caller says, best first; those for staff too."""
    text = " ".join(part for part in (given.get("topic", ""), given.get("description", "")) if part)
    return knowledge.search(text, get_language() or "en", limit=3, include_internal=True) if text.strip() else []


def notices_of(given: Mapping[str, Any]) -> list[Current]:
    """Notices for the service and the point, as far as they are known."""
    point = (given["longitude"], given["latitude"]) if given.get("longitude") is not None and given.get("latitude") is not None else None
    return notices.current(given.get("service", ""), points.places_of(*point) if point else None, point)


def said_of(made: ServiceRequest) -> str:
    """What is read out to the caller."""
    if made.due_at:
        return _("Request %(number)s is filed. It should be done by %(day)s.") % {
            "number": made.number, "day": messages.day_in_words(made.due_at, get_language() or "en"),
        }  # fmt: skip
    return _("Request %(number)s is filed.") % {"number": made.number}
