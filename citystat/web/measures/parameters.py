"""What a measure page was asked for, read from the address and written back into it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.plan import queries as plan
from citystat.plan.definitions import Measure
from citystat.warehouse.connections import Warehouse

YEARS_SHOWN = 3
# Measures given less often show more years, so that there is something to see.
LONGER = {"month": 1, "quarter": 3, "year": 8}
LONGEST_YEARS = 30
RESERVED = frozenset({"from", "to", "by", "cohort", "width", "page", "period", "format"})


@dataclass(frozen=True)
class Asked:
    """A range of whole months, what the rows are limited to, how they are split, which cohort."""

    start: date
    end: date
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    by: tuple[str, ...] = ()
    cohort: str | None = None

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The limits as `plan.queries` takes them."""
        return dict(self.where)

    def query(self, **changes: Any) -> str:
        """The address of these choices, some changed."""
        other = replace(self, **changes) if changes else self
        pairs = [("from", f"{other.start:%Y-%m}"), ("to", f"{other.end:%Y-%m}")]
        pairs += [(key, value) for key, values in other.where for value in values]
        pairs += [("by", key) for key in other.by]
        pairs += [("cohort", other.cohort)] if other.cohort else []
        return urlencode(pairs)


def asked(query: Any, measure: Measure, warehouse: Warehouse) -> Asked:
    """Parse the address; the last three years up to the as-of month unless it says otherwise. InputError names what is wrong."""
    last = _month(query.get("to"), default=month_of(plan.last_day(measure.name, warehouse.number)))
    first = _month(query.get("from"), default=months_before(last, YEARS_SHOWN * 12 * LONGER[measure.period] - 1))
    if first > last:
        raise InputError(_("The first month is after the last month: exchange them."))
    if last.year - first.year > LONGEST_YEARS:
        raise InputError(_("At most %(years)s years can be shown at once.") % {"years": LONGEST_YEARS})
    keys = plan.group_keys(measure.name, warehouse.number)
    where = {key: tuple(value for value in query.getlist(key) if value) for key in query if key not in RESERVED}
    unknown = sorted(key for key in where if key.partition("@")[0] not in keys)
    if unknown:
        raise InputError(_("This measure cannot be limited by “%(key)s”.") % {"key": unknown[0]})
    by = tuple(value for value in query.getlist("by") if value)
    return Asked(
        first, month_end(last), tuple(sorted((key, values) for key, values in where.items() if values)), by, query.get("cohort") or None
    )


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def months_before(month: date, count: int) -> date:
    """The month so many months earlier."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def month_end(month: date) -> date:
    """The last day of the month."""
    return date.fromordinal(months_before(month, -1).toordinal() - 1)


def last_month(end: date, as_of: date) -> date:
    """The last month of the range that is over on the as-of date."""
    last_over = month_of(as_of) if month_end(month_of(as_of)) <= as_of else months_before(month_of(as_of), 1)
    return min(month_of(end), last_over)


def _month(text: str | None, default: date) -> date:
    if not text:
        return default
    try:
        return date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        raise InputError(_("“%(value)s” is not a month: write it as year-month, for example 2017-06.") % {"value": text[:40]}) from None


def where_words(filters: Mapping[str, tuple[str, ...]]) -> str:
    """The limits in a few words, for headings."""
    return ", ".join(", ".join(values) for values in filters.values())
