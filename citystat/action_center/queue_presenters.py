"""What the queue shows: the strip of counts, the filters, one page of requests, what came of a bulk act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from citystat.action_center import forms, queries, queue_rows
from citystat.service_requests.cases import offers
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.cases.queries import QueueFilters


@dataclass(frozen=True)
class Outcome:
    """What came of a bulk act for one request."""

    number: str
    sentence: str
    is_done: bool


@dataclass(frozen=True)
class Bulk:
    """What stands in the form of acts on several requests, and which are ticked."""

    chosen: frozenset[int] = frozenset()
    team: str = ""
    assignee: str = ""
    department: str = ""
    note: str = ""


def queue_page(user: Any, data: Any, page_text: str, outcomes: Sequence[Outcome] = (), bulk: Bulk | None = None) -> dict[str, Any]:
    """The context of the queue; `data` are the filters of the address, `bulk` what was typed and chosen and came to nothing."""
    bulk = bulk or Bulk()
    scopes = queries.scopes_of(queries.departments_of(user))
    form = forms.QueueForm(data, **lists_for(user, scopes))
    page_number = int(page_text) if page_text.isdecimal() and len(page_text) < 7 else 1
    filters, counted = form.filters(), cases.counts(user)
    # Without filters the queue is what was just counted.
    rows, total = cases.queue(user, filters, page_number, counted=counted["open"] if filters == QueueFilters() else None)
    return {
        "form": form,
        "counts": strip_of(counted),
        "rows": queue_rows.written(rows, timezone.now(), bulk.chosen),
        "total": total,
        "page": page_of(total, page_number),
        "outcomes": outcomes,
        "bulk": bulk,
        "done": sum(one.is_done for one in outcomes),
        "teams": queries.teams_in(scopes),
        "people": [(str(one.pk), str(one)) for one in queries.people_in(scopes)],
        "departments": queries.departments(),
        "has_scopes": bool(user.scopes()),
    }


def page_of(total: int, number: int) -> Page[Any]:
    """The page for the links; a number past the end is the last."""
    return Paginator(range(total), cases.ROWS_PER_PAGE).get_page(number)


def lists_for(user: Any, scopes: Sequence[Any]) -> dict[str, list[tuple[str, Any]]]:
    """What each filter offers this person."""
    own = queries.departments_of(user)
    mine = [offer for offer in offers.all_offers() if own is None or offer.service.department in own]
    return {
        "service": sorted(((offer.slug, offer.name) for offer in mine), key=lambda one: str(one[1]).casefold()),
        "district": list(queries.district_names().items()),
        "department": [(name, name) for name in (queries.departments() if own is None else own)],
        "team": [(name, name) for name in queries.teams_in(scopes)],
        "assignee": [(str(one.pk), str(one)) for one in queries.people_in(scopes)],
    }


def strip_of(found: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Label, number, and address of the filter that shows them."""
    base = reverse("action:queue")
    return [
        (_("Overdue"), found["overdue"], f"{base}?status=open&overdue=on"),
        (_("Due within a day"), found["today"], f"{base}?status=open"),
        (_("Not looked at yet"), found["new"], f"{base}?status=new"),
        (_("On hold"), found["held"], f"{base}?status=held"),
        (_("Waiting for an answer"), found["asked"], f"{base}?status=asked"),
        (_("Open in all"), found["open"], f"{base}?status=open"),
    ]
