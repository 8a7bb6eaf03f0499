"""Which services and which part of the city a notice, a campaign or a list is about: drawn areas checked, requests matched."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from citystat.core.errors import InputError
from citystat.places import queries as place_queries
from citystat.places.models import Layer
from citystat.places.prepared import for_threads
from citystat.service_requests.cases import offers, points

MOST_CORNERS = 2_000
LONGEST_SHAPE = 200_000
Point = tuple[float, float]


@dataclass(frozen=True)
class Cover:
    """Services by slug or group, and one of: the whole city, places of a kind, a drawn area. Empty means all."""

    services: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    kind: str = ""
    codes: frozenset[str] = frozenset()
    area: BaseGeometry | None = None

    @property
    def names_services(self) -> bool:
        """Whether it is about some services only."""
        return bool(self.services or self.groups)

    @property
    def is_whole_city(self) -> bool:
        """Whether it holds everywhere."""
        return self.area is None and not self.codes

    def fits_service(self, slug: str) -> bool:
        """Whether it is about the service."""
        if not self.names_services or slug in self.services:
            return True
        return bool(self.groups) and offers.offer(slug).group in self.groups

    def fits_place(self, places: Mapping[str, str], point: Point | None) -> bool:
        """Whether a point, and the places it lies in, are covered."""
        if self.area is not None:
            return point is not None and bool(shapely.intersects_xy(self.area, *point))
        return not self.codes or places.get(self.kind, "") in self.codes


def cover_of(row: Any) -> Cover:
    """The cover a stored row says."""
    area = shape(row.shape) if row.shape else None
    if area is not None:
        for_threads(area)
    return Cover(frozenset(row.services), frozenset(row.groups), row.place_kind, frozenset(row.place_codes), area)


def drawn(text: str) -> dict[str, Any] | None:
    """A drawn area as a GeoJSON geometry; None for an empty text. Raises InputError for anything that is no area of the city.

    A geometry, a feature, or a collection of features is taken; several polygons are joined.
    """
    if not text.strip():
        return None
    if len(text) > LONGEST_SHAPE:
        raise InputError(_("The drawn area is too large to keep: draw it with fewer corners."))
    area = _joined(_geometries(text))
    if shapely.get_num_coordinates(area) > MOST_CORNERS:
        raise InputError(_("The drawn area has more than %(most)s corners: draw it with fewer.") % {"most": f"{MOST_CORNERS:,}"})
    _check_place(area)
    kept: dict[str, Any] = json.loads(json.dumps(mapping(shapely.set_precision(area, 0.000001))))
    return kept


def _geometries(text: str) -> list[BaseGeometry]:
    try:
        document = json.loads(text)
        features = document["features"] if document.get("type") == "FeatureCollection" else [document]
        found = [shapely.force_2d(shape(one["geometry"] if one.get("type") == "Feature" else one)) for one in features]
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, shapely.errors.ShapelyError) as error:
        raise InputError(_("This is no GeoJSON: copy the whole polygon, from the first brace to the last.")) from error
    return found


def _joined(geometries: Sequence[BaseGeometry]) -> BaseGeometry:
    if not geometries or any(one.geom_type not in {"Polygon", "MultiPolygon"} or one.is_empty for one in geometries):
        raise InputError(_("An area is a polygon with at least three corners: lines and single points have no inside."))
    if not all(shapely.is_valid(one) for one in geometries):
        raise InputError(_("The outline of the area crosses itself: draw it again without crossing lines."))
    area = shapely.union_all(list(geometries))
    if area.area <= 0:
        raise InputError(_("An area is a polygon with at least three corners: lines and single points have no inside."))
    return area


def _check_place(area: BaseGeometry) -> None:
    west, south, east, north = area.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InputError(_("The corners are not longitude and latitude, longitude first, such as [-94.58, 39.1]."))
    box = points.city_box()
    if box is not None and not shapely.intersects(area, shapely.box(*box)):
        raise InputError(_("The drawn area lies outside the city."))


def _read_names() -> dict[str, dict[str, str]]:
    return {kind: place_queries.place_names(kind) for kind in place_queries.kinds()}


_names: offers.Briefly[dict[str, dict[str, str]]] = offers.Briefly(_read_names, Layer)


def place_names() -> dict[str, dict[str, str]]:
    """Kind -> code -> name of every place the city knows."""
    return _names.get()


def area_words(row: Any) -> str:
    """The part of the city a stored row is about, in words; empty for all of it."""
    if row.shape:
        return _("a drawn area")
    known = place_names().get(row.place_kind, {})
    return ", ".join(known.get(code, code) for code in row.place_codes)


def checked(*, services: Sequence[str], groups: Sequence[str], kind: str, codes: Sequence[str], shape_text: str) -> dict[str, Any]:
    """The fields of a covering row; raises InputError for services, groups and places the city does not have."""
    area = drawn(shape_text)
    if area is not None and codes:
        raise InputError(_("Choose places or draw an area, not both."))
    known = {offer.slug for offer in offers.all_offers()}
    strange = [one for one in services if one not in known] + [one for one in groups if one not in groups_offered()]
    strange += [one for one in codes if one not in place_names().get(kind, {})]
    if strange:
        raise InputError(_("The city has nothing called “%(name)s”.") % {"name": strange[0][:60]})
    return {
        "services": sorted(set(services)), "groups": sorted(set(groups)), "place_kind": kind if codes else "",
        "place_codes": sorted(set(codes)), "shape": area,
    }  # fmt: skip


def groups_offered() -> list[str]:
    """Groups of services, by name."""
    return sorted({offer.group for offer in offers.all_offers() if offer.group}, key=str.casefold)
