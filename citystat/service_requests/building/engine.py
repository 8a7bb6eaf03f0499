"""DuckDB connections that read landed states."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from citystat.service_requests import schema
from citystat.service_requests.building.inputs import Inputs
from citystat.warehouse import sql
from citystat.warehouse.connections import CLOSED_SETTINGS

PACKAGE = "citystat.service_requests"
ROW_BITS = 32
THREADS = 2
MEMORY = "800MB"
DATABASE = "memory"

# The columns the statements ask for; all others go from file to file without an engine.
NARROW = frozenset(
    {
        "source", "request_id", "service", "service_code", "category", "department", "status", "opened_at", "opened_on", "opened_has_time",
        "due_at", "due_on", "due_has_time", "closed_at", "closed_on", "closed_has_time", "updated_at", "on_time_recorded", "address",
        "latitude", "longitude", "state_hash", "load_id", "as_of", "moved_away",
    }
)  # fmt: skip

# The rules of the flags; docs/reference/request-flags.md gives the reasons.
DEFAULT_POINT_ADDRESSES = 200
MASS_CLOSED_FEWEST = 50
MASS_CLOSED_TIMES_USUAL = 10
RECURRENCE_METERS = 50
RECURRENCE_DAYS = 30
QUICK_CLOSE_SECONDS = 600


def connect(scratch: Path, inputs: Inputs) -> duckdb.DuckDBPyConnection:
    """A connection that spills into the scratch folder, with the rules of the build as variables."""
    connection = duckdb.connect(config=CLOSED_SETTINGS | {"threads": THREADS, "memory_limit": MEMORY})
    connection.execute(f"SET temp_directory = {sql.literal(str(scratch / 'spill'))}")
    _set_rules(connection, inputs)
    return connection


def share(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> duckdb.DuckDBPyConnection:
    """Another connection to the same tables, for another thread. What is temporary in one is not seen in the other."""
    cursor = connection.cursor()
    _set_rules(cursor, inputs)
    return cursor


def _set_rules(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    # The rows of an answer stand in the order of the question, so that they need not be sorted again.
    connection.execute("SET preserve_insertion_order = true")
    west, south, east, north = envelope(inputs)
    rules = {
        "time_zone": inputs.time_zone,
        "default_point_addresses": DEFAULT_POINT_ADDRESSES,
        "mass_closed_fewest": MASS_CLOSED_FEWEST,
        "mass_closed_times_usual": MASS_CLOSED_TIMES_USUAL,
        "recurrence_meters": RECURRENCE_METERS,
        "recurrence_days": RECURRENCE_DAYS,
        "quick_close_seconds": QUICK_CLOSE_SECONDS,
        "as_of": inputs.as_of,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    set_variables(connection, rules)


def set_variables(connection: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Set SQL variables, which statements read by getvariable."""
    for name, value in values.items():
        connection.execute(f"SET VARIABLE {name} = {_literal(value)}")


def _literal(value: Any) -> str:
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return sql.literal(value)
    if isinstance(value, float):
        return f"CAST('{value}' AS DOUBLE)"
    return str(value)


def envelope(inputs: Inputs) -> tuple[float, float, float, float]:
    """West, south, east and north of all loaded boundaries together; the whole world where none is loaded."""
    boxes = [layer.bounds for layer in inputs.layers if layer.codes]
    if not boxes:
        return -math.inf, -math.inf, math.inf, math.inf
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def read_landed(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """Create `landed`: the narrow columns of every state with `rid`, its number in the whole landing, and its `month_key`.

    The statements ask it many times, so it is read once and kept, for the months too; where memory ends it spills.
    """
    keys = ", ".join(sql.literal(file.month_key) for file in inputs.files)
    present = [inputs.columns[load_id] for load_id in {file.load_id for file in inputs.files}]
    anywhere = frozenset[str]().union(*present)
    by_name = "true" if any(columns != anywhere for columns in present) else "false"
    columns = ", ".join(_column(name, kind, anywhere) for name, kind in schema.STATE_COLUMNS.items() if name in NARROW)
    rid = f"CAST(file_index AS BIGINT) * {1 << ROW_BITS} + file_row_number"
    paths = sql.file_list([str(file.path) for file in inputs.files])
    connection.execute(
        f"CREATE TABLE landed AS SELECT {columns}, {rid} AS rid, ([{keys}])[CAST(file_index AS BIGINT) + 1] AS month_key "
        f"FROM read_parquet({paths}, union_by_name = {by_name}, hive_partitioning = false)"
    )


def choose_months(connection: duckdb.DuckDBPyConnection, months: Sequence[str]) -> None:
    """Let a shared connection see these months of `landed` and `facts` alone; the bounds let it pass over other parts of the tables."""
    keys = ", ".join(map(sql.literal, months))
    chosen = f"month_key BETWEEN {sql.literal(min(months))} AND {sql.literal(max(months))} AND month_key IN ({keys})"
    for name in ("landed", "facts"):
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {DATABASE}.main.{name} WHERE {chosen}")


def _column(name: str, kind: str, present: frozenset[str]) -> str:
    value = sql.identifier(name) if name in present else "NULL"
    if name == "moved_away" or name.startswith("flag_"):
        return f"coalesce(CAST({value} AS {kind}), false) AS {name}"
    return f"CAST({value} AS {kind}) AS {name}"


def statement(name: str) -> str:
    """One of the room's statements."""
    return sql.load(PACKAGE, name)


def make_view(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Create the view a statement describes, under its own name."""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {statement(name)}")


def make_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run a statement and keep its rows under its own name."""
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS {statement(name)}")
