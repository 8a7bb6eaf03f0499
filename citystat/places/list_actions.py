"""Load lists: addresses, place names, records of other systems. Each load is all or nothing; the audit row is inside it."""

import csv
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from citystat.core import audit, home
from citystat.core.errors import InputError
from citystat.places import access, address_files, geojson, list_files, locations
from citystat.places.address_files import Sorted, Values
from citystat.places.address_queries import RECORD_KINDS
from citystat.places.models import Address, PlaceName, Record, Register

BATCH = 2_000
ADDRESS_FIELDS = (
    "text", "number", "number_value", "street", "unit", "zipcode", "external_id", "longitude", "latitude",
)  # fmt: skip
PLACE_FIELDS = ("name", "kind", "aliases", "longitude", "latitude")
RECORD_FIELDS = (
    "title", "status", "address", "house", "street", "unit", "longitude", "latitude", "opened_on", "closed_on", "url",
)  # fmt: skip
Path_ = str | os.PathLike[str]


@dataclass(frozen=True)
class ListFile:
    """A file as it was asked for: whose list, of which day."""

    path: Path
    content: bytes
    kind: str
    source: str
    as_of: date
    is_public: bool
    checksum: str
    crs: str | None


def load_addresses(path: Path_, *, source: str = "", as_of: date | None = None, crs: str | None = None, by: Any = None) -> dict[str, Any]:
    """Load the city's address file: CSV, GeoJSON or JSON, plain or gzipped. The same file again changes nothing."""
    file = _file(path, "address", source, as_of, True, crs, by)
    return _load(file, list_files_names=address_files.ADDRESS_NAMES, sort=address_files.addresses, model=Address, by=by)


def load_place_names(
    path: Path_, *, source: str = "", as_of: date | None = None, kind: str = "", crs: str | None = None, by: Any = None
) -> dict[str, Any]:
    """Load names of places: parks, schools, corners of streets, with other names people use."""
    file = _file(path, "place_name", source, as_of, True, crs, by, kind)

    def sort(table: list_files.Table, name: str) -> Sorted:
        return address_files.place_names(table, name, kind)

    return _load(file, list_files_names=address_files.PLACE_NAMES, sort=sort, model=PlaceName, by=by)


def load_records(
    path: Path_, *, kind: str, source: str, as_of: date | None = None, public: bool = False, crs: str | None = None, by: Any = None
) -> dict[str, Any]:
    """Load permits, licenses, inspections or work orders of another system; `public` shows them to everyone."""
    if kind not in RECORD_KINDS:
        raise InputError(f"{kind!r} is no kind of record: give one of {', '.join(RECORD_KINDS)}.")
    if not source.strip():
        raise InputError("Say with --source whose list this is, as pages should name it.")
    file = _file(path, kind, source, as_of, public, crs, by)
    return _load(file, list_files_names=address_files.RECORD_NAMES, sort=address_files.records, model=Record, by=by)


def _file(path: Path_, kind: str, source: str, as_of: date | None, is_public: bool, crs: str | None, by: Any, *options: str) -> ListFile:
    access.check_can_load(by)
    file = Path(path)
    content = geojson.read_bytes(file)
    day = as_of or datetime.fromtimestamp(file.stat().st_mtime, tz=UTC).date()
    if day > timezone.localdate():
        raise InputError(f"{file.name} would be of {day}, which is still to come: give --as-of the day it was made.")
    name = (
        " ".join(source.split())[:120] or "City address file" if kind == "address" else " ".join(source.split())[:120] or "City place names"
    )
    checksum = geojson.digest(content, kind, name, crs, day.isoformat(), str(is_public), *options)
    return ListFile(file, content, kind, name, day, is_public, checksum, crs)


def _load(
    file: ListFile,
    *,
    list_files_names: list_files.Names,
    sort: Callable[[list_files.Table, str], Sorted],
    model: type[models.Model],
    by: Any,
) -> dict[str, Any]:
    known = Register.objects.filter(kind=file.kind, source=file.source).first()
    if known and known.checksum == file.checksum:
        return _result(file, "unchanged", Sorted(), {})
    if known and known.as_of > file.as_of:
        raise InputError(
            f"{file.path.name} is of {file.as_of}, older than what is loaded of {file.source} ({known.as_of}): nothing changed."
        )
    table = list_files.read(file.content, file.path.name, list_files_names, crs=file.crs)
    found = sort(table, file.path.name)
    rejected_file = _write_rejected(file, found)
    if not found.good:
        reason = found.rejected[0][1] if found.rejected else "There is none."
        raise InputError(f"No row of {file.path.name} can be used. Line {found.rejected[0][0].line}: {reason}")
    with transaction.atomic():
        register = _register(file, by)
        counts = _store(model, register, found.good, file.as_of)
        found.notes += _city_notes(found.good.values())
        details = {"source": file.source, "file": file.path.name, "checksum": file.checksum, **counts, "rejected": len(found.rejected)}
        audit.record(by=by, action=f"places.load_{file.kind}", target=file.source, details=details)
    return _result(file, "loaded", found, counts) | {
        "rows_read": len(table.rows), "columns": dict(table.columns), "rejected_file": rejected_file,
    }  # fmt: skip


def _register(file: ListFile, by: Any) -> Register:
    values = {
        "as_of": file.as_of, "file": file.path.name[:200], "checksum": file.checksum, "is_public": file.is_public,
        "loaded_by": by if getattr(by, "pk", None) else None,
    }  # fmt: skip
    register, _made = Register.objects.select_for_update().update_or_create(kind=file.kind, source=file.source, defaults=values)
    return register


def _store(model: Any, register: Register, good: Mapping[str, Values], as_of: date) -> dict[str, int]:
    """Add what is new, change what differs; what the file no longer has stays, with the day it was last in one."""
    fields, key, rows = _plan(model, register)
    stored = {row[0]: row[1:] for row in rows.values_list(key, "pk", "register_id", "as_of", *fields)}
    new, differing = 0, []
    for name, values in good.items():
        before = stored.get(name)
        if before is None or before[1] != register.pk or before[3:] != tuple(values[field] for field in fields):
            new += before is None
            differing.append(values)
    _write(model, register, differing, fields, as_of)
    absent = {row[0]: row[2] for name, row in stored.items() if name not in good and row[1] == register.pk}
    model.objects.filter(register=register).update(as_of=as_of)
    _keep_days(model, absent)
    changed = len(differing) - new
    return {"loaded": new, "changed": changed, "unchanged": len(good) - len(differing), "absent": len(absent)}


def _write(model: Any, register: Register, rows: Sequence[Values], fields: Sequence[str], as_of: date) -> None:
    """One prepared statement for all rows: making a hundred thousand objects first would take ten times as long."""
    own = ["number"] if model is Record else ["key"]
    unique = ["register_id", "number"] if model is Record else ["key"]
    columns = ["register_id", "as_of", *own, *fields]
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in unique)
    statement = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) "
        f"ON CONFLICT ({', '.join(unique)}) DO UPDATE SET {updates}"
    )
    day = connection.ops.adapt_datefield_value(as_of)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            cursor.executemany(statement, [(register.pk, day, *(_plain(row[name]) for name in (*own, *fields))) for row in batch])


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return json.dumps(value) if isinstance(value, list) else value


def _plan(model: Any, register: Register) -> tuple[tuple[str, ...], str, Any]:
    if model is Record:
        return RECORD_FIELDS, "number", Record.objects.filter(register=register)
    return (ADDRESS_FIELDS if model is Address else PLACE_FIELDS), "key", model.objects.all()


def _keep_days(model: Any, absent: Mapping[int, date]) -> None:
    days: dict[date, list[int]] = {}
    for key, day in absent.items():
        days.setdefault(day, []).append(key)
    for day, keys in days.items():
        for start in range(0, len(keys), 500):
            model.objects.filter(pk__in=keys[start : start + 500]).update(as_of=day)


def _city_notes(rows: Iterable[Values]) -> list[str]:
    placed = [(row["longitude"], row["latitude"]) for row in rows if row["longitude"] is not None]
    outside = locations.count_outside(placed)
    return [f"Outside the city's boundaries: {outside:,} of {len(placed):,} points; no request is taken there."] if outside else []


def _write_rejected(file: ListFile, found: Sorted) -> str:
    """The rows left out, each with its reason, beside those of other loads; empty when there are none."""
    if not found.rejected:
        return ""
    home.quarantine_dir().mkdir(parents=True, exist_ok=True, mode=0o700)
    slug = re.sub(r"[^a-z0-9]+", "-", file.source.casefold()).strip("-")[:60] or "list"
    path = home.quarantine_dir() / f"{file.kind}-{slug}-rejected.csv"
    header, rows = address_files.reject_table(found.rejected)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerows([header, *rows])
    return str(path)


def _result(file: ListFile, outcome: str, found: Sorted, counts: Mapping[str, int]) -> dict[str, Any]:
    zero = {"loaded": 0, "changed": 0, "unchanged": 0, "absent": 0}
    return {
        "outcome": outcome, "kind": file.kind, "source": file.source, "as_of": file.as_of, "rows_read": 0, **zero, **counts,
        "repeated": found.repeated, "rejected": len(found.rejected), "rejected_file": "", "notes": list(found.notes),
    }  # fmt: skip
