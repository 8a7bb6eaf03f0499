"""The live page: the same requests read at the same moment, as an agent, an employee, a supervisor or a resident sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.action_center import queries, words
from citystat.core import formats
from citystat.core.access import has_right
from citystat.core.cities import current_city
from citystat.service_requests import rules
from citystat.service_requests.cases import live
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.models import ServiceRequest

SECONDS = 5


@dataclass(frozen=True)
class View:
    """One way to look at the day: its name, the right it needs, what it says beside every request."""

    name: str
    label: Any
    right: str


VIEWS = {
    one.name: one
    for one in (
        View("resident", gettext_lazy("Residents"), "public"),
        View("agent", gettext_lazy("Call takers"), "take_contacts"),
        View("employee", gettext_lazy("Department staff"), "work_requests"),
        View("supervisor", gettext_lazy("Supervisors"), "supervise_requests"),
    )
}


def views_for(user: Any) -> list[View]:
    """The views a person may see."""
    return [view for view in VIEWS.values() if has_right(user, view.right)]


def requests_of(view: View, user: Any) -> QuerySet[ServiceRequest]:
    """What a view may show: residents what is public, call takers everything, staff their queues and places."""
    if view.name == "resident":
        return live.public()
    return ServiceRequest.objects.all() if view.name == "agent" else cases.visible_to(user)


def live_page(user: Any, view: View) -> dict[str, Any]:
    """The context of the page."""
    now = timezone.now()
    midnight = datetime.combine(now.astimezone(current_city().zone).date(), time(), tzinfo=current_city().zone)
    found = requests_of(view, user)
    totals = live.totals(found, midnight)
    return {
        "view": view,
        "views": views_for(user),
        "seconds": SECONDS,
        "at": formats.clock(now.astimezone(current_city().zone).time()),
        "totals": [(_("Open"), totals["open"]), (_("Opened today"), totals["opened"]), (_("Closed today"), totals["closed"])],
        "rows": rows(view, live.last_changed(found), now),
        "columns": columns(view),
        "rows_url": reverse("action:live_rows", args=[view.name]),
    }


def columns(view: View) -> list[str]:
    """Headers of the table: what everyone sees, then what the view adds."""
    more = {
        "resident": [], "agent": [_("Department")], "employee": [_("Given to")],
        "supervisor": [_("Department"), _("Given to"), _("Escalated")],
    }  # fmt: skip
    return [_("Number"), _("Status"), _("Service"), _("District"), _("Due"), _("Last change"), *more[view.name]]


def rows(view: View, found: Sequence[ServiceRequest], now: datetime) -> list[dict[str, Any]]:
    """One line a request; status, due date and last change come from the same row in every view."""
    return [{"number": one.number, "url": url_of(view, one), "cells": cells(view, one, now)} for one in found]


def url_of(view: View, one: ServiceRequest) -> str:
    """The request's page for this reader."""
    if view.name in {"employee", "supervisor"}:
        return reverse("action:case", args=[one.number])
    return f"/requests/{one.number}/" if view.name == "resident" else ""


def cells(view: View, one: ServiceRequest, now: datetime) -> list[str]:
    """What stands beside the number."""
    is_open = one.status in rules.OPEN_STATUSES
    shows_place = view.name != "resident" or one.visibility == "public"
    owner = str(one.assignee) if one.assignee else one.team or _("Nobody yet")
    common = [
        words.word(words.STATUS_WORDS, one.status),
        one.service.name,
        queries.district_names().get(one.district, one.district) if shows_place else "–",
        words.at(one.due_at) if is_open and one.due_at else "–",
        words.at(one.updated_at),
    ]
    more = {
        "resident": [],
        "agent": [one.department],
        "employee": [owner],
        "supervisor": [one.department, owner, str(one.escalation_level)],
    }
    return common + more[view.name]
