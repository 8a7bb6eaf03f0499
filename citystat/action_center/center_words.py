"""Numbers of the contact center in the reader's form."""

from collections.abc import Sequence
from datetime import time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.core.figures import Column, Table

DASH = "–"


def count(value: float | int | None, decimals: int = 0) -> str:
    """A number, a dash where it is not known."""
    return DASH if value is None else formats.number(value, decimals)


def percent(value: float | None, decimals: int = 0) -> str:
    """A share, likewise."""
    return DASH if value is None else formats.percent(value, decimals)


def money(value: Decimal | None, decimals: int = 2) -> str:
    """Dollars, likewise."""
    return DASH if value is None else f"${formats.number(float(value), decimals)}"


def clock(minute: int) -> str:
    """08:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def hour(minute: int) -> str:
    """`8:30 AM`, as the reader says it."""
    return formats.clock(time(minute // 60, minute % 60))


def share_of(value: float | None, of: int | None) -> str:
    """`82% of 1,204`."""
    if value is None or not of:
        return DASH
    return _("%(share)s of %(n)s") % {"share": formats.percent(value, 1 if value < 0.095 else 0), "n": formats.number(of)}


def interval(low: float | None, high: float | None) -> str:
    """`72% to 87%`."""
    return "" if low is None or high is None else _("%(low)s to %(high)s") % {"low": formats.percent(low), "high": formats.percent(high)}


def noted(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Table:
    """A table whose last column is a note; where no row has one, the column is left out."""
    if not any(row[-1] for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return Table(caption, tuple(columns), [tuple(row) for row in rows], hide_caption=True)
