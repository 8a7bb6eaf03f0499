"""What a report holds, and what every office file is made from: sections of lines, tables of typed cells and charts, in one language."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from citystat.plan.results import MeasureRow
from citystat.stat_sessions import few
from citystat.stat_sessions.content import Audience, Fact, Picture, Value, record_of
from citystat.stat_sessions.plain_values import plain

FORMAT = 1
TEXT = "text"


@dataclass(frozen=True)
class Column:
    """A column of a table; `unit` text, count, percent (of one), days, weeks, rate, decimal; `width` its share."""

    label: str
    unit: str = TEXT
    width: float = 1.0


@dataclass(frozen=True)
class Cell:
    """Words, or a number in its unit with its state; `sub` stands below in small."""

    text: str = ""
    number: float | None = None
    state: str = "ok"
    sub: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under their columns; the first cell of a row names it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: str = ""


@dataclass(frozen=True)
class Section:
    """A part with its heading; `finding` says in words what it shows and is the title of its slide."""

    key: str
    heading: str
    finding: str = ""
    lines: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Document:
    """One report as it is frozen. `period` is 2017-06, 2017-Q2 or 2017."""

    format: int
    kind: str
    period: str
    department: str
    city: str
    demo: bool
    language: str
    audience: Audience
    eyebrow: str
    title: str
    subtitle: str
    build: int
    as_of: str
    meta: tuple[Fact, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()


def words(text: str, sub: str = "") -> Cell:
    """A cell of words."""
    return Cell(text, sub=sub)


def number(value: float | None, unit: str = "", sub: str = "", state: str = "missing") -> Cell:
    """A cell with a number, or the state it is in without one."""
    return Cell(number=value, state="ok" if value is not None else state, sub=sub, unit=unit)


def figure(value: Value | None, unit: str = "") -> Cell:
    """A measured value: its number only where it may be shown, else its state."""
    if value is None:
        return Cell(state="missing", unit=unit)
    return Cell(number=value.value if value.is_known else None, state=value.state, unit=unit)


def of_row(row: MeasureRow | None, unit: str = "") -> Cell:
    """The value of a measure's row: its number, or the state it has instead of one."""
    if row is None:
        return Cell(state="missing", unit=unit)
    return Cell(number=row.value, state=row.state if row.value is None else "ok", unit=unit)


def explained(sections: Iterable[Section | None], least: int) -> tuple[Section, ...]:
    """The sections there are; the foot of each table says what stands in place of numbers. `least`: cases a figure takes."""
    return tuple(replace(one, tables=tuple(_explained(table, least) for table in one.tables)) for one in sections if one is not None)


def _explained(table: Table, least: int) -> Table:
    states = [
        cell.state
        for row in table.rows
        for cell, column in zip(row, table.columns, strict=True)
        if cell.number is None and not cell.text and (cell.unit or column.unit) != TEXT
    ]
    return replace(table, foot=" ".join(part for part in (table.foot, few.states_explained(states, least)) if part))


def as_dict(document: Document) -> dict[str, Any]:
    """Plain values for JSON, as JSON gives them back."""
    found: dict[str, Any] = json.loads(json.dumps(plain(document)))
    return found


def canonical(document: Document) -> bytes:
    """Bytes that depend on the content alone: sorted keys, no blanks, UTF-8."""
    return json.dumps(plain(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def checksum(document: Document) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def from_dict(values: Mapping[str, Any]) -> Document:
    """The document that `as_dict` wrote; one of another format is refused by its number."""
    if values.get("format") != FORMAT:
        raise ValueError(f"The stored report has format {values.get('format')!r}; this version reads format {FORMAT}.")
    return record_of(Document, values)
