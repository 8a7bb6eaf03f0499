"""The place of a report that has an address and no pin: found in the city's list, chosen among what fits, or kept as it was typed.

`placed` is the hidden field that carries the choice: the `ref` of a place of the list, or `typed`.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from citystat.core.errors import NotFound
from citystat.intake import places
from citystat.places import address_queries
from citystat.places.address_queries import Match
from citystat.service_requests.cases import addresses

if TYPE_CHECKING:
    from citystat.intake.forms import ReportForm

AS_TYPED = "typed"
MOST_SHOWN = 6
LEAST_LIKE_IT = 50.0


def chosen(data: QueryDict) -> QueryDict:
    """What was sent, with the place that was chosen on the page between put in; a place that is gone changes nothing."""
    wanted = data.get("place", "")
    if not wanted:
        return data
    given = data.copy()
    given["placed"] = AS_TYPED
    if wanted != AS_TYPED:
        try:
            given["placed"], given["address"] = wanted, address_queries.find_by_ref(wanted).label
        except NotFound:
            given["placed"] = ""
    return given


def meant(address: str, placed: str) -> Match | None:
    """The place of the list that the address means: the one chosen, while its name still stands there, or the only one possible."""
    if placed == AS_TYPED or not address:
        return None
    try:
        found = address_queries.find_by_ref(placed) if placed else None
    except NotFound:
        found = None
    return found if found and found.label == address else addresses.known(address)


def unclear(form: "ReportForm") -> list[Match]:
    """Places the writer may mean; empty when the place is clear, is to stay as typed, or is like nothing the city knows."""
    given = form.cleaned_data
    if form.point() or given.get("placed") == AS_TYPED or not addresses.can_search():
        return []
    found = address_queries.find_addresses(given.get("address", ""), MOST_SHOWN)
    return [one for one in found if one.is_in_city and one.score >= LEAST_LIKE_IT]


def page(request: HttpRequest, form: "ReportForm", found: list[Match]) -> HttpResponse:
    """Nothing is sent yet: which of these, or as typed."""
    form.keep_photos()
    context: dict[str, Any] = {
        "offer": form.offer,
        "address": form.cleaned_data["address"],
        "matches": [
            {"ref": one.ref, "label": one.label, "kind": kind_words(one.kind), "place": places.name_of(one.district)} for one in found
        ],
        "typed": [pair for pair in form.typed() if pair[0] != "placed"],
        "kept": len(form.kept),
    }
    return render(request, "intake/which_place.html", context)


def tell(request: HttpRequest, form: "ReportForm") -> None:
    """After sending, a kind word where the city could not find the place in its list."""
    if form.point() is None and addresses.can_search():
        messages.info(
            request,
            _("“%(address)s” is not in the city's list of addresses, so it goes to the crew as you wrote it. We may ask you where it is.")
            % {"address": form.cleaned_data["address"]},
        )


def kind_words(kind: str) -> str:
    """What a place is, in the reader's language where it is one of ours."""
    words = {
        "address": "", "intersection": _("corner"), "park": _("park"), "school": _("school"), "library": _("library"), "place": "",
    }  # fmt: skip
    return words.get(kind, kind)
