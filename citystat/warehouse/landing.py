"""Where loads leave their files: one numbered folder a load, there whole or not at all.

    with landing.begin("requests") as load:      # holds the lock; load.number is the id, load.folder the place to write
        ...write load.folder / "2017-06.parquet"...
        load.commit({"as_of": "2017-12-31", ...})    # writes load.json, syncs, renames

A block left without commit, or a process killed at any moment, leaves nothing that is read.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citystat.core.commands import plain
from citystat.core.errors import InputError, NotFound
from citystat.core.home import make_home
from citystat.core.locks import exclusive
from citystat.warehouse.files import (
    INCOMING,
    file_sha256,
    full_disk_in_words,
    landing_dir,
    number_name,
    numbers_in,
    remove_incoming,
    rename_whole,
)

LOAD_FILE = "load.json"


@dataclass(frozen=True)
class Load:
    """A landed load: its id, its folder, and what load.json says."""

    number: int
    folder: Path
    facts: Mapping[str, Any]

    def parquet_files(self) -> list[Path]:
        """Its Parquet files by name."""
        return sorted(self.folder.glob("*.parquet"))


class IncomingLoad:
    """A load being written."""

    def __init__(self, kind: str, number: int) -> None:
        self.kind = kind
        self.number = number
        self.folder = landing_dir(kind) / f"{INCOMING}{number_name(number)}"
        self.committed = False

    def commit(self, facts: Mapping[str, Any]) -> Load:
        """Write load.json (`load_id` added) and make the load visible; a second call is refused."""
        if self.committed:
            raise InputError(f"Load {self.number} is already stored.")
        full = {"load_id": self.number, **facts}
        (self.folder / LOAD_FILE).write_text(json.dumps(full, default=plain, ensure_ascii=False, indent=1), encoding="utf-8")
        target = landing_dir(self.kind) / number_name(self.number)
        rename_whole(self.folder, target)
        self.committed = True
        return read(self.kind, self.number)


@contextmanager
def begin(kind: str) -> Iterator[IncomingLoad]:
    """Start a load of a kind (`requests`) under the lock `load`; raises Busy while another load runs."""
    make_home()
    with exclusive("load"), full_disk_in_words("load"):
        parent = landing_dir(kind)
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        remove_incoming(parent)
        load = IncomingLoad(kind, max(numbers_in(parent), default=0) + 1)
        load.folder.mkdir(mode=0o700)
        try:
            yield load
        finally:
            if not load.committed:
                shutil.rmtree(load.folder, ignore_errors=True)


def replace(load: Load, files: Mapping[str, Path]) -> Load:
    """Put files in place of a load's own, which only the removal of personal data may ask for. Waits for no other load: Busy.

    The checksums are written first: killed in between, a build takes the months for changed, and asking again finishes the work.
    """
    with exclusive("load"), full_disk_in_words("load"):
        sums = {name: file_sha256(path) for name, path in files.items()}
        facts = dict(load.facts) | {"checksums": {**load.facts.get("checksums", {}), **sums}}
        partial = load.folder / f"{INCOMING}{LOAD_FILE}"
        partial.write_text(json.dumps(facts, default=plain, ensure_ascii=False, indent=1), encoding="utf-8")
        partial.replace(load.folder / LOAD_FILE)
        for name, path in files.items():
            path.replace(load.folder / name)
        for folder in {path.parent for path in files.values()} - {load.folder}:
            shutil.rmtree(folder, ignore_errors=True)
    return Load(load.number, load.folder, facts)


def read(kind: str, number: int) -> Load:
    """One load by its id."""
    folder = landing_dir(kind) / number_name(number)
    try:
        facts = json.loads((folder / LOAD_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound(f"There is no load {number} of {kind}.") from None
    except ValueError as error:
        raise InputError(f"The record of load {number} of {kind} cannot be read.") from error
    return Load(number, folder, facts)


def loads(kind: str) -> tuple[Load, ...]:
    """Every complete load of a kind, in the order they were made."""
    return tuple(read(kind, number) for number in numbers_in(landing_dir(kind)))
