"""Read boundaries from GeoJSON: projection, repair, codes. Returns places or one sentence, saves nothing."""

import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from citystat.core.errors import InputError
from citystat.places.rules import clean_code, code_order

LONGITUDE_LATITUDE = "OGC:CRS84"
WGS84 = 4326
OVERLAP_SQUARE_KM = 0.0005
EXAMPLES = 3
ELLIPSOID = pyproj.Geod(ellps="WGS84")
OTHER_FORMATS = (
    (b"PK", "a zip archive, perhaps a shapefile: export the layer as GeoJSON and load that"),
    (b"\x00\x00\x27\x0a", "part of a shapefile: export the layer as GeoJSON and load that"),
    (b"SQLite format 3", "a GeoPackage or another database: export the layer as GeoJSON and load that"),
    (b"<?xml", "XML, perhaps KML: export the layer as GeoJSON and load that"),
    (b"<kml", "KML: export the layer as GeoJSON and load that"),
    (b"<!doctype", "a web page: download the GeoJSON file itself"),
    (b"<html", "a web page: download the GeoJSON file itself"),
    (b"\xff\xfe", "text, but not in UTF-8: export it again in UTF-8"),
    (b"\xfe\xff", "text, but not in UTF-8: export it again in UTF-8"),
)


@dataclass(frozen=True)
class Shape:
    """One place as read: code, name, valid polygons in longitude and latitude."""

    code: str
    name: str
    geometry: BaseGeometry

    @property
    def area_km2(self) -> float:
        """Area on the WGS 84 ellipsoid, in square kilometers."""
        return area_km2(self.geometry)


@dataclass
class Boundaries:
    """What a file of boundaries holds."""

    crs: str
    code_property: str
    name_property: str
    features: int
    shapes: tuple[Shape, ...] = ()
    notes: list[str] = field(default_factory=list)


def area_km2(geometry: BaseGeometry) -> float:
    """Area on the WGS 84 ellipsoid, in square kilometers; geometry in degrees of longitude and latitude."""
    oriented = shapely.orient_polygons(geometry)
    return float(ELLIPSOID.geometry_area_perimeter(oriented)[0]) / 1e6


def read_bytes(path: Path) -> bytes:
    """The content of a plain or gzipped file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name or path} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"{path.name} is damaged: the gzip data ends early or is corrupt. Download it again.") from error


def digest(content: bytes, *options: str | None) -> str:
    """SHA-256 of a content together with the options it is read with."""
    summed = hashlib.sha256(content)
    summed.update("\0".join(option or "" for option in options).encode())
    return summed.hexdigest()


def parse_boundaries(content: bytes, file_name: str, *, code: str, name: str | None = None, crs: str | None = None) -> Boundaries:
    """Places of a GeoJSON text, valid and in longitude and latitude, in order of code.

    Raises InputError with a sentence for anything that is not polygons with codes at known positions on Earth.
    """
    document = _document(content, file_name)
    features = _features(document, file_name)
    code_property = _property(features, code, file_name, option="--code")
    name_property = _property(features, name, file_name, option="--name") if name else _usual_name(features)
    found = Boundaries(crs or _stated_crs(document) or LONGITUDE_LATITUDE, code_property, name_property, len(features))
    rows = _rows(features, found, file_name)
    geometries = _on_earth([geometry for _, _, geometry in rows], found.crs, file_name, stated=bool(crs or _stated_crs(document)))
    merged = _merged([(row[0], row[1], geometry) for row, geometry in zip(rows, geometries, strict=True)], found, file_name)
    found.shapes = tuple(_repaired(shapes, found) for shapes in sorted(merged, key=lambda one: code_order(one.code)))
    found.notes += _overlap_notes(found.shapes)
    return found


def _document(content: bytes, file_name: str) -> dict[str, Any]:
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    other = next((what for mark, what in OTHER_FORMATS if start.startswith(mark.lower())), None)
    if other or not start:
        raise InputError(f"{file_name} is {other or 'empty'}.")
    try:
        document = _parsed(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        reason = "text, but not in UTF-8: export it again in UTF-8" if _is_json_start(content) else "not GeoJSON, or cut off in the middle"
        raise InputError(f"{file_name} is {reason}.") from error
    except (json.JSONDecodeError, RecursionError) as error:
        is_table = start[:1] not in b"{[" and b"polygon" in content[:100_000].lower()
        reason = "a table with polygons as text: download the layer as GeoJSON" if is_table else "not GeoJSON, or cut off in the middle"
        raise InputError(f"{file_name} is {reason}.") from error
    if not isinstance(document, dict):
        raise InputError(f"{file_name} is JSON but not a GeoJSON FeatureCollection.")
    return document


def _parsed(text: str) -> Any:
    """One JSON value, or features a line each."""
    try:
        return json.loads(text, parse_constant=_refused)
    except json.JSONDecodeError as error:
        lines = [line for line in text.replace("\x1e", "").splitlines() if line.strip()]
        if error.msg != "Extra data" or len(lines) < 2:
            raise
        return {"type": "FeatureCollection", "features": [json.loads(line, parse_constant=_refused) for line in lines]}


def _refused(constant: str) -> Any:
    """Python would take NaN and Infinity, which JSON does not have and no polygon can stand."""
    raise json.JSONDecodeError(f"{constant} is no number", constant, 0)


def _is_json_start(content: bytes) -> bool:
    return content.lstrip()[:1] == b"{" and b"\x00" not in content


def _features(document: dict[str, Any], file_name: str) -> list[dict[str, Any]]:
    kind = document.get("type")
    features = [document] if kind == "Feature" else document.get("features")
    if kind not in {"Feature", "FeatureCollection"} or not isinstance(features, list):
        raise InputError(f"{file_name} is {_other_kind(document)}, not a GeoJSON FeatureCollection.")
    if not features:
        raise InputError(f"{file_name} is a GeoJSON FeatureCollection without any feature.")
    if not all(isinstance(feature, dict) for feature in features):
        raise InputError(f"{file_name} has a feature that is not a GeoJSON object.")
    return features


def _other_kind(document: dict[str, Any]) -> str:
    """What a JSON object is instead, with the way to GeoJSON where there is one."""
    if "spatialReference" in document or "geometryType" in document:
        return "Esri JSON (ask the map server for f=geojson)"
    if document.get("type") == "Topology":
        return "TopoJSON (convert it with topo2geo)"
    error = document.get("error")
    if isinstance(error, dict) and error.get("message"):
        return f"the answer of a server that failed ({str(error['message'])[:80]})"
    kind = document.get("type")
    return f"JSON of type {kind!r}" if kind else "JSON without a type"


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _property(features: Sequence[dict[str, Any]], wanted: str, file_name: str, *, option: str) -> str:
    """The property as the file spells it; upper and lower case do not count."""
    known: dict[str, None] = {}
    for feature in features:
        known.update(dict.fromkeys(_properties(feature)))
    if wanted in known:
        return wanted
    spelled = [key for key in known if key.casefold() == wanted.casefold()]
    if len(spelled) == 1:
        return spelled[0]
    listed = ", ".join(known) or "none at all"
    raise InputError(f"No feature of {file_name} has the property {wanted!r}. Give {option} one of its properties: {listed}.")


def _usual_name(features: Sequence[dict[str, Any]]) -> str:
    return next((key for feature in features for key in _properties(feature) if key.casefold() == "name"), "")


def _stated_crs(document: dict[str, Any]) -> str | None:
    """The name in the old `crs` member; GeoJSON of 2016 and later has none and is always longitude and latitude."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(name) if name else None


def _rows(features: Sequence[dict[str, Any]], found: Boundaries, file_name: str) -> list[tuple[str, str, BaseGeometry]]:
    """Code, name and polygons of each usable feature; what is left out is noted."""
    rows, without_code, without_area = [], 0, []
    for number, feature in enumerate(features, start=1):
        properties = _properties(feature)
        code = clean_code(properties.get(found.code_property))
        area = _polygons(_geometry(feature, number, file_name))
        if not code:
            without_code += 1
        elif area is None:
            without_area.append(code)
        else:
            rows.append((code, clean_code(properties.get(found.name_property)) or code, area))
    if without_code:
        found.notes.append(f"{_count(without_code, 'feature')} without {found.code_property} left out.")
    if without_area:
        found.notes.append(f"{_count(len(without_area), 'feature')} without a polygon left out: {_listed(without_area)}.")
    if not rows:
        raise InputError(f"{file_name} has no polygon with a value of {found.code_property}: boundaries must be areas with a code.")
    return rows


def _geometry(feature: dict[str, Any], number: int, file_name: str) -> BaseGeometry | None:
    geometry = feature.get("geometry")
    if geometry is None:
        return None
    try:
        return shapely.force_2d(shape(geometry))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError) as error:
        raise InputError(f"Feature {number} of {file_name} has a geometry that cannot be read.") from error


def _polygons(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Only the polygons of a geometry; None where it has none."""
    if geometry is None or geometry.is_empty:
        return None
    if geometry.geom_type in {"Polygon", "MultiPolygon"}:
        return geometry
    parts = [part for part in getattr(geometry, "geoms", ()) if part.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts) if parts else None


def _on_earth(geometries: list[BaseGeometry], crs: str, file_name: str, *, stated: bool) -> np.ndarray:
    """The geometries in longitude and latitude."""
    try:
        system = pyproj.CRS.from_user_input(crs)
        transformer = pyproj.Transformer.from_crs(system, LONGITUDE_LATITUDE, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise InputError(f"{crs!r} is not a known projection: give --crs an EPSG number, such as EPSG:26915.") from error
    moved = np.asarray(geometries, dtype=object)
    if not system.equals(LONGITUDE_LATITUDE, ignore_axis_order=True) and system.to_epsg() != WGS84:
        moved = shapely.transform(moved, transformer.transform, interleaved=False)
    _check_range(shapely.total_bounds(moved), shapely.get_coordinates(geometries[0])[0], file_name, crs if stated else None)
    return moved


def _check_range(bounds: np.ndarray, first: np.ndarray, file_name: str, crs: str | None) -> None:
    west, south, east, north = bounds
    if np.isfinite(bounds).all() and -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        return
    pair = f"({first[0]:.10g}, {first[1]:.10g})"
    if abs(first[1]) <= 180 and abs(first[0]) <= 90:
        advice = "they look like latitude before longitude: export the file again as GeoJSON, which has longitude first"
    elif crs:
        advice = f"they do not fit {crs}: say the right projection with --crs EPSG:nnnn"
    else:
        advice = "say which projection they are in with --crs EPSG:nnnn (the .prj file or the city's data page names it)"
    raise InputError(f"The coordinates of {file_name}, such as {pair}, are not longitude and latitude; {advice}.")


def _merged(rows: list[tuple[str, str, BaseGeometry]], found: Boundaries, file_name: str) -> list[Shape]:
    """One shape a code: features that share code and name are joined, with a note; one code for two names is refused."""
    together: dict[str, list[tuple[str, BaseGeometry]]] = {}
    for code, name, geometry in rows:
        together.setdefault(code, []).append((name, geometry))
    counts = Counter(code for code, _, _ in rows)
    for code, members in together.items():
        names = sorted({name for name, _ in members})
        if len(names) > 1:
            raise InputError(
                f"Code {code!r} of {file_name} stands for {len(names)} places ({_listed(names)}): give --code a property "
                "that is different for each place."
            )
        if counts[code] > 1:
            found.notes.append(f"{counts[code]} features with code {code} joined into one place.")
    return [Shape(code, members[0][0], _joined([area for _, area in members])) for code, members in together.items()]


def _joined(areas: list[BaseGeometry]) -> BaseGeometry:
    return areas[0] if len(areas) == 1 else shapely.union_all([shapely.make_valid(area) for area in areas])


def _repaired(one: Shape, found: Boundaries) -> Shape:
    """The shape with valid polygons; a repair is noted with its reason and what it did to the area."""
    if shapely.is_valid(one.geometry):
        return one
    reason = shapely.is_valid_reason(one.geometry).split("[")[0].strip().lower()
    geometry = _polygons(shapely.make_valid(one.geometry, method="structure", keep_collapsed=False))
    if geometry is None:
        raise InputError(f"The polygon of {one.code} is not valid ({reason}) and nothing is left after repair.")
    repaired = Shape(one.code, one.name, geometry)
    found.notes.append(f"The polygon of {one.code} was not valid ({reason}) and was repaired: {repaired.area_km2:.3f} square kilometers.")
    return repaired


def _overlap_notes(shapes: Sequence[Shape]) -> list[str]:
    """A note where places of the layer overlap by more than the slivers that neighboring lines leave."""
    geometries = np.asarray([one.geometry for one in shapes], dtype=object)
    left, right = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    pairs = [(int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b]
    overlaps = []
    for a, b in pairs:
        common = _polygons(shapely.intersection(geometries[a], geometries[b]))
        square_km = area_km2(common) if common is not None else 0.0
        if square_km > OVERLAP_SQUARE_KM:
            overlaps.append((square_km, shapes[a].code, shapes[b].code))
    if not overlaps:
        return []
    overlaps.sort(reverse=True)
    listed = "; ".join(f"{a} and {b} by {square_km:.4f} square kilometers" for square_km, a, b in overlaps[:EXAMPLES])
    return [f"{_count(len(overlaps), 'pair')} of places overlap ({listed}); a point in both belongs to the smaller code."]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _listed(items: Sequence[str]) -> str:
    more = len(items) - EXAMPLES
    return ", ".join(items[:EXAMPLES]) + (f" and {more} more" if more > 0 else "")
