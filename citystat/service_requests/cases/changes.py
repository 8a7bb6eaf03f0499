"""The frame of every change to a request: lock it, check, change, append the event, store, tell; all in one transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from citystat.core import clock, inserts, outbox
from citystat.service_requests import rules
from citystat.service_requests.cases import appointment_ending, messages
from citystat.service_requests.models import Event, ServiceRequest, Subscription


def add_event(
    request: ServiceRequest, kind: str, *, by: Any, channel: str = "", public: bool = False, text: str = "",
    data: dict[str, Any] | None = None, at: datetime | None = None, status: str = "",
) -> Event:  # fmt: skip
    """Append what happened, with who, when and by which channel."""
    event = Event(
        request=request, at=at or clock.now(), by=by if getattr(by, "pk", None) else None, kind=kind, status=status, channel=channel,
        public=public, text=text.strip(), data=data or {},
    )  # fmt: skip
    return inserts.insert(event)


def change_request(
    request_id: int, *, by: Any, check: Callable[[Any, ServiceRequest], None], change: Callable[[ServiceRequest, datetime], Event | None]
) -> ServiceRequest:
    """Lock, check, change, store, tell. A change that finds nothing left to do gives no event, and nothing is stored."""
    with transaction.atomic():
        request = ServiceRequest.objects.select_for_update(of=("self",)).select_related("service", "reporter").get(pk=request_id)
        check(by, request)
        now = clock.now()
        event = change(request, now)
        if event is None:
            return request
        if request.status not in rules.OPEN_STATUSES:
            appointment_ending.settle(request, by, now)
        request.updated_at = now
        request.save()
        followers = Subscription.objects.filter(request=request, stopped_at__isnull=True).select_related("contact") if event.public else ()
        outbox.put(messages.drafts(request, event, followers))
    return request


def move(request: ServiceRequest, status: str, now: datetime) -> None:
    """Set the status; time on hold stops the clock and is given back to the due date."""
    rules.check_transition(request.status, status)
    if request.status in rules.PAUSING and status not in rules.PAUSING and request.held_since:
        held = now - request.held_since
        request.held_seconds += int(held.total_seconds())
        if request.due_at:
            request.due_at += held
        request.held_since = None
    if status in rules.PAUSING and request.status not in rules.PAUSING:
        request.held_since = now
    if request.first_response_at is None and status != "new":
        request.first_response_at = now
    request.status = status


def anyone(by: Any, request: ServiceRequest) -> None:
    """The caller has checked, or the act belongs to the resident, whose token or reply the caller has checked."""
