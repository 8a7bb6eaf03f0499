"""Wide rows without an engine: recorded columns go from the landed files to the build's as they are, derived ones are set beside them.

A row's number (`rid`) says in which landed file and where in it a request stands. Reading, reordering and writing whole columns costs a
third of what passing every text through a query does, and the bytes written depend on the rows and their order alone.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from citystat.service_requests import schema
from citystat.service_requests.building.engine import ROW_BITS
from citystat.service_requests.building.inputs import Inputs, StateFile

ROWS_PER_GROUP = 122_880
# Rows that stand together, on average, from which on passing views of them is cheaper than copying them.
ROWS_OF_A_RUN = 64
ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "UBIGINT": pa.uint64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    schema.MAP: pa.map_(pa.string(), pa.string()),
}
# Columns of the build that differ from what was recorded, by the as-of date or by the catalog.
CHANGED = ("status", "due_at", "due_on", "due_has_time", "closed_at", "closed_on")
DERIVED = frozenset(schema.DERIVED_COLUMNS) | frozenset(schema.BUILD_FLAGS) | frozenset(CHANGED)
INSTANTS = frozenset(name for name, kind in schema.REQUEST_COLUMNS.items() if kind == "TIMESTAMP")
# Columns by whose smallest and largest value a reader may pass over a part of a file.
PASSED_OVER_BY = ("opened_on", "opened_at", "closed_on", "closed_at", "due_on", "opened_month", "status", "service_slug", "request_id")
# Texts that are different in nearly every row, and numbers, gain nothing from a dictionary.
NO_DICTIONARY = frozenset(
    {"request_id", "address", "description", "extra", "recorded_places", "parent_id", "state_hash", "latitude", "longitude"}
)

# Recorded texts with few values: read as numbers into a list of the values, and written so, no text being looked at.
FEW_VALUES = frozenset(name for name, kind in schema.STATE_COLUMNS.items() if kind == "VARCHAR") - NO_DICTIONARY
# What a build takes from its engine instead of from the landed files.
NEVER_TAKEN = frozenset(CHANGED) - frozenset(schema.REQUEST_STATE_COLUMNS)

Positions = npt.NDArray[np.int64]


def month_tables(inputs: Inputs, files: Sequence[StateFile], derived: pa.Table, columns: Mapping[str, str]) -> dict[str, pa.Table]:
    """`requests` and `request_states` of one month, from its landed files and what the build says of its requests."""
    landed = [_read(file, inputs.columns[file.load_id]) for file in files]
    recorded = pa.concat_tables(landed)
    positions = _positions(inputs, files, [table.num_rows for table in landed], derived["rid"].to_numpy())
    is_all = len(positions) == recorded.num_rows
    # A list of values may hold what only superseded rows said.
    recorded = recorded.unify_dictionaries() if is_all else _as_texts(recorded)
    current = _in_order(recorded, positions)
    chosen = {name: derived[name] if name in derived.column_names else current[name] for name in columns}
    return {"requests": pa.table(chosen), "request_states": _states(recorded, current, is_all=is_all)}


def _in_order(table: pa.Table, positions: Positions) -> pa.Table:
    """The rows at these positions, in one piece: where pages of a file end would follow the pieces. Where most rows follow each other, as
    in exports in order of time, whole pieces are copied, or none."""
    starts = np.flatnonzero(np.diff(positions, prepend=-2) != 1).tolist()
    if len(starts) * ROWS_OF_A_RUN > len(positions):
        return table.take(pa.array(positions))
    runs = [table.slice(positions[first], end - first) for first, end in pairwise([*starts, len(positions)])]
    return pa.concat_tables(runs or [table.slice(0, 0)]).combine_chunks()


def write(table: pa.Table, path: Path) -> None:
    """Write a Parquet file whose bytes depend on the rows alone."""
    kinds = {field.name: field.type for field in table.schema}
    texts = [name for name, kind in kinds.items() if pa.types.is_string(kind) or pa.types.is_dictionary(kind)]
    pq.write_table(
        table,
        path,
        # Half again as large as zstd, and read in half the time: a build is read far more often than it is made.
        compression="lz4",
        row_group_size=ROWS_PER_GROUP,
        use_dictionary=[name for name in texts if name not in NO_DICTIONARY] + schema.PARTS_OF_PLACES,
        column_encoding={name: "DELTA_BINARY_PACKED" for name in kinds if name in INSTANTS},
        write_statistics=[name for name in kinds if name in PASSED_OVER_BY],
        store_schema=False,
    )


def _read(file: StateFile, present: frozenset[str]) -> pa.Table:
    """One landed file with every column of a state a build takes from it; those it lacks are empty."""
    wanted = {name: kind for name, kind in schema.STATE_COLUMNS.items() if name not in NEVER_TAKEN}
    few = [name for name in wanted if name in FEW_VALUES and name in present]
    source = pq.ParquetFile(file.path, read_dictionary=few)
    found = source.read(columns=[name for name in wanted if name in present], use_threads=False)
    return pa.table({name: _column(found, name, kind) for name, kind in wanted.items()})


def _column(found: pa.Table, name: str, kind: str) -> pa.ChunkedArray:
    wanted = pa.dictionary(pa.int32(), pa.string()) if name in FEW_VALUES else ARROW_TYPES[kind]
    if name not in found.column_names:
        empty = pa.nulls(found.num_rows, wanted)
        return pa.chunked_array([pc.fill_null(empty, False) if kind == "BOOLEAN" and _is_flag(name) else empty])
    column = found[name] if found[name].type == wanted else found[name].cast(wanted)
    return pc.fill_null(column, False) if column.null_count and _is_flag(name) else column


def _as_texts(table: pa.Table) -> pa.Table:
    kinds = [pa.field(one.name, pa.string()) if pa.types.is_dictionary(one.type) else one for one in table.schema]
    return table.cast(pa.schema(kinds))


def _is_flag(name: str) -> bool:
    return name == "moved_away" or name.startswith("flag_")


def _positions(inputs: Inputs, files: Sequence[StateFile], counts: Sequence[int], rids: npt.NDArray[np.int64]) -> Positions:
    """Where each numbered row stands in the files put one after another."""
    numbers = {file.path: number for number, file in enumerate(inputs.files)}
    starts = dict(zip((numbers[file.path] for file in files), np.cumsum([0, *counts[:-1]]), strict=True))
    first, last = min(starts, default=0), max(starts, default=0)
    start_of = np.array([starts.get(number, 0) for number in range(first, last + 1)], dtype=np.int64)
    positions: Positions = start_of[(rids >> ROW_BITS) - first] + (rids & ((1 << ROW_BITS) - 1))
    return positions


def _states(recorded: pa.Table, current: pa.Table, *, is_all: bool) -> pa.Table:
    """Every state of the month in a fixed order; where each is its request's only one, that is the order of the requests."""
    if is_all:
        return current.select(list(schema.REQUEST_STATE_COLUMNS))
    states = recorded.filter(pc.invert(recorded["moved_away"]))
    keys = ("opened_at", "source", "request_id", "as_of", "load_id", "state_hash")
    order = pc.sort_indices(states, sort_keys=[(name, "ascending") for name in keys])
    return states.select(list(schema.REQUEST_STATE_COLUMNS)).take(order)
