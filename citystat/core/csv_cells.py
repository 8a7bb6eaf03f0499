"""Cells of CSV files that people open in a spreadsheet."""

from datetime import date
from typing import Any, Final

FORMULA_STARTS: Final = frozenset({"=", "+", "-", "@", "\t", "\r"})


def safe(value: Any) -> Any:
    """The same cell; a text a spreadsheet would take for a formula has an apostrophe before it. Numbers stay numbers, days are ISO 8601."""
    if isinstance(value, str) and value[:1] in FORMULA_STARTS:
        return f"'{value}"
    return value.isoformat() if isinstance(value, date) else value
