"""The manifest of a build: every file it consists of, with what went in and what came out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from citystat.core.errors import InputError, NotFound
from citystat.warehouse.files import builds_dir, number_name

MANIFEST_FILE = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of a table. `key` is its part (a month, or `all`); `inputs` identifies everything it was made from."""

    path: str
    key: str
    rows: int
    bytes: int
    sha256: str
    inputs: str


@dataclass(frozen=True)
class Table:
    """One table: its columns in order with their types, and its files in the order of their keys.

    `constants` gives columns a SQL value readers see instead of what the files hold, where it is the same for every row of this build:
    files made before a fact of the whole build changed stay usable. `is_content` is false for a table that tells how the data came:
    the same data loaded at another hour is the same content.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    files: tuple[DataFile, ...]
    constants: Mapping[str, str] = field(default_factory=dict)
    is_content: bool = True

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.rows for file in self.files)

    @property
    def sha256(self) -> str:
        """Checksum of the table's content: its columns, and the checksums of its files by key."""
        files = [[file.key, file.rows, file.sha256] for file in self.files]
        content = [list(map(list, self.columns)), sorted(self.constants.items()), files]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@dataclass(frozen=True)
class Manifest:
    """What a build is. `checksum` depends on the content and the as-of date alone, so the same inputs give the same one."""

    number: int
    as_of: date
    created_at: datetime
    code_version: str
    tables: Mapping[str, Table]
    sources: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def checksum(self) -> str:
        """Checksum of the whole content: the as-of date and the checksum of every table of content by name.

        Every answer about a build is kept under it: a packet asks for it hundreds of times, and a manifest never changes.
        """
        content = [self.as_of.isoformat(), [[name, table.sha256] for name, table in sorted(self.tables.items()) if table.is_content]]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def columns(self) -> dict[str, list[str]]:
        """Column names by table."""
        return {name: [column for column, _ in table.columns] for name, table in self.tables.items()}

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as written to manifest.json."""
        return {
            "format": FORMAT,
            "number": self.number,
            "as_of": self.as_of.isoformat(),
            "created_at": self.created_at.isoformat(),
            "code_version": self.code_version,
            "checksum": self.checksum,
            "sources": dict(self.sources),
            "tables": {name: _plain(table) for name, table in sorted(self.tables.items())},
        }


def _plain(table: Table) -> dict[str, Any]:
    return {
        "rows": table.rows,
        "sha256": table.sha256,
        "columns": table.columns,
        "constants": dict(table.constants),
        "is_content": table.is_content,
        "files": [asdict(file) for file in table.files],
    }


def from_dict(values: Mapping[str, Any]) -> Manifest:
    """A manifest from what manifest.json holds."""
    tables = {
        name: Table(
            name,
            tuple((column, kind) for column, kind in table["columns"]),
            tuple(DataFile(**file) for file in table["files"]),
            table["constants"],
            table["is_content"],
        )
        for name, table in values["tables"].items()
    }
    return Manifest(
        number=values["number"],
        as_of=date.fromisoformat(values["as_of"]),
        created_at=datetime.fromisoformat(values["created_at"]),
        code_version=values["code_version"],
        tables=tables,
        sources=values["sources"],
    )


def manifest_path(number: int) -> Path:
    """Where the manifest of a build is."""
    return builds_dir() / number_name(number) / MANIFEST_FILE


def write(path: Path, manifest: Manifest) -> None:
    """Write manifest.json."""
    path.write_text(json.dumps(manifest.as_dict(), indent=1, default=str, ensure_ascii=False), encoding="utf-8")


def read(number: int) -> Manifest:
    """The manifest of a build; NotFound when it does not exist, InputError when it does not say what it was written as."""
    path = manifest_path(number)
    if not path.is_file():
        raise NotFound(f"There is no build {number}: it was never made, or it has been pruned.")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        manifest = from_dict(values)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"The manifest of build {number} cannot be read: run `citystat build` to make a new one.") from error
    if manifest.checksum != values["checksum"]:
        raise InputError(f"The manifest of build {number} was changed after it was written: run `citystat build` to make a new one.")
    return manifest
