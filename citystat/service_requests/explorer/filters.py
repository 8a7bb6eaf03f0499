"""What a reader asked to see, parsed from the URL and turned back into it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.service_requests.rules import STATUSES

LONGEST_TEXT = 80
FLAG_PREFIX = "flag_"


@dataclass(frozen=True)
class Filters:
    """All conditions combine with *and*; several values of one condition combine with *or*. Empty means no condition.

    `kind` is no condition: it says by which kind of place the requests are counted.
    """

    status: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    origin: str = ""
    place: str = ""
    opened_from: date | None = None
    opened_to: date | None = None
    text: str = ""
    flag: str = ""
    overdue: bool = False
    kind: str = ""

    def query(self, **changes: Any) -> str:
        """The URL query of these filters, in one fixed order, with some changed."""
        other = replace(self, **changes) if changes else self
        pairs: list[tuple[str, str]] = [("status", value) for value in other.status]
        pairs += [("service", value) for value in other.service]
        pairs += [("department", value) for value in other.department]
        single = {
            "origin": other.origin,
            "place": other.place,
            "from": other.opened_from.isoformat() if other.opened_from else "",
            "to": other.opened_to.isoformat() if other.opened_to else "",
            "q": other.text,
            "flag": other.flag,
            "overdue": "1" if other.overdue else "",
            "kind": "" if other.place else other.kind,
        }
        return urlencode(pairs + [(name, value) for name, value in single.items() if value])

    @property
    def place_kind(self) -> str:
        """Kind of the place asked for, empty when none is."""
        return self.place.partition(":")[0]

    @property
    def place_code(self) -> str:
        """Code of the place asked for; empty means requests of no place of that kind."""
        return self.place.partition(":")[2]


def parse(query: Any) -> Filters:
    """Filters from a QueryDict; an impossible value is an InputError that names it."""
    filters = Filters(
        status=tuple(sorted({value for value in query.getlist("status") if value})),
        service=tuple(sorted({value for value in query.getlist("service") if value})),
        department=tuple(sorted({value for value in query.getlist("department") if value})),
        origin=query.get("origin", ""),
        place=query.get("place", ""),
        opened_from=_day(query, "from"),
        opened_to=_day(query, "to"),
        text=" ".join(query.get("q", "").split())[:LONGEST_TEXT],
        flag=query.get("flag", ""),
        overdue=query.get("overdue", "") in {"1", "on", "true"},
        kind=query.get("kind", "")[:LONGEST_TEXT],
    )
    _check(filters)
    return filters


def _day(query: Mapping[str, str], name: str) -> date | None:
    value = (query.get(name) or "").strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InputError(_("“%(value)s” is not a date: write it as year-month-day, for example 2017-06-30.") % {"value": value}) from None


def _check(filters: Filters) -> None:
    for value in filters.status:
        if value not in STATUSES:
            raise InputError(_("There is no status “%(value)s”.") % {"value": value})
    if filters.origin and filters.origin not in {"resident", "internal", "unknown"}:
        raise InputError(_("There is no origin “%(value)s”.") % {"value": filters.origin})
    if filters.opened_from and filters.opened_to and filters.opened_from > filters.opened_to:
        raise InputError(_("The first day is after the last day: exchange them."))
    if filters.place and ":" not in filters.place:
        raise InputError(_("A place is written as kind and code, for example council_district:3."))
