"""The appointment of a request, on its private address: choose a time, change it, give it up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citystat.core.access import rule
from citystat.core.errors import InputError, NotFound
from citystat.intake import limits, places, slot_presenters, slot_steps
from citystat.service_requests.appointment_rules import SlotKey
from citystat.service_requests.cases import appointment_queries, appointments, offers, public
from citystat.service_requests.models import ServiceRequest


@rule("public")
@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: HttpRequest, token: str) -> HttpResponse:
    """The times that are free for the place of the request; one button takes, changes or gives up."""
    found = public.tracked(token)
    if not appointment_queries.takes_appointments(found.service_slug):
        raise NotFound(_("This service is done without an appointment."))
    if request.method != "POST" or request.POST.get("do") == "look":
        return _page(request, found)
    try:
        limits.check(request)
        messages.success(request, _act(request, found))
    except (InputError, limits.TooMany) as error:
        return _page(request, public.tracked(token), str(error), error.http_status)
    return redirect("intake:tracking", token=token)


def _act(request: HttpRequest, found: ServiceRequest) -> str:
    """Do what was asked and say so."""
    if request.POST.get("do") == "cancel":
        appointments.cancel(by=None, request_id=found.pk, channel="web")
        return _("Your appointment is given up. The request stays open: you can choose another time.")
    if not request.POST.get("slot"):
        raise InputError(_("Choose a time first."))
    slot = SlotKey.parse(request.POST["slot"])
    if appointment_queries.booked(found) is None:
        appointments.book(by=None, request_id=found.pk, slot=slot, channel="web")
        return _("The time is yours.")
    appointments.move(by=None, request_id=found.pk, slot=slot, channel="web")
    return _("Your appointment is changed.")


def _page(request: HttpRequest, found: ServiceRequest, said: str = "", status: int = 200) -> HttpResponse:
    choice = appointment_queries.choice(found.service_slug, appointment_queries.places_of(found, request.POST.get("area", "")))
    following = choice.next_free(slot_steps.wanted(request)) if said and request.POST.get("slot") else None
    context = {
        "case": found,
        "service": offers.name_to_reader(found),
        "appointment": slot_presenters.standing(found),
        "times": slot_presenters.times(choice, following.key.text if following else ""),
        "areas": slot_steps.areas_of(choice),
        "area": request.POST.get("area", ""),
        "said": said,
        "has_next": following is not None,
    }
    return places.private(render(request, "intake/appointment.html", context, status=status))
