"""Where a request is: places that contain its point, and whether the city does."""

from datetime import date
from functools import lru_cache

from django.utils import timezone

from citystat.core.cities import current_city
from citystat.places import extract as place_extract
from citystat.places import locating
from citystat.places import rules as place_rules
from citystat.places.models import Layer
from citystat.service_requests.cases.offers import Briefly

DISTRICT_KINDS = place_rules.DISTRICT_KINDS
MARGIN_DEGREES = 0.0005


def _current_layers() -> tuple[locating.LayerShapes, ...]:
    today = timezone.now().astimezone(current_city().zone).date()
    versions = tuple(Layer.objects.order_by("pk").values_list("pk", "checksum"))
    return tuple(layer for layer in _shapes(versions) if _is_in_force(layer, today))


@lru_cache(maxsize=2)
def _shapes(versions: tuple[tuple[int, str], ...]) -> tuple[locating.LayerShapes, ...]:
    """Polygons are read again only when a layer was loaded or removed."""
    return place_extract.layers()


def _is_in_force(layer: locating.LayerShapes, day: date) -> bool:
    return (layer.in_force_from is None or layer.in_force_from <= day) and (layer.in_force_to is None or day <= layer.in_force_to)


_layers: Briefly[tuple[locating.LayerShapes, ...]] = Briefly(_current_layers, Layer)


def places_of(longitude: float, latitude: float) -> dict[str, str]:
    """Kind -> code of the place in force today that contains the point, for each loaded kind that has one."""
    found = ((layer.kind, locating.code_at(longitude, latitude, layer)) for layer in _layers.get())
    return {kind: code for kind, code in found if code is not None}


def is_in_city(longitude: float, latitude: float, places: dict[str, str] | None = None) -> bool:
    """Whether any loaded boundary contains the point; without boundaries every real point is taken. `places`: what `places_of` said."""
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        return False
    found = places_of(longitude, latitude) if places is None else places
    return bool(found) or not any(layer.codes for layer in _layers.get())


def district_of(places: dict[str, str]) -> str:
    """The code of the district a request is worked by: the first kind of district the city has."""
    return place_rules.district_of(places)


def city_box() -> tuple[float, float, float, float] | None:
    """West, south, east, north of everything loaded; None without boundaries."""
    boxes = [layer.bounds for layer in _layers.get() if layer.codes]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)
