"""The report pages while the emergency switch is on: a few kilobytes, no picture, no map, no script, hardly a statement."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from citystat.core.errors import InputError
from citystat.intake import limits, places, presenters
from citystat.intake.light_forms import LightForm
from citystat.service_requests.cases import actions, notices, offers
from citystat.service_requests.cases.emergency import Emergency
from citystat.service_requests.cases.offers import Offer
from citystat.service_requests.models import ServiceRequest


def services(request: HttpRequest, state: Emergency) -> HttpResponse:
    """What is taken now."""
    return _page(request, "intake/light.html", state, services=state.offers())


def form(request: HttpRequest, state: Emergency, offer: Offer) -> HttpResponse:
    """The light form of one service; the others wait."""
    if offer.slug not in state.services or offer.form.outside_agency:
        return _page(request, "intake/light.html", state, services=state.offers(), refused=offer)
    if request.method != "POST":
        first = {"description": request.GET.get("q", "")[:600], "once": secrets.token_urlsafe(18)}
        return _page(request, "intake/light_form.html", state, form=LightForm(offer, initial=first), offer=offer)
    given = LightForm(offer, request.POST)
    if not given.is_valid():
        return _page(request, "intake/light_form.html", state, 400, form=given, offer=offer)
    try:
        limits.check(request)
        made = actions.file_request(
            by=None, report=given.report(), channel="web", idempotency_key=given.cleaned_data["once"], strict_answers=False
        )
    except (InputError, limits.TooMany) as error:
        given.add_error(None, str(error))
        return _page(request, "intake/light_form.html", state, error.http_status, form=given, offer=offer)
    return redirect("intake:done", token=made.tracking_token)


def done(request: HttpRequest, state: Emergency, made: ServiceRequest) -> HttpResponse:
    """The number and the private link, on a light page."""
    return places.private(
        _page(request, "intake/light_done.html", state, case=made, service=offers.name_to_reader(made), due=presenters.due_sentence(made))
    )


def _page(request: HttpRequest, template: str, state: Emergency, status: int = 200, **values: Any) -> HttpResponse:
    context = {"emergency": state, "notices": notices.current(only_whole_city=True), **values}
    return render(request, template, context, status=status)
