"""What the page of saved analyses shows, and how a saved question becomes an address again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.core import formats
from citystat.core.errors import InputError, NotFound
from citystat.plan import access as plan_access
from citystat.plan import analyses
from citystat.plan import queries as plan
from citystat.plan.models import SavedAnalysis
from citystat.service_requests import access as request_access
from citystat.service_requests import saved_searches
from citystat.service_requests.explorer.filters import Filters, parse
from citystat.service_requests.models import SavedSearch
from citystat.service_requests.words import ORIGIN_WORDS, STATUS_WORDS, flag_word
from citystat.warehouse.connections import Warehouse
from citystat.web.measures import figures
from citystat.web.measures.parameters import Asked
from citystat.web.measures.words import group_word, key_word


@dataclass(frozen=True)
class Saved:
    """One line of the list."""

    name: str
    what: str
    asks: str
    owner: str
    saved_on: date
    url: str
    delete_url: str


def list_page(user: Any) -> dict[str, Any]:
    """Everything saved that the reader may open, by name."""
    found = [_of_measure(one, user) for one in plan.saved_analyses() if _is_visible(one, user)]
    found += [_of_search(one, user) for one in saved_searches.searches()]
    return {"saved": sorted(found, key=lambda one: one.name.lower())}


def saved_analysis(number: int, user: Any) -> SavedAnalysis:
    """One saved analysis the person may see; raises NotFound."""
    found = plan.saved_analyses().filter(pk=number).first()
    if found is None or not _is_visible(found, user):
        raise NotFound(_("This analysis was deleted, or never saved."))
    return found


def parameters(asked: Asked, *, follows: bool) -> dict[str, Any]:
    """The question of a measure page, to be saved; a range that follows new data is kept as its number of months."""
    months = (asked.end.year - asked.start.year) * 12 + asked.end.month - asked.start.month + 1
    span = {"last": months} if follows else {"from": f"{asked.start:%Y-%m}", "to": f"{asked.end:%Y-%m}"}
    where = {key: list(values) for key, values in asked.where}
    return {"by": list(asked.by), "where": where, "cohort": asked.cohort, **span}


def address(saved: SavedAnalysis, warehouse: Warehouse) -> str:
    """The measure page a saved analysis asks for, with the range as it stands in this build."""
    question = analyses.question_from(saved.parameters, plan.measure(saved.measure), warehouse)
    start, end = question.days(warehouse.as_of)
    asked = Asked(start, end, tuple(sorted((key, tuple(values)) for key, values in question.where.items())), question.by, question.cohort)
    return f"{reverse('web:measure', args=[saved.measure])}?{asked.query()}"


def _is_visible(saved: SavedAnalysis, user: Any) -> bool:
    try:
        return plan_access.can_see(user, plan.measure(saved.measure))
    except NotFound:
        return False


def _of_measure(saved: SavedAnalysis, user: Any) -> Saved:
    may_delete = plan_access.can_change(user, saved)
    return Saved(
        name=saved.name,
        what=plan.measure(saved.measure).label.in_(figures.language()),
        asks=question_words(saved.parameters),
        owner=str(saved.owner),
        saved_on=saved.updated_at.date(),
        url=reverse("web:open_analysis", args=[saved.pk]),
        delete_url=reverse("web:delete_analysis", args=[saved.pk]) if may_delete else "",
    )


def _of_search(saved: SavedSearch, user: Any) -> Saved:
    may_delete = request_access.can_delete_search(user, saved)
    return Saved(
        name=saved.name,
        what=_("Requests in the explorer"),
        asks=search_words(saved.query),
        owner=str(saved.owner),
        saved_on=saved.created_at.date(),
        url=reverse("web:open_search", args=[saved.pk]),
        delete_url=reverse("web:delete_search", args=[saved.pk]) if may_delete else "",
    )


def question_words(asked: Mapping[str, Any]) -> str:
    """Groups, filters and range of a saved analysis in words."""
    parts = [_("by %(key)s") % {"key": key_word(key)} for key in asked.get("by", ())]
    parts += [f"{key_word(key)}: {', '.join(_value(value) for value in values)}" for key, values in asked.get("where", {}).items()]
    if asked.get("last"):
        parts.append(ngettext("the newest %(count)s month", "the newest %(count)s months", asked["last"]) % {"count": asked["last"]})
    else:
        parts.append(_("%(first)s to %(last)s") % {"first": formats.short_month(asked["from"]), "last": formats.short_month(asked["to"])})
    return " · ".join(parts)


def _value(value: str) -> str:
    return group_word(None if value == "(none)" else value)


def search_words(query: str) -> str:
    """Filters of the explorer in words."""
    try:
        filters = parse(QueryDict(query))
    except InputError:
        filters = Filters()
    place = f"{key_word(filters.place_kind)}: {_value(filters.place_code or '(none)')}" if filters.place else ""
    parts = [
        ", ".join(str(STATUS_WORDS[value]) for value in filters.status),
        ", ".join(filters.service),
        ", ".join(filters.department),
        f"“{filters.text}”" if filters.text else "",
        place,
        str(ORIGIN_WORDS[filters.origin]) if filters.origin else "",
        flag_word(filters.flag) if filters.flag else "",
        _("overdue") if filters.overdue else "",
    ]
    if filters.opened_from or filters.opened_to:
        ends = [formats.short_day(day) if day else "…" for day in (filters.opened_from, filters.opened_to)]
        parts.append(" – ".join(ends))
    return " · ".join(part for part in parts if part) or _("all requests")


def explorer_address(saved: SavedSearch) -> str:
    """The explorer with the filters of a saved search."""
    return f"{reverse('requests:explore')}?{saved.query}"


def again(url: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """The context of the form shown again with what was typed."""
    return {"save_url": url, "save_query": typed.get("query", ""), "name": typed.get("name", ""), "follows": "follows" in typed}


def back_to(path: str, query: str) -> str:
    """The page the form was on."""
    return f"{path}?{QueryDict(query).urlencode()}" if query else path
