"""Decisions about reports without I/O: periods, how a year adds up, how far is far from a target, when a report counts as unread."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.utils.translation import gettext as _

from citystat.core.errors import InputError

# Palo Alto asked for words from 20 % off the target.
VARIANCE_THRESHOLD: Final = 0.2
# A report nobody opened for this many days is proposed for retirement.
UNREAD_AFTER_DAYS: Final = 90
FEWEST_MONTHS_TO_PROJECT: Final = 24
PATTERNS: Final = {
    "department_month": re.compile(r"(\d{4})-(0[1-9]|1[0-2])"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "year": re.compile(r"(\d{4})"),
}
EXAMPLES: Final = {"department_month": "2017-06", "quarter": "2017-Q2", "year": "2017"}
HowSummed = Literal["sum", "pooled", "last"]


@dataclass(frozen=True)
class Span:
    """The first and last day of a report's period."""

    start: date
    end: date

    @property
    def year_start(self) -> date:
        """January 1 of its year."""
        return date(self.end.year, 1, 1)


def span(kind: str, period: str) -> Span:
    """The days of a period; InputError with an example where it is not written as its kind wants."""
    pattern = PATTERNS.get(kind)
    found = pattern.fullmatch(period) if pattern else None
    if found is None or not 1990 <= int(found[1]) <= 2200:
        example = EXAMPLES.get(kind, "2017-Q2")
        raise InputError(
            _("“%(text)s” is not a period of this report: write it like %(example)s.") % {"text": period[:20], "example": example}
        )
    year = int(found[1])
    if kind == "year":
        return Span(date(year, 1, 1), date(year, 12, 31))
    first = int(found[2]) if kind == "department_month" else int(found[2]) * 3 - 2
    months = 1 if kind == "department_month" else 3
    return Span(date(year, first, 1), _first_of(year, first + months) - timedelta(days=1))


def quarter_before(one: Span) -> Span:
    """The quarter before a quarter."""
    end = one.start - timedelta(days=1)
    return Span(_first_of(end.year, end.month - 2), end)


def _first_of(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def how_summed(kind: str, over_periods: str) -> HowSummed:
    """How months become a year: counts and rates are added, shares divide the sums, the rest stands as its last value."""
    if kind in {"count", "per_capita"} or (kind == "value" and over_periods == "sum"):
        return "sum"
    return "pooled" if kind == "share" else "last"


def year_to_date(how: HowSummed, values: Sequence[float], parts: Sequence[tuple[float | None, float | None]]) -> float | None:
    """The year so far from its periods in order; None without any. `parts` are numerators and denominators for shares."""
    if not values:
        return None
    if how == "sum":
        return float(sum(values))
    if how == "pooled":
        tops, bottoms = [top for top, _low in parts], [low for _top, low in parts]
        whole = sum(low or 0 for low in bottoms)
        return sum(top or 0 for top in tops) / whole if whole else None
    return values[-1]


def variance(actual: float | None, target: float | None) -> float | None:
    """(actual - target) / |target|; None where either is not known or the target is 0."""
    return None if actual is None or not target else (actual - target) / abs(target)


def needs_words(actual: float | None, target: float | None, direction: str, threshold: float = VARIANCE_THRESHOLD) -> bool:
    """Whether the difference must be explained: farther from the target than the threshold; any miss where the target is 0."""
    if actual is None or target is None:
        return False
    if target == 0:
        return actual > 0 if direction != "increase" else actual < 0
    return abs(actual - target) > threshold * abs(target) * (1 + 1e-12)


def is_unread(first_on: date, last_opened_on: date | None, today: date, days: int = UNREAD_AFTER_DAYS) -> bool:
    """Whether nobody opened it for the set time, which has passed since it first appeared."""
    return (today - (max(first_on, last_opened_on) if last_opened_on else first_on)).days >= days
