"""What was promised before: the commitments a session begins with, and how they read to each audience."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core.cities import current_city
from citystat.core.texts import said
from citystat.stat_sessions.content import Audience
from citystat.stat_sessions.cycle.content import FollowUp
from citystat.stat_sessions.models import Commitment, Session

UNRESOLVED = (Commitment.Status.OPEN, Commitment.Status.IN_REVIEW, Commitment.Status.ON_HOLD)
STATE_NAMES: dict[str, Promise] = {
    "not_due": gettext_lazy("Not due yet"),
    "overdue": gettext_lazy("Overdue"),
    "on_time": gettext_lazy("Done on time"),
    "late": gettext_lazy("Done after its day"),
    "in_review": gettext_lazy("Under review"),
    "overtaken": gettext_lazy("Overtaken by events"),
    "merged": gettext_lazy("Merged"),
    "on_hold": gettext_lazy("On hold"),
}


def state_of(row: Commitment, today: date) -> str:
    """The state of the GovEx list a commitment is in."""
    if row.status == Commitment.Status.DONE:
        return "on_time" if (row.done_on or today) <= row.first_due_on else "late"
    if row.status == Commitment.Status.OPEN:
        return "overdue" if row.due_on < today else "not_due"
    return str(row.status)


def earlier(session: Session) -> QuerySet[Commitment]:
    """Commitments of the sessions before this one: of its series, of the same goal or department where it has none."""
    before = Session.objects.filter(starts_at__lt=session.starts_at).exclude(pk=session.pk)
    if session.series_id:
        same = before.filter(series_id=session.series_id)
    elif session.goal_code or session.department:
        same = before.filter(goal_code=session.goal_code, department=session.department, kind=session.kind)
    else:
        same = before.filter(pk__in=[session.previous_id] if session.previous_id else [])
    return Commitment.objects.filter(session__in=same).select_related("owner")


def open_of(session: Session) -> QuerySet[Commitment]:
    """Those not resolved yet: they carry on from meeting to meeting until they are."""
    return earlier(session).filter(status__in=UNRESOLVED).order_by("due_on", "id")


def begins_with(session: Session) -> QuerySet[Commitment]:
    """Open ones first, then those resolved since the session before, and all that session itself was promised."""
    before = session.previous
    closed = Q(closed_at__gte=before.starts_at) | Q(session=before) if before else Q(pk__in=())
    return earlier(session).filter(Q(status__in=UNRESOLVED) | closed).order_by("due_on", "id")


def as_follow_ups(rows: Iterable[Commitment], *, today: date, audience: Audience, language: str) -> tuple[FollowUp, ...]:
    """Commitments as a packet or memo shows them, overdue first; to the public only the public ones."""
    shown = [row for row in rows if audience == "staff" or row.is_public]
    found = [_follow_up(row, today, audience, language) for row in shown]
    return tuple(sorted(found, key=lambda one: (not one.is_overdue, one.state in {"on_time", "late"}, one.due_on, one.number)))


def owner_name(row: Commitment, audience: Audience) -> str:
    """The owner as an audience may see them."""
    if audience == "staff" or current_city().shares_staff_names:
        return str(row.owner)
    return row.department or _("A city employee")


def _follow_up(row: Commitment, today: date, audience: Audience, language: str) -> FollowUp:
    state = state_of(row, today)
    return FollowUp(
        number=row.number,
        text=said(row, "text", language),
        owner=owner_name(row, audience),
        due_on=row.due_on.isoformat(),
        state=state,
        state_name=str(STATE_NAMES[state]),
        evidence=row.evidence if audience == "staff" or row.status == Commitment.Status.DONE else "",
        definition_of_done=said(row, "definition_of_done", language),
        is_overdue=state == "overdue",
    )
