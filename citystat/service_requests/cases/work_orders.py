"""Work orders: a request is split into them, a crew starts and finishes them, and the last one done closes the request."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core import clock
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.service_requests import access, rules
from citystat.service_requests.cases import offers, photos
from citystat.service_requests.cases.changes import add_event, anyone, change_request, move
from citystat.service_requests.models import Event, Feedback, Photo, ServiceRequest, WorkOrder


def make(request: ServiceRequest, now: datetime, *, title: str, team: str = "", assignee: Any = None) -> WorkOrder:
    """One work order of a request, with the checklist of its service."""
    checklist = [dict(item) | {"answer": None} for item in offers.offer(request.service_slug).form.checklist]
    return WorkOrder.objects.create(
        request=request, title=title, department=request.department, team=team, assignee=assignee, created_at=now, checklist=checklist
    )


def go_along(request: ServiceRequest) -> list[dict[str, Any]]:
    """Give what is unfinished to the request's new department, whose crews have not begun; says which crew had each piece of work."""
    orders = list(WorkOrder.objects.filter(request=request, status__in=["waiting", "started"]).select_related("assignee"))
    had = [{"order": one.pk, "title": one.title, "status": one.status, "crew": str(one.assignee or one.team)} for one in orders]
    WorkOrder.objects.filter(pk__in=[one.pk for one in orders]).update(
        status=WorkOrder.Status.WAITING, started_at=None, department=request.department, team="", assignee=None
    )
    return had


def split(*, by: Any, request_id: int, titles: Sequence[str]) -> list[WorkOrder]:
    """Add a work order for each title; the request is done when all of its orders are."""
    wanted = [title.strip() for title in titles if title.strip()]
    if not wanted:
        raise InputError(_("Say what each piece of work is."))
    made: list[WorkOrder] = []

    def change(request: ServiceRequest, now: datetime) -> Event:
        if request.status not in rules.OPEN_STATUSES:
            raise InputError(_("Only an open request can be split into work orders."))
        made.extend(make(request, now, title=title, team=request.team) for title in wanted)
        return add_event(request, "split", by=by, data={"orders": wanted}, at=now)

    change_request(request_id, by=by, check=access.check_can_work_on, change=change)
    return made


def finish_order(
    *, by: Any, order_id: int, answers: Mapping[str, str], note: str = "", pictures: Sequence[bytes] = (), done_key: str = "",
    done_at: datetime | None = None, longitude: float | None = None, latitude: float | None = None,
) -> WorkOrder:  # fmt: skip
    """A crew reports a work order done; the last one closes the request. The same `done_key` counts once, however often it is sent."""
    key = f"{order_id}-{done_key or secrets.token_urlsafe(16)}"[:64]
    earlier = WorkOrder.objects.filter(done_key=key).first()
    if earlier is not None:
        return earlier
    with transaction.atomic():
        order = WorkOrder.objects.select_for_update(of=("self",)).select_related("request").get(pk=order_id)
        access.check_can_do_order(by, order)
        if order.status == WorkOrder.Status.DONE:
            return order
        request = ServiceRequest.objects.select_for_update(of=("self",)).select_related("service", "reporter").get(pk=order.request_id)
        offer, now = offers.offer(request.service_slug), clock.now()
        order.checklist = [item | {"answer": answers.get(item["code"], item.get("answer"))} for item in order.checklist]
        missing = [item["text"] for item in order.checklist if item.get("required") and item["answer"] in (None, "")]
        if missing:
            raise InputError(_("The checklist is not finished: %(item)s.") % {"item": missing[0]})
        for content in pictures:
            photos.keep(
                request, content, kind="completion", by=by, public=request.visibility == "public", taken_at=done_at or now,
                longitude=longitude, latitude=latitude,
            )  # fmt: skip
        if offer.form.completion_photo and not Photo.objects.filter(request=request, kind="completion", removed_at__isnull=True).exists():
            raise InputError(_("This service is done when a photo shows it: add a photo of the finished work."))
        order.status, order.done_at, order.done_key, order.assignee = WorkOrder.Status.DONE, done_at or now, key, order.assignee or by
        order.save()
        add_event(request, "order_done", by=by, text=note, data={"order": order.pk, "title": order.title}, at=now)
    if not WorkOrder.objects.filter(request_id=order.request_id, status__in=["waiting", "started"]).exists():
        _close_as_done(by, order.request_id, note)
    return order


def _close_as_done(by: Any, request_id: int, note: str) -> None:
    crew = {
        str(order.assignee)
        for order in WorkOrder.objects.filter(request_id=request_id, status="done").select_related("assignee")
        if order.assignee
    }

    def change(request: ServiceRequest, now: datetime) -> Event | None:
        if request.status not in rules.OPEN_STATUSES:
            # The office ended the request while the crew was without network: the work is on record, and nothing is left to close.
            return None
        move(request, "closed", now)
        done = rules.RESOLUTIONS["work_done"]
        request.closed_at, request.resolution, request.status_note = now, done.name, note.strip()
        Feedback.objects.create(request=request, asked_at=now)
        data = {"resolution": "work_done", "crew": sorted(crew) if current_city().shares_staff_names else []}
        return add_event(request, "closed", by=by, public=True, text=note, data=data, at=now, status="closed")

    change_request(request_id, by=by, check=anyone, change=change)


def start_order(*, by: Any, order_id: int) -> WorkOrder:
    """A crew has begun; the request says so."""
    with transaction.atomic():
        order = WorkOrder.objects.select_for_update(of=("self",)).select_related("request").get(pk=order_id)
        access.check_can_do_order(by, order)
        if order.status != WorkOrder.Status.WAITING:
            return order
        order.status, order.started_at = WorkOrder.Status.STARTED, clock.now()
        order.save()
    if order.request.status in {"new", "assigned"}:

        def change(request: ServiceRequest, now: datetime) -> Event:
            move(request, "started", now)
            return add_event(request, "started", by=by, public=True, at=now, status="started")

        change_request(order.request_id, by=by, check=anyone, change=change)
    return order
