"""The call taker's one screen: look up, file, join, or log a contact without a request. Every button sends the whole form."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from citystat.action_center import actions, call_places
from citystat.action_center import call_presenters as presenters
from citystat.action_center.call_forms import CallForm
from citystat.core.access import rule
from citystat.core.errors import InputError, UserError
from citystat.knowledge import actions as knowledge
from citystat.service_requests.cases import appointment_queries, contact_records, notices, offers
from citystat.service_requests.cases import queries as cases

Found = dict[str, Any]


@rule("take_contacts")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calls(request: HttpRequest) -> HttpResponse:
    """The screen; what is typed stays until the contact is finished."""
    if request.method != "POST":
        return render(request, "action_center/calls.html", presenters.desk_page(request.user, presenters.blank_form()))
    step, _dash, target = request.POST.get("do", "look").partition("-")
    form = presenters.filled_form(request.POST)
    if step == "hear":
        return render(request, "action_center/_call.html", presenters.heard_page(form, heard(form)))
    if form.is_valid():
        try:
            said = STEPS.get(step, look)(request.user, form, target)
            if said:
                messages.success(request, said)
                return after(form)
        except UserError as error:
            form.add_error(None, str(error))
    found = look_up(request.user, form, must_choose=step == "file" and not form.errors)
    context = presenters.desk_page(request.user, shown(form, found), **found)
    return render(request, "action_center/calls.html", context, status=400 if form.errors else 200)


def look(by: Any, form: CallForm, target: str) -> str:
    """Nothing is written; the page shows what is found."""
    return ""


def choose(by: Any, form: CallForm, target: str) -> str:
    """Take one of the services that fit the words; nothing is written."""
    form.cleaned_data["service"] = offers.offer(target).slug
    return ""


def file(by: Any, form: CallForm, target: str) -> str:
    """File for the caller, once the call taker has seen the open requests that may be the same; nothing is said while they have not."""
    call_places.place(form)
    given = form.cleaned_data
    unseen = {str(one.pk) for one, _meters in presenters.duplicates(form)} - set(given["seen"].split(","))
    if unseen:
        return ""
    made = actions.file_for_caller(
        by=by, report=form.report(), channel=given["channel"], is_internal=given["internal"], via_office=given["via_office"],
        call_key=given["call_key"],
    )  # fmt: skip
    form.made = made
    return presenters.said_of(made)


def after(form: CallForm) -> HttpResponse:
    """To the next call, or first to the times of a service that is done by appointment."""
    made = form.made
    if made is not None and appointment_queries.takes_appointments(made.service_slug):
        return redirect("action:appointment", made.number)
    return redirect("action:calls")


def join(by: Any, form: CallForm, target: str) -> str:
    """Add the caller to the request of this number."""
    given, one = form.cleaned_data, cases.by_number(target)
    actions.join_for_caller(
        by=by, request=one, caller=form.details(), channel=given["channel"], text=given["description"], via_office=given["via_office"],
        call_key=given["call_key"],
    )  # fmt: skip
    return _("The caller is added to request %(number)s. No new request was made.") % {"number": one.number}


def answered(by: Any, form: CallForm, target: str) -> str:
    """Log a question answered on the spot."""
    log(by, form, "answered", topic=form.cleaned_data["topic"])
    return _("The answer is logged. No request was made.")


def article(by: Any, form: CallForm, target: str) -> str:
    """Log that an article answered the question."""
    knowledge.log_answer(by=by, slug=target, channel=form.cleaned_data["channel"])
    return _("The answer is logged. No request was made.")


def notice(by: Any, form: CallForm, target: str) -> str:
    """Log that a notice answered the question; its numbers count it too."""
    told = next((one for one in notices.current() if str(one.id) == target), None)
    if told is None:
        raise InputError(_("This notice has ended in the meantime."))
    log(by, form, "answered", topic=told.title)
    notices.count([told.id], shown=1, withheld=1)
    return _("The answer is logged. No request was made.")


def transferred(by: Any, form: CallForm, target: str) -> str:
    """Log that the caller was handed to another body."""
    given = form.cleaned_data
    agency = offers.offer(given["service"]).form.outside_agency if given["service"] else ""
    log(by, form, "transferred", topic=given["topic"], transferred_to=given["transferred_to"] or agency)
    return _("The transfer is logged. It is no request to the city.")


def status(by: Any, form: CallForm, target: str) -> str:
    """Log that the caller asked about a request."""
    if not form.cleaned_data["number"].strip():
        raise InputError(_("Give the number of the request."))
    one = cases.by_number(form.cleaned_data["number"])
    log(by, form, "status", request=one)
    return _("The question about request %(number)s is logged.") % {"number": one.number}


def log(by: Any, form: CallForm, outcome: str, **values: Any) -> None:
    """Log the contact with what every outcome has."""
    given = form.cleaned_data
    contact_records.record(by=by, channel=given["channel"], outcome=outcome, via_office=given["via_office"], **values)


STEPS: Final[Mapping[str, Callable[[Any, CallForm, str], str]]] = {
    "look": look, "file": file, "join": join, "answered": answered, "article": article, "notice": notice, "transferred": transferred,
    "status": status, "place": call_places.choose, "service": choose,
}  # fmt: skip


def look_up(by: Any, form: CallForm, *, must_choose: bool) -> Found:
    """Everything the call taker should see beside the form; a number nobody can have is a sentence, not an end."""
    given = getattr(form, "cleaned_data", {})
    found: Found = {"looked": True, "at_address": cases.at_address(given.get("address", ""), limit=8)}
    try:
        found["earlier"] = actions.find_caller(by=by, phone=given.get("phone", ""), email=given.get("email", ""))
        found["asked"] = cases.by_number(given["number"]) if given.get("number", "").strip() else None
    except UserError as error:
        if str(error) not in [str(one) for one in form.non_field_errors()]:
            form.add_error(None, str(error))
    found |= heard(form)
    found["must_choose"] = must_choose and bool(found["duplicates"])
    return found


def heard(form: CallForm) -> Found:
    """What fits the words, the place and the service so far. Nobody's contact data are looked at, so it may be asked at every pause."""
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    found: Found = {}
    call_places.look_up(form, found)
    found["duplicates"] = presenters.duplicates(form) if given else []
    found["suggestions"] = [] if given.get("service") else presenters.suggestions(given.get("description", ""))
    found["articles"] = presenters.articles(given)
    found["notices"] = presenters.notices_of(given)
    found["agency"] = offers.offer(given["service"]).form.outside_agency if given.get("service") else ""
    return found


def shown(form: CallForm, found: Found) -> CallForm:
    """The form with what was typed, and with what the look-up adds: the point it found and the duplicates that are shown."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["seen"] = ",".join(str(one.pk) for one, _meters in found["duplicates"])
    call_places.show(data, form)
    data["service"] = getattr(form, "cleaned_data", {}).get("service", data.get("service", ""))
    if found["agency"] and not data.get("transferred_to"):
        data["transferred_to"] = found["agency"]
    again = presenters.filled_form(data)
    again.full_clean()
    for error in form.non_field_errors():
        again.add_error(None, error)
    again.put_cursor(is_elsewhere=found["must_choose"])
    return again
