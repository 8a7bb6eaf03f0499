"""Where a caller is: their address found in the city's list, or among the places that fit it, while they are still speaking."""

from typing import Any

from django.utils.translation import gettext as _

from citystat.action_center import call_presenters as presenters
from citystat.action_center.call_forms import CallForm
from citystat.places import address_queries
from citystat.places.address_queries import Match
from citystat.service_requests.cases import addresses

MOST_SHOWN = 6


def choose(by: Any, form: CallForm, target: str) -> str:
    """Take a place of the list as the caller's; nothing is written."""
    found = address_queries.find_by_ref(target)
    form.cleaned_data |= {"address": found.label, "longitude": None, "latitude": None}
    form.chosen = found
    return ""


def place(form: CallForm) -> None:
    """Before filing, the point of an address that can mean no other, so that open requests nearby are seen."""
    given = form.cleaned_data
    match = addresses.known(given.get("address", "")) if given.get("longitude") is None and given.get("latitude") is None else None
    if match is not None and match.is_in_city:
        given["longitude"], given["latitude"] = match.longitude, match.latitude
        given["address"] = _whole(given["address"], match)


def look_up(form: CallForm, found: dict[str, Any]) -> None:
    """Add the point of the address with a word where it comes from, or what the caller may mean."""
    given = getattr(form, "cleaned_data", {})
    address = given.get("address", "")
    if not address or given.get("longitude") is not None:
        return
    match = form.chosen or addresses.known(address)
    if match is not None:
        _take(match, given, found)
        return
    point = presenters.known_point(address)
    if point is not None:
        given["longitude"], given["latitude"] = point
        found["point_note"] = _("The point is that of an earlier request at this address.")
    elif addresses.can_search():
        found["matches"] = address_queries.find_addresses(address, MOST_SHOWN)
        found["place_note"] = "" if found["matches"] else _("The city's list has no address like it: it is filed as typed.")


def _take(match: Match, given: dict[str, Any], found: dict[str, Any]) -> None:
    if not match.is_in_city:
        found["place_note"] = _("%(address)s is outside the city, which can only work inside its limits.") % {"address": match.label}
        return
    given["longitude"], given["latitude"] = match.longitude, match.latitude
    given["address"] = _whole(given["address"], match)
    words = {"address": match.label, "district": match.district, "source": match.source}
    found["place_note"] = (
        _("Found: %(address)s, district %(district)s (%(source)s).") if match.district else _("Found: %(address)s (%(source)s).")
    ) % words
    found["point_note"] = found["place_note"]


def _whole(typed: str, match: Match) -> str:
    """A sure place as the city's list has it, so that the same place is found by the same words; a flat or a note stays."""
    said, known = typed.casefold().split(), match.label.casefold().split()
    tells_more = len(said) > len(known) or any(word not in known for word in said if any(map(str.isdigit, word)))
    return typed if tells_more else match.label


def show(data: Any, form: CallForm) -> None:
    """Put the place into the form that is shown again; the point goes with the address it was found for."""
    given = getattr(form, "cleaned_data", {})
    is_typed = bool(data.get("longitude") or data.get("latitude")) and not data.get("pointed")
    for name in ("address", "longitude", "latitude"):
        if name in given:
            data[name] = "" if given[name] is None else given[name]
    data["pointed"] = given.get("address", "") if given.get("longitude") is not None and not is_typed else ""
