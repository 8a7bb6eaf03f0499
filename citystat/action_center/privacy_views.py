"""The privacy page: a person's data given out or deleted when they ask, requests on hold from removal, and who looked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citystat.action_center import privacy_presenters
from citystat.action_center.privacy_forms import HoldForm, PersonForm
from citystat.core.access import rule
from citystat.core.errors import UserError
from citystat.service_requests.cases import person_requests, queries, retention

PAGE = "action_center/privacy.html"
RIGHT = "answer_privacy"


@rule(RIGHT)
@never_cache
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Find somebody; holds in force."""
    return _page(request)


@rule(RIGHT)
@never_cache
@require_POST
def person(request: HttpRequest) -> HttpResponse:
    """Look, give out, or delete after the look; each is logged. A refusal keeps what was typed."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        return _do(request, form)
    except UserError as error:
        form.add_error(None, str(error))
        return _page(request, form, status=error.http_status)


def _do(request: HttpRequest, form: PersonForm) -> HttpResponse:
    given, act = form.cleaned_data, request.POST.get("act", "look")
    found = person_requests.person(email=given["email"], phone=given["phone"])
    if act == "export":
        content = person_requests.export(by=request.user, person=found, why=given["why"])
        return HttpResponse(content, content_type="application/zip", headers={"Content-Disposition": 'attachment; filename="person.zip"'})
    if act == "delete" and "sure" in request.POST:
        counts = person_requests.delete(by=request.user, person=found, why=given["why"], with_words=given["words"])
        kept = counts["contacts_kept_by_a_hold"]
        messages.success(request, _("The data are deleted. A legal hold keeps a part.") if kept else _("The data are deleted."))
        return redirect("action:privacy")
    counts = person_requests.preview(by=request.user, person=found, with_words=given["words"], why=given["why"])
    if act == "delete":
        # What would go stays on the page, with the box to tick.
        form.add_error(None, _("Tick that you are sure: it cannot be undone."))
    return _page(request, form, counts, status=400 if form.errors else 200)


@rule(RIGHT)
@never_cache
@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Put a request on hold from removal."""
    form = HoldForm(request.POST)
    if form.is_valid():
        try:
            found = queries.by_number(form.cleaned_data["number"])
            retention.hold(by=request.user, request_id=found.pk, reason=form.cleaned_data["reason"])
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Nothing is removed from request %(number)s.") % {"number": found.number})
            return redirect("action:privacy")
    return _page(request, hold_form=form, status=400)


@rule(RIGHT)
@never_cache
@require_POST
def end_hold(request: HttpRequest, number: str) -> HttpResponse:
    """End a hold."""
    found = queries.by_number(number)
    retention.end_hold(by=request.user, request_id=found.pk)
    messages.success(request, _("The hold on request %(number)s has ended.") % {"number": found.number})
    return redirect("action:privacy")


def _page(
    request: HttpRequest,
    form: PersonForm | None = None,
    counts: dict[str, int] | None = None,
    hold_form: HoldForm | None = None,
    status: int = 200,
) -> HttpResponse:
    labels = _labels()
    context: dict[str, Any] = {
        "form": form or PersonForm(),
        "counts": [(labels.get(name, name), count) for name, count in counts.items()] if counts is not None else None,
        "hold_form": hold_form or HoldForm(auto_id="hold-%s"),
        "holds": retention.holds(),
        **privacy_presenters.looks_page(),
    }
    return render(request, PAGE, context, status=status)


def _labels() -> dict[str, str]:
    return {
        "contacts": _("Contact data, one for each time they were given"),
        "requests_left_without_identity": _("Requests that will not say who made them"),
        "follows_ended": _("Follows that end"),
        "contacts_kept_by_a_hold": _("Contact data a legal hold keeps"),
        "photos": _("Photos"),
        "requests_without_words": _("Requests that lose the person's words"),
        "messages_from_the_city": _("Messages to the person"),
        "messages_to_the_city": _("Messages from the person"),
    }
