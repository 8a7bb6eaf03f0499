"""Reads for pages that show the day as it is: what is due, what was escalated, what changed last, what an area waits for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from citystat.service_requests import rules
from citystat.service_requests.cases import queries
from citystat.service_requests.models import ServiceRequest

MOST = 200


def due_within(user: Any, now: datetime, time: timedelta) -> list[ServiceRequest]:
    """Open requests of the person's queues that come due within the time, soonest first."""
    found = queries.visible_to(user).filter(status__in=rules.OPEN_STATUSES, due_at__gte=now, due_at__lt=now + time)
    return list(found.select_related("service", "assignee").order_by("due_at", "priority", "pk")[:MOST])


def escalated(user: Any) -> list[ServiceRequest]:
    """Open requests of the person's queues that were escalated, the highest and longest due first."""
    found = queries.visible_to(user).filter(status__in=rules.OPEN_STATUSES, escalation_level__gt=0)
    return list(found.select_related("service", "assignee").order_by("-escalation_level", "due_at", "pk")[:MOST])


def public() -> QuerySet[ServiceRequest]:
    """Requests everyone may know of."""
    return ServiceRequest.objects.filter(visibility__in=queries.PUBLIC)


def last_changed(found: QuerySet[ServiceRequest], limit: int = 50) -> list[ServiceRequest]:
    """The requests something happened to last, newest first: one statement."""
    return list(found.select_related("service", "assignee").order_by("-updated_at", "-pk")[:limit])


def totals(found: QuerySet[ServiceRequest], since: datetime) -> Mapping[str, int]:
    """Open, opened and closed since an instant: one statement."""
    return found.aggregate(
        open=Count("id", filter=Q(status__in=rules.OPEN_STATUSES)),
        opened=Count("id", filter=Q(opened_at__gte=since)),
        closed=Count("id", filter=Q(closed_at__gte=since, status="closed")),
    )


def outstanding(kind: str, code: str, service: str = "", limit: int = MOST) -> list[ServiceRequest]:
    """Open public requests of a place that show where they are, oldest first."""
    found = ServiceRequest.objects.filter(
        visibility="public", status__in=rules.OPEN_STATUSES, parent__isnull=True, **{f"places__{kind}": code}
    )
    if service:
        found = found.filter(service_slug=service)
    return list(found.select_related("service").order_by("opened_at", "pk")[:limit])
