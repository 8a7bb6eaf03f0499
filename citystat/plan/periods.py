"""Calendar periods: their keys, their days, and the SQL that numbers the period of a date."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from citystat.core.errors import InputError

UNITS = ("day", "week", "month", "quarter", "year", "fiscal_year")
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12, "fiscal_year": 12}
EPOCH = date(1970, 1, 1)
FIRST_MONDAY = date(1970, 1, 5)
MOST_PERIODS = 20_000


@dataclass(frozen=True)
class Period:
    """One period; both days belong to it. Consecutive periods have consecutive indices."""

    unit: str
    index: int
    key: str
    start: date
    end: date


def check_unit(unit: str) -> None:
    """Refuse a unit that is not one of UNITS."""
    if unit not in UNITS:
        raise InputError(f"There is no period {unit!r}: use {', '.join(UNITS)}.")


def index_of(unit: str, day: date, fiscal_start: int = 1) -> int:
    """The number of the period that contains the day."""
    if unit == "day":
        return (day - EPOCH).days
    if unit == "week":
        return (day - FIRST_MONDAY).days // 7
    return (day.year * 12 + day.month - 1 - _shift(unit, fiscal_start)) // MONTHS_IN[unit]


def index_sql(unit: str, column: str, fiscal_start: int = 1) -> str:
    """The same as SQL over a date expression."""
    if unit == "day":
        return f"date_diff('day', DATE '{EPOCH}', {column})"
    if unit == "week":
        return f"CAST(floor(date_diff('day', DATE '{FIRST_MONDAY}', {column}) / 7.0) AS BIGINT)"
    if unit == "month":
        return f"year({column}) * 12 + month({column}) - 1"
    if unit == "quarter":
        return f"year({column}) * 4 + quarter({column}) - 1"
    if unit == "year" or fiscal_start == 1:
        return f"year({column})"
    return f"CASE WHEN month({column}) < {int(fiscal_start)} THEN year({column}) - 1 ELSE year({column}) END"


def period_at(unit: str, index: int, fiscal_start: int = 1) -> Period:
    """The period with this number."""
    if unit == "day":
        start = EPOCH + timedelta(days=index)
        end = start
    elif unit == "week":
        start = FIRST_MONDAY + timedelta(weeks=index)
        end = start + timedelta(days=6)
    else:
        start = _first_day(index * MONTHS_IN[unit] + _shift(unit, fiscal_start))
        last = _first_day(index * MONTHS_IN[unit] + _shift(unit, fiscal_start) + MONTHS_IN[unit] - 1)
        end = last.replace(day=monthrange(last.year, last.month)[1])
    return Period(unit, index, _key(unit, start, end), start, end)


def periods_between(unit: str, start: date, end: date, fiscal_start: int = 1) -> tuple[Period, ...]:
    """Every period that has a day in the range, in order; the range may not run backwards."""
    check_unit(unit)
    if end < start:
        raise InputError(f"The range ends ({end}) before it starts ({start}): swap the two dates.")
    first, last = index_of(unit, start, fiscal_start), index_of(unit, end, fiscal_start)
    if last - first >= MOST_PERIODS:
        raise InputError(f"The range holds more than {MOST_PERIODS:,} periods: choose a shorter one or a longer period.")
    return tuple(period_at(unit, index, fiscal_start) for index in range(first, last + 1))


def parse_period(text: str, fiscal_start: int = 1) -> Period:
    """A period from its key: 2017-06, 2017-Q2, 2017, FY2016-17, 2017-W23 or 2017-06-30."""
    for unit, pattern in _PATTERNS.items():
        if match := pattern.fullmatch(text.strip()):
            try:
                return period_at(unit, index_of(unit, _day_in(unit, match, fiscal_start), fiscal_start), fiscal_start)
            except ValueError:
                break
    raise InputError(f"{text!r} is not a period: write a month such as 2017-06, or 2017-Q2, 2017, FY2016-17, 2017-W23, 2017-06-30.")


_PATTERNS = {
    unit: re.compile(pattern, re.ASCII)
    for unit, pattern in {
        "month": r"(\d{4})-(\d{1,2})",
        "quarter": r"(\d{4})-[Qq]([1-4])",
        "year": r"(\d{4})",
        "fiscal_year": r"[Ff][Yy](\d{4})(?:-\d{2})?",
        "week": r"(\d{4})-[Ww](\d{1,2})",
        "day": r"(\d{4})-(\d{1,2})-(\d{1,2})",
    }.items()
}


def _day_in(unit: str, match: re.Match[str], fiscal_start: int) -> date:
    numbers = [int(group) for group in match.groups() if group is not None]
    if unit == "week":
        return date.fromisocalendar(numbers[0], numbers[1], 1)
    if unit == "quarter":
        return date(numbers[0], numbers[1] * 3 - 2, 1)
    if unit == "fiscal_year":
        return date(numbers[0], fiscal_start, 1)
    return date(*[*numbers, 1, 1][:3])


def _shift(unit: str, fiscal_start: int) -> int:
    return fiscal_start - 1 if unit == "fiscal_year" else 0


def _first_day(month_number: int) -> date:
    return date(month_number // 12, month_number % 12 + 1, 1)


def _key(unit: str, start: date, end: date) -> str:
    if unit == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02d}"
    if unit == "fiscal_year":
        return f"FY{start.year}" if start.year == end.year else f"FY{start.year}-{end.year % 100:02d}"
    keys = {"day": start.isoformat(), "month": f"{start:%Y-%m}", "quarter": f"{start.year}-Q{start.month // 3 + 1}"}
    return keys.get(unit, str(start.year))
