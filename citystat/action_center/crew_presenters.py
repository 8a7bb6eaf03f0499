"""What a crew sees: stops grouped by district, one work order."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from citystat.action_center import queries, slot_presenters, words
from citystat.action_center.case_presenters import photos_exist, picture_of
from citystat.action_center.crew_forms import DoneForm
from citystat.action_center.queue_rows import place_of
from citystat.service_requests.cases import offers
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.models import WorkOrder

THANKS_SHOWN = timedelta(days=30)


def today_page(orders: Sequence[WorkOrder], day: date) -> dict[str, Any]:
    """The context of the list: open stops by district in order, then what is done."""
    waiting = [one for one in orders if one.status != WorkOrder.Status.DONE]
    names = queries.district_names()
    groups = [
        (names.get(district) or (_("District %(code)s") % {"code": district} if district else _("Elsewhere")), [stop(one) for one in group])
        for district, group in groupby(waiting, key=lambda one: one.request.district)
    ]
    return {"day": day, "groups": groups, "left": len(waiting), "done": [stop(one) for one in orders if one not in waiting]}


def stop(one: WorkOrder) -> dict[str, Any]:
    """One stop of the list."""
    now, due_at = timezone.now(), one.request.due_at
    return {
        "url": reverse("action:order", args=[one.pk]),
        "place": place_of(one.request),
        "title": one.title or one.request.service.name,
        "number": one.request.number,
        "due": words.due(due_at, now) if due_at else "",
        "is_overdue": bool(due_at and due_at < now),
        "is_started": one.status == WorkOrder.Status.STARTED,
    }


def order_page(one: WorkOrder, form: DoneForm) -> dict[str, Any]:
    """The context of one work order; the form keeps what was typed."""
    request = one.request
    return {
        "order": one,
        "stop": stop(one),
        "appointment": slot_presenters.of_order(one),
        "service": request.service.name,
        "description": request.description,
        "answers": [(item["question"], ", ".join(item.get("words") or item["values"])) for item in request.answers],
        "pictures": [picture_of(photo) for photo in cases.photos_of(request, public_only=False) if photos_exist(photo)],
        "map_url": f"geo:{request.latitude},{request.longitude}" if request.latitude is not None else "",
        "needs_photo": offers.offer(request.service_slug).form.completion_photo,
        "can_start": one.status == WorkOrder.Status.WAITING,
        "is_over": one.status in {WorkOrder.Status.DONE, WorkOrder.Status.CANCELLED},
        "form": form,
        "notes": [event.text for event in cases.timeline(request, public_only=False) if event.kind == "note" and event.text],
    }
