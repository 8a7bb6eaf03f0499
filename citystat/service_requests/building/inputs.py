"""What a build is made of, and which months of it are new."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotFound
from citystat.methods.durations import BusinessCalendar
from citystat.places import extract as places
from citystat.places.locating import LayerShapes
from citystat.service_requests import calendars, catalog
from citystat.warehouse import landing
from citystat.warehouse.files import file_sha256
from citystat.warehouse.landing import Load

KIND = "requests"
NOTHING_LOADED = "No requests have been loaded yet: run `citystat load requests FILE --as-of DATE` first."


@dataclass(frozen=True)
class StateFile:
    """One landed file: the states of one load for one month of opening (`none` where the opening date is unknown)."""

    path: Path
    month_key: str
    load_id: int
    sha256: str


@dataclass(frozen=True)
class Inputs:
    """Everything the requests of a build depend on."""

    as_of: date
    time_zone: str
    loads: tuple[Load, ...]
    layers: tuple[LayerShapes, ...]
    promises: pa.Table
    calendar: BusinessCalendar

    @cached_property
    def files(self) -> tuple[StateFile, ...]:
        """Landed files by month, then load: the order row numbers are given in."""
        found = [_state_file(load, path) for load in self.loads for path in load.parquet_files()]
        return tuple(sorted(found, key=lambda file: (file.month_key, file.load_id)))

    @property
    def months(self) -> list[str]:
        """Keys of the months with landed states, in order."""
        return sorted({file.month_key for file in self.files})

    @property
    def has_history(self) -> bool:
        """Whether more than one load was made, so that a request may have several states."""
        return len(self.loads) > 1

    @property
    def was_seen_twice(self) -> bool:
        """Whether a register was loaded as of more than one day, so that a change of a request could have been seen."""
        days = {(load.facts.get("source"), load_as_of(load)) for load in self.loads}
        return len(days) > len({source for source, _ in days})

    @cached_property
    def columns(self) -> dict[int, frozenset[str]]:
        """The columns of each load's files: an older load may lack some."""
        first = {file.load_id: file.path for file in reversed(self.files)}
        return {load_id: frozenset(pq.read_schema(path).names) for load_id, path in first.items()}

    @cached_property
    def common_mark(self) -> str:
        """Checksum of what every month depends on: code, boundaries, catalog, calendar, time zone."""
        digest = hashlib.sha256(code_mark().encode())
        digest.update(repr([layer_mark(layer) for layer in self.layers]).encode())
        digest.update(repr(self.promises.to_pylist()).encode())
        digest.update(calendar_mark(self.calendar).encode())
        digest.update(self.time_zone.encode())
        return digest.hexdigest()


def gather(as_of: date | None = None) -> Inputs:
    """What is loaded now, as of a day (the latest as-of date of the loads by default); later loads are left out.

    Raises NotFound when nothing is loaded, InputError when nothing was loaded for the day asked for.
    """
    loads = landing.loads(KIND)
    if not loads:
        raise NotFound(NOTHING_LOADED)
    latest = max(load_as_of(load) for load in loads)
    day = as_of or latest
    used = tuple(load for load in loads if load_as_of(load) <= day)
    if not used:
        raise InputError(f"Nothing was loaded as of {day} or before: the first load describes {min(map(load_as_of, loads))}.")
    time_zone = current_city().time_zone or _time_zone_of(used[-1])
    return Inputs(
        as_of=day,
        time_zone=time_zone,
        loads=used,
        layers=places.layers(),
        promises=catalog.catalog_table(),
        calendar=replace(calendars.business_calendar(), time_zone=time_zone),
    )


def load_as_of(load: Load) -> date:
    """The day a load describes."""
    return date.fromisoformat(str(load.facts["as_of"]))


def layer_mark(layer: LayerShapes) -> tuple[str, ...]:
    """What the places of a request depend on, of one layer."""
    return (layer.kind, layer.version, layer.checksum, str(layer.in_force_from), str(layer.in_force_to))


def calendar_mark(calendar: BusinessCalendar) -> str:
    """What due dates depend on, of the calendar."""
    parts = (calendar.time_zone, calendar.weekday_hours, sorted(calendar.holidays), calendar.after_hours, calendar.due_clock)
    return repr(parts)


def month_mark(inputs: Inputs, files: Sequence[StateFile], *, is_as_of_sensitive: bool, facts: object) -> str:
    """Checksum of everything the file of one month depends on; the as-of date only where a request of it reads differently by it."""
    parts = [inputs.common_mark, [file.sha256 for file in files], str(inputs.as_of) if is_as_of_sensitive else "", facts]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def whole_mark(inputs: Inputs, reviews: pa.Table) -> str:
    """Checksum of everything the tables made of the landing depend on, without a look into a landed file."""
    digest = hashlib.sha256(inputs.common_mark.encode())
    digest.update(repr((inputs.as_of, [load.number for load in inputs.loads])).encode())
    digest.update(repr([(file.month_key, file.load_id, file.sha256) for file in inputs.files]).encode())
    digest.update(repr([(layer.codes, layer.names) for layer in inputs.layers]).encode())
    digest.update(repr(reviews.to_pylist()).encode())
    return digest.hexdigest()


def code_mark() -> str:
    """Checksum of the code that makes the tables, and of the engine's version: new code makes new files."""
    package = Path(__file__).resolve().parent
    folders = (package, package.parent / "sql", package.parents[1] / "methods" / "durations")
    files = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in (".py", ".sql")]
    files += [package.parent / name for name in ("schema.py", "catalog.py", "extract.py")]
    files += [package.parents[1] / "places" / name for name in ("locating.py", "rules.py")]
    digest = hashlib.sha256(duckdb.__version__.encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _state_file(load: Load, path: Path) -> StateFile:
    known = load.facts.get("checksums") or {}
    return StateFile(path, path.stem, load.number, known.get(path.name) or file_sha256(path))


def _time_zone_of(load: Load) -> str:
    named = [name.strip() for name in str(load.facts.get("time_zone") or "").split(",")]
    return named[0] or "UTC"
