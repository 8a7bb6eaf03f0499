"""Two reports of one thing become one, and stand apart again when they turn out to be two: voices and followers go along both ways."""

from datetime import datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.service_requests import access
from citystat.service_requests.cases.changes import add_event, change_request, move
from citystat.service_requests.models import Event, ServiceRequest, Subscription, WorkOrder


def merge(*, by: Any, request_id: int, into_id: int) -> ServiceRequest:
    """Close a request as a duplicate of another; its reporter, and whoever follows it, follows that one from now on."""
    if request_id == into_id:
        raise InputError(_("A request is not a duplicate of itself."))

    def change(request: ServiceRequest, now: datetime) -> Event:
        parent = ServiceRequest.objects.select_for_update().get(pk=into_id)
        _check_can_carry(by, parent)
        request.parent = parent
        move(request, "closed", now)
        request.closed_at, request.resolution, request.status_note = now, "duplicate", ""
        WorkOrder.objects.filter(request=request, status__in=["waiting", "started"]).update(status=WorkOrder.Status.CANCELLED)
        # Those joined with this one earlier go along: no request is a duplicate of a duplicate.
        ServiceRequest.objects.filter(parent=request).update(parent=parent)
        ServiceRequest.objects.filter(pk=parent.pk).update(voices=F("voices") + request.voices)
        add_event(parent, "joined", by=by, data={"request": request.number, **_hand_over_followers(request, parent)}, at=now)
        return add_event(request, "merged", by=by, public=True, data={"parent": parent.number}, at=now, status="closed")

    return change_request(request_id, by=by, check=access.check_can_work_on, change=change)


def _check_can_carry(by: Any, parent: ServiceRequest) -> None:
    if parent.parent_id is not None:
        raise InputError(_("Request %(number)s is itself a duplicate: merge into the one it belongs to.") % {"number": parent.number})
    access.check_can_work_on(by, parent)


def _hand_over_followers(request: ServiceRequest, parent: ServiceRequest) -> dict[str, Any]:
    """Everyone who hears of the one hears of the other; what is needed to undo it."""
    added = None
    if request.reporter_id and not Subscription.objects.filter(request=parent, contact_id=request.reporter_id).exists():
        added = Subscription.objects.create(request=parent, contact_id=request.reporter_id, adds_voice=True).pk
    moved = Subscription.objects.filter(request=request, stopped_at__isnull=True)
    data = {"added": added, "moved": list(moved.order_by("pk").values_list("pk", flat=True))}
    moved.update(request=parent)
    return data


def part(request: ServiceRequest, *, by: Any, now: datetime) -> None:
    """Undo a merge as the request opens again: its voices and followers are its own, and the other one says so."""
    joined = Event.objects.filter(kind="joined", data__request=request.number).order_by("-at", "-pk").first()
    parents = [pk for pk in {request.parent_id, joined.request_id if joined else None} if pk is not None]
    fewer = Greatest(F("voices") - request.voices, Value(1))
    for parent in ServiceRequest.objects.select_for_update().filter(pk__in=parents).order_by("pk"):
        ServiceRequest.objects.filter(pk=parent.pk).update(voices=fewer)
        add_event(parent, "parted", by=by, data={"request": request.number}, at=now)
    data = joined.data if joined else {}
    Subscription.objects.filter(pk=data.get("added") or 0).delete()
    Subscription.objects.filter(pk__in=data.get("moved") or ()).update(request=request)
    request.parent = None
