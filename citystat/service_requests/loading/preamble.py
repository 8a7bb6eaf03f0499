"""Lines before the header of a CSV: `sep=;`, the title of a report, the day it was made. They are read past."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import Final

DELIMITERS: Final = (",", ";", "\t", "|")
# A report names itself in a few lines; what stands further down is no title.
MOST_LINES: Final = 15
LOOKED_AT: Final = 60
FEWEST_COLUMNS: Final = 3


@dataclass(frozen=True)
class Start:
    """The delimiter, and how many lines stand before the header."""

    delimiter: str
    lines: int = 0


def start_of(text: str) -> Start:
    """Where the header of a CSV is, and what separates its columns."""
    said = _said(text)
    if said:
        rest = text.split("\n", 1)[1] if "\n" in text else ""
        return Start(said, 1 + (_before(rest, said) or 0))
    first = text.lstrip("\r\n").split("\n", 1)[0]
    usual = _most_of(first)
    # A title may have a comma; a line with several is more likely a header, which no other delimiter may then break up.
    others = [one for one in DELIMITERS if one != usual] if first.count(usual) < FEWEST_COLUMNS - 1 else []
    tried = ((one, _before(text, one)) for one in (usual, *others))
    return next((Start(one, lines) for one, lines in tried if lines is not None), Start(usual, _blank(text)))


def _said(text: str) -> str:
    """The delimiter that spreadsheets are told in a first line such as `sep=;`."""
    first = text.split("\n", 1)[0].strip("\r\"' ")
    return first[4:5] if first.lower().startswith("sep=") and first[4:5] in DELIMITERS and not first[5:].strip() else ""


def _most_of(line: str) -> str:
    counts = {delimiter: line.count(delimiter) for delimiter in DELIMITERS}
    best = max(counts, key=lambda delimiter: (counts[delimiter], delimiter == ","))
    return best if counts[best] else ","


def _blank(text: str) -> int:
    """How many blank lines a text begins with."""
    return len(text[: len(text) - len(text.lstrip("\r\n"))].replace("\r\n", "\n"))


def _before(text: str, delimiter: str) -> int | None:
    """How many lines stand before the first record that is as wide as most: far narrower ones, each a line; None if in doubt."""
    records = _records(text, delimiter)
    widths = Counter(len(record) for record, _ in records if len(record) >= FEWEST_COLUMNS)
    usual = widths.most_common(1)[0][0] if widths else 0
    line = 0
    for record, end in records if usual else ():
        if len(record) == usual and 2 * _filled(record) > usual:
            return line if line <= MOST_LINES and 2 * sum(map(_is_name, record)) > usual else None
        if 2 * _filled(record) > usual or end > line + 1:
            return None
        line = end
    return None


def _filled(record: list[str]) -> int:
    return sum(bool(field.strip()) for field in record)


def _is_name(field: str) -> bool:
    return any(letter.isalpha() for letter in field)


def _records(text: str, delimiter: str) -> list[tuple[list[str], int]]:
    """The first records, each with the number of the line it ends on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[tuple[list[str], int]] = []
    try:
        for record in reader:
            records.append((record, reader.line_num))
            if len(records) >= LOOKED_AT:
                break
    except csv.Error:
        pass
    return records
