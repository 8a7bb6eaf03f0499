"""The supervisor's page: what needs a decision today, a draw of closed requests, what a look found."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citystat.action_center import supervision_presenters as presenters
from citystat.action_center.supervision_forms import DrawForm, LookForm
from citystat.core.access import rule
from citystat.core.errors import InputError
from citystat.service_requests.cases import actions, follow_ups

PAGE = "action_center/supervise.html"


@rule("supervise_requests")
@never_cache
@require_safe
def supervise(request: HttpRequest) -> HttpResponse:
    """Everything that needs a supervisor."""
    return render(request, PAGE, presenters.supervise_page(request.user))


@rule("supervise_requests")
@never_cache
@require_POST
def draw(request: HttpRequest) -> HttpResponse:
    """Draw closed requests for a look."""
    form = DrawForm(request.POST)
    if not form.is_valid():
        return render(request, PAGE, presenters.supervise_page(request.user, draw=form), status=400)
    drawn = follow_ups.draw(by=request.user, size=form.cleaned_data["size"], seed=form.cleaned_data["seed"])
    said = ngettext("%(count)s closed request is drawn for a look.", "%(count)s closed requests are drawn for a look.", len(drawn))
    messages.success(request, said % {"count": len(drawn)})
    return redirect("action:supervise")


@rule("supervise_requests")
@never_cache
@require_POST
def look(request: HttpRequest, number: int) -> HttpResponse:
    """Say what a look found; "not done" opens the request again."""
    found = follow_ups.waiting(request.user, number)
    form = LookForm(request.POST, auto_id=f"look-{number}-%s")
    if form.is_valid():
        try:
            actions.check_follow_up(by=request.user, follow_up_id=found.pk, **form.cleaned_data)
        except InputError as error:
            form.add_error(None, str(error))
        else:
            is_done = form.cleaned_data["outcome"] != "not_done"
            messages.success(request, _("The look is recorded.") if is_done else _("The look is recorded and the request is open again."))
            return redirect("action:supervise")
    context = presenters.supervise_page(request.user, looked=form, looked_at=number)
    return render(request, PAGE, context, status=400)
