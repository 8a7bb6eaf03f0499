"""Pages of a crew: today's work by place, one work order with its checklist, photo and "done"."""

import secrets
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citystat.action_center import access, crew_presenters, queries, slot_presenters
from citystat.action_center.crew_forms import DoneForm
from citystat.action_center.forms import first_error
from citystat.core import clock
from citystat.core.access import rule
from citystat.core.cities import current_city
from citystat.core.errors import UserError
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.cases import recognition, work_orders
from citystat.service_requests.models import WorkOrder

WORKER = Path(__file__).parent / "static" / "action_center" / "crew_worker.js"


@rule("do_field_work")
@never_cache
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The crew's work by place, and what was done since midnight."""
    day = clock.now().astimezone(current_city().zone).date()
    midnight = datetime.combine(day, time(), tzinfo=current_city().zone)
    orders = cases.orders_for(request.user, done_since=midnight)
    context = crew_presenters.today_page(slot_presenters.without_appointments(orders, day), day)
    context["windows"] = slot_presenters.crew_windows(request.user, day, orders)
    context["left"] += sum(stop["is_open"] for _window, stops in context["windows"] for stop in stops)
    context["thanks"] = recognition.thanks_for(request.user, midnight - crew_presenters.THANKS_SHOWN)
    return render(request, "action_center/crew.html", context)


@rule("public")
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The program that opens kept pages without network; it lies here because it may only serve pages below its own address."""
    response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def opened(user: Any, number: int) -> WorkOrder:
    """The work order, which the person may do."""
    found = queries.order(number)
    access.check_can_do_order(user, found)
    return found


@rule("do_field_work")
@never_cache
@require_safe
def order(request: HttpRequest, number: int) -> HttpResponse:
    """One work order with its form."""
    one = opened(request.user, number)
    form = DoneForm(checklist=one.checklist, initial={"done_key": secrets.token_urlsafe(16)})
    return render(request, "action_center/order.html", crew_presenters.order_page(one, form))


@rule("do_field_work")
@require_POST
def start(request: HttpRequest, number: int) -> HttpResponse:
    """The crew has begun."""
    work_orders.start_order(by=request.user, order_id=opened(request.user, number).pk)
    return redirect("action:order", number)


@rule("do_field_work")
@never_cache
@require_POST
def done(request: HttpRequest, number: int) -> HttpResponse:
    """The work is done: sent by the page, or later by the phone that kept it, and counted once."""
    one = opened(request.user, number)
    form = DoneForm(request.POST, request.FILES, checklist=one.checklist)
    try:
        finish(request.user, one, form)
    except UserError as error:
        if wants_json(request):
            return JsonResponse({"error": str(error)}, status=error.http_status)
        form.add_error(None, str(error))
        return render(request, "action_center/order.html", crew_presenters.order_page(one, form), status=400)
    said = _("%(number)s is done.") % {"number": one.request.number}
    if wants_json(request):
        return JsonResponse({"said": said, "next": reverse("action:crew")})
    messages.success(request, said)
    return redirect("action:crew")


def finish(by: Any, one: WorkOrder, form: DoneForm) -> None:
    """Report the order done; raises UserError with what is missing."""
    if not form.is_valid():
        raise first_error(form)
    given = form.cleaned_data
    work_orders.finish_order(
        by=by, order_id=one.pk, answers=form.answers(), note=given["note"], pictures=given["photos"],
        done_key=given["done_key"], done_at=given["done_at"], longitude=given["longitude"], latitude=given["latitude"],
    )  # fmt: skip


def wants_json(request: HttpRequest) -> bool:
    """Whether the page's own program sends the form."""
    return request.headers.get("accept", "") == "application/json"
