"""From a measure, a goal or a budget line to the sessions, decisions and commitments that name it; for the public the public ones."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from citystat.stat_sessions.cycle import rules
from citystat.stat_sessions.models import Commitment, Decision, Release, Session, SessionTopic

RELEASED = (Session.Stage.RELEASED, Session.Stage.FOLLOWED_UP)
MOST = 50
MOST_RELEASES = 60


def sessions(*, measure: str = "", goal_code: str = "", staff: bool) -> list[Session]:
    """Sessions about a goal, or with a measure among their topics or in their packet; latest first."""
    rows = Session.objects.all() if staff else Session.objects.filter(kind__in=rules.IS_PUBLIC)
    if goal_code:
        return list(rows.filter(goal_code=goal_code).order_by("-starts_at", "-id")[:MOST])
    talked = SessionTopic.objects.filter(measure=measure, is_picked=True)
    talked = talked if staff else talked.filter(session__stage__in=RELEASED)
    named = Q(pk__in=talked.values("session")) | Q(pk__in=_with_packet_of(measure, staff=staff))
    return list(rows.filter(named).order_by("-starts_at", "-id")[:MOST])


def _with_packet_of(measure: str, *, staff: bool) -> list[int]:
    """Sessions whose newest packets hold the measure."""
    rows = Release.objects.filter(audience="staff" if staff else "public", language="en").order_by("-released_at", "-id")
    return [one.session_id for one in rows[:MOST_RELEASES] if measure in set(_measures_in(one.content))]


def _measures_in(content: Any) -> Iterator[str]:
    """Every name that stands under `measure` or `name` in a packet."""
    if isinstance(content, dict):
        yield from (value for key, value in content.items() if key in ("measure", "name") and isinstance(value, str))
    for part in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from _measures_in(part)


def decisions(*, measure: str = "", goal_code: str = "", budget_line: str = "", staff: bool) -> list[Decision]:
    """Decisions that name it, latest first; for the public those of public sessions that are followed up."""
    rows = Decision.objects.select_related("session", "topic").prefetch_related("votes", "corrections__by", "corrections__commitment")
    if not staff:
        rows = rows.filter(is_public=True, session__kind__in=rules.IS_PUBLIC, session__stage=Session.Stage.FOLLOWED_UP)
    return list(rows.filter(_naming(measure, goal_code, budget_line)).order_by("-decided_on", "-id")[:MOST])


def commitments(*, measure: str = "", goal_code: str = "", budget_line: str = "", staff: bool) -> list[Commitment]:
    """Commitments that name it, or that carry out a decision that names it; latest due first."""
    rows = Commitment.objects.select_related("owner", "session", "decision").prefetch_related("corrections__by", "corrections__commitment")
    rows = rows if staff else rows.filter(is_public=True)
    naming = _naming(measure, goal_code, budget_line)
    carried = Q(decision__in=Decision.objects.filter(naming).values("pk"))
    return list(rows.filter(naming | carried).order_by("-due_on", "-id")[:MOST])


def _naming(measure: str, goal_code: str, budget_line: str) -> Q:
    given = {"measure": measure, "goal_code": goal_code, "budget_line": budget_line}
    return Q(**{name: value for name, value in given.items() if value})


def budget_lines(*, staff: bool) -> list[str]:
    """Every budget line that a decision or a commitment names."""
    decided = Decision.objects.exclude(budget_line="")
    promised = Commitment.objects.exclude(budget_line="")
    if not staff:
        decided = decided.filter(is_public=True, session__kind__in=rules.IS_PUBLIC, session__stage=Session.Stage.FOLLOWED_UP)
        promised = promised.filter(is_public=True)
    return sorted({*decided.values_list("budget_line", flat=True), *promised.values_list("budget_line", flat=True)})
