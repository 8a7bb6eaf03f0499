"""Rows of a CSV file of any encoding and delimiter, plain or gzipped, and what became of each."""

import csv
import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from citystat.core.errors import InputError
from citystat.service_requests.center.layout_files import Header
from citystat.service_requests.loading import plain_text, sniffing

REJECTED_SHOWN = 20
LONGEST_CELL = 1_000_000


@dataclass(frozen=True)
class Row:
    """One row with its line in the file."""

    line: int
    cells: tuple[str, ...]

    def text(self, place: int | None) -> str:
        """The cell at a place; empty where the file has no such column."""
        return self.cells[place].strip() if place is not None and place < len(self.cells) else ""


@dataclass(frozen=True)
class Opened:
    """A file being read: its header and its rows, one after the other."""

    name: str
    sha256: str
    header: Header
    rows: Iterator[Row]


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The file as rows; InputError for what is no CSV."""
    csv.field_size_limit(LONGEST_CELL)
    with tempfile.TemporaryDirectory(prefix="citystat-center-") as folder:
        found = sniffing.sniff(path)
        if found.format != "csv":
            raise InputError(f"{path.name} is {found.format}: save it as CSV and load that.")
        plain = plain_text.plain(found, Path(folder))
        with plain.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.reader(file, delimiter=found.delimiter)
            header = next(reader, [])
            yield Opened(path.name, _sha256(path), Header(header), _rows(reader, path.name))


def _rows(reader: "csv._reader", file: str) -> Iterator[Row]:  # type: ignore[name-defined]
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(reader.line_num, tuple(cells))
    except csv.Error as error:
        raise InputError(f"{file}, line {reader.line_num}: {error}.") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass
class Account:
    """Rows read = loaded + unchanged + superseded + rejected; for each rejected row its line and the reason."""

    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    superseded: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, str | int]] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Rows no use could be made of."""
        return self.reasons.total()

    def reject(self, line: int, reason: str) -> None:
        """One more row that cannot be used."""
        self.reasons[reason] += 1
        if len(self.examples) < REJECTED_SHOWN:
            self.examples.append({"line": line, "reason": reason})

    def settle(self, outcome: str) -> None:
        """One more row that was loaded, unchanged or superseded."""
        setattr(self, outcome, getattr(self, outcome) + 1)

    def check(self, file: str) -> None:
        """Raise InputError where nothing could be used, or where rows were lost: then nothing is kept."""
        if self.read == 0:
            raise InputError(f"{file} has a header and no rows: there is nothing to load.")
        if self.rejected == self.read:
            first = self.examples[0]
            raise InputError(f"No row of {file} could be used; line {first['line']}: {first['reason']}.")
        if self.read != self.loaded + self.unchanged + self.superseded + self.rejected:
            raise InputError(f"Not every row of {file} is accounted for, so nothing was loaded: please report this.")
