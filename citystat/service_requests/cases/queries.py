"""Reads of live requests, for every role. Lists are bounded, in a fixed order, and ask the database at most twice."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from citystat.core import searching
from citystat.core.errors import NotFound
from citystat.people.models import User
from citystat.service_requests import rules
from citystat.service_requests.cases import offers, scopes
from citystat.service_requests.models import Event, Feedback, FollowUp, Photo, ServiceRequest, WorkOrder
from citystat.service_requests.models.cases import DUE_FIRST

NUMBER = re.compile(r"^\s*(?:#\s*)?(\d\d)-0*(\d{1,15})\s*$")
METERS_PER_DEGREE = 111_320.0
ROWS_PER_PAGE = 100
PUBLIC = ("public", "no_place")
QUEUE_LINE = (
    "opened_at", "due_at", "status", "resolution", "priority", "escalation_level", "reopened", "voices", "origin", "needs_review",
    "status_note", "transfers", "address", "latitude", "longitude", "district", "team", "department",
    "service__name", "assignee__name", "assignee__email",
)  # fmt: skip


@dataclass(frozen=True)
class QueueFilters:
    """What of the queue to show. Empty means all."""

    status: str = "open"
    department: str = ""
    district: str = ""
    team: str = ""
    assignee_id: int | None = None
    service: str = ""
    overdue: bool = False
    search: str = ""


@dataclass(frozen=True)
class Near:
    """An open report of the same kind nearby."""

    request: ServiceRequest
    meters: int


def by_number(text: str) -> ServiceRequest:
    """A request by what people call it; raises NotFound."""
    found = NUMBER.match(text)
    request = (
        ServiceRequest.objects.select_related("service", "parent", "reporter", "assignee").filter(pk=int(found[2])).first()
        if found
        else None
    )
    if request is None or found is None or f"{request.opened_at:%y}" != found[1]:
        raise NotFound(_("There is no request “%(number)s”.") % {"number": text.strip()[:40]})
    return request


def by_token(token: str) -> ServiceRequest:
    """A request by the private address its reporter has; raises NotFound."""
    request = ServiceRequest.objects.select_related("service", "parent", "reporter", "assignee").filter(tracking_token=token[:40]).first()
    if request is None:
        raise NotFound(_("This link leads to no request: it may be cut off."))
    return request


def public_by_number(text: str) -> ServiceRequest:
    """A request everyone may see; raises NotFound for others, as if there were none."""
    request = by_number(text)
    if request.visibility not in PUBLIC:
        raise NotFound(_("There is no request “%(number)s”.") % {"number": text.strip()[:40]})
    return request


def timeline(request: ServiceRequest, *, public_only: bool) -> list[Event]:
    """What happened, oldest first."""
    events = Event.objects.filter(request=request).select_related("by").order_by("at", "id")
    return list(events.filter(public=True) if public_only else events)


def photos_of(request: ServiceRequest, *, public_only: bool) -> list[Photo]:
    """Photos that were not removed, oldest first."""
    found = Photo.objects.filter(request=request, removed_at__isnull=True).order_by("id")
    return list(found.filter(public=True) if public_only else found)


def near(service: str, longitude: float, latitude: float, *, limit: int = 5) -> list[Near]:
    """Open public reports of the service within its own distance, nearest first: perhaps the same thing."""
    offer = offers.offer(service)
    meters = offer.form.duplicate_meters
    box = square_around(longitude, latitude, meters)
    found = ServiceRequest.objects.select_related("service").filter(
        service_slug=offer.slug, visibility="public", status__in=rules.OPEN_STATUSES, parent__isnull=True,
        opened_at__gte=timezone.now() - timedelta(days=offer.form.duplicate_days),
        latitude__gte=box[1], latitude__lte=box[3], longitude__gte=box[0], longitude__lte=box[2],
    )[:200]  # fmt: skip
    measured = [Near(one, round(distance(longitude, latitude, one.longitude or 0.0, one.latitude or 0.0))) for one in found]
    return sorted((one for one in measured if one.meters <= meters), key=lambda one: (one.meters, one.request.pk))[:limit]


def distance(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """Meters between two points a city apart at most: plane distance, within a percent below 70 degrees of latitude."""
    x = (other_longitude - longitude) * math.cos(math.radians((latitude + other_latitude) / 2))
    return METERS_PER_DEGREE * math.hypot(x, other_latitude - latitude)


def square_around(longitude: float, latitude: float, meters: float) -> tuple[float, float, float, float]:
    """West, south, east, north of a square of this half side around a point."""
    high = meters / METERS_PER_DEGREE
    wide = high / max(math.cos(math.radians(latitude)), 0.01)
    return longitude - wide, latitude - high, longitude + wide, latitude + high


def visible_to(user: Any) -> QuerySet[ServiceRequest]:
    """Requests in the person's queues and places; nothing without a scope."""
    return ServiceRequest.objects.filter(scopes.of(user))


def queue(user: Any, filters: QueueFilters, page: int = 1, *, counted: int | None = None) -> tuple[list[ServiceRequest], int]:
    """One page of the person's queue, what is due first at the top, and how many there are (`counted`, where that is known)."""
    found = visible_to(user)
    if filters.status == "open":
        found = found.filter(scopes.still_open())
    elif filters.status in rules.OPEN_STATUSES:
        found = found.filter(scopes.still_open((filters.status,)))
    elif filters.status:
        found = found.filter(status=filters.status)
    for name in ("department", "district", "team", "assignee_id"):
        if getattr(filters, name):
            found = found.filter(**{name: getattr(filters, name)})
    if filters.service:
        found = found.filter(service_slug=filters.service)
    if filters.overdue:
        found = found.filter(scopes.still_open(), due_at__lt=timezone.now())
    if filters.search:
        found = found.filter(_words(filters.search))
    total = found.count() if counted is None else counted
    # Only what a line of the queue says: making a hundred whole requests takes longer than finding them.
    rows = found.select_related("service", "assignee").only(*QUEUE_LINE).order_by(*DUE_FIRST)
    start = (max(page, 1) - 1) * ROWS_PER_PAGE
    return list(rows[start : start + ROWS_PER_PAGE]), total


def _words(text: str) -> Q:
    number = NUMBER.match(text)
    return Q(pk=int(number[2])) if number else searching.holds(text.strip()[:80], "address", "description")


def at_address(address: str, *, limit: int = 20) -> list[ServiceRequest]:
    """Requests at an address, newest first."""
    wanted = " ".join(address.split())
    return (
        list(
            ServiceRequest.objects.filter(searching.begins(wanted, "address"))
            .select_related("service")
            .order_by("-opened_at", "-id")[:limit]
        )
        if wanted
        else []
    )


def orders_for(user: Any, *, done_since: datetime | None = None) -> list[WorkOrder]:
    """A crew member's work: their own orders and those of their teams that nobody took, by place."""
    teams = [scope.team for scope in user.scopes() if scope.team]
    mine = Q(assignee=user) | (Q(assignee__isnull=True) & Q(team__in=teams) if teams else Q(pk__in=()))
    state = Q(status__in=["waiting", "started"]) | (Q(status="done", done_at__gte=done_since) if done_since else Q(pk__in=()))
    found = WorkOrder.objects.filter(mine, state).select_related("request", "request__service", "assignee")
    return sorted(
        found,
        key=lambda order: (
            order.status == "done",
            order.request.district,
            order.request.due_at or datetime.max.replace(tzinfo=timezone.get_default_timezone()),
            order.pk,
        ),
    )


def workload(user: Any) -> list[dict[str, Any]]:
    """Open and overdue requests by person within the supervisor's queues, the unassigned first: two statements."""
    now = timezone.now()
    rows: Any = (
        visible_to(user)
        .filter(scopes.still_open())
        # Grouped by the column itself, all requests would be read in the order of its index.
        .annotate(person=Coalesce("assignee_id", 0))
        .values("person")
        .annotate(
            open=Count("id"),
            overdue=Count("id", filter=Q(due_at__lt=now)),
            today=Count("id", filter=Q(due_at__gte=now, due_at__lt=now + timedelta(days=1))),
        )
    )
    people = User.objects.in_bulk([row["person"] for row in rows])
    counted = sorted(rows, key=lambda row: (row["person"] != 0, -row["overdue"], -row["open"], row["person"]))
    return [
        {name: row[name] for name in ("open", "overdue", "today")}
        | {"assignee_id": row["person"] or None, "assignee": people.get(row["person"])}
        for row in counted
    ]


def counts(user: Any) -> Mapping[str, int]:
    """Open, due within a day, overdue, on hold, waiting for an answer, in the person's queues: one statement."""
    now = timezone.now()
    return visible_to(user).filter(scopes.still_open()).aggregate(
        open=Count("id"), overdue=Count("id", filter=Q(due_at__lt=now)),
        today=Count("id", filter=Q(due_at__gte=now, due_at__lt=now + timedelta(days=1))),
        held=Count("id", filter=Q(status="held")), asked=Count("id", filter=Q(status="asked")), new=Count("id", filter=Q(status="new")),
        escalated=Count("id", filter=Q(escalation_level__gt=0)),
    )  # fmt: skip


def orphans() -> list[str]:
    """Services of the catalog no department owns."""
    return [offer.name for offer in offers.all_offers() if not offer.service.department]


def match_orders(external_ids: Sequence[str]) -> dict[str, list[str]]:
    """Reconcile with a department's own list of work orders: matched, only there, only here (requests without an order)."""
    wanted = {one.strip() for one in external_ids if one.strip()}
    known = dict(WorkOrder.objects.exclude(external_id="").values_list("external_id", "request_id"))
    open_requests = ServiceRequest.objects.filter(scopes.still_open())
    without = open_requests.exclude(pk__in=[known[one] for one in wanted & known.keys()])
    return {
        "matched": sorted(wanted & known.keys()),
        "orders_without_request": sorted(wanted - known.keys()),
        "requests_without_order": [request.number for request in without.order_by("id")[:10_000]],
    }


def satisfaction(since: datetime, *, by: str = "department") -> list[dict[str, Any]]:
    """Answers to the question after closing, by department or channel: asked, answered, response rate, mean score, share fixed."""
    field = {"department": "request__department", "channel": "request__channel"}[by]
    rows = Feedback.objects.filter(asked_at__gte=since).values(field).annotate(
        asked=Count("id"), answered=Count("answered_at"), scored=Count("score"),
        fixed=Count("id", filter=Q(is_fixed=True)), not_fixed=Count("id", filter=Q(is_fixed=False)),
    )  # fmt: skip
    totals = {
        row[field]: row["total"]
        for row in Feedback.objects.filter(asked_at__gte=since, score__isnull=False).values(field).annotate(total=Sum("score"))
    }
    found = []
    for row in sorted(rows, key=lambda row: row[field]):
        score = totals[row[field]] / row["scored"] if row["scored"] else None
        found.append(
            {
                "group": row[field],
                **{name: row[name] for name in ("asked", "answered", "scored", "fixed", "not_fixed")},
                "response_rate": row["answered"] / row["asked"],
                "score": score,
            }
        )
    return found


def escalation_index(since: datetime) -> dict[str, int]:
    """Requests with a sign of dissatisfaction and the signs themselves: a request escalated twice is one request and two escalations."""
    escalations = Event.objects.filter(kind="escalated", at__gte=since)
    unhappy = Feedback.objects.filter(answered_at__gte=since).filter(Q(score__lte=2) | Q(is_fixed=False))
    voices = Event.objects.filter(kind__in=["reopened"], at__gte=since)
    requests = set(escalations.values_list("request_id", flat=True)) | set(unhappy.values_list("request_id", flat=True))
    requests |= set(voices.values_list("request_id", flat=True))
    return {
        "requests": len(requests), "escalated_requests": escalations.values("request_id").distinct().count(),
        "escalations": escalations.count(), "low_scores": unhappy.count(), "reopened": voices.count(),
    }  # fmt: skip


def waiting_follow_ups(user: Any) -> list[FollowUp]:
    """Closed requests drawn for a look, oldest first."""
    return list(
        FollowUp.objects.filter(scopes.of(user, "request__"), outcome="waiting")
        .select_related("request", "request__service")
        .order_by("id")[:ROWS_PER_PAGE]
    )
