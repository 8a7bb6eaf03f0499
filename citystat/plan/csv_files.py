"""CSV files as offices save them: UTF-8 with or without a mark, UTF-16 or Windows; commas, semicolons or tabs. Pure: bytes in, rows out."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from citystat.core.errors import InputError

LONGEST_CELL = 100_000
SEPARATORS = {",": ",", ";": ";", "\t": "\t"}
# Excel writes this line so that it finds its own separator again.
TOLD = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)
WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Line:
    """One row of a file: the line it begins on, its cells by column, and what is wrong with its shape (empty where nothing is)."""

    number: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True)
class File:
    """What a file holds. `ignored` are columns nobody asked for; `encoding` and `separator` are how it was read."""

    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    lines: tuple[Line, ...]
    encoding: str
    separator: str


def read(name: str, content: bytes, *, columns: Sequence[str], needed: Sequence[str], most_rows: int) -> File:
    """Rows with the known columns. Raises InputError, in one sentence, for what is no such file."""
    text, encoding = decoded(name, content)
    told = TOLD.match(text)
    lead = text[: told.end()].count("\n") if told else 0
    body = text[told.end() :] if told else text
    separator = told.group(1) if told and told.group(1) in SEPARATORS else _separator(body, columns)
    header, lines = _rows(name, body, separator, lead, most_rows)
    _check_header(name, header, columns, needed)
    ignored = tuple(one for one in header if one and one not in columns)
    kept = tuple(Line(line.number, {key: cell for key, cell in line.cells.items() if key in columns}, line.problem) for line in lines)
    return File(tuple(one for one in header if one in columns), ignored, kept, encoding, separator)


def decoded(name: str, content: bytes) -> tuple[str, str]:
    """The text of a file and how it was written. Windows-1252 is what is left when it is no Unicode."""
    if content.startswith(WORKBOOK):
        raise InputError(_("%(file)s is a workbook: save its sheet as CSV.") % {"file": name})
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    raise InputError(_("%(file)s is not a text file: save it as CSV UTF-8.") % {"file": name})


def _separator(text: str, columns: Sequence[str]) -> str:
    """The one that finds most of the known columns in the first line; a comma where none does."""
    first = text.split("\n", 1)[0]
    names = {one: {part.strip().strip('"').strip().casefold() for part in first.split(one)} for one in SEPARATORS}
    return max(SEPARATORS, key=lambda one: len(names[one] & set(columns)))


def _rows(name: str, text: str, separator: str, lead: int, most_rows: int) -> tuple[list[str], list[Line]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number, lines = lead + 1, []
    try:
        header = [one.strip().casefold().replace(" ", "_") for one in next(reader, [])]
        number = lead + reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(_line(number, header, cells))
            if len(lines) > most_rows:
                raise InputError(_("%(file)s has more than %(count)s rows: split it.") % {"file": name, "count": f"{most_rows:,}"})
            number = lead + reader.line_num + 1
    except csv.Error as error:
        raise InputError(_("%(file)s, line %(line)s: this is not CSV (%(why)s).") % {"file": name, "line": number, "why": error}) from error
    return header, lines


def _line(number: int, header: Sequence[str], cells: Sequence[str]) -> Line:
    problem = ""
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        problem = _("It has %(n)s cells and the first line has %(wanted)s: put quotes around a text with the separator in it.") % {
            "n": len(cells), "wanted": len(header),
        }  # fmt: skip
    elif max(map(len, cells)) > LONGEST_CELL:
        problem = _("A cell is longer than %(count)s characters.") % {"count": f"{LONGEST_CELL:,}"}
    return Line(number, {key: cell.strip() for key, cell in zip(header, [*cells, *[""] * len(header)], strict=False)}, problem)


def _check_header(name: str, header: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> None:
    words = {"file": name, "columns": ", ".join(columns)}
    for one in needed:
        if one not in header:
            raise InputError(_("%(file)s has no column %(column)s in its first line. Columns are %(columns)s.") % {**words, "column": one})
    for one in columns:
        if header.count(one) > 1:
            raise InputError(_("%(file)s has the column %(column)s twice: keep one.") % {**words, "column": one})
