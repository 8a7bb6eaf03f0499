"""Load boundaries and population. Each load is all or nothing; the audit row is inside it."""

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from django.db.models import QuerySet

from citystat.core import audit
from citystat.core.errors import InputError
from citystat.places import access, geojson, population_files, queries, rules
from citystat.places.models import Layer, Place, PopulationFigure

FAR_AWAY_DEGREES = 1.0


def load_layer(
    path: str | os.PathLike[str],
    *,
    kind: str,
    code: str,
    name: str | None = None,
    version: str | None = None,
    in_force_from: date | None = None,
    in_force_to: date | None = None,
    crs: str | None = None,
    by: Any = None,
) -> dict[str, Any]:
    """Load one version of the boundaries of a kind of place from GeoJSON, plain or gzipped.

    `code` and `name` are properties of the features. Loading the same file again changes nothing; another file for a version that
    exists replaces it. The result has `outcome` (loaded, unchanged, replaced), `places`, `notes` and what was read.
    """
    access.check_can_load(by)
    file = Path(path)
    kind = rules.check_kind(kind)
    if in_force_from and in_force_to and in_force_to < in_force_from:
        raise InputError(f"The layer would end on {in_force_to}, before it starts on {in_force_from}.")
    content = geojson.read_bytes(file)
    stated = None if in_force_from is None else in_force_from.isoformat(), None if in_force_to is None else in_force_to.isoformat()
    checksum = geojson.digest(content, code, name, crs, *stated)
    same = Layer.objects.filter(kind=kind, checksum=checksum)
    same = same.filter(version=rules.version_name(version)) if version else same
    if existing := same.first():
        return _layer_result(existing, "unchanged", queries.places_of(existing).count())
    found = geojson.parse_boundaries(content, file.name, code=code, name=name, crs=crs)
    version = rules.version_name(version) if version else rules.default_version(file.name, in_force_from, _day_of(file))
    layer = Layer(
        kind=kind,
        version=version,
        in_force_from=in_force_from,
        in_force_to=in_force_to,
        source=file.name,
        checksum=checksum,
        crs=found.crs,
        code_property=found.code_property,
        name_property=found.name_property,
        notes=found.notes,
        loaded_by=by,
    )
    return _save_layer(layer, found, by)


def _save_layer(layer: Layer, found: geojson.Boundaries, by: Any) -> dict[str, Any]:
    with transaction.atomic():
        others = Layer.objects.filter(kind=layer.kind).exclude(version=layer.version)
        _check_dates(layer, others)
        layer.notes += _distance_notes(found, Layer.objects.exclude(kind=layer.kind, version=layer.version))
        replaced, _ = Layer.objects.filter(kind=layer.kind, version=layer.version).delete()
        layer.save()
        Place.objects.bulk_create(
            Place(layer=layer, code=one.code, name=one.name[:200], geometry=shapely.to_wkb(one.geometry), area_km2=one.area_km2)
            for one in found.shapes
        )
        outcome = "replaced" if replaced else "loaded"
        result = _layer_result(layer, outcome, len(found.shapes)) | {"features": found.features}
        result["notes"] += _force_notes(layer)
        details = {"source": layer.source, "checksum": layer.checksum, "places": len(found.shapes), "outcome": outcome}
        audit.record(by=by, action="places.load_layer", target=f"{layer.kind} {layer.version}", details=details)
    return result


def _check_dates(layer: Layer, others: QuerySet[Layer]) -> None:
    """Two versions of a kind must not start on one day, or no day could tell them apart."""
    start = layer.in_force_from or rules.implied_start(layer.version)
    for other in others:
        if (other.in_force_from or rules.implied_start(other.version)) == start:
            when = f"on {start}" if start else "on an unknown day"
            raise InputError(
                f"Version {layer.version} of {layer.kind} would start {when}, as version {other.version} does: give --from the day "
                "it came into force, or --version to name the version it replaces."
            )


def _distance_notes(found: geojson.Boundaries, others: QuerySet[Layer]) -> list[str]:
    """A note when the layer lies far from every other one: a wrong projection or another city's file."""
    bounds = [shapely.total_bounds(layer_shapes.geometries) for layer_shapes in map(queries.shapes_of, others)]
    if not bounds:
        return []
    own = shapely.box(*shapely.total_bounds([one.geometry for one in found.shapes]))
    if min(shapely.distance(own, shapely.box(*other)) for other in bounds) <= FAR_AWAY_DEGREES:
        return []
    return ["These places are more than a degree away from every other layer: check that the file is of this city."]


def _force_notes(layer: Layer) -> list[str]:
    """What was assumed about the days in force where nobody stated them."""
    known = queries.periods(layer.kind)
    period = next(period for period in known if period.version == layer.version)
    if layer.in_force_from or len(known) == 1:
        return []
    start = f"from {period.start}" if period.start else "for all earlier days"
    return [f"Nobody said since when version {layer.version} is in force: it is used {start}; say otherwise with --from DATE."]


def _day_of(file: Path) -> date:
    return datetime.fromtimestamp(file.stat().st_mtime, tz=UTC).date()


def _layer_result(layer: Layer, outcome: str, places: int) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "kind": layer.kind,
        "version": layer.version,
        "places": places,
        "in_force_from": layer.in_force_from,
        "in_force_to": layer.in_force_to,
        "crs": layer.crs,
        "code_property": layer.code_property,
        "name_property": layer.name_property,
        "source": layer.source,
        "checksum": layer.checksum,
        "notes": list(layer.notes),
    }


def load_population(
    path: str | os.PathLike[str],
    *,
    kind: str,
    population: str | None = None,
    code: str | None = None,
    year: int | str | None = None,
    year_columns: str | None = None,
    version: str | None = None,
    where: Sequence[str] = (),
    code_map: str | os.PathLike[str] | None = None,
    by: Any = None,
) -> dict[str, Any]:
    """Load the population of places from CSV or JSON, plain or gzipped.

    `population` is a column; the year is a number, a column, or stands in the columns' names (`POPESTIMATE{year}`). `where` keeps
    rows with `COLUMN=VALUE`. The kind `city` is the whole city and needs no code. `code_map` is a CSV of two columns (the source's
    code, ours). Codes of no known place are kept and counted as unmatched.
    """
    access.check_can_load(by)
    kind = rules.check_kind(kind)
    question = population_files.Question(
        kind=kind, population=population, code=code, year=year, year_columns=year_columns, where=tuple(where), code_map=code_map
    )
    figures = population_files.read_figures(Path(path), question)
    version = rules.version_name(version) if version else ""
    source = Path(path).name
    with transaction.atomic():
        counts = _save_figures(figures.rows, kind, version, source)
        result: dict[str, Any] = {"kind": kind, "version": version or None, "source": source, "rows_read": figures.rows_read} | counts
        result |= {"left_out": figures.left_out, "years": sorted({row.year for row in figures.rows})}
        result |= _matching(kind, version, figures.rows)
        audit.record(by=by, action="places.load_population", target=kind, details={"source": source, **counts})
    return result


def _save_figures(rows: Sequence[population_files.Figure], kind: str, version: str, source: str) -> dict[str, int]:
    stored = {(one.code, one.year): one for one in PopulationFigure.objects.filter(kind=kind, version=version)}
    new, changed = [], []
    for row in rows:
        known = stored.get((row.code, row.year))
        if known is None:
            fields = {"code": row.code, "year": row.year, "population": row.population}
            new.append(PopulationFigure(kind=kind, version=version, source=source, **fields))
        elif known.population != row.population:
            known.population, known.source = row.population, source
            changed.append(known)
    PopulationFigure.objects.bulk_create(new)
    for figure in changed:
        figure.save(update_fields=["population", "source", "loaded_at"])
    return {"loaded": len(new), "updated": len(changed), "unchanged": len(rows) - len(new) - len(changed)}


def _matching(kind: str, version: str, rows: Sequence[population_files.Figure]) -> dict[str, Any]:
    """How many codes are places of the layer; the places without a figure and the figures without a place, with examples."""
    codes = list(dict.fromkeys(row.code for row in rows))
    if kind == rules.CITY:
        return {"matched": len(codes), "unmatched": 0, "unmatched_examples": [], "places_without": 0, "notes": []}
    layer = queries.layer(kind, version or None)
    if layer is None:
        notes = [f"There are no boundaries of {kind}{f' {version}' if version else ''} yet; codes are matched once they are loaded."]
        return {"matched": 0, "unmatched": len(codes), "unmatched_examples": codes[:3], "places_without": 0, "notes": notes}
    finder = queries.code_finder(layer)
    unmatched = [code for code in codes if finder(code) is None]
    covered = {finder(code) for code in codes}
    without = [code for code in queries.place_names(layer.kind, layer.version) if code not in covered]
    notes = [f"Places of {layer} without a figure: {len(without):,}, such as {without[0]}."] if without else []
    return {
        "matched": len(codes) - len(unmatched),
        "unmatched": len(unmatched),
        "unmatched_examples": unmatched[:3],
        "places_without": len(without),
        "notes": notes,
    }
