"""What the pages of an address show: what fits a search; requests, work orders and records of other systems, each with its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.action_center import words
from citystat.core import formats
from citystat.core.access import has_right
from citystat.places import address_queries, locations, rules
from citystat.places.address_queries import Match, Shelf
from citystat.places.models import Address, Record
from citystat.service_requests import access
from citystat.service_requests import rules as request_rules
from citystat.service_requests.cases import addresses, queries
from citystat.service_requests.models import ServiceRequest, WorkOrder

MOST_MATCHES = 20
KIND_WORDS = {
    "permit": gettext_lazy("Permits"), "license": gettext_lazy("Licenses"), "inspection": gettext_lazy("Inspections"),
    "work_order": gettext_lazy("Work orders of other systems"),
}  # fmt: skip
ORDER_WORDS = {
    "waiting": gettext_lazy("Waiting"), "started": gettext_lazy("Started"), "done": gettext_lazy("Done"),
    "cancelled": gettext_lazy("Cancelled"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One thing at the address."""

    number: str
    url: str
    title: str
    status: str
    dates: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """Things of one kind from one source, as of one day."""

    key: str
    title: str
    source: str
    lines: tuple[Line, ...]
    none: str


def search_page(text: str, found: Sequence[Match]) -> dict[str, Any]:
    """The field and what fits it."""
    return {"text": text, "matches": found[:MOST_MATCHES], "is_loaded": bool(found) or address_queries.is_searchable()}


def address_page(user: Any, one: Address) -> dict[str, Any]:
    """The context of one address."""
    places, is_bounded = locations.places_of_points([(one.longitude, one.latitude)])
    requests = visible(user, addresses.requests_at(one, public_only=False))
    return {
        "one": one,
        "district": rules.district_of(places[0]),
        "is_outside": is_bounded and not places[0],
        "source": source_words(one.register.source, one.as_of),
        "units": address_queries.units_at(one),
        "sections": [*_request_sections(user, requests), *map(_shelf, address_queries.shelves_at(one, public_only=False))],
    }


def visible(user: Any, requests: Sequence[ServiceRequest]) -> list[ServiceRequest]:
    """Requests the person may know of here: public ones, those of their own queues, and for call takers all, as on their screen."""
    if has_right(user, "take_contacts"):
        return list(requests)
    return [one for one in requests if one.visibility == "public" or access.can_work_on(user, one)]


def _request_sections(user: Any, requests: Sequence[ServiceRequest]) -> list[Section]:
    now = _("Action center, now")
    opened = [one for one in requests if one.status in request_rules.OPEN_STATUSES]
    ended = [one for one in requests if one.status not in request_rules.OPEN_STATUSES]
    orders = WorkOrder.objects.filter(request__in=[one.pk for one in requests]).select_related("request").order_by("-created_at", "-id")
    return [
        Section("open", _("Open requests"), now, tuple(_request(user, one) for one in opened), _("Nothing is open here.")),
        Section("orders", _("Work orders"), now, tuple(map(_order, orders[:200])), _("No crew was sent here.")),
        Section("closed", _("Closed requests"), now, tuple(_request(user, one) for one in ended), _("Nothing was closed here.")),
    ]


def _request(user: Any, one: ServiceRequest) -> Line:
    ended = words.word(words.RESOLUTION_WORDS, one.resolution) if one.resolution else ""
    status = words.word(words.STATUS_WORDS, one.status)
    return Line(
        one.number, _link(user, one), one.service.name, f"{status}: {ended}" if ended else status,
        _dates(timezone.localtime(one.opened_at).date(), timezone.localtime(one.closed_at).date() if one.closed_at else None),
        one.department,
    )  # fmt: skip


def _link(user: Any, one: ServiceRequest) -> str:
    """The case, for those whose queue it is in; else its public page, where it has one."""
    if access.can_work_on(user, one):
        return reverse("action:case", args=[one.number])
    return reverse("intake:request_page", args=[one.number]) if one.visibility in queries.PUBLIC else ""


def _order(one: WorkOrder) -> Line:
    title = one.title or _("Work on request %(number)s") % {"number": one.request.number}
    dates = _dates(timezone.localtime(one.created_at).date(), timezone.localtime(one.done_at).date() if one.done_at else None)
    return Line(one.external_id or str(one.pk), "", title, words.word(ORDER_WORDS, one.status), dates, one.team or one.department)


def _shelf(shelf: Shelf) -> Section:
    kind, register = str(KIND_WORDS[shelf.register.kind]), shelf.register
    none = _("The list has nothing at this address.")
    lines = tuple(_record(record, register.as_of) for record in shelf.records)
    return Section(f"list-{register.pk}", kind, source_words(register.source, register.as_of), lines, none)


def _record(one: Record, as_of: date) -> Line:
    note = "" if one.as_of == as_of else _("No longer in the list; last there on %(day)s.") % {"day": formats.day(one.as_of)}
    return Line(one.number, one.url, one.title, one.status, _dates(one.opened_on, one.closed_on), note)


def _dates(start: date | None, end: date | None) -> str:
    return " – ".join(formats.short_day(day) for day in (start, end) if day)


def source_words(source: str, as_of: date) -> str:
    """`City permit office, as of May 1, 2026`."""
    return _("%(source)s, as of %(day)s") % {"source": source, "day": formats.day(as_of)}
