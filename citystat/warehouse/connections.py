"""Read-only access to a build: an in-memory DuckDB whose views stand over the build's Parquet files."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from citystat.core.errors import NoDataYet
from citystat.core.home import warehouse_dir
from citystat.warehouse import manifest as manifests
from citystat.warehouse.files import builds_dir, scratch_dir
from citystat.warehouse.manifest import Manifest, Table
from citystat.warehouse.sql import file_list, identifier, literal

Parameters = Sequence[Any] | Mapping[str, Any]
CURRENT_FILE = "CURRENT"
MEMORY_LIMIT = "1GB"
THREADS = 2
OPEN_BUILDS = 3
NO_BUILD = "There is no build yet: run `citystat build` after loading requests."

# Nothing is fetched at run time, and no variable of the caller becomes a table by its name.
CLOSED_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
}


class Warehouse:
    """One build, read-only. Safe to share between threads: every call runs on a cursor of its own."""

    def __init__(self, manifest: Manifest, connection: duckdb.DuckDBPyConnection) -> None:
        self.manifest = manifest
        self._connection = connection

    @property
    def number(self) -> int:
        """The build's number, the cache key of everything shown."""
        return self.manifest.number

    @property
    def as_of(self) -> date:
        """The date the build describes."""
        return self.manifest.as_of

    def rows(self, sql: str, params: Parameters = ()) -> list[tuple[Any, ...]]:
        """Run one query; parameters are `?` with a sequence or `$name` with a mapping."""
        with closing(self._connection.cursor()) as cursor:
            return cursor.execute(sql, params).fetchall()

    def dicts(self, sql: str, params: Parameters = ()) -> list[dict[str, Any]]:
        """The same, each row as a dict by column name."""
        with closing(self._connection.cursor()) as cursor:
            result = cursor.execute(sql, params)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def arrow(self, sql: str, params: Parameters = ()) -> pa.Table:
        """The same, as an Arrow table."""
        with closing(self._connection.cursor()) as cursor:
            table: pa.Table = cursor.sql(sql, params=params or None).to_arrow_table()
            return table

    def batches(self, sql: str, params: Parameters = (), rows_at_once: int = 20_000) -> Iterator[pa.RecordBatch]:
        """The same in batches as they are computed, for results too long to hold."""
        with closing(self._connection.cursor()) as cursor:
            reader: pa.RecordBatchReader = cursor.sql(sql, params=params or None).to_arrow_reader(rows_at_once)
            yield from reader

    def columns(self, table: str) -> list[str]:
        """Column names of a table, in order; empty where the build has no such table."""
        found = self.manifest.tables.get(table)
        return [name for name, _ in found.columns] if found else []

    def has_table(self, table: str) -> bool:
        """Whether the build has the table."""
        return table in self.manifest.tables

    def close(self) -> None:
        """Free the connection; calls in progress on other threads finish first."""
        self._connection.close()


_opened: OrderedDict[tuple[Path, int], Warehouse] = OrderedDict()
_opening = threading.Lock()


def current_number() -> int | None:
    """The number of the build that serves, None before the first."""
    try:
        return int((builds_dir() / CURRENT_FILE).read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def open_build(number: int | None = None) -> Warehouse:
    """The build that serves, or the one with this number; the same object again while it is in use.

    Raises NotFound before the first build, or when the number was never made or has been pruned.
    """
    wanted = current_number() if number is None else number
    if wanted is None:
        raise NoDataYet(NO_BUILD)
    key = (warehouse_dir(), wanted)
    with _opening:
        if key not in _opened:
            _opened[key] = _connect(manifests.read(wanted))
            # Readers may still hold the oldest one: it is dropped here and closes when they let go.
            while len(_opened) > OPEN_BUILDS:
                _opened.popitem(last=False)
        _opened.move_to_end(key)
        return _opened[key]


def forget_builds() -> None:
    """Drop every cached connection (a home folder was removed, a process is about to fork)."""
    with _opening:
        _opened.clear()


def _connect(manifest: Manifest) -> Warehouse:
    connection = duckdb.connect(":memory:", config=CLOSED_SETTINGS | {"threads": THREADS, "memory_limit": MEMORY_LIMIT})
    spill = scratch_dir() / "readers"
    spill.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection.execute(f"SET temp_directory = {literal(str(spill))}")
    connection.execute("SET parquet_metadata_cache = true")
    connection.execute("SET TimeZone = 'UTC'")
    # The folder must be allowed before the door closes: the other order is refused.
    connection.execute(f"SET allowed_directories = [{literal(str(warehouse_dir()))}]")
    connection.execute("SET enable_external_access = false")
    for table in manifest.tables.values():
        connection.execute(f"CREATE VIEW {identifier(table.name)} AS {view_query(table)}")
    connection.execute("SET lock_configuration = true")
    return Warehouse(manifest, connection)


def view_query(table: Table) -> str:
    """The SELECT behind a table's view; a table without files has its columns and no rows."""
    if not table.files:
        columns = ", ".join(f"CAST(NULL AS {kind}) AS {identifier(name)}" for name, kind in table.columns)
        return f"SELECT {columns} WHERE false"
    constants = {name: f"{value} AS {identifier(name)}" for name, value in table.constants.items()}
    columns = ", ".join(constants.get(name, identifier(name)) for name, _ in table.columns)
    paths = [str(warehouse_dir() / file.path) for file in table.files]
    return f"SELECT {columns} FROM read_parquet({file_list(paths)}, hive_partitioning = false)"
