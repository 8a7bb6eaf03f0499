"""Names of columns as exports write them, compared without case, blanks or punctuation."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OWN_PREFIX = "citystat_"


def normalized(name: str) -> str:
    """The form in which headers are compared: letters and digits only, lower case, no byte-order mark."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in text if letter.isalnum())


def cleaned(name: str) -> str:
    """A header as it is shown and kept: without byte-order mark and stray blanks."""
    return " ".join(name.replace("\ufeff", "").replace("\x00", "").split())


@dataclass(frozen=True)
class Column:
    """One column of a staged file: `c7` in SQL, the header it had, and its compared form."""

    position: int
    header: str
    key: str

    @property
    def sql(self) -> str:
        """Its name in the staged file."""
        return f"c{self.position}"

    @property
    def is_own(self) -> bool:
        """Whether CityStat wrote it (a quarantine file that comes back)."""
        return self.header.casefold().startswith(OWN_PREFIX)


def columns_of(headers: Sequence[str]) -> tuple[Column, ...]:
    """Columns with distinct headers: a blank one is numbered, a name that comes again gets its count."""
    seen: dict[str, int] = {}
    columns = []
    for position, raw in enumerate(headers):
        header = cleaned(raw) or f"column {position + 1}"
        key = normalized(header) or f"column{position + 1}"
        seen[key] = count = seen.get(key, 0) + 1
        if count > 1:
            header, key = f"{header} ({count})", f"{key}#{count}"
        columns.append(Column(position, header, key))
    return tuple(columns)


def find(columns: Iterable[Column], spellings: Sequence[str]) -> Column | None:
    """The column named by the first spelling that is present."""
    by_key = {column.key: column for column in columns}
    for spelling in spellings:
        column = by_key.get(normalized(spelling))
        if column is not None:
            return column
    return None
