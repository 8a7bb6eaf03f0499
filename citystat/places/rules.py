"""Decisions about places without I/O: codes, kinds, versions, and which boundaries are in force on a day."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from citystat.core.errors import InputError

CITY = "city"
DISTRICT_KINDS = ("council_district", "district", "ward")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,38}[a-z0-9]")
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d|21\d\d)(?!\d)")
_DATE = re.compile(r"(1[89]\d\d|20\d\d|21\d\d)(?:_(\d\d)_(\d\d))?")


@dataclass(frozen=True)
class Period:
    """The days on which one version is in force, both ends included; None is open."""

    version: str
    start: date | None
    end: date | None
    start_is_stated: bool = True

    def covers(self, day: date) -> bool:
        """Whether the version is in force on the day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def check_kind(kind: str) -> str:
    """The kind, if it can name a column of the warehouse."""
    if not _KIND.fullmatch(kind):
        raise InputError(f"{kind!r} cannot name a kind of place: use lower-case letters, digits and underscores, such as council_district.")
    return kind


def version_name(text: str) -> str:
    """A version in the form that can end a column name: lower case, words joined by underscores."""
    version = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    if not version or len(version) > 40:
        raise InputError(f"{text!r} cannot name a version of boundaries: use letters and digits, such as 2012.")
    return version


def default_version(file_name: str, in_force_from: date | None, fallback: date) -> str:
    """The version nobody stated: the last year in the file's name, else the year it came into force, else the fallback day."""
    years = _YEAR.findall(file_name)
    if years:
        return str(years[-1])
    return str(in_force_from.year) if in_force_from else version_name(fallback.isoformat())


def clean_code(value: object) -> str:
    """A place code as text: outer blanks and a stray `.0` removed; empty where there is none."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    text = " ".join(str(value).split())
    return text[:-2] if re.fullmatch(r"-?\d+\.0", text) else text


def comparable_code(code: str) -> str:
    """The form in which two spellings of one code are equal: case, leading zeros, punctuation and word order do not count.

    `MANHATTAN 01`, `01 MANHATTAN` and `Manhattan-1` are one place.
    """
    words = _WORD.findall(clean_code(code).casefold())
    return " ".join(sorted(word.lstrip("0") or "0" if word.isdigit() else word for word in words))


def code_finder(codes: Sequence[str], names: Sequence[str]) -> Callable[[str], str | None]:
    """A function from a code or name, as some source writes it, to the place's own code; None where it is no place's."""
    by_name = {comparable_code(name): code for code, name in zip(codes, names, strict=True)}
    by_code = {comparable_code(code): code for code in codes}
    own = frozenset(codes)

    def find(written: str) -> str | None:
        if written in own:
            return written
        key = comparable_code(written)
        return by_code.get(key) or by_name.get(key) if key else None

    return find


def district_of(places: Mapping[str, str]) -> str:
    """The code of the district the city works by, of kind -> code: the first kind of district it has."""
    return next((places[kind] for kind in DISTRICT_KINDS if kind in places), next(iter(places.values()), ""))


def code_order(code: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that puts 2 before 10: numbers inside a code compare as numbers."""
    parts = re.findall(r"\d+|\D+", code)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part.casefold()) for part in parts)


def implied_start(version: str) -> date | None:
    """The day a version named by a year or a date starts: 2012 on 1 January 2012."""
    match = _DATE.fullmatch(version)
    if not match:
        return None
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def periods_in_force(stated: Iterable[tuple[str, date | None, date | None]]) -> tuple[Period, ...]:
    """When each version (version, from, to as stated) of one kind is in force: periods in order that never overlap.

    A version without a stated start begins on the day its name says. The earliest also covers all days before, unless its start
    was stated. Each ends on the day before the next begins, or earlier where an end was stated.
    """
    periods = [Period(version, start or implied_start(version), end, start is not None) for version, start, end in stated]
    periods.sort(key=lambda period: (period.start or date.min, period.version))
    if periods and not periods[0].start_is_stated:
        periods[0] = replace(periods[0], start=None)
    for number, following in enumerate(periods[1:]):
        last_day = (following.start or date.min + timedelta(days=1)) - timedelta(days=1)
        own = periods[number]
        periods[number] = replace(own, end=min(last_day, own.end) if own.end else last_day)
    return tuple(periods)


def in_force(periods: Sequence[Period], day: date) -> Period | None:
    """The version in force on the day."""
    return next((period for period in periods if period.covers(day)), None)


def nearest_year(years: Iterable[int], year: int) -> int | None:
    """The year itself where it is known, else the nearest one; of two equally near, the earlier."""
    return min(years, key=lambda known: (abs(known - year), known), default=None)
