"""Choosing a time on the way to a report: after the form, before it is sent. Nothing typed is lost when the time has gone meanwhile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from citystat.core.errors import InputError
from citystat.intake import slot_presenters
from citystat.intake.forms import ReportForm
from citystat.service_requests.appointment_rules import SlotKey
from citystat.service_requests.cases import actions, appointment_queries, appointments, points
from citystat.service_requests.models import ServiceRequest


def must_choose(request: HttpRequest, form: ReportForm) -> bool:
    """Whether the service takes appointments and neither a time nor "later" was chosen."""
    return bool(form.offer.form.takes_appointments) and not (request.POST.get("slot") or "later" in request.POST)


def file(request: HttpRequest, form: ReportForm) -> ServiceRequest:
    """File the report, with its time where one was chosen; raises SlotGone when it is taken."""
    options = {"pictures": form.pictures, "idempotency_key": form.cleaned_data["once"]}
    chosen = request.POST.get("slot", "")
    if chosen and "later" not in request.POST and form.offer.form.takes_appointments:
        slot = SlotKey.parse(chosen)
        return appointments.file_and_book(by=None, report=form.report(), channel="web", slot=slot, **options)
    return actions.file_request(by=None, report=form.report(), channel="web", **options)


def places_of(request: HttpRequest, form: ReportForm) -> dict[str, str]:
    """Where the report is, with the area the resident chose where the place is not known."""
    point = form.point()
    found = points.places_of(*point) if point else {}
    kind, _dot, code = request.POST.get("area", "").partition(".")
    return {kind: code[:60]} | found if kind and code else found


def page(request: HttpRequest, form: ReportForm, said: str = "", status: int = 200) -> HttpResponse:
    """The times; after one has gone the next free one is chosen already. Whoever saw them and chose none is told so."""
    form.keep_photos()
    has_seen = "times" in request.POST and not said
    choice = appointment_queries.choice(form.offer.slug, places_of(request, form))
    following = choice.next_free(wanted(request)) if said else None
    context = {
        "offer": form.offer,
        "typed": form.typed() + [("another", "1")] * ("another" in request.POST),
        "times": slot_presenters.times(choice, following.key.text if following else ""),
        "said": said,
        "is_none_chosen": has_seen,
        "areas": areas_of(choice),
        "area": request.POST.get("area", ""),
    }
    return render(request, "intake/choose_slot.html", context, status=400 if has_seen else status)


def areas_of(choice: appointment_queries.Choice) -> dict[str, object] | None:
    """The question where the address is, when the times differ by area and the place is not known."""
    if not choice.kinds_missing:
        return None
    kind = choice.kinds_missing[0]
    options = [(f"{kind}.{code}", name) for code, name in slot_presenters.areas(kind).items()]
    return {"label": slot_presenters.area_words(kind), "options": options}


def wanted(request: HttpRequest) -> SlotKey | None:
    """The time that was asked for, where it is one."""
    try:
        return SlotKey.parse(request.POST.get("slot", ""))
    except InputError:
        return None
