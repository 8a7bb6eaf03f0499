"""Appointments for staff: how full the days are, one day with its seats and its list, a request's time, a crew's stops."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.action_center import slot_presenters as presenters
from citystat.action_center.crew_views import wants_json
from citystat.action_center.forms import first_error
from citystat.action_center.slot_forms import BlockForm, MissedForm, SeatsForm
from citystat.core.access import rule
from citystat.core.errors import InputError, NotFound, UserError
from citystat.service_requests import access
from citystat.service_requests.appointment_rules import SlotKey
from citystat.service_requests.cases import appointment_queries, appointment_seats, appointments, offers
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.models import Appointment

DAY_PAGE = "action_center/appointment_day.html"


def on_day(text: str) -> date:
    """A day of an address; raises NotFound."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound(_("There is no such day.")) from None


def run_by(user: Any, slug: str) -> offers.Offer:
    """The service, which the person's department runs; raises NotFound or NotAllowed."""
    offer = offers.offer(slug)
    access.check_can_run_service(user, offer.service.department)
    return offer


@rule("supervise_requests")
@never_cache
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Two weeks of a service: booked and seats by window and area."""
    found = presenters.services_of(request.user)
    if not found:
        return render(request, "action_center/appointments.html", {"offers": []})
    offer = next((one for one in found if one.slug == request.GET.get("service")), found[0])
    today = appointment_queries.local_now().date()
    start = on_day(request.GET["from"]) if request.GET.get("from") else today
    # What the rules do not reach is not worth a page.
    start = min(max(start, today - timedelta(days=366)), today + timedelta(days=180))
    return render(request, "action_center/appointments.html", presenters.board(found, offer, start))


@rule("supervise_requests")
@never_cache
@require_safe
def day(request: HttpRequest, service: str, text: str) -> HttpResponse:
    """One day: seats of each window, its appointments to print, and the way to block it."""
    return render(request, DAY_PAGE, presenters.day_page(run_by(request.user, service), on_day(text)))


@rule("supervise_requests")
@never_cache
@require_POST
def seats(request: HttpRequest, service: str, text: str) -> HttpResponse:
    """Change the seats of one window; appointments above them stay, and the answer says how many."""
    offer, form = run_by(request.user, service), SeatsForm(request.POST)
    if form.is_valid():
        try:
            key = SlotKey.parse(form.cleaned_data["slot"])
            done = appointment_seats.set_seats(by=request.user, service=offer.slug, key=key, seats=form.cleaned_data["seats"])
        except InputError as error:
            form.add_error("seats", str(error))
        else:
            (messages.warning if done.over else messages.success)(request, said_of(done))
            return redirect("action:appointment_day", offer.slug, text)
    return render(request, DAY_PAGE, presenters.day_page(offer, on_day(text), seats=form), status=400)


def said_of(done: appointment_seats.Changed) -> str:
    """What the change means for those who are booked."""
    if not done.over:
        said = ngettext(
            "The window now has %(seats)s seat; %(booked)s is booked.",
            "The window now has %(seats)s seats; %(booked)s are booked.",
            done.seats,
        )
        return said % {"seats": done.seats, "booked": done.booked}
    said = ngettext(
        "The window now has %(seats)s seat. All %(booked)s appointments stay: %(over)s more than seats.",
        "The window now has %(seats)s seats. All %(booked)s appointments stay: %(over)s more than seats.", done.seats,
    )  # fmt: skip
    return said % {
        "seats": done.seats, "booked": done.booked, "over": done.over,
    }  # fmt: skip


@rule("supervise_requests")
@never_cache
@require_POST
def block(request: HttpRequest, service: str, text: str) -> HttpResponse:
    """Close a day for booking, with a reason; appointments stay, or the residents are asked to choose again."""
    offer, when = run_by(request.user, service), on_day(text)
    areas = presenters.areas_of(offer.slug)
    form = BlockForm(request.POST, areas=presenters.area_choices(areas))
    if form.is_valid():
        given = form.cleaned_data
        keys = appointment_seats.keys_of_day(offer.slug, when, areas, given["area"])
        try:
            done = appointment_seats.block(by=request.user, service=offer.slug, keys=keys, why=given["why"], takes_back=given["takes_back"])
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, blocked_words(done))
            return redirect("action:appointment_day", offer.slug, text)
    return render(request, DAY_PAGE, presenters.day_page(offer, when, block=form), status=400)


def blocked_words(done: appointment_seats.Blocked) -> str:
    """What became of those who are booked."""
    if done.released:
        words = ngettext(
            "Blocked. %(count)s appointment is taken back and the resident asked to choose another time.",
            "Blocked. %(count)s appointments are taken back and the residents asked to choose another time.",
            done.released,
        )
        return words % {"count": done.released}
    if done.staying:
        words = ngettext("Blocked. %(count)s appointment stays.", "Blocked. %(count)s appointments stay.", done.staying)
        return words % {"count": done.staying}
    return _("Blocked. Nobody was booked.")


@rule("supervise_requests")
@never_cache
@require_POST
def unblock(request: HttpRequest, service: str, text: str) -> HttpResponse:
    """Open the day again."""
    offer, when = run_by(request.user, service), on_day(text)
    keys = appointment_seats.keys_of_day(offer.slug, when, presenters.areas_of(offer.slug))
    appointment_seats.unblock(by=request.user, service=offer.slug, keys=keys)
    messages.success(request, _("The day can be booked again."))
    return redirect("action:appointment_day", offer.slug, text)


@rule("supervise_requests")
@require_POST
def record(request: HttpRequest, number: int) -> HttpResponse:
    """What the crew told the office: kept or not."""
    is_kept = request.POST.get("kept") == "yes"
    one = appointments.record(by=request.user, appointment_id=number, is_kept=is_kept)
    messages.success(request, _("%(number)s: recorded.") % {"number": one.request.number})
    return redirect("action:appointment_day", one.slot.service_slug, one.slot.day.isoformat())


@rule("see_contacts")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_request(request: HttpRequest, number: str) -> HttpResponse:
    """Book, change or give up the time of a request for the resident, by call takers and the department."""
    found = cases.by_number(number)
    access.check_can_book(request.user, found)
    if not appointment_queries.takes_appointments(found.service_slug):
        raise NotFound(_("This service is done without an appointment."))
    area, step = request.POST.get("area", ""), request.POST.get("do", "")
    if step in {"book", "cancel"}:
        try:
            messages.success(request, act(request, found.pk, step))
            return redirect("action:appointment", number)
        except InputError as error:
            context = presenters.request_page(request.user, found, area, request.POST.get("slot", "")) | {"said": str(error)}
            return render(request, "action_center/appointment.html", context, status=error.http_status)
    return render(request, "action_center/appointment.html", presenters.request_page(request.user, found, area))


def act(request: HttpRequest, request_id: int, step: str) -> str:
    """Do it and say what to read out."""
    if step == "cancel":
        appointments.cancel(by=request.user, request_id=request_id, channel="phone")
        return _("The appointment is given up.")
    slot = SlotKey.parse(request.POST.get("slot", ""))
    found = appointment_queries.booked_of(request_id)
    write = appointments.move if found else appointments.book
    write(by=request.user, request_id=request_id, slot=slot, channel="phone")
    return _("The appointment is booked.")


@rule("do_field_work")
@require_POST
def take(request: HttpRequest, number: int) -> HttpResponse:
    """A crew takes a stop of its day; its work order opens."""
    order = appointments.take_up(by=request.user, appointment_id=number)
    return redirect("action:order", order.pk)


@rule("do_field_work")
@never_cache
@require_POST
def missed(request: HttpRequest, number: int) -> HttpResponse:
    """The crew was there and had nothing to do; the resident is told and can choose another time."""
    form = MissedForm(request.POST)
    try:
        one = record_missed(request.user, number, form)
    except UserError as error:
        if not wants_json(request):
            raise
        return JsonResponse({"error": str(error)}, status=error.http_status)
    said = _("%(number)s: recorded. The resident is told and can choose another time.") % {"number": one.request.number}
    if wants_json(request):
        return JsonResponse({"said": said, "next": reverse("action:crew")})
    messages.success(request, said)
    return redirect("action:crew")


def record_missed(by: Any, number: int, form: MissedForm) -> Appointment:
    """Record that nobody or nothing was there; raises UserError with what keeps it."""
    if not form.is_valid():
        raise first_error(form)
    given = form.cleaned_data
    return appointments.record(by=by, appointment_id=number, is_kept=False, note=given["note"], at=given["done_at"])
