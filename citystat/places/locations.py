"""In which places in force today a point is, and whether the city has it. Polygons are read once and kept until a layer changes."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from django.utils import timezone

from citystat.core.cities import current_city
from citystat.places import extract, locating, rules
from citystat.places.models import Layer


def current_layers() -> tuple[locating.LayerShapes, ...]:
    """The layers in force today, by kind: one statement, which sees whether anything was loaded since."""
    today = timezone.now().astimezone(current_city().zone).date()
    versions = tuple(Layer.objects.order_by("pk").values_list("pk", "checksum"))
    return tuple(layer for layer in _shapes(versions) if _decides(layer, today))


@lru_cache(maxsize=2)
def _shapes(versions: tuple[tuple[int, str], ...]) -> tuple[locating.LayerShapes, ...]:
    return extract.layers()


def _decides(layer: locating.LayerShapes, day: date) -> bool:
    return rules.Period(layer.version, layer.in_force_from, layer.in_force_to).covers(day)


def places_of_points(points: Sequence[tuple[float, float]]) -> tuple[list[dict[str, str]], bool]:
    """Kind -> code of the places that hold each point (longitude, latitude), and whether the city has any boundaries."""
    found: list[dict[str, str]] = [{} for _point in points]
    layers = current_layers()
    if points:
        x, y = np.array(points, dtype=float).T
        for layer in layers:
            for one, position in zip(found, locating.assign_positions(x, y, layer), strict=True):
                if position >= 0:
                    one[layer.kind] = layer.codes[position]
    return found, any(layer.codes for layer in layers)


def count_outside(points: Sequence[tuple[float, float]]) -> int:
    """How many points no boundary holds; 0 for a city without boundaries."""
    layers = current_layers()
    if not points or not any(layer.codes for layer in layers):
        return 0
    x, y = np.array(points, dtype=float).T
    inside = np.zeros(len(points), dtype=bool)
    for layer in layers:
        inside |= locating.assign_positions(x, y, layer) >= 0
    return int((~inside).sum())
