"""The tables this room gives the warehouse."""

from collections.abc import Sequence

import pyarrow as pa

from citystat.places import queries
from citystat.places.locating import LayerShapes
from citystat.places.models import Layer, PopulationFigure

PLACES = pa.schema(
    [
        ("kind", pa.string()),
        ("version", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("in_force_from", pa.date32()),
        ("in_force_to", pa.date32()),
        ("area_km2", pa.float64()),
        ("is_current", pa.bool_()),
    ]
)
POPULATION = pa.schema(
    [
        ("kind", pa.string()),
        ("version", pa.string()),
        ("code", pa.string()),
        ("year", pa.int32()),
        ("population", pa.int64()),
        ("source", pa.string()),
    ]
)


def layers() -> tuple[LayerShapes, ...]:
    """Every loaded layer with its polygons and the days on which it decides, by kind and first day."""
    shapes = [queries.shapes_of(layer) for layer in Layer.objects.order_by("kind", "version")]
    return tuple(sorted(shapes, key=lambda one: (one.kind, one.in_force_from is not None, one.in_force_from, one.version)))


def places() -> pa.Table:
    """Table `places`: one row per place of each version."""
    rows = [
        (one.kind, one.version, code, name, one.in_force_from, one.in_force_to, area, one.is_current)
        for one in layers()
        for code, name, area in zip(one.codes, one.names, one.areas_km2, strict=True)
    ]
    return _table(rows, PLACES)


def population() -> pa.Table:
    """Table `population`: figures matched to places; the whole city is kind and code `city`, without version."""
    kinds = PopulationFigure.objects.order_by("kind").values_list("kind", flat=True).distinct()
    rows = [
        (kind, figure.version, figure.code, figure.year, figure.population, figure.source)
        for kind in kinds
        for figure in queries.population_figures(kind)
    ]
    return _table(rows, POPULATION)


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema)
