"""Reads: layers, names, outlines for maps, population by the stated-year rule."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.db.models import QuerySet
from django.utils import timezone
from shapely.geometry import mapping

from citystat.core.errors import NotFound
from citystat.places import rules
from citystat.places.locating import LayerShapes
from citystat.places.models import Layer, Place, PopulationFigure

METERS_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Population:
    """How many people live in a place; `year` is the year used, which may differ from the one asked for."""

    kind: str
    code: str
    year_asked: int
    year: int
    population: int
    source: str

    @property
    def is_exact(self) -> bool:
        """Whether the figure is of the year asked for."""
        return self.year == self.year_asked


@dataclass(frozen=True)
class PlacedFigure:
    """A population figure matched to a place; `version` is None for the whole city."""

    kind: str
    version: str | None
    code: str
    year: int
    population: int
    source: str


def kinds() -> tuple[str, ...]:
    """Kinds of place with boundaries, in order of name."""
    return tuple(Layer.objects.order_by("kind").values_list("kind", flat=True).distinct())


def periods(kind: str) -> tuple[rules.Period, ...]:
    """When each version of the kind is in force."""
    return rules.periods_in_force(Layer.objects.filter(kind=kind).values_list("version", "in_force_from", "in_force_to"))


def current_version(kind: str, day: date | None = None) -> str | None:
    """The version in force on the day (today), else the last one; None where the kind has no boundaries."""
    known = periods(kind)
    if not known:
        return None
    now = rules.in_force(known, day or timezone.localdate())
    return (now or known[-1]).version


def layer(kind: str, version: str | None = None, day: date | None = None) -> Layer | None:
    """A layer by version, or the one in force on the day (today)."""
    chosen = version or current_version(kind, day)
    return Layer.objects.filter(kind=kind, version=chosen).first() if chosen else None


def layer_or_sentence(kind: str, version: str | None = None) -> Layer:
    """A layer by version or the current one; raises NotFound, naming what there is."""
    found = layer(kind, version)
    if found is None:
        known = ", ".join(str(one) for one in Layer.objects.order_by("kind", "version")) or "none"
        raise NotFound(f"There are no boundaries of {kind}{f' {version}' if version else ''}; loaded are: {known}.")
    return found


def places_of(one: Layer) -> QuerySet[Place]:
    """The places of a layer."""
    return Place.objects.filter(layer=one)


def place_names(kind: str, version: str | None = None) -> dict[str, str]:
    """Code -> name of each place of the version (the current one), in order of code; empty where there is none."""
    found = layer(kind, version)
    if found is None:
        return {}
    names = dict(places_of(found).values_list("code", "name"))
    return {code: names[code] for code in sorted(names, key=rules.code_order)}


def district_names() -> dict[str, str]:
    """Code -> name of the districts requests are worked by: the first kind of district the city has boundaries of."""
    return next((found for kind in rules.DISTRICT_KINDS if (found := place_names(kind))), {})


def shapes_of(one: Layer) -> LayerShapes:
    """The places of a layer with their polygons, in order of code, and the days on which it is in force."""
    rows = sorted(places_of(one).values_list("code", "name", "geometry", "area_km2"), key=lambda row: rules.code_order(row[0]))
    period = next(period for period in periods(one.kind) if period.version == one.version)
    return LayerShapes(
        kind=one.kind,
        version=one.version,
        in_force_from=period.start,
        in_force_to=period.end,
        is_current=one.version == current_version(one.kind),
        codes=tuple(row[0] for row in rows),
        names=tuple(row[1] for row in rows),
        geometries=np.asarray(shapely.from_wkb([bytes(row[2]) for row in rows]), dtype=object),
        areas_km2=tuple(row[3] for row in rows),
        checksum=one.checksum,
    )


def outline(kind: str, version: str | None = None, tolerance: float = 30.0) -> dict[str, Any]:
    """GeoJSON of the places for a map, each with `code` and `name`, simplified to about `tolerance` meters.

    Neighbors are simplified together, so no gap opens between them. For drawing only: points are located by the full polygons.
    """
    found = layer_or_sentence(kind, version)
    return _outline(found.pk, found.checksum, tolerance)


def bounding_box(kind: str, version: str | None = None) -> tuple[float, float, float, float]:
    """West, south, east, north of the places, in degrees."""
    found = layer_or_sentence(kind, version)
    return _bounds(found.pk, found.checksum)


@lru_cache(maxsize=64)
def _bounds(key: int, checksum: str) -> tuple[float, float, float, float]:
    return shapes_of(Layer.objects.get(pk=key)).bounds


@lru_cache(maxsize=64)
def _outline(key: int, checksum: str, tolerance: float) -> dict[str, Any]:
    shapes = shapes_of(Layer.objects.get(pk=key))
    simple = shapely.coverage_simplify(shapes.geometries, tolerance / METERS_PER_DEGREE) if tolerance > 0 else shapes.geometries
    features = [
        {"type": "Feature", "id": code, "properties": {"code": code, "name": name}, "geometry": _rounded(mapping(geometry))}
        for code, name, geometry in zip(shapes.codes, shapes.names, simple, strict=True)
    ]
    return {"type": "FeatureCollection", "bbox": list(shapes.bounds), "features": features}


def _rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Coordinates to 5 decimals, about a meter."""

    def short(value: Any) -> Any:
        return round(value, 5) if isinstance(value, float) else [short(part) for part in value]

    return {"type": geometry["type"], "coordinates": short(geometry["coordinates"])}


def code_finder(one: Layer) -> Callable[[str], str | None]:
    """A function from a code or name as some source writes it to the layer's own code, or None."""
    rows = places_of(one).values_list("code", "name")
    return rules.code_finder([code for code, _ in rows], [name for _, name in rows])


def population_figures(kind: str, version: str | None = None) -> tuple[PlacedFigure, ...]:
    """Figures of the kind (and version) under our own place codes; figures of no known place are left out.

    A figure whose version nobody stated is of the boundaries in force in the middle of its year. Where two figures are of one place
    and year, the one with a stated version wins.
    """
    figures = PopulationFigure.objects.filter(kind=kind).order_by("version", "year", "code")
    if kind == rules.CITY:
        return tuple(PlacedFigure(kind, None, rules.CITY, one.year, one.population, one.source) for one in figures)
    finders = {one.version: code_finder(one) for one in Layer.objects.filter(kind=kind)}
    known = periods(kind)
    found: dict[tuple[str, str, int], PlacedFigure] = {}
    for one in figures:
        own_version = one.version or _version_in(known, one.year)
        code = finders[own_version](one.code) if own_version in finders else None
        if code is not None and version in {None, own_version}:
            found[own_version, code, one.year] = PlacedFigure(kind, own_version, code, one.year, one.population, one.source)
    return tuple(found[key] for key in sorted(found))


def _version_in(known: Sequence[rules.Period], year: int) -> str:
    """The version in force in the middle of the year, else the last one."""
    period = rules.in_force(known, date(year, 7, 1)) or (known[-1] if known else None)
    return period.version if period else ""


def population_for(kind: str, code: str, year: int, version: str | None = None) -> Population | None:
    """Population of a place by the stated-year rule: of the year itself, else of the nearest year known (of two, the earlier).

    `year` of the answer says which one was used. The figure is of the version given, else of the one in force in that year.
    """
    if kind != rules.CITY and version is None:
        version = current_version(kind, date(year, 7, 1))
    known = {figure.year: figure for figure in population_figures(kind, version) if figure.code == code}
    used = rules.nearest_year(known, year)
    if used is None:
        return None
    return Population(kind, code, year, used, known[used].population, known[used].source)
