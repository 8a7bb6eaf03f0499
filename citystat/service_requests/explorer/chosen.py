"""The filters a reader has set, one by one, each with the address of the same question without it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.service_requests.explorer.filters import Filters
from citystat.service_requests.words import ORIGIN_WORDS, STATUS_WORDS, flag_word, kind_word


@dataclass(frozen=True)
class Chosen:
    """One filter that is set: what it is, its value in words, and the query of all the others."""

    name: str
    value: str
    query: str


def chosen(filters: Filters, services: Mapping[str, str], places: Mapping[str, str]) -> tuple[Chosen, ...]:
    """Every filter that is set; `services` and `places` are the names of slugs and of places written as kind and code."""
    return (
        *_text(filters),
        *_each(filters, "status", _("Status"), {name: str(word) for name, word in STATUS_WORDS.items()}),
        *_each(filters, "service", _("Service"), services),
        *_each(filters, "department", _("Department"), {}),
        *_place(filters, places),
        *_marks(filters),
        *_days(filters),
    )


def _each(filters: Filters, field: str, name: str, words: Mapping[str, str]) -> Iterable[Chosen]:
    """Several values of one filter, each of which can be taken away alone."""
    values: tuple[str, ...] = getattr(filters, field)
    for value in values:
        yield Chosen(name, words.get(value, value), filters.query(**{field: tuple(other for other in values if other != value)}))


def _text(filters: Filters) -> Iterable[Chosen]:
    if filters.text:
        yield Chosen(_("Words or request number"), f"“{filters.text}”", filters.query(text=""))


def _place(filters: Filters, places: Mapping[str, str]) -> Iterable[Chosen]:
    if filters.place:
        name = places.get(filters.place, filters.place_code) if filters.place_code else _("in none of them, or no point")
        # The table by place stays of the same kind: only the one place is taken away.
        yield Chosen(_capital(kind_word(filters.place_kind)), name, filters.query(place="", kind=filters.place_kind))


def _marks(filters: Filters) -> Iterable[Chosen]:
    if filters.origin:
        yield Chosen(_("Reported by"), str(ORIGIN_WORDS[filters.origin]), filters.query(origin=""))
    if filters.flag:
        yield Chosen(_("Flagged"), flag_word(filters.flag), filters.query(flag=""))
    if filters.overdue:
        yield Chosen(_("Only"), _("overdue"), filters.query(overdue=False))


def _days(filters: Filters) -> Iterable[Chosen]:
    ends: tuple[tuple[str, str, date | None], ...] = (
        ("opened_from", _("Opened from"), filters.opened_from),
        ("opened_to", _("Opened to"), filters.opened_to),
    )
    for field, name, day in ends:
        if day:
            gone: dict[str, Any] = {field: None}
            yield Chosen(name, formats.short_day(day), filters.query(**gone))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
