"""Pages of the queue: one page of it, and one act on several requests with an answer for each."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citystat.action_center import acts, forms
from citystat.action_center import queue_presenters as presenters
from citystat.action_center.queue_presenters import Bulk, Outcome
from citystat.core.access import rule
from citystat.core.errors import InputError, UserError
from citystat.service_requests.cases import actions
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.models import ServiceRequest


@rule("work_requests")
@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The person's queue, due first."""
    context = presenters.queue_page(request.user, request.GET, request.GET.get("page", "1"))
    return render(request, "action_center/queue.html", context)


@rule("work_requests")
@never_cache
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One act on the chosen requests; the queue comes back with a sentence for each, and with what was typed where one was refused."""
    form = forms.BulkForm(request.POST)
    chosen = [int(one) for one in request.POST.getlist("chosen") if one.isdecimal() and len(one) < 18][: cases.ROWS_PER_PAGE]
    typed = {name: request.POST.get(name, "") for name in ("team", "assignee", "department", "note")}
    if not form.is_valid() or not chosen:
        nothing = _("Choose at least one request first. Nothing was changed.")
        messages.warning(request, str(forms.first_error(form)) if chosen else nothing)
        return _queue_again(request, (), Bulk(frozenset(chosen), **typed), 400)
    found = {one.pk: one for one in cases.visible_to(request.user).filter(pk__in=chosen)}
    outcomes = [outcome_of(request.user, pk, found.get(pk), form.cleaned_data) for pk in dict.fromkeys(chosen)]
    refused = frozenset(pk for pk, one in zip(dict.fromkeys(chosen), outcomes, strict=True) if not one.is_done)
    return _queue_again(request, outcomes, Bulk(refused, **typed) if refused else Bulk())


def _queue_again(request: HttpRequest, outcomes: Sequence[Outcome], bulk: Bulk, status: int = 200) -> HttpResponse:
    context = presenters.queue_page(request.user, request.GET, request.GET.get("page", "1"), outcomes, bulk)
    return render(request, "action_center/queue.html", context, status=status)


def outcome_of(by: Any, pk: int, one: ServiceRequest | None, given: dict[str, Any]) -> Outcome:
    """Do it to one request and say what came of it; a refusal of one does not stop the others."""
    if one is None:
        return Outcome(str(pk), _("It is not in your queue."), False)
    try:
        return Outcome(one.number, apply(by, one, given), True)
    except UserError as error:
        return Outcome(one.number, str(error), False)


def apply(by: Any, one: ServiceRequest, given: dict[str, Any]) -> str:
    """The bulk act on one request; raises UserError."""
    if given["act"] == "refer":
        actions.refer(by=by, request_id=one.pk, department=given["department"], note=given["note"])
        return _("Handed to %(department)s.") % {"department": given["department"]}
    if given["act"] == "close":
        actions.close(by=by, request_id=one.pk, resolution="work_done", note=given["note"])
        return _("Closed: the work was done.")
    if not acts.ACTS["assign"].is_offered(by, one):
        raise InputError(_("Only an open request can be assigned."))
    assignee = acts.chosen_person(given["assignee"], one)
    if not (assignee or given["team"]):
        raise InputError(_("Choose a team or a person."))
    actions.assign(by=by, request_id=one.pk, team=given["team"], assignee=assignee, note=given["note"])
    return _("Assigned to %(name)s.") % {"name": assignee or given["team"]}
