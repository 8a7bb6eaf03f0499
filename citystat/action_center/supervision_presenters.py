"""What a supervisor sees: due today, overdue with reasons, escalations, workload, looks at closed requests, what residents say."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from citystat.action_center import queue_presenters, queue_rows, words
from citystat.action_center.supervision_forms import DrawForm, LookForm
from citystat.core import formats
from citystat.core.figures import Column, Link, Table
from citystat.service_requests.cases import follow_ups, live, recognition
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.cases.queries import QueueFilters
from citystat.service_requests.models import ServiceRequest

LOOK_BACK = timedelta(days=90)
SHORT_SEED = 100_000
# Lists of the page lead on to the whole ones.
MOST_SHOWN = 12


def supervise_page(user: Any, draw: DrawForm | None = None, looked: LookForm | None = None, looked_at: int = 0) -> dict[str, Any]:
    """The context of the page; a form that was refused comes back with what was typed."""
    now = timezone.now()
    since = now - LOOK_BACK
    counted = cases.counts(user)
    overdue, overdue_total = cases.queue(user, QueueFilters(overdue=True), counted=counted["overdue"])
    thanks = recognition.thanks_in(user, since)
    return {
        "counts": queue_presenters.strip_of(counted),
        "today": today_table(live.due_within(user, now, timedelta(days=1)), now),
        "overdue": overdue_table(overdue[:MOST_SHOWN], now),
        "overdue_total": overdue_total,
        "escalated": escalated_table(live.escalated(user), now),
        "workload": workload_table(cases.workload(user)),
        "draw_form": draw or DrawForm(initial={"size": 20, "seed": secrets.randbelow(SHORT_SEED)}),
        "looks": [look(one, looked if one.pk == looked_at else None, now) for one in cases.waiting_follow_ups(user)],
        "look_outcomes": [(words.word(words.LOOK_WORDS, name), count) for name, count in follow_ups.outcomes(user, since).items()],
        "by_department": satisfaction_table(_("By department"), cases.satisfaction(since, by="department"), {}),
        "by_channel": satisfaction_table(_("By channel"), cases.satisfaction(since, by="channel"), words.CHANNEL_WORDS),
        "index": cases.escalation_index(since),
        "thanks": [(words.at(one.at), one.text, one.number, ", ".join(one.people)) for one in thanks[:MOST_SHOWN]],
        "thanks_total": len(thanks),
        "thanked": recognition.by_person(thanks),
    }


def link_to(one: ServiceRequest) -> Link:
    """The request's number, which leads to its page."""
    return Link(one.number, reverse("action:case", args=[one.number]))


def today_table(rows: list[ServiceRequest], now: datetime) -> Table | None:
    """What is due within a day."""
    columns = (Column(_("Number")), Column(_("What and where")), Column(_("Due")), Column(_("Given to")))
    cells = [(link_to(one), what_and_where(one), words.due(one.due_at, now), owner_of(one)) for one in rows]
    return Table(_("Due within a day"), columns, cells, hide_caption=True, stacks=True) if cells else None


def overdue_table(rows: list[ServiceRequest], now: datetime) -> Table | None:
    """What is overdue and what keeps it: the process, never a person."""
    columns = (Column(_("Number")), Column(_("What and where")), Column(_("Overdue by")), Column(_("What keeps it")))
    cells = [
        (link_to(one), what_and_where(one), words.span((now - one.due_at).total_seconds()) if one.due_at else "", reason_of(one))
        for one in rows
    ]
    return Table(_("Overdue"), columns, cells, hide_caption=True, stacks=True) if cells else None


def escalated_table(rows: list[ServiceRequest], now: datetime) -> Table | None:
    """Open requests that were escalated, the highest first."""
    columns = (Column(_("Number")), Column(_("What and where")), Column(_("Step"), "number"), Column(_("Due")), Column(_("Given to")))
    cells = [
        (link_to(one), what_and_where(one), formats.number(one.escalation_level), words.due(one.due_at, now), owner_of(one)) for one in rows
    ]
    return Table(_("Escalated"), columns, cells, hide_caption=True, stacks=True) if cells else None


def workload_table(rows: list[dict[str, Any]]) -> Table | None:
    """Open requests by person."""
    columns = (Column(_("Person")), Column(_("Open"), "number"), Column(_("Due within a day"), "number"), Column(_("Overdue"), "number"))
    base = reverse("action:queue")
    cells = []
    for row in rows:
        name = str(row["assignee"] or _("Nobody yet"))
        first = Link(name, f"{base}?status=open&assignee={row['assignee_id']}") if row["assignee_id"] else name
        cells.append((first, *(formats.number(row[one]) for one in ("open", "today", "overdue"))))
    return Table(_("Open requests by person"), columns, cells, hide_caption=True, stacks=True) if cells else None


def satisfaction_table(caption: str, rows: list[dict[str, Any]], names: dict[str, Any]) -> Table | None:
    """Scores beside the share that answered: without it a score says little."""
    columns = (
        Column(_("Group")), Column(_("Asked"), "number"), Column(_("Answered"), "number"), Column(_("Response rate"), "number"),
        Column(_("Mean score, 1 to 5"), "number"), Column(_("Not fixed"), "number"),
    )  # fmt: skip
    cells = [
        (
            words.word(names, row["group"]) if names else row["group"] or _("none"),
            formats.number(row["asked"]),
            formats.number(row["answered"]),
            formats.percent(row["response_rate"]),
            "–" if row["score"] is None else formats.number(row["score"], 1),
            formats.number(row["not_fixed"]),
        )
        for row in rows
    ]
    return Table(caption, columns, cells) if cells else None


def what_and_where(one: ServiceRequest) -> str:
    """`Pothole, 12 Main St`."""
    return f"{one.service.name}, {queue_rows.place_of(one)}"


def owner_of(one: ServiceRequest) -> str:
    """Who has it."""
    return str(one.assignee) if one.assignee else one.team or _("Nobody yet")


def reason_of(one: ServiceRequest) -> str:
    """Where the request stands still."""
    if one.status == "new":
        found = _("Nobody has taken it up.")
    elif one.status == "held":
        found = _("On hold: %(why)s") % {"why": one.status_note}
    elif one.status == "asked":
        found = _("Waiting for the resident's answer.")
    elif one.status == "assigned":
        found = _("Assigned to %(name)s, not started.") % {"name": owner_of(one)}
    else:
        found = _("Work has started.")
    more = [_("Handed over %(count)s×.") % {"count": one.transfers}] if one.transfers else []
    more += [_("Opened again %(count)s×.") % {"count": one.reopened}] if one.reopened else []
    return " ".join([found, *more])


def look(one: Any, form: LookForm | None, now: datetime) -> dict[str, Any]:
    """A closed request that waits for a look, with its form."""
    request = one.request
    return {
        "id": one.pk,
        "link": link_to(request),
        "what": what_and_where(request),
        "closed": words.age(request.closed_at, now) if request.closed_at else "",
        "ended": words.word(words.RESOLUTION_WORDS, request.resolution) if request.resolution else "",
        "note": request.status_note,
        "drawn": one.drawn_by_rule,
        "is_open": form is not None,
        "form": form or LookForm(auto_id=f"look-{one.pk}-%s"),
    }
