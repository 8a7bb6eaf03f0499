"""What residents read: services with their promise, a request's status and story in plain words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from citystat.core import clock, formats
from citystat.core.cities import current_city
from citystat.intake import places
from citystat.service_requests import rules
from citystat.service_requests.cases import appointment_messages, messages, offers
from citystat.service_requests.cases.offers import Offer
from citystat.service_requests.cases.queries import Near
from citystat.service_requests.models import Event, Photo, ServiceRequest

FEET_PER_METER = 3.28084
SAME_PLACE_METERS = 2


@dataclass(frozen=True)
class Step:
    """One line of the story."""

    title: str
    when: str
    text: str = ""
    crew: str = ""
    is_own: bool = False


@dataclass(frozen=True)
class Status:
    """Where a request stands: a sentence, when it is due, whether it is open."""

    sentence: str
    due: str
    is_open: bool


def services_by_group(ordered: Iterable[Offer]) -> list[tuple[str, list[Offer]]]:
    """Services under their groups, as ordered."""
    return [(group or _("Other"), list(members)) for group, members in groupby(ordered, key=lambda offer: offer.group)]


def promise(offer: Offer) -> str:
    """How long it takes, in words; nothing without a promise."""
    service = offer.service
    if service.promise_value is None or not service.promise_unit:
        return ""
    count = round(service.promise_value)
    words = {
        "business_days": ngettext("%(count)s business day", "%(count)s business days", count),
        "business_hours": ngettext("%(count)s business hour", "%(count)s business hours", count),
        "calendar_days": ngettext("%(count)s day", "%(count)s days", count),
        "calendar_hours": ngettext("%(count)s hour", "%(count)s hours", count),
    }[service.promise_unit] % {"count": formats.number(count)}
    if service.promise_source == "suggested":
        return _("usually done within %(time)s") % {"time": words}
    return _("promised within %(time)s") % {"time": words}


def who_sees(offer: Offer) -> str:
    """Who sees what of a report of the service."""
    if offer.form.visibility == "private":
        return _("Only you, by your private link, and the city's staff see this report. It never appears in public lists or maps.")
    if offer.form.visibility == "no_place":
        return _("Everyone can see that such a report was made and what became of it, but never the address, the point or your words.")
    words = (
        _("Your words and photos are public: leave out names and numbers.")
        if offer.form.shows_description
        else _("Photos are public; your words are not.")
    )
    return _("Everyone can see this report and its place. %(words)s Your contact details are never shown.") % {"words": words}


def due_sentence(request: ServiceRequest) -> str:
    """When it should be done; a suggestion from history never sounds like a promise."""
    if request.due_at is None:
        return _("The city promises no time for this service.")
    day = messages.day_in_words(request.due_at, language())
    if request.due_at < clock.now() and request.held_since is None:
        return late_sentence(request, day)
    if request.service.promise_source == "suggested":
        return _("It is usually done by %(day)s, from how long it has taken so far. This is not a promise.") % {"day": day}
    return _("The city promises to have it done by %(day)s.") % {"day": day}


def late_sentence(request: ServiceRequest, day: str) -> str:
    """What is said of an open request once its day is over."""
    if request.service.promise_source == "suggested":
        return _("Such requests are usually done by now: this one takes longer.")
    return _("The city promised to have it done by %(day)s and is late.") % {"day": day}


def status(request: ServiceRequest) -> Status:
    """The status in a sentence."""
    is_open = request.status in rules.OPEN_STATUSES
    said = ending(request.resolution) if request.status == "closed" else ""
    said = said or status_words()[request.status]
    return Status(said, due_sentence(request) if is_open else "", is_open)


def status_words() -> dict[str, str]:
    """Status -> sentence."""
    return {
        "new": _("The city has received it."),
        "assigned": _("A crew has it."),
        "started": _("Somebody is working on it."),
        "held": _("It is waiting."),
        "asked": _("The city is waiting for an answer."),
        "closed": _("It is closed."),
        "cancelled": _("It was withdrawn."),
    }


def steps(events: Sequence[Event]) -> list[Step]:
    """The story, newest first."""
    titles, shares_names = step_titles(), current_city().shares_staff_names
    return [_step(event, titles.get(event.kind) or _("News"), shares_names) for event in reversed(events)]


def step_titles() -> dict[str, str]:
    """Kind of event -> heading."""
    return {
        "opened": _("Received"),
        "assigned": _("Given to a crew"),
        "started": _("Work has started"),
        "held": _("Waiting"),
        "resumed": _("Going on"),
        "asked": _("The city asks"),
        "closed": _("Closed"),
        "cancelled": _("Withdrawn"),
        "reopened": _("Opened again"),
        "merged": _("Joined with an earlier report"),
        "reply": _("You wrote"),
        "feedback": _("You said how it went"),
        "slot_booked": _("Appointment"),
        "slot_moved": _("Appointment changed"),
        "slot_cancelled": _("Appointment given up"),
        "slot_released": _("Appointment taken back"),
        "slot_ended": _("Appointment no longer needed"),
        "slot_kept": _("The crew came"),
        "slot_missed": _("The crew came"),
    }


def _step(event: Event, title: str, shares_names: bool) -> Step:
    text, crew = event.text, event.data.get("crew") if shares_names else None
    resolution = event.data.get("resolution", "")
    if event.kind == "closed" and (not text or _repeats(text, resolution)):
        text = ending(resolution)
    if event.kind == "reopened" and event.by_id is None:
        text = _("The resident says it is not fixed.")  # Said once, in whatever language it was answered.
    if event.kind in appointment_messages.TITLED:
        text = " ".join(part for part in (appointment_messages.sentence(event.kind, event.data), text) if part)
    names = _("Done by %(names)s.") % {"names": ", ".join(crew)} if crew else ""
    return Step(title, moment(event.at), text, names, event.kind in {"reply", "feedback"})


def ending(resolution: str) -> str:
    """How a request ended, in a sentence."""
    found = rules.RESOLUTIONS.get(resolution)
    return _(found.sentence) if found else ""


def closing_note(found: ServiceRequest) -> str:
    """What was written when it was closed; nothing where that says no more than how it ended, in whatever language it was put down."""
    if found.status in rules.OPEN_STATUSES:
        return ""
    return "" if _repeats(found.status_note, found.resolution or "") else found.status_note


def _repeats(text: str, resolution: str) -> bool:
    found = rules.RESOLUTIONS.get(resolution)
    return found is not None and text in (found.sentence, _(found.sentence))


def moment(instant: datetime) -> str:
    """Date and time in the city's zone, in the reader's form."""
    local = instant.astimezone(current_city().zone)
    return f"{formats.short_day(local.date())}, {formats.clock(local.time())}"


def day(instant: datetime) -> str:
    """The date in the city's zone, in the reader's form."""
    return formats.day(instant.astimezone(current_city().zone).date())


def language() -> str:
    """`en` or `es`."""
    return (get_language() or "en").partition("-")[0]


def distance(meters: int) -> str:
    """A distance on foot, to ten feet."""
    if meters <= SAME_PLACE_METERS:
        return _("At the same place")
    feet = max(round(meters * FEET_PER_METER / 10) * 10, 10)
    return _("%(feet)s feet (%(meters)s m)") % {"feet": formats.number(feet), "meters": formats.number(meters)}


def near(found: Sequence[Near], pictures: Mapping[int, Photo]) -> list[dict[str, Any]]:
    """Reports nearby as cards."""
    return [
        {
            "number": one.request.number,
            "distance": distance(one.meters),
            "opened": day(one.request.opened_at),
            "status": status(one.request),
            "place": place_words(one.request),
            "words": one.request.description if one.request.shows_description else "",
            "voices": voices(one.request.voices),
            "photo": pictures.get(one.request.pk),
        }
        for one in found
    ]


def place_words(request: ServiceRequest) -> str:
    """Where a request is: its address, and the places its point is in."""
    return " · ".join(part for part in (request.address, places.words_of(request.places)) if part)


def voices(count: int) -> str:
    """How many reported it."""
    return ngettext("One person reported it.", "%(count)s people reported it.", count) % {"count": formats.number(count)}


def row(request: ServiceRequest) -> dict[str, Any]:
    """A request in a public list."""
    shows_place = request.visibility == "public"
    return {
        "number": request.number,
        "service": offers.name_to_reader(request),
        "place": place_words(request) if shows_place else "",
        "opened": day(request.opened_at),
        "status": status(request),
        "voices": request.voices,
    }


def public_page(request: ServiceRequest, events: Sequence[Event], pictures: Sequence[Photo]) -> dict[str, Any]:
    """Everything the page of a request shows everyone."""
    shows_place = request.visibility == "public"
    return {
        "number": request.number,
        "service": offers.name_to_reader(request),
        "status": status(request),
        "opened": day(request.opened_at),
        "voices": voices(request.voices),
        "place": place_words(request) if shows_place else "",
        "hides_place": not shows_place,
        "words": request.description if request.shows_description else "",
        "photos": [photo for photo in pictures if photo.public] if shows_place else [],
        "steps": steps(events),
        "parent": request.parent.number if request.parent and request.parent.visibility in {"public", "no_place"} else "",
    }


def open_question(request: ServiceRequest, events: Sequence[Event]) -> str:
    """What the city asked last, while it waits for the answer."""
    if request.status != "asked":
        return ""
    return next((event.text for event in reversed(events) if event.kind == "asked"), "")
