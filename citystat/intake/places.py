"""What the pages need of the city's places: its districts, the map a pin is put on, and the headers of private pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpResponse
from django.urls import reverse

from citystat.places import queries as place_queries
from citystat.places.models import Layer
from citystat.service_requests.cases import points
from citystat.service_requests.cases.offers import Briefly

FINEST = ("neighborhood",)


@dataclass(frozen=True)
class CityMap:
    """Outlines to draw and their box (west, south, east, north)."""

    outline: str
    box: tuple[float, float, float, float]


def _read_kinds() -> tuple[str, ...]:
    return place_queries.kinds()


_kinds: Briefly[tuple[str, ...]] = Briefly(_read_kinds, Layer)


def district_kind() -> str:
    """The kind of district requests are worked by; empty without boundaries."""
    return next((kind for kind in points.DISTRICT_KINDS if kind in _kinds.get()), "")


def districts() -> dict[str, str]:
    """Code -> name of the districts, in order."""
    return _names.get().get(district_kind(), {})


def name_of(district: str) -> str:
    """A district's name by its code; the code where it has none."""
    return districts().get(district, district)


def _read_names() -> dict[str, dict[str, str]]:
    return {kind: place_queries.place_names(kind) for kind in _kinds.get()}


_names: Briefly[dict[str, dict[str, str]]] = Briefly(_read_names, Layer)


def words_of(found: Mapping[str, str]) -> str:
    """Where a point is, finest place first: `Riverside, District 3`, from kind -> code."""
    kinds = [kind for kind in (*FINEST, district_kind()) if kind in found]
    return ", ".join(_names.get().get(kind, {}).get(found[kind], found[kind]) for kind in kinds)


def map_of_the_city() -> CityMap | None:
    """The finest boundaries the city has, as a base map; None without any."""
    kinds, box = _kinds.get(), points.city_box()
    kind = next((one for one in (*FINEST, *points.DISTRICT_KINDS) if one in kinds), kinds[0] if kinds else "")
    return CityMap(_outline_path(kind), box) if kind and box else None


@lru_cache(maxsize=16)
def _outline_path(kind: str) -> str:
    return reverse("requests:explore_outline", args=[kind])


def private(response: HttpResponse) -> HttpResponse:
    """Headers of a page whose address is its key: kept nowhere, found by no search engine, its address told to no other site.

    `same-origin` rather than `no-referrer`: with the latter browsers send forms of the page without an origin, which are then refused.
    """
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
