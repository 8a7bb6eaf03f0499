"""Write numbered, immutable builds and swap them in. The only module that writes builds.

    with build.begin() as draft:                       # holds the lock `build`
        file = draft.reusable("requests", "2017-06", inputs)
        if file is None:
            ...write draft.folder / "x.parquet"...
            file = draft.add("requests", "2017-06", path, inputs)
        manifest = draft.publish(as_of=..., tables=[Table("requests", columns, (file, ...))], sources={...})

Data files are named by their content and shared between builds. They are stored before the manifest that names them, the manifest before
`CURRENT`, and each by one rename: killed at any moment, the last good build still serves, and the next build clears what was left.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from citystat import __version__
from citystat.core.errors import InputError, UserError
from citystat.core.home import make_home, warehouse_dir
from citystat.core.locks import exclusive
from citystat.warehouse import manifest as manifests
from citystat.warehouse.connections import CLOSED_SETTINGS, CURRENT_FILE, current_number
from citystat.warehouse.files import (
    INCOMING,
    builds_dir,
    data_dir,
    file_sha256,
    full_disk_in_words,
    number_name,
    numbers_in,
    remove_incoming,
    rename_whole,
    scratch_dir,
    write_whole,
)
from citystat.warehouse.manifest import MANIFEST_FILE, DataFile, Manifest, Table
from citystat.warehouse.sql import literal

KEEP_BUILDS = 10
PIN_FILE = "pins"
NAME_HASH_DIGITS = 16


class Draft:
    """A build being made. Nothing it does is seen before `publish`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._earlier = [tables for number in numbers_in(builds_dir()) if (tables := _readable_tables(number))]
        self._known = {
            (table.name, file.key, file.inputs): file for tables in self._earlier for table in tables.values() for file in table.files
        }

    def reusable(self, table: str, key: str, inputs: str) -> DataFile | None:
        """The stored file made from exactly these inputs, if it is still whole on disk."""
        file = self._known.get((table, key, inputs))
        if file is None:
            return None
        return file if _is_there(file) else None

    def unchanged(self, names: Sequence[str], inputs: str) -> tuple[Table, ...] | None:
        """The tables of these names, of the newest build whose first of them was made from exactly these inputs, if still whole on disk.

        For a first table that is one file (`add_arrow` with `inputs`) and stands for the others.
        """
        for tables in reversed(self._earlier):
            first = tables.get(names[0])
            if first is not None and [file.inputs for file in first.files] == [inputs] and all(name in tables for name in names):
                found = tuple(tables[name] for name in names)
                return found if all(_is_there(file) for table in found for file in table.files) else None
        return None

    def add(self, table: str, key: str, written: Path, inputs: str) -> DataFile:
        """Store a Parquet file written in the draft's folder, under a name made of its key and content."""
        checksum = file_sha256(written)
        size = written.stat().st_size
        rows = pq.read_metadata(written).num_rows
        target = data_dir() / table / f"{key}-{checksum[:NAME_HASH_DIGITS]}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        rename_whole(written, target)
        file = DataFile(str(target.relative_to(warehouse_dir())), key, rows, size, checksum, inputs)
        self._known[(table, key, inputs)] = file
        return file

    def add_arrow(self, name: str, content: pa.Table, *, is_content: bool = True, inputs: str | None = None) -> Table:
        """Store a small table that is one file; `inputs` identifies what it was made from, where that is more than its content."""
        path = self.folder / f"{name}.parquet"
        pq.write_table(content, path, compression="zstd")
        file = self.add(name, "all", path, inputs or file_sha256(path))
        found = _types_reader().execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(warehouse_dir() / file.path))})").fetchall()
        return Table(name, tuple((row[0], row[1]) for row in found), (file,), is_content=is_content)

    def publish(self, *, as_of: date, tables: Iterable[Table], sources: Mapping[str, Any] | None = None) -> Manifest:
        """Store the manifest, make the build serve, and prune old ones; a build equal to the one that serves is that one."""
        number = max(numbers_in(builds_dir()), default=0) + 1
        built = Manifest(
            number=number,
            as_of=as_of,
            created_at=datetime.now(UTC),
            code_version=__version__,
            tables={table.name: _in_key_order(table) for table in tables},
            sources=sources or {},
        )
        serving = _serving()
        if serving is not None and _says_the_same(serving, built):
            return _told_anew(serving, built)
        folder = builds_dir() / f"{INCOMING}{number_name(number)}"
        folder.mkdir(mode=0o700)
        manifests.write(folder / MANIFEST_FILE, built)
        rename_whole(folder, builds_dir() / number_name(number))
        write_whole(builds_dir() / CURRENT_FILE, f"{number}\n")
        prune()
        return built


@contextmanager
def begin() -> Iterator[Draft]:
    """Start a build under the lock `build`; raises Busy while another runs, UserError when the disk fills up."""
    make_home()
    with exclusive("build"), full_disk_in_words("build"):
        folder = scratch_dir() / "build"
        for made in (builds_dir(), data_dir()):
            made.mkdir(parents=True, exist_ok=True, mode=0o700)
        remove_incoming(builds_dir())
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        try:
            yield Draft(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def pin(number: int, reason: str) -> None:
    """Keep a build for good, for example because a released packet stands on it; the same reason twice is one pin."""
    manifests.read(number)
    path = builds_dir() / number_name(number) / PIN_FILE
    reasons = set(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else set()
    write_whole(path, "".join(f"{line}\n" for line in sorted(reasons | {" ".join(reason.split())})))


def pinned() -> set[int]:
    """The builds that are kept for good."""
    return {number for number in numbers_in(builds_dir()) if (builds_dir() / number_name(number) / PIN_FILE).is_file()}


def prune(keep: int = KEEP_BUILDS) -> list[int]:
    """Remove builds beyond the newest `keep`, except the one that serves and pinned ones, and files no build names.

    Called under the lock `build`. Returns the numbers removed.
    """
    numbers = numbers_in(builds_dir())
    kept = set(numbers[-keep:]) | pinned() | {current_number()}
    removed = [number for number in numbers if number not in kept]
    for number in removed:
        # Out of sight in one step first: a reader never meets half a folder.
        gone = builds_dir() / f"{INCOMING}{number_name(number)}"
        os.replace(builds_dir() / number_name(number), gone)
        shutil.rmtree(gone, ignore_errors=True)
    _remove_orphans()
    return removed


def verify(number: int | None = None) -> dict[str, Any]:
    """Compare every file of a build with its manifest: there, same size, same SHA-256.

    Raises InputError that names the first damaged file; NotFound when there is no such build.
    """
    wanted = current_number() if number is None else number
    built = manifests.read(wanted or 0)
    files = [file for table in built.tables.values() for file in table.files]
    for file in files:
        if not _is_whole(file):
            raise InputError(f"Build {built.number} is damaged: {file.path} is missing or changed. Run `citystat build --all`.")
    total = sum(file.bytes for file in files)
    return {"build": built.number, "files": len(files), "bytes": total, "checksum": built.checksum, "damaged": 0}


def _is_there(file: DataFile) -> bool:
    path = warehouse_dir() / file.path
    return path.is_file() and path.stat().st_size == file.bytes


def _is_whole(file: DataFile) -> bool:
    return _is_there(file) and file_sha256(warehouse_dir() / file.path) == file.sha256


def _serving() -> Manifest | None:
    number = current_number()
    try:
        return None if number is None else manifests.read(number)
    except UserError:
        return None


def _says_the_same(one: Manifest, other: Manifest) -> bool:
    same_content = one.checksum == other.checksum and one.sources == other.sources and one.code_version == other.code_version
    return same_content and all((warehouse_dir() / file.path).is_file() for table in one.tables.values() for file in table.files)


def _told_anew(serving: Manifest, built: Manifest) -> Manifest:
    """The build that serves, its files named as made from the inputs of now: new code or a new promise may change no row of it.

    Without it every later build would take the files for old and make them once more.
    """
    tables = {name: built.tables[name] if table.is_content else table for name, table in serving.tables.items()}
    if tables == serving.tables:
        return serving
    told = replace(serving, tables=tables)
    partial = builds_dir() / number_name(serving.number) / f"{INCOMING}{MANIFEST_FILE}"
    manifests.write(partial, told)
    rename_whole(partial, manifests.manifest_path(serving.number))
    return told


@cache
def _types_reader() -> duckdb.DuckDBPyConnection:
    """One connection that says how DuckDB reads a file's types; opening one costs more than all its questions."""
    return duckdb.connect(config=CLOSED_SETTINGS | {"threads": 1})


def _in_key_order(table: Table) -> Table:
    return replace(table, files=tuple(sorted(table.files, key=lambda file: file.key)))


def _readable_tables(number: int) -> Mapping[str, Table]:
    try:
        return manifests.read(number).tables
    except InputError:
        return {}


def _remove_orphans() -> None:
    """Remove data files no build names; where a manifest cannot be read, keep everything rather than guess."""
    try:
        built = [manifests.read(number) for number in numbers_in(builds_dir())]
    except InputError:
        return
    named = {file.path for manifest in built for table in manifest.tables.values() for file in table.files}
    for path in data_dir().glob("*/*.parquet"):
        if str(path.relative_to(warehouse_dir())) not in named:
            path.unlink()
