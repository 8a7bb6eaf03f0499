"""Reads of commitments: lists, one with its history, counts by how they stand."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from citystat.core import clock, searching
from citystat.core.errors import NotFound
from citystat.stat_sessions.commitments import rules
from citystat.stat_sessions.models import Commitment


@dataclass(frozen=True)
class Choice:
    """What a list shows."""

    words: str = ""
    owner: int | None = None
    department: str = ""
    state: str = ""
    session: int | None = None
    measure: str = ""
    goal_code: str = ""


def commitments(choice: Choice, *, staff: bool) -> QuerySet[Commitment]:
    """Commitments by due date; those not public only for the staff."""
    rows = Commitment.objects.select_related("owner", "session", "merged_into").order_by("due_on", "id")
    if not staff:
        rows = rows.filter(is_public=True)
    exact = {"owner_id": choice.owner, "department": choice.department, "session_id": choice.session, "measure": choice.measure,
             "goal_code": choice.goal_code}  # fmt: skip
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if choice.words:
        rows = rows.filter(searching.holds(choice.words, "text", "text_es") | Q(number__iexact=choice.words))
    return rows.filter(_in_state(choice.state)) if choice.state else rows


def _in_state(state: str) -> Q:
    today = clock.today()
    conditions = {
        "unfinished": Q(status__in=rules.UNFINISHED),
        rules.OVERDUE: Q(status=rules.OPEN, due_on__lt=today),
        rules.NOT_YET_DUE: Q(status=rules.OPEN, due_on__gte=today),
        "finished": ~Q(status__in=rules.UNFINISHED),
    }
    return conditions.get(state, Q(status=state))


def commitment(number: str) -> Commitment:
    """One commitment with its owner and session; NotFound where there is none."""
    rows = Commitment.objects.select_related(
        "owner", "session", "topic", "decision", "submitted_by", "closed_by", "merged_into", "created_by"
    )
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no commitment %(number)s.") % {"number": number})
    return found


def standing(row: Commitment) -> rules.Standing:
    """How a commitment stands today."""
    return rules.standing(row.status, row.due_on, row.done_on, clock.today())


def counts(rows: Iterable[Commitment]) -> dict[str, int]:
    """How many stand how, every state named, so that the numbers add up to all of them."""
    found = Counter(standing(row).state for row in rows)
    return {state: found[state] for state in rules.STATES}


def of_measure(name: str, *, staff: bool) -> QuerySet[Commitment]:
    """Commitments about a measure, latest due first."""
    return commitments(Choice(measure=name), staff=staff).order_by("-due_on", "-id")


def of_goal(code: str, *, staff: bool) -> QuerySet[Commitment]:
    """Commitments about a goal, latest due first."""
    return commitments(Choice(goal_code=code), staff=staff).order_by("-due_on", "-id")


def departments() -> list[str]:
    """Departments that have commitments."""
    return list(Commitment.objects.exclude(department="").order_by("department").values_list("department", flat=True).distinct())


def unfinished() -> list[Any]:
    """Everything open or held, for reminders and escalations."""
    return list(Commitment.objects.select_related("owner", "session__chair", "session__analyst").filter(status=rules.OPEN))
