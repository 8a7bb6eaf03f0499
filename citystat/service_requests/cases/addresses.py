"""Requests and the city's own addresses: the point of an address somebody wrote, and what was reported at an address."""

from datetime import datetime

from citystat.core.cities import current_city
from citystat.places import address_queries, addressing
from citystat.places.address_queries import Match
from citystat.places.models import Address, Register
from citystat.service_requests.cases import queries
from citystat.service_requests.cases.offers import Briefly
from citystat.service_requests.models import Service, ServiceRequest

ON_THE_SPOT_METERS = 25.0
SAME_HOUSE_METERS = 300.0
MOST = 300
_is_searchable: Briefly[bool] = Briefly(address_queries.is_searchable, Register)


def known(address: str, address_id: str = "") -> Match | None:
    """The one place of the city's list that an address or its number in the city's register can mean; None where that is unclear."""
    if not (address.strip() or address_id.strip()) or not _is_searchable.get():
        return None
    return (address_queries.find_by_external_id(address_id) if address_id else None) or address_queries.find_one(address)


def can_search() -> bool:
    """Whether the city gave a list to search."""
    return _is_searchable.get()


def requests_at(one: Address, *, public_only: bool, since: datetime | None = None) -> list[ServiceRequest]:
    """Requests at an address, newest first: written with its number and street, or with a point on it and no other number.

    `public_only` leaves out everything whose place is not shown to everyone, and duplicates. Statements asked: at most five.
    """
    streets = address_queries.spellings_of(one.street)
    found = ServiceRequest.objects.select_related("service")
    if public_only:
        found = found.filter(visibility="public").exclude(resolution="duplicate")
    if since:
        found = found.filter(opened_at__gte=since)
    west, south, east, north = queries.square_around(one.longitude, one.latitude, SAME_HOUSE_METERS)
    # Kinds of service are named so that the index by service and point is used.
    slugs = list(Service.objects.order_by().values_list("slug", flat=True).distinct())
    box = {"latitude__gte": south, "latitude__lte": north, "longitude__gte": west, "longitude__lte": east}
    near = found.filter(service_slug__in=slugs, **box).order_by("-opened_at", "-id")
    written = found.filter(address__in=_ways_to_write(one, streets)).order_by("-opened_at", "-id")
    both = {request.pk: request for request in (*near[:5_000], *written[:MOST])}
    here = [request for request in both.values() if _is_at(request, one, streets)]
    return sorted(here, key=lambda request: (request.opened_at, request.pk), reverse=True)[:MOST]


def _is_at(request: ServiceRequest, one: Address, streets: frozenset[str]) -> bool:
    parsed = addressing.parse(request.address, current_city().name)
    meters = 0.0
    if request.longitude is not None and request.latitude is not None:
        meters = queries.distance(one.longitude, one.latitude, request.longitude, request.latitude)
    if parsed.number:
        is_same_unit = not (parsed.unit and one.unit) or parsed.unit == one.unit
        return parsed.number == one.number and parsed.street in streets and is_same_unit and meters <= SAME_HOUSE_METERS
    return request.longitude is not None and meters <= ON_THE_SPOT_METERS


def _ways_to_write(one: Address, streets: frozenset[str]) -> list[str]:
    """How people write it, for requests without a point: long and short words, large and small letters."""
    long_words = {short: word for word, short in reversed(addressing.WORDS.items())}
    spelled = {one.text, one.text.partition(" #")[0]}
    for street in streets:
        words = street.split()
        spelled |= {f"{one.number} {street}", f"{one.number} {' '.join(long_words.get(word, word) for word in words)}"}
        spelled.add(f"{one.number} {' '.join([*words[:-1], long_words.get(words[-1], words[-1])])}")
    return sorted({form for text in spelled for form in (text, text.lower(), text.upper(), text.title())})
