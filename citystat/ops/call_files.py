"""Call volumes from a telephone system's export: one row an interval, with its calls."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from citystat.core.errors import InputError

# The names exports use, in the order of preference; Kansas City publishes `Total Received`.
CALLS = ("calls", "offered", "calls_offered", "total_received", "received", "total_calls", "call_volume")
STARTS = ("interval", "start", "time", "interval_start", "hour", "half_hour", "date", "day")


@dataclass(frozen=True)
class Interval:
    """One interval as the file names it, and its offered calls."""

    start: str
    calls: float


def read(path: Path) -> list[Interval]:
    """The intervals in the order of the file; raises InputError, with the line, for what is no number of calls."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} cannot be read as text: {error}.") from error
    reader = csv.DictReader(io.StringIO(text))
    names = {re.sub(r"[^a-z0-9]+", "_", (name or "").strip().casefold()).strip("_"): name for name in reader.fieldnames or ()}
    calls = next((names[name] for name in CALLS if name in names), None)
    start = next((names[name] for name in STARTS if name in names), None)
    if calls is None or start is None:
        raise InputError(f"{path.name} needs a column with the interval ({STARTS[0]}) and one with the calls ({CALLS[0]}).")
    return [Interval((row[start] or "").strip(), _number(row[calls], reader.line_num, path.name)) for row in reader]


def _number(text: str | None, line: int, file: str) -> float:
    try:
        value = float((text or "0").replace(",", ""))
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise InputError(f"{file}, line {line}: {text!r} is not a number of calls.")
    return value
