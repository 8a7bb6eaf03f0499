"""Overdue requests climb the reporting line: one step an interval, at most three steps, each step one event."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from citystat.core.errors import InputError
from citystat.people.models import WorkScope
from citystat.service_requests import rules
from citystat.service_requests.cases import actions, scopes
from citystat.service_requests.models import Event, ServiceRequest

INTERVAL = timedelta(days=1)
MOST_OF_A_RUN = 1_000
RUNNING = tuple(status for status in rules.OPEN_STATUSES if status not in rules.PAUSING)


def due_for_a_step(now: datetime, interval: timedelta, most: int) -> list[ServiceRequest]:
    """Overdue requests whose clock runs and whose last step is an interval ago, the longest overdue first."""
    found = ServiceRequest.objects.filter(scopes.still_open(RUNNING), due_at__lt=now, escalation_level__lt=rules.MOST_ESCALATIONS)
    overdue = list(found.select_related("assignee").order_by("due_at", "pk")[: most * 2])
    steps = Event.objects.filter(kind="escalated", request_id__in=[one.pk for one in overdue if one.escalation_level])
    last = dict(steps.values("request_id").annotate(last=Max("at")).values_list("request_id", "last"))
    return [one for one in overdue if one.pk not in last or last[one.pk] + interval <= now][:most]


def escalate_overdue(*, now: datetime | None = None, interval: timedelta = INTERVAL, most: int = MOST_OF_A_RUN) -> dict[str, int]:
    """Raise each overdue request one step; a second run within the interval raises none again. `left` waits for the next run."""
    if interval <= timedelta(0) or most < 1:
        raise InputError("The interval and the number of requests of a run must be more than nothing.")
    instant = now or timezone.now()
    found = due_for_a_step(instant, interval, most + 1)
    above = superiors()
    raised = 0
    for one in found[:most]:
        try:
            actions.escalate(by=None, request_id=one.pk, reason=reason(one, instant, above))
        except InputError:
            continue  # Somebody closed or raised it in the meantime.
        raised += 1
    return {"escalated": raised, "left": max(len(found) - most, 0)}


def reason(one: ServiceRequest, now: datetime, above: dict[int, Any]) -> str:
    """Since when it is overdue, and who it goes to."""
    days = (now - one.due_at).days if one.due_at else 0
    to = superior_of(one, one.escalation_level + 1, above)
    return f"Overdue since {one.due_at:%Y-%m-%d} ({days} days)." + (f" Goes to {to}." if to else "")


def superiors() -> dict[int, Any]:
    """Who each person reports to."""
    scopes = WorkScope.objects.filter(reports_to__isnull=False).select_related("reports_to").order_by("pk")
    return {scope.user_id: scope.reports_to for scope in scopes}


def superior_of(one: ServiceRequest, steps: int, above: dict[int, Any]) -> Any:
    """The person so many steps above whoever has the request; None where the line ends or nobody has it."""
    person = one.assignee
    for _step in range(steps):
        if person is None or person.pk not in above:
            return None
        person = above[person.pk]
    return person
