"""Thanks of residents, for the people who did the work and those who lead them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from citystat.service_requests.cases import scopes
from citystat.service_requests.models import Feedback

MOST = 50


@dataclass(frozen=True)
class Thanks:
    """What a resident wrote, about which request, and who did the work."""

    at: datetime
    text: str
    number: str
    service: str
    people: tuple[str, ...]


def thanks_for(user: Any, since: datetime) -> list[Thanks]:
    """Thanks for work the person had a part in, newest first."""
    part = Q(request__assignee=user) | Q(request__work_orders__assignee=user, request__work_orders__status="done")
    return _thanks(_since(since).filter(part).distinct())


def thanks_in(user: Any, since: datetime) -> list[Thanks]:
    """Thanks within a supervisor's queues, newest first."""
    return _thanks(_since(since).filter(scopes.of(user, "request__")))


def by_person(thanks: list[Thanks]) -> list[tuple[str, int]]:
    """How often each person was thanked, most often first."""
    counted: dict[str, int] = {}
    for one in thanks:
        for person in one.people:
            counted[person] = counted.get(person, 0) + 1
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _since(since: datetime) -> QuerySet[Feedback]:
    return Feedback.objects.filter(answered_at__gte=since).exclude(thanks="")


def _thanks(found: QuerySet[Feedback]) -> list[Thanks]:
    rows = found.select_related("request", "request__service", "request__assignee").prefetch_related("request__work_orders__assignee")
    return [
        Thanks(one.answered_at or one.asked_at, one.thanks, one.request.number, one.request.service.name, _people(one.request))
        for one in rows.order_by("-answered_at", "-pk")[:MOST]
    ]


def _people(request: Any) -> tuple[str, ...]:
    done = {str(order.assignee) for order in request.work_orders.all() if order.assignee and order.status == "done"}
    return tuple(sorted(done or ({str(request.assignee)} if request.assignee else set())))
