"""What a page or a packet places: a table, a chart with its words, its numbers and its downloads. Data only; templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Kind = Literal["text", "number", "date", "state", "signal"]


@dataclass(frozen=True)
class Column:
    """One column: its header with the unit in it, and what its cells are. Numbers and dates stand right-aligned."""

    label: str
    kind: Kind = "text"

    @property
    def is_right(self) -> bool:
        """Whether cells are aligned at their last digit."""
        return self.kind in {"number", "date"}


@dataclass(frozen=True)
class Link:
    """Where a cell or a download leads."""

    text: str
    url: str


@dataclass(frozen=True)
class Table:
    """Cells are texts already in the reader's form, or a Link; the first cell of a row names it.

    `is_keyed`: the first cell is a number or a key, which stays in one line.
    `stacks`: on a phone each row is a block with a label before each cell, for tables of words that would not fit side by side.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]
    hide_caption: bool = False
    stacks: bool = False
    is_keyed: bool = False


@dataclass(frozen=True)
class Figure:
    """A chart: the finding as title, how it is measured as subtitle, one specification per width, the same numbers as a table.

    `description` says in words what the picture shows, for those who do not see it. `key` names the marks to explain
    (improving, concerning, neutral, common_cause, incomplete, limits, target, center).
    """

    title: str
    subtitle: str
    description: str
    wide: dict[str, Any]
    narrow: dict[str, Any] | None = None
    table: Table | None = None
    links: tuple[Link, ...] = ()
    key: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    as_of: date | None = None
    build: int | None = None
