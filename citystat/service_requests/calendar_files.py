"""Read the city's business calendar from YAML. Returns fields or one sentence, saves nothing."""

import csv
import io
import os
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from citystat.core import yaml_files
from citystat.core.errors import InputError
from citystat.methods import durations
from citystat.service_requests import public_holidays

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
USUAL_HOURS: list[list[str] | None] = [["08:00", "17:00"]] * 5 + [None, None]
AFTER_HOURS = ("same_day", "next_business_day")
DUE_CLOCKS = ("end_of_day", "closing_time", "same_clock_time")


def read_calendar(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Fields of the stored calendar; docs/reference/service-catalog.md shows the file.

    Raises InputError, naming the file and what is wrong in it.
    """
    file = Path(path)
    return _values(_read(file), file)


def _read(file: Path) -> Mapping[str, Any]:
    values = yaml_files.read(file)
    if not isinstance(values, dict):
        raise InputError(f"{file.name} must hold names and values, such as `hours:` and `holidays:`.")
    return values


def _values(given: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """Fields of the Calendar row; unknown names and impossible values are refused by name."""
    _check_names(given, {"hours", "holidays", "after_hours", "due_clock"}, file)
    closed = given.get("holidays") or {}
    if not isinstance(closed, dict):
        raise InputError(f"`holidays` in {file.name} must hold names and values, such as `federal: true`.")
    _check_names(closed, {"federal", "state", "add", "remove", "file"}, file)
    state = str(closed.get("state") or "").upper()
    if state and not public_holidays.is_state(state):
        raise InputError(f"{state!r} in {file.name} is not a state: use two letters, such as MO.")
    return {
        "weekday_hours": _weekday_hours(given.get("hours") or {}, file),
        "federal_holidays": bool(closed.get("federal", True)),
        "state": state,
        "added_days": _own_dates(closed.get("file"), file) | _added(closed.get("add") or {}, file),
        "removed_days": sorted(_day(day, file) for day in closed.get("remove") or []),
        "after_hours": _choice(given, "after_hours", AFTER_HOURS, file),
        "due_clock": _choice(given, "due_clock", DUE_CLOCKS, file),
    }


def _check_names(given: Mapping[str, Any], known: set[str], file: Path) -> None:
    unknown = sorted(str(name) for name in given if name not in known)
    if unknown:
        raise InputError(f"{file.name} has a setting that does not exist: {unknown[0]}. Known ones: {', '.join(sorted(known))}.")


def _choice(given: Mapping[str, Any], name: str, choices: tuple[str, ...], file: Path) -> str:
    value = str(given.get(name, choices[0]))
    if value not in choices:
        raise InputError(f"{name} in {file.name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def _weekday_hours(given: Any, file: Path) -> list[list[str] | None]:
    """Seven entries from Monday; a key is a day or a range such as `monday-friday`, a day left out is closed."""
    if not isinstance(given, dict):
        raise InputError(f"`hours` in {file.name} must hold days and hours, such as `monday-friday: 08:00-17:00`.")
    if not given:
        return USUAL_HOURS
    week: list[list[str] | None] = [None] * 7
    for days, hours in given.items():
        first, _, last = str(days).lower().partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise InputError(f"{days!r} in {file.name} is not a day: use monday to sunday, or a range such as monday-friday.")
        for number in range(DAYS.index(first), DAYS.index(last or first) + 1):
            week[number] = _opening(hours, file)
    return week


def _opening(hours: Any, file: Path) -> list[str] | None:
    if hours in (None, False, "closed"):
        return None
    opens, _, closes = str(hours).partition("-")
    try:
        pair = [time.fromisoformat(text.strip().zfill(5)) for text in (opens, closes)]
        durations.OpeningHours(*pair)
    except ValueError as error:
        raise InputError(f"{hours!r} in {file.name} are no opening hours: use 08:00-17:00, or closed.") from error
    return [f"{one:%H:%M}" for one in pair]


def _added(given: Any, file: Path) -> dict[str, str]:
    if isinstance(given, list):
        given = dict.fromkeys(given, "Closed")
    if not isinstance(given, dict):
        raise InputError(f"`add` in {file.name} must hold dates and names, such as `2024-12-24: Christmas Eve`.")
    return {_day(day, file): str(name) for day, name in given.items()}


def _own_dates(name: Any, file: Path) -> dict[str, str]:
    """Own closed days from a CSV of date and name beside the YAML file."""
    if not name:
        return {}
    beside = file.parent / str(name)
    try:
        text = beside.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The file of own dates, {beside.name}, cannot be read.") from error
    rows = [row for row in csv.reader(io.StringIO(text)) if row and row[0].strip()]
    body = rows[1:] if rows and not rows[0][0].strip()[:1].isdigit() else rows
    return {_day(row[0], beside): row[1].strip() if len(row) > 1 else "Closed" for row in body}


def _day(value: Any, file: Path) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError as error:
        raise InputError(f"{value!r} in {file.name} is not a date: write 2024-12-24.") from error
