"""The city's own outline as SVG: one path a district, small enough to stand on every district page."""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from citystat.stat_sessions.content import MapShape, OutlineMap

WIDTH = 200
TALLEST = 300
LAND, HERE, EDGE = "#e1e5ea", "#005ea2", "#ffffff"


def outline_map(kind: str, version: str, collection: Mapping[str, Any]) -> OutlineMap | None:
    """Project GeoJSON (WGS84) to the map's own units, equal-area enough for a city; None without any shape."""
    features = [feature for feature in collection["features"] if feature.get("geometry")]
    points = [point for feature in features for ring in _rings(feature["geometry"]) for point in ring]
    if not points:
        return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = min(WIDTH / max((east - west) * shrink, 1e-9), TALLEST / max(north - south, 1e-9))

    def place(point: Sequence[float]) -> tuple[float, float]:
        return round((point[0] - west) * shrink * scale, 1), round((north - point[1]) * scale, 1)

    shapes = tuple(_shape(feature, place) for feature in features)
    width, height = place((east, south))
    return OutlineMap(kind, version, math.ceil(width), math.ceil(height), shapes)


def map_svg(outline: OutlineMap, code: str, accent: str = HERE) -> str:
    """The whole city in light grey with one place filled in."""
    body = "".join(_path(shape, LAND) for shape in outline.shapes if shape.code != code)
    here = "".join(_path(shape, accent) for shape in outline.shapes if shape.code == code)
    return f"{_opening(outline)}{body}{here}</svg>"


def symbol_svg(outline: OutlineMap) -> str:
    """The city once, hidden, for the pages of one HTML file to use again and again."""
    paths = "".join(f'<path d="{shape.path}"/>' for shape in outline.shapes)
    land = f'<g id="city-outline" fill="{LAND}" stroke="{EDGE}" stroke-width="1">{paths}</g>'
    return f'<svg width="0" height="0" aria-hidden="true"><defs>{land}</defs></svg>'


def use_svg(outline: OutlineMap, code: str) -> str:
    """A map that uses the symbol and draws one place itself."""
    here = "".join(_path(shape, "currentColor") for shape in outline.shapes if shape.code == code)
    return f'{_opening(outline)}<use href="#city-outline"/>{here}</svg>'


def _opening(outline: OutlineMap) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {outline.width + 2} {outline.height + 2}">'


def _path(shape: MapShape, color: str) -> str:
    return f'<path d="{shape.path}" fill="{escape(color)}" stroke="{EDGE}" stroke-width="1"/>'


def _shape(feature: Mapping[str, Any], place: Any) -> MapShape:
    properties = feature["properties"]
    rings = [[place(point) for point in ring] for ring in _rings(feature["geometry"])]
    largest = max(rings, key=len)
    x = sum(point[0] for point in largest) / len(largest)
    y = sum(point[1] for point in largest) / len(largest)
    return MapShape(str(properties["code"]), str(properties.get("name") or properties["code"]), _data(rings), round(x, 1), round(y, 1))


def _data(rings: Iterable[Sequence[tuple[float, float]]]) -> str:
    parts: list[str] = []
    for ring in rings:
        kept = [point for index, point in enumerate(ring) if index == 0 or point != ring[index - 1]]
        if len(kept) > 2:
            parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z")
    return "".join(parts)


def _rings(geometry: Mapping[str, Any]) -> list[Sequence[Sequence[float]]]:
    if geometry["type"] == "Polygon":
        return list(geometry["coordinates"])
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in geometry["coordinates"] for ring in polygon]
    return []
