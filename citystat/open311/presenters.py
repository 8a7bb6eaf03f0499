"""Services, requests and errors as the standard writes them. What is not for the public never gets here as a value."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citystat.core.cities import current_city
from citystat.open311 import formats
from citystat.open311.queries import Extras, Note, Row, ServiceName
from citystat.service_requests import rules
from citystat.service_requests.cases import messages, notices
from citystat.service_requests.cases.notices import Current
from citystat.service_requests.cases.offers import Offer
from citystat.service_requests.cases.queries import Near
from citystat.service_requests.models import ServiceRequest

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
BASE_PATH = "/open311/v2"


def service(offer: Offer) -> dict[str, Any]:
    """One line of the list of services."""
    return {
        "service_code": offer.code,
        "service_name": offer.name,
        "description": offer.form.description or None,
        "metadata": bool(offer.questions),
        "type": "blackbox" if offer.is_private else "realtime",
        "keywords": ",".join(str(word) for word in offer.form.keywords) or None,
        "group": offer.group or None,
    }


def definition(offer: Offer, *, extended: bool = False) -> dict[str, Any]:
    """The questions of a service."""
    words = {question["code"]: question for question in offer.questions}
    attributes = [_attribute(place, question, words, extended) for place, question in enumerate(offer.questions, 1)]
    return {"service_code": offer.code, "attributes": attributes}


def _attribute(place: int, question: Mapping[str, Any], others: Mapping[str, Any], extended: bool) -> dict[str, Any]:
    condition = question.get("condition")
    # A question asked only after some answers is required by the server alone: the standard has no way to say when.
    found = {
        "variable": bool(question.get("variable", True)),
        "code": str(question["code"]),
        "datatype": question.get("datatype", "string"),
        "required": bool(question.get("required")) and not condition,
        "datatype_description": question.get("datatype_description") or _when(condition, others),
        "order": place,
        "description": question["description"],
    }
    if question.get("values"):
        found["values"] = [{"key": str(one["key"]), "name": str(one["name"])} for one in question["values"]]
    if extended and condition:
        found["condition"] = {"attribute": str(condition["question"]), "value": str(condition["equals"])}
    return found


def _when(condition: Mapping[str, Any] | None, others: Mapping[str, Any]) -> str | None:
    if not condition:
        return None
    asked = others.get(condition["question"], {})
    names = {str(one["key"]): one["name"] for one in asked.get("values") or ()}
    answer = names.get(str(condition["equals"]), condition["equals"])
    return _("Asked when “%(question)s” is answered “%(answer)s”.") % {
        "question": asked.get("description", condition["question"]),
        "answer": answer,
    }


def written(fmt: str, rows: Sequence[Row], extras: Extras, names: Mapping[str, ServiceName]) -> list[str]:
    """Requests as text in the format, each written once however often it is asked for while nothing about it changes."""
    language = get_language() or "en"
    found = []
    for row in rows:
        photos = tuple(photo_url(token) for token in extras.photos.get(row.id, ()))
        found.append(_written(fmt, language, row, names.get(row.service_slug) or ServiceName(row.service_slug, row.service_slug), photos))
    return found


@lru_cache(maxsize=5_000)
def _written(fmt: str, language: str, row: Row, name: ServiceName, photos: tuple[str, ...]) -> str:
    """One request; everything it is written from is an argument, so a change of anything is another text."""
    return formats.text_of(fmt, "service_requests", _record(row, name, photos, _StandingNotes()))


def records(rows: Sequence[Row], extras: Extras, names: Mapping[str, ServiceName], *, extended: bool) -> list[dict[str, Any]]:
    """Requests as the standard has them, with the extended attributes where asked for."""
    notes = _StandingNotes()
    found = []
    for row in rows:
        photos = [photo_url(token) for token in extras.photos.get(row.id, ())]
        record = _record(row, names.get(row.service_slug) or ServiceName(row.service_slug, row.service_slug), photos, notes)
        if extended:
            record["extended_attributes"] = _extended(row, photos)
            record["notes"] = [_note(note) for note in extras.notes.get(row.id, ())]
        found.append(record)
    return found


def instant(text: str | None) -> str | None:
    """An instant of the database, in UTC, as the standard writes it."""
    return f"{text[:10]}T{text[11:19]}Z" if text else None


class _StandingNotes(dict[tuple[str, str], str | None]):
    """What is said of requests in each state that have no note of their own, said once per answer."""

    def __missing__(self, state: tuple[str, str]) -> str | None:
        said = self[state] = status_notes(state[0], state[1], "")
        return said


def _record(row: Row, name: ServiceName, photos: Sequence[str], notes: _StandingNotes) -> dict[str, Any]:
    has_place = row.visibility == "public"
    status = rules.public_status(row.status)
    return {
        "service_request_id": row.number,
        "status": status,
        "status_notes": row.status_note or notes[row.status, row.resolution],
        "service_name": name.name,
        "service_code": name.code,
        "description": (row.description or None) if row.shows_description else None,
        "agency_responsible": row.department or None,
        "service_notice": None,
        "requested_datetime": instant(row.opened_at),
        "updated_datetime": instant((row.closed_at if status == "closed" else None) or row.updated_at),
        "expected_datetime": instant(row.due_at),
        "address": (row.address or None) if has_place else None,
        "address_id": (row.address_id or None) if has_place else None,
        "zipcode": (row.zipcode or None) if has_place else None,
        "lat": row.latitude if has_place else None,
        "long": row.longitude if has_place else None,
        "media_url": photos[0] if photos else (row.media_url or None) if has_place else None,
    }


def status_notes(status: str, resolution: str, note: str) -> str | None:
    """Why the request stands where it stands: closed never means fixed by itself."""
    if note:
        return note
    if resolution in rules.RESOLUTIONS:
        return _(rules.RESOLUTIONS[resolution].sentence)
    return _standing().get(status)


def _standing() -> dict[str, str]:
    return {
        "new": _("The city has received it."),
        "assigned": _("A crew has it."),
        "started": _("It is being worked on."),
        "held": _("It is on hold."),
        "asked": _("The city waits for the resident's answer."),
        "closed": _("It is closed."),
        "cancelled": _("It was withdrawn."),
    }


def _extended(row: Row, photos: list[str]) -> dict[str, Any]:
    resolution = rules.RESOLUTIONS.get(row.resolution)
    return {
        "status": row.status,
        "resolution": row.resolution or None,
        "resolved": resolution.is_resolved if resolution else False,
        "channel": row.channel,
        "voices": row.voices,
        "photos": photos,
        "places": [{"kind": kind, "code": code} for kind, code in sorted(json.loads(row.places).items())]
        if row.visibility == "public"
        else [],
    }


def _note(note: Note) -> dict[str, Any]:
    summaries = {
        "opened": _("Received"), "assigned": _("Given to a crew"), "started": _("Work has started"), "held": _("On hold"),
        "resumed": _("Going on"), "asked": _("The city asked the resident"), "closed": _("Closed"), "cancelled": _("Withdrawn"),
        "reopened": _("Opened again"), "merged": _("Joined with an earlier report"), "comment": _("News"), "photo": _("New photo"),
    }  # fmt: skip
    return {
        "datetime": instant(note.at),
        "type": note.kind,
        "summary": summaries.get(note.kind, note.kind),
        "description": note.text or None,
    }


def photo_url(token: str) -> str:
    """Where everyone may see a public photo."""
    return messages.link(f"/photos/{quote(token)}.jpg")


def received(request: ServiceRequest, language: str) -> dict[str, Any]:
    """The answer to a filed request; a private one gets no number, as `blackbox` says."""
    is_shown = request.visibility != "private"
    day = messages.day_in_words(request.due_at, language)
    notice = _("It should be done by %(day)s.") % {"day": day} if day else _("The city has received your request.")
    told = [notice, *(f"{one.title}. {one.body}".strip() for one in _notices(request))]
    return {"service_request_id": request.number if is_shown else None, "service_notice": " ".join(told), "account_id": None}


def duplicates(near: Sequence[Near]) -> dict[str, Any]:
    """What a program may show whoever reports: the same may have been reported before."""
    found = [
        {
            "service_request_id": one.request.number,
            "distance_meters": one.meters,
            "requested_datetime": f"{one.request.opened_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "address": one.request.address or None,
        }
        for one in near
    ]
    return {"extended_attributes": {"probable_duplicates": found}}


def _notices(request: ServiceRequest) -> list[Current]:
    """What the city knows of the place and service already; both are in memory, so it costs no statement."""
    has_point = request.longitude is not None and request.latitude is not None
    point = (request.longitude or 0.0, request.latitude or 0.0) if has_point else None
    return notices.current(request.service_slug, request.places if has_point else None, point)


def discovery(changeset: datetime) -> dict[str, Any]:
    """Where the interface is, what it speaks, whom to ask for a key."""
    city = current_city()
    contact = city.contact or f"{city.name} 311"
    stamp = f"{changeset:%Y-%m-%dT%H:%M:%S}Z"
    return {
        "changeset": stamp,
        "contact": contact,
        "key_service": _("Keys are given to programs by name: ask %(contact)s.") % {"contact": contact},
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{settings.CITYSTAT_BASE_URL.rstrip('/')}{BASE_PATH}",
                "changeset": stamp,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
