"""The record of a meeting once it stands: what was decided and promised in it, and a form to correct the words of each decision."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citystat.core.access import rule
from citystat.core.errors import UserError
from citystat.stat_sessions import corrections
from citystat.stat_sessions.cycle import presenters, queries
from citystat.stat_sessions.cycle.forms import CorrectionForm


@rule("run_sessions")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Every decision of a session with its words to correct; the one pressed is corrected, what was typed in it stays if it cannot be."""
    session = queries.session(key, reader=request.user)
    rows = list(session.decisions.order_by("id"))
    pressed = request.POST.get("decision", "")
    forms = [(row, CorrectionForm(request.POST if pressed == str(row.pk) else None, decision=row)) for row in rows]
    for row, form in forms:
        if not form.is_bound or not form.is_valid():
            continue
        given = dict(form.cleaned_data)
        reason, reason_es = given.pop("reason"), given.pop("reason_es")
        try:
            corrections.correct_decision(by=request.user, decision_id=row.pk, given=given, reason=reason, reason_es=reason_es)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The record is corrected. What it said before is shown with it."))
            return redirect("stat:correct", key)
    context = {
        "session": presenters.session_row(session, request.user),
        "forms": forms,
        "commitments": list(session.commitments.order_by("id")),
        "corrections": queries.corrected(session, None, staff=True),
    }
    return render(request, "stat_sessions/cycle/correct.html", context)
