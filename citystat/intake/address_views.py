"""What everyone may know of one address: public requests of the last year, and lists of other systems the city publishes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from citystat.core import clock, formats
from citystat.core.access import rule
from citystat.intake import place_steps, places, presenters
from citystat.places import address_queries, locations
from citystat.places import rules as place_rules
from citystat.places.address_queries import Match, Shelf
from citystat.places.models import Address
from citystat.service_requests.cases import addresses, public

KIND_WORDS = {
    "permit": gettext_lazy("Permits"), "license": gettext_lazy("Licenses"), "inspection": gettext_lazy("Inspections"),
    "work_order": gettext_lazy("City work"),
}  # fmt: skip
LONGEST_SEARCH = 300
MOST_MATCHES = 12


@rule("public")
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Search an address; one that can mean no other opens at once."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = [one for one in address_queries.find_addresses(text, address_queries.MOST_MATCHES) if one.is_in_city] if text else []
    sure = address_queries.sure_of(found)
    if sure and sure.address_id:
        return redirect("intake:address", sure.address_id)
    context = {"text": text, "matches": [_match(one) for one in found[:MOST_MATCHES]], "is_loaded": bool(found) or addresses.can_search()}
    return _unlisted(render(request, "intake/addresses.html", context))


@rule("public")
@require_safe
def address(request: HttpRequest, key: int) -> HttpResponse:
    """One address."""
    return _unlisted(render(request, "intake/address.html", _page(address_queries.address(key))))


def _page(one: Address) -> dict[str, Any]:
    found, _is_bounded = locations.places_of_points([(one.longitude, one.latitude)])
    rows = [presenters.row(case) for case in addresses.requests_at(one, public_only=True, since=clock.now() - public.LOOK_BACK)]
    return {
        "one": one,
        "place": places.name_of(place_rules.district_of(found[0])),
        "source": _source(one.register.source, one.as_of),
        "open": [row for row in rows if row["status"].is_open],
        "closed": [row for row in rows if not row["status"].is_open],
        "lists": [_list(shelf) for shelf in address_queries.shelves_at(one, public_only=True)],
    }


def _match(one: Match) -> dict[str, Any]:
    kind = place_steps.kind_words(one.kind)
    return {"label": one.label, "key": one.address_id, "words": ", ".join(part for part in (kind, places.name_of(one.district)) if part)}


def _list(shelf: Shelf) -> dict[str, Any]:
    register = shelf.register
    return {
        "key": register.pk, "title": KIND_WORDS[register.kind], "source": _source(register.source, register.as_of),
        "records": [(one, " – ".join(formats.short_day(day) for day in (one.opened_on, one.closed_on) if day)) for one in shelf.records],
    }  # fmt: skip


def _source(name: str, as_of: Any) -> str:
    return _("%(source)s, as of %(day)s") % {"source": name, "day": formats.day(as_of)}


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Found here by whoever looks for an address, not by a search engine that collects homes."""
    response["X-Robots-Tag"] = "noindex"
    return response
