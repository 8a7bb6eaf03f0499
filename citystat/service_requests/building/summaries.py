"""The small tables beside the requests: services, departments, loads, the calendar, and how well recorded places agree with points."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from citystat.places import rules as place_rules
from citystat.places.locating import LayerShapes
from citystat.service_requests import calendars, catalog, schema
from citystat.service_requests.building.answers import promise_periods
from citystat.service_requests.building.inputs import Inputs, load_as_of
from citystat.warehouse import sql

FIRST_CALENDAR_DAY = date(1990, 1, 1)
ARROW_TYPES = {
    "VARCHAR": pa.string(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "BIGINT": pa.int64(), "INTEGER": pa.int32(), "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}  # fmt: skip


def table(rows: list[dict[str, Any]], columns: dict[str, str]) -> pa.Table:
    """Row dicts as an Arrow table with exactly these columns."""
    fields = pa.schema([(name, ARROW_TYPES[kind]) for name, kind in columns.items()])
    return pa.Table.from_pylist([{name: row.get(name) for name in columns} for row in rows], schema=fields)


def services(labels: pa.Table, inputs: Inputs) -> pa.Table:
    """One row per service of the requests or the catalog in force on the as-of date; the catalog's word goes first."""
    found: dict[str, dict[str, Any]] = {row["service_slug"]: row | {"requests": 0} for row in _catalog(inputs)}
    seen = [row for row in labels.to_pylist() if row["service"] is not None]
    # The label, category and department most requests carry stand for the service.
    for row in sorted(seen, key=lambda row: (-row["requests"], *(str(row[name]) for name in ("service", "department", "category")))):
        usual = {name: row[name] for name in ("service", "service_code", "category", "department")}
        kind = "information" if row["is_information_only"] else "field"
        entry = found.setdefault(catalog.service_slug(row["service"]), usual | {"kind": kind, "promise_source": "none", "requests": 0})
        entry.update({name: value for name, value in usual.items() if not entry.get(name)})
        entry["requests"] += row["requests"]
    rows = [entry | {"service_slug": slug} for slug, entry in sorted(found.items())]
    return table(rows, schema.SERVICE_COLUMNS)


def _catalog(inputs: Inputs) -> list[dict[str, Any]]:
    periods = promise_periods(inputs.promises)
    day = pa.scalar(inputs.as_of, pa.date32())
    in_force = pc.and_(pc.less_equal(periods["first_day"], day), pc.greater_equal(periods["last_day"], day))
    return list(periods.filter(in_force).to_pylist())


def departments(labels: pa.Table) -> pa.Table:
    """One row per department the requests name."""
    counts: dict[str, int] = {}
    for row in labels.to_pylist():
        if row["department"] is not None:
            counts[row["department"]] = counts.get(row["department"], 0) + row["requests"]
    rows = [{"department": name, "department_slug": catalog.service_slug(name), "requests": counts[name]} for name in sorted(counts)]
    return table(rows, schema.DEPARTMENT_COLUMNS)


def loads(inputs: Inputs) -> pa.Table:
    """One row per load the build is made of."""
    return table([_load_row(load.number, load.facts, load_as_of(load)) for load in inputs.loads], schema.LOAD_COLUMNS)


def _load_row(number: int, facts: Any, as_of: date) -> dict[str, Any]:
    loaded_at = datetime.fromisoformat(str(facts["loaded_at"])) if facts.get("loaded_at") else None
    return {name: facts.get(name) for name in schema.LOAD_COLUMNS} | {
        "load_id": number,
        "as_of": as_of,
        "loaded_at": loaded_at.astimezone(UTC).replace(tzinfo=None) if loaded_at else None,
        "files": json.dumps(facts.get("files") or [], ensure_ascii=False, default=str),
        "flags": json.dumps(facts.get("flags") or {}, sort_keys=True),
    }


def calendar(first: date | None, last: date | None, inputs: Inputs) -> pa.Table:
    """Every day from the year of the first opening (1990 at the earliest) to the end of the year after the last day that matters."""
    start = max(first or inputs.as_of, FIRST_CALENDAR_DAY)
    end = max(inputs.as_of, min(last or inputs.as_of, inputs.as_of + timedelta(days=3660)))
    return calendars.calendar_table(date(start.year, 1, 1), date(end.year + 1, 12, 31))


def days_seen(connection: duckdb.DuckDBPyConnection) -> tuple[date | None, date | None]:
    """First opening and last due day in the view `requests`."""
    row = connection.execute("SELECT min(opened_on), greatest(max(opened_on), max(due_on)) FROM requests").fetchone()
    return (row[0], row[1]) if row else (None, None)


def place_agreement(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> pa.Table:
    """How often the place recorded with a request, by code or name, is the one its point lies in, by layer, in the view `requests`."""
    found = _pairs(connection, inputs.layers) if inputs.layers else []
    rows = [_agreement(layer, [pair for number, *pair in found if number == place]) for place, layer in enumerate(inputs.layers)]
    return table(rows, schema.PLACE_AGREEMENT_COLUMNS)


def _pairs(connection: duckdb.DuckDBPyConnection, layers: Sequence[LayerShapes]) -> list[tuple[Any, ...]]:
    """Number of the layer, recorded place, place of the point and count; the requests are read once for all layers."""
    both = [(f"recorded_places[{sql.literal(layer.kind)}]", sql.identifier(layer.column)) for layer in layers]
    columns = ", ".join(f"{recorded} AS recorded_{place}, {point} AS point_{place}" for place, (recorded, point) in enumerate(both))
    pairs = [f"(recorded_{place}, point_{place})" for place in range(len(layers))]
    bits = ", ".join(f"recorded_{place}" for place in range(len(layers)))
    texts = ", ".join(pair.strip("()") for pair in pairs)
    rows = connection.execute(
        f"SELECT grouping({bits}), count(*), {texts} FROM (SELECT {columns} FROM requests) GROUP BY GROUPING SETS ({', '.join(pairs)})"
    ).fetchall()
    # grouping() has a bit a column, the first one highest, that is 0 where the row is of that column.
    number_of = {(1 << len(layers)) - 1 - (1 << (len(layers) - 1 - place)): place for place in range(len(layers))}
    found = [(number_of[mark], count, row) for mark, count, *row in rows]
    return [(place, row[2 * place], row[2 * place + 1], count) for place, count, row in found]


def _agreement(layer: LayerShapes, pairs: Sequence[Sequence[Any]]) -> dict[str, Any]:
    own_code = place_rules.code_finder(layer.codes, layer.names)
    both = [pair for pair in pairs if pair[0] is not None and pair[1] is not None]
    agreeing = sum(count for written, code, count in both if own_code(written) == code)
    return {"kind": layer.kind, "version": layer.version, "rows_with_both": sum(pair[2] for pair in both), "rows_agreeing": agreeing}


def view_of_files(connection: duckdb.DuckDBPyConnection, paths: list[Path]) -> None:
    """Create the view `requests` over files of a build in progress."""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW requests AS FROM read_parquet({sql.file_list([str(path) for path in paths])})")
