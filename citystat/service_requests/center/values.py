"""What cells of telephone and survey files hold: counts, seconds, shares, instants. A reason comes as ValueError."""

import re
from collections.abc import Sequence
from datetime import date, datetime

DAY_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%Y/%m/%d", "%Y %b %d", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%Y%m%d")
MONTH_FORMATS = ("%Y-%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%y", "%Y %b", "%b-%Y")
TIME_FORMATS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M%p", "%I %p", "%H:%M:%S.%f", "%H%M")
EMPTY = frozenset({"", "-", "n/a", "na", "null", "none", "."})
MOST = 10_000_000.0
FIRST_YEAR = 1970


def is_empty(text: str) -> bool:
    """Whether a cell says nothing."""
    return text.strip().casefold() in EMPTY


def number(text: str) -> float | None:
    """`1,204` -> 1204; None where empty; ValueError for what is no number from 0 up."""
    if is_empty(text):
        return None
    try:
        value = float(text.strip().rstrip("%").replace(",", ""))
    except ValueError:
        raise ValueError("not a number") from None
    if not 0 <= value < MOST:
        raise ValueError("a number below zero or impossibly large")
    return value


def count(text: str) -> int | None:
    """A whole number."""
    value = number(text)
    if value is not None and value != int(value):
        raise ValueError("not a whole number")
    return None if value is None else int(value)


def share(text: str) -> float | None:
    """`82%`, `82` or `0.82` -> 0.82; a number up to 1 without a percent sign is taken for a fraction."""
    value = number(text)
    if value is None:
        return None
    found = value / 100 if "%" in text or value > 1 else value
    if found > 1:
        raise ValueError("a share above 100 percent")
    return found


def seconds(text: str) -> float | None:
    """`35`, `0:35`, `00:04:12` -> seconds."""
    if ":" not in text:
        return number(text)
    parts = text.strip().split(":")
    if len(parts) > 3 or not all(re.fullmatch(r"\d+(\.\d+)?", part) for part in parts):
        raise ValueError("not a duration")
    total = 0.0
    for part in parts:
        total = total * 60 + float(part)
    return total


def instant(text: str, formats: Sequence[str] = ()) -> tuple[datetime, bool]:
    """A local instant without zone, or one with the zone the cell carries; and whether it says a time of day.

    An interval such as `08:00 - 08:30` is its start.
    """
    given = re.sub(r"\s+(-|–|to)\s+.*$", "", " ".join(text.replace("\ufeff", "").split()))
    if not given:
        raise ValueError("no date")
    for form in formats:
        found = _parsed(given, form)
        if found is not None:
            return _checked(found), "%H" in form or "%I" in form
    if re.fullmatch(r"\d{4}-\d\d-\d\d[T ].*", given):
        try:
            return _checked(datetime.fromisoformat(given.replace("Z", "+00:00"))), True
        except ValueError:
            pass
    for form in (*DAY_FORMATS, *MONTH_FORMATS):
        found = _parsed(given, form)
        if found is not None:
            return _checked(found), False
    return _checked(_with_time(given)), True


def _with_time(text: str) -> datetime:
    """`6/1/2017 8:30 AM`, `2017 Jun 01 08:30:00 AM`: the shortest beginning that is a day, then a time."""
    words = text.split(" ")
    for cut in range(1, len(words)):
        day, clock = " ".join(words[:cut]), " ".join(words[cut:])
        found = next((one for one in (_parsed(day, form) for form in DAY_FORMATS) if one), None)
        time = next((one for one in (_parsed(clock.upper(), form) for form in TIME_FORMATS) if one), None)
        if found and time:
            return datetime.combine(found.date(), time.time())
    raise ValueError("not a date")


def clock(text: str) -> int:
    """Minutes after midnight of `08:30`, `8:30 AM`, `830` or `8`."""
    given = re.sub(r"\s*(-|–|to)\s*.*$", "", " ".join(text.split())).upper()
    if re.fullmatch(r"\d{1,2}", given) and int(given) < 24:
        return int(given) * 60
    given = given.zfill(4) if given.isdigit() else given
    found = next((one for one in (_parsed(given, form) for form in TIME_FORMATS) if one), None)
    if found is None:
        raise ValueError("not a time of day")
    return found.hour * 60 + found.minute


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - local clock time; the city's zone is added by the caller
    except ValueError:
        return None


def _checked(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year <= date.max.year - 1:
        raise ValueError(f"a date in the year {value.year}")
    return value
