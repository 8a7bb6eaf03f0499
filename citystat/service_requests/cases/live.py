"""Reads for pages that show the day as it is: what is due, what was escalated, what changed last, what an area waits for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from citystat.service_requests.cases import queries, scopes
from citystat.service_requests.models import ServiceRequest
from citystat.service_requests.models.cases import DUE_FIRST

MOST = 200


def due_within(user: Any, now: datetime, time: timedelta) -> list[ServiceRequest]:
    """Open requests of the person's queues that come due within the time, soonest first."""
    found = queries.visible_to(user).filter(scopes.still_open(), due_at__gte=now, due_at__lt=now + time)
    return list(found.select_related("service", "assignee").order_by(*DUE_FIRST)[:MOST])


def escalated(user: Any) -> list[ServiceRequest]:
    """Open requests of the person's queues that were escalated, the highest and longest due first."""
    order = ("-escalation_level", "due_at", "pk")
    # First which, from the index of open requests alone, then their rows: joined at once, every request of a service is read.
    found = queries.visible_to(user).filter(scopes.still_open(), escalation_level__gt=0).order_by(*order).values("pk")[:MOST]
    return list(ServiceRequest.objects.filter(pk__in=found).select_related("service", "assignee").order_by(*order))


def public() -> QuerySet[ServiceRequest]:
    """Requests everyone may know of."""
    return ServiceRequest.objects.filter(visibility__in=queries.PUBLIC)


def last_changed(found: QuerySet[ServiceRequest], limit: int = 50) -> list[ServiceRequest]:
    """The requests something happened to last, newest first: one statement."""
    return list(found.select_related("service", "assignee").order_by("-updated_at", "-pk")[:limit])


def totals(found: QuerySet[ServiceRequest], since: datetime) -> Mapping[str, int]:
    """Open, opened and closed since an instant: one statement of three counts, each by an index of its own."""
    conditions = {
        "open": scopes.still_open(), "opened": Q(opened_at__gte=since), "closed": Q(closed_at__gte=since, status="closed"),
    }  # fmt: skip
    counts = [
        found.order_by().filter(condition).annotate(what=Value(name)).values("what").annotate(many=Count("pk")).values_list("what", "many")
        for name, condition in conditions.items()
    ]
    return dict.fromkeys(conditions, 0) | dict(counts[0].union(*counts[1:], all=True))


def outstanding(kind: str, code: str, service: str = "", limit: int = MOST) -> list[ServiceRequest]:
    """Open public requests of a place that show where they are, oldest first."""
    found = ServiceRequest.objects.filter(scopes.still_open(), visibility="public", parent__isnull=True, **{f"places__{kind}": code})
    if service:
        found = found.filter(service_slug=service)
    return list(found.select_related("service").order_by("opened_at", "pk")[:limit])
