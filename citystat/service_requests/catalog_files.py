"""Read and write the service catalog as CSV. Returns rows or one sentence, saves nothing."""

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from citystat.core.errors import InputError
from citystat.service_requests.catalog import UNITS, service_slug
from citystat.service_requests.models import Service

COLUMNS: Final = (
    "service",
    "code",
    "category",
    "department",
    "kind",
    "promise_value",
    "promise_unit",
    "promise_source",
    "inspection_counts_as_done",
    "sensitive",
    "in_force_from",
    "in_force_to",
)
# Other ways catalogs head these columns.
SPELLINGS: Final = {
    "name": "service",
    "service_name": "service",
    "request_type": "service",
    "service_code": "code",
    "owner": "department",
    "sla": "promise",
    "sla_days": "promise_value",
}
KINDS: Final = {"": "field", "field": "field", "information": "information", "info": "information"}
YES: Final = {"yes", "y", "true", "1"}
NO: Final = {"", "no", "n", "false", "0"}
_PROMISE = re.compile(r"(\d+(?:\.\d+)?)\s*(business|working|calendar)?\s*(day|hour)s?", re.IGNORECASE)


def read_services(path: str | os.PathLike[str]) -> tuple[dict[str, Any], ...]:
    """Fields of each service row; raises InputError with the line and what is wrong in it."""
    file = Path(path)
    rows = _rows(file)
    fields = tuple(_fields(row, line, file.name) for line, row in rows)
    _check_overlaps(fields, file.name)
    return fields


def write_services(services: Iterable[Service]) -> str:
    """The catalog as CSV, which `read_services` reads back to the same rows."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for one in services:
        value = "" if one.promise_value is None else f"{one.promise_value:g}"
        row = {name: getattr(one, "name" if name == "service" else name) for name in COLUMNS} | {"promise_value": value}
        flags = {name: "yes" if row[name] else "no" for name in ("inspection_counts_as_done", "sensitive")}
        writer.writerow({name: "" if cell is None else cell for name, cell in (row | flags).items()})
    return out.getvalue()


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{file.name} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file.name} is not text in UTF-8: save it as CSV UTF-8.") from error
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=text.split("\n", 1)[0].count))
    try:
        header = [_column(cell) for cell in next(reader, [])]
        if "service" not in header:
            raise InputError(f"{file.name} has no column `service`. Its columns may be: {', '.join(COLUMNS)}, promise.")
        rows = [(reader.line_num, dict(zip(header, row, strict=False))) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(f"{file.name} is not a CSV file that can be read: {error}.") from error
    if not rows:
        raise InputError(f"{file.name} has no service.")
    return rows


def _column(cell: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", cell.strip().lower()).strip("_")
    return SPELLINGS.get(name, name)


def _fields(row: Mapping[str, str], line: int, file: str) -> dict[str, Any]:
    """Fields of one Service; only those the file has columns for, so that a shorter file leaves the others as they are."""
    where = f"line {line} of {file}"
    name = (row.get("service") or "").strip()
    if not name:
        raise InputError(f"There is no service name in {where}.")
    fields: dict[str, Any] = {"name": name[:200], "slug": service_slug(name)[:200]}
    fields |= {column: (row[column] or "").strip() for column in ("code", "category", "department") if column in row}
    if "kind" in row:
        fields["kind"] = _one_of(row["kind"], KINDS, "kind", where)
    for column in ("inspection_counts_as_done", "sensitive"):
        if column in row:
            fields[column] = _flag(row[column], column, where)
    fields |= {column: _day(row.get(column) or "", column, where) for column in ("in_force_from", "in_force_to")}
    if {"promise", "promise_value"} & set(row):
        fields |= _promise(row, where)
    return fields


def _promise(row: Mapping[str, str], where: str) -> dict[str, Any]:
    """Value, unit and source, from two columns or from words such as `3 business days`."""
    words = (row.get("promise") or "").strip()
    value, unit = (row.get("promise_value") or "").strip(), (row.get("promise_unit") or "").strip().lower().replace(" ", "_")
    if words and not value:
        match = _PROMISE.fullmatch(words)
        if not match:
            raise InputError(f"The promise {words!r} in {where} is not understood: write `3 business days` or `48 hours`.")
        value, unit = (
            match[1],
            ("business" if (match[2] or "").lower() in {"business", "working"} else "calendar") + f"_{match[3].lower()}s",
        )
    if not value:
        return {"promise_value": None, "promise_unit": "", "promise_source": Service.Source.NONE}
    unit = unit if unit.startswith(("business_", "calendar_")) else f"calendar_{unit}"
    if unit not in UNITS:
        raise InputError(f"The promise in {where} has the unit {unit.removeprefix('calendar_')!r}: use one of {', '.join(UNITS)}.")
    source = (row.get("promise_source") or "published").strip().lower()
    if source not in {Service.Source.PUBLISHED, Service.Source.SUGGESTED}:
        raise InputError(f"promise_source in {where} is {source!r}: use published or suggested.")
    return {"promise_value": _amount(value, unit, where), "promise_unit": unit, "promise_source": source}


def _amount(text: str, unit: str, where: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1
    if not 0 <= amount <= 10_000 or (unit.endswith("days") and amount != int(amount)):
        raise InputError(f"The promise {text!r} in {where} is no number of {unit.replace('_', ' ')}: days are whole, nothing is negative.")
    return amount


def _one_of(text: str, known: Mapping[str, str], column: str, where: str) -> str:
    found = known.get((text or "").strip().lower())
    if found is None:
        choices = ", ".join(sorted(set(known.values())))
        raise InputError(f"{column} in {where} is {text!r}: use one of {choices}.")
    return found


def _flag(text: str, column: str, where: str) -> bool:
    word = (text or "").strip().lower()
    if word not in YES | NO:
        raise InputError(f"{column} in {where} is {text!r}: write yes or no.")
    return word in YES


def _day(text: str, column: str, where: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise InputError(f"{column} in {where} is {text!r}: write a date such as 2024-07-01.") from error


def _check_overlaps(rows: Iterable[Mapping[str, Any]], file: str) -> None:
    by_slug: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_slug.setdefault(row["slug"], []).append(row)
    for same in by_slug.values():
        check_periods(same[0]["name"], [(row["in_force_from"], row["in_force_to"]) for row in same], file)


def check_periods(name: str, periods: Iterable[tuple[date | None, date | None]], file: str) -> None:
    """Raise InputError where two promises of a service are in force on one day."""
    ordered = sorted((start or date.min, end or date.max) for start, end in periods)
    for start, end in ordered:
        if end < start:
            raise InputError(f"The promise of {name} in {file} ends on {end}, before it starts.")
    for (_, end), (start, _) in pairwise(ordered):
        if start <= end:
            raise InputError(f"{file} gives {name} two promises at once: end the first with in_force_to before the second starts.")
