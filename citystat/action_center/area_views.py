"""Pages of area lists: one's own lists, one list for the meeting, what the meeting decides."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.action_center import areas, queries, words
from citystat.action_center.area_forms import AreaForm, DecisionForm, MeetingForm
from citystat.action_center.forms import first_error
from citystat.action_center.models import AreaDecision, AreaList
from citystat.action_center.queue_rows import place_of
from citystat.core import formats
from citystat.core.access import rule
from citystat.core.errors import InputError, UserError
from citystat.service_requests.cases import offers
from citystat.service_requests.models import ServiceRequest
from citystat.service_requests.words import UNIT_WORDS


@rule("see_areas")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def area_lists(request: HttpRequest) -> HttpResponse:
    """One's own lists; makes another."""
    form = AreaForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            made = areas.make(
                by=request.user, name=given["name"], place=form.place_chosen(), shape=given["shape"], service=given["service"],
                meets_on=given["meets_on"],
            )  # fmt: skip
            return redirect("action:area", made.pk)
        except InputError as error:
            form.add_error(None, str(error))
    found = [(one, place_words(one)) for one in areas.lists_of(request.user)]
    context = {"lists": found, "form": form, "map": queries.map_of_the_city()}
    return render(request, "action_center/areas.html", context, status=400 if form.is_bound else 200)


def place_words(one: AreaList) -> str:
    """The area of a list in words."""
    return _("a drawn area") if one.shape else queries.places().get(one.place_kind, {}).get(one.place_code, one.place_code)


@rule("see_areas")
@never_cache
@require_safe
def area(request: HttpRequest, number: int) -> HttpResponse:
    """One list, made to be printed for the meeting."""
    return render(request, "action_center/area.html", area_page(areas.one_of(request.user, number)))


@rule("see_areas")
@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Note a decision about one request; a refusal keeps what was typed."""
    one, form = areas.one_of(request.user, number), DecisionForm(request.POST)
    try:
        if not form.is_valid():
            raise first_error(form)
        areas.decide(by=request.user, area=one, **form.cleaned_data)
    except UserError as error:
        context = area_page(one, str(error), request.POST)
        return render(request, "action_center/area.html", context, status=400)
    return redirect("action:area", number)


@rule("see_areas")
@require_POST
def meet(request: HttpRequest, number: int) -> HttpResponse:
    """Start a new meeting, or give the list up."""
    one = areas.one_of(request.user, number)
    if request.POST.get("do") == "remove":
        areas.remove(by=request.user, area=one)
        messages.success(request, _("The list is removed."))
        return redirect("action:areas")
    form = MeetingForm(request.POST)
    areas.hold_meeting(by=request.user, area=one, next_on=form.cleaned_data["next_on"] if form.is_valid() else None)
    messages.success(request, _("A new meeting has started: decisions from now on are marked as new."))
    return redirect("action:area", number)


@rule("see_areas")
@require_POST
def look_back(request: HttpRequest, number: int, decision: int) -> HttpResponse:
    """Say what became of a decision of an earlier meeting."""
    one = areas.one_of(request.user, number)
    try:
        areas.look_back(by=request.user, area=one, decision=decision, outcome=request.POST.get("outcome", ""))
    except InputError as error:
        messages.error(request, str(error))
    return redirect("action:area", number)


def area_page(one: AreaList, mistake: str = "", typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The context of one list; what was typed about a request stays at it."""
    typed = typed or {}
    number = typed.get("number", "")
    now, decisions, found = timezone.now(), areas.decisions_of(one), areas.outstanding(one)
    said: dict[int, list[dict[str, Any]]] = {}
    for decision in decisions:
        is_new = one.met_at is None or decision.at >= one.met_at
        said.setdefault(decision.request_id, []).append(
            {"text": decision.text, "who": decision.who, "at": words.at(decision.at), "is_new": is_new}
        )
    open_ids = {request.pk for request in found}
    return {
        "area": one,
        "place": place_words(one),
        "next": formats.day(one.meets_on) if one.meets_on else "",
        "earlier": [earlier(decision) for decision in decisions if one.met_at is not None and decision.at < one.met_at],
        "service": offers.offer(one.service_slug).name if one.service_slug else "",
        "met": words.at(one.met_at) if one.met_at else "",
        "today": words.at(now),
        "rows": [
            {
                "number": request.number, "service": request.service.name, "place": place_of(request),
                "age": words.age(request.opened_at, now), "owner": request.department or _("Nobody yet"),
                "status": words.word(words.STATUS_WORDS, request.status), "due": words.due(request.due_at, now),
                "promise": promise_of(request),
                "decisions": said.get(request.pk, []), "typed": typed.get("text", "") if request.number == number else "",
                "typed_who": typed.get("who", "") if request.number == number else "",
                "mistake": mistake if request.number == number else "",
            }
            for request in found
        ],
        "mistake": mistake if number not in {request.number for request in found} else "",
        "done": [
            {"number": decision.request.number, "text": decision.text, "status": words.word(words.STATUS_WORDS, decision.request.status)}
            for decision in decisions if decision.request_id not in open_ids
        ],
    }  # fmt: skip


def promise_of(request: ServiceRequest) -> str:
    """What the service promises, under which the request was made."""
    service = request.service
    if service.promise_value is None or service.promise_unit not in UNIT_WORDS:
        return _("no time promised")
    count = round(service.promise_value)
    words_of = {
        "business_days": ngettext("promised within %(count)s business day", "promised within %(count)s business days", count),
        "business_hours": ngettext("promised within %(count)s business hour", "promised within %(count)s business hours", count),
        "calendar_days": ngettext("promised within %(count)s day", "promised within %(count)s days", count),
        "calendar_hours": ngettext("promised within %(count)s hour", "promised within %(count)s hours", count),
    }
    return words_of[service.promise_unit] % {"count": formats.number(count)}


def earlier(decision: AreaDecision) -> dict[str, Any]:
    """A decision of an earlier meeting: what was said, where the request stood then and stands now, what became of it."""
    return {
        "pk": decision.pk, "number": decision.request.number, "text": decision.text, "who": decision.who, "at": words.at(decision.at),
        "then": words.word(words.STATUS_WORDS, decision.status_then) if decision.status_then else "",
        "now": words.word(words.STATUS_WORDS, decision.request.status),
        "outcome": OUTCOMES.get(decision.outcome, ""), "is_open": decision.outcome == AreaDecision.Outcome.OPEN,
    }  # fmt: skip


OUTCOMES = {"kept": gettext_lazy("Done as decided"), "not_kept": gettext_lazy("Not done"), "dropped": gettext_lazy("No longer needed")}
