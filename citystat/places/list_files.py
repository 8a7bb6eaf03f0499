"""Read a list with places in it (CSV, GeoJSON, JSON; plain or gzipped) into rows of known columns. Saves nothing."""

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry import shape

from citystat.core.errors import InputError
from citystat.places.geojson import LONGITUDE_LATITUDE, WGS84

LONGITUDE = ("longitude", "lon", "long", "lng", "x", "point_x", "x_coord", "xcoord", "x_coordinate", "x_long", "gis_x", "longitude_x")
LATITUDE = ("latitude", "lat", "y", "point_y", "y_coord", "ycoord", "y_coordinate", "y_lat", "gis_y", "latitude_y")
SHAPE = ("the_geom", "geom", "geometry", "wkt", "shape", "location", "point", "georeference", "geocoded_column", "location_1")
_POINT = re.compile(r"POINT\s*\(\s*(-?\d[\d.eE+-]*)\s+(-?\d[\d.eE+-]*)\s*\)", re.IGNORECASE)
_PAIR = re.compile(r"\(?\s*(-?\d{1,2}\.\d+)\s*,\s*(-?\d{1,3}\.\d+)\s*\)?\s*$")
Names = Mapping[str, Sequence[str]]
Pair = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """One row: where it stood, what it says by our names of columns, its point where it has one, and the row as it was."""

    line: int
    values: Mapping[str, str]
    point: Pair | None
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A file's rows and which of its columns was read as what."""

    rows: tuple[Row, ...]
    columns: Mapping[str, str]
    crs: str


def read(content: bytes, file_name: str, names: Names, *, crs: str | None = None) -> Table:
    """The rows; `names` are the spellings of each column we know, in the order of preference.

    Raises InputError for what is no table. A row whose point cannot be read has none: the caller says why it is left out.
    """
    raws, crs = _raw_rows(content, file_name, crs)
    spelled = {simple(column): column for column in _columns(raws)}
    columns = {ours: spelled[one] for ours, known in names.items() if (one := next((it for it in known if it in spelled), ""))}
    places = _place_columns(spelled)
    found = _points([_pair(raw, places) for raw in raws], crs)
    rows = [
        Row(line, {ours: text(raw.get(column)) for ours, column in columns.items()}, point, raw)
        for line, (raw, point) in enumerate(zip(raws, found, strict=True), start=2)
    ]
    return Table(tuple(rows), columns, crs)


def simple(column: object) -> str:
    """A column's name in one spelling: small letters, words joined by underscores."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(column or "").strip())
    return re.sub(r"[^a-z0-9]+", "_", parted.casefold()).strip("_")


def text(value: object) -> str:
    """A cell as text of one line, without the signs nobody sees."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    words = str(value)
    if not words.isprintable():
        words = "".join(letter for letter in words if letter.isprintable() or letter.isspace())
    return " ".join(words.split())


def columns_of(rows: Sequence[Row]) -> list[str]:
    """The columns of the file, in its order."""
    return [column for column in _columns([row.raw for row in rows[:1]]) if column != GEOMETRY]


GEOMETRY = "\0geometry"


def _columns(raws: Sequence[Mapping[str, Any]]) -> list[str]:
    known: dict[str, None] = {}
    for raw in raws[:100]:
        known.update(dict.fromkeys(str(column) for column in raw if column))
    return list(known)


def _raw_rows(content: bytes, file_name: str, crs: str | None) -> tuple[list[dict[str, Any]], str]:
    if content[:2] == b"PK":
        raise InputError(f"{file_name} is a zip archive: unpack it, or export the list as CSV or GeoJSON.")
    if b"\0" in content[:4096]:
        raise InputError(f"{file_name} is not a text file: a list comes as CSV, GeoJSON or JSON.")
    words = _decoded(content)
    start = words.lstrip()[:15].lower()
    if start.startswith(("<!doctype", "<html")):
        raise InputError(f"{file_name} is a web page, not a list: download the file itself.")
    stated = None
    if start[:1] in {"{", "["}:
        rows, stated = _json_rows(words, file_name)
    else:
        rows = list(_csv_rows(words, file_name))
    if not rows:
        raise InputError(f"{file_name} has no row.")
    return rows, crs or stated or LONGITUDE_LATITUDE


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _csv_rows(words: str, file_name: str) -> Iterator[dict[str, Any]]:
    first = words.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    try:
        yield from csv.DictReader(io.StringIO(words, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise InputError(f"{file_name} is not a CSV file that can be read: {error}.") from error


def _json_rows(words: str, file_name: str) -> tuple[list[dict[str, Any]], str | None]:
    try:
        document = json.loads(words)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{file_name} is not JSON, or cut off in the middle.") from error
    if isinstance(document, list):
        return [row for row in document if isinstance(row, dict)], None
    features = document.get("features")
    if not isinstance(features, list):
        raise InputError(f"{file_name} is JSON, but neither a GeoJSON FeatureCollection nor an array of objects.")
    properties = (document.get("crs") or {}).get("properties") if isinstance(document.get("crs"), dict) else None
    stated = properties.get("name") if isinstance(properties, dict) else None
    return [_feature_row(one) for one in features if isinstance(one, dict)], str(stated) if stated else None


def _feature_row(feature: Mapping[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return {**(properties if isinstance(properties, dict) else {}), GEOMETRY: feature.get("geometry")}


def _place_columns(spelled: Mapping[str, str]) -> dict[str, str]:
    """Which columns say where: a geometry, a pair of coordinates, or one column with both."""
    found = {"geometry": GEOMETRY}
    for ours, known in (("longitude", LONGITUDE), ("latitude", LATITUDE), ("shape", SHAPE)):
        if column := next((spelled[one] for one in known if one in spelled), ""):
            found[ours] = column
    return found


def _pair(raw: Mapping[str, Any], places: Mapping[str, str]) -> Pair | None:
    if geometry := raw.get(GEOMETRY):
        return _middle(geometry)
    pair = _number(raw.get(places.get("longitude", ""))), _number(raw.get(places.get("latitude", "")))
    if pair[0] is not None and pair[1] is not None:
        return pair[0], pair[1]
    written = raw.get(places.get("shape", ""))
    if isinstance(written, dict):
        return _middle(written)
    return _written(str(written)) if written else None


def _middle(geometry: Any) -> Pair | None:
    """The point itself, or one inside an area."""
    try:
        point = shape(geometry).representative_point()
        return (float(point.x), float(point.y)) if not point.is_empty else None
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError):
        return None


def _written(value: str) -> Pair | None:
    """`POINT (-94.5 39.1)`, or `(39.1, -94.5)` as Socrata writes it, latitude first."""
    if found := _POINT.search(value):
        return float(found[1]), float(found[2])
    found = _PAIR.search(value)
    return (float(found[2]), float(found[1])) if found else None


def _number(value: Any) -> float | None:
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _points(pairs: Sequence[Pair | None], crs: str) -> list[Pair | None]:
    """Longitude and latitude of each pair, to a tenth of a meter; None where it is nowhere on Earth, or (0, 0)."""
    given = np.array([pair or (np.nan, np.nan) for pair in pairs], dtype=float).reshape(-1, 2)
    if crs != LONGITUDE_LATITUDE:
        given = _projected(given, crs)
    with np.errstate(invalid="ignore"):
        good = (np.abs(given[:, 0]) <= 180) & (np.abs(given[:, 1]) <= 90) & ((given[:, 0] != 0) | (given[:, 1] != 0))
    rounded = np.round(given, 6)
    return [(float(x), float(y)) if ok else None for (x, y), ok in zip(rounded, good, strict=True)]


def _projected(given: np.ndarray, crs: str) -> np.ndarray:
    try:
        change = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
    except pyproj.exceptions.CRSError as error:
        raise InputError(f"{crs!r} is no known projection: write it as EPSG and its number, such as EPSG:2817.") from error
    x, y = change.transform(given[:, 0], given[:, 1])
    return np.column_stack([x, y])
