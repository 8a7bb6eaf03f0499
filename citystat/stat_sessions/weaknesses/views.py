"""Pages of weaknesses: the staff's list, one with its acts, and what the city celebrates."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.core import edits
from citystat.core.access import has_right, rule
from citystat.core.errors import InputError, UserError
from citystat.core.texts import said
from citystat.stat_sessions.models import WeakPointCase
from citystat.stat_sessions.weaknesses import actions, forms, queries, rules
from citystat.stat_sessions.weaknesses.actions import Weakness

PAGE_OR_FORM = ["GET", "HEAD", "POST"]


@rule("see_staff_pages")
@require_safe
def weaknesses(request: HttpRequest) -> HttpResponse:
    """Weaknesses worked on, and weak points nobody has taken up."""
    found = [{"point": one, "where": json.dumps(one.where)} for one in queries.found()]
    context = {"rows": queries.cases(), "found": found, "may_run": has_right(request.user, "run_sessions")}
    return render(request, "stat_sessions/weaknesses/list.html", context)


@rule("run_sessions")
@require_POST
def take_up(request: HttpRequest) -> HttpResponse:
    """Take up a weak point a rule has found."""
    wanted = (request.POST.get("measure", ""), request.POST.get("where", "{}"))
    point = next((one for one in queries.found() if (one.measure, json.dumps(one.where)) == wanted), None)
    if point is None:
        raise InputError(_("The rules do not find this weak point any more, or somebody has taken it up."))
    weakness = Weakness(title=point.title[:200], measure=point.measure, where=point.where, why=point.sentence, value_before=point.value)
    return redirect("weaknesses:weakness", actions.take_up(by=request.user, weakness=weakness).pk)


@rule("run_sessions")
@require_http_methods(PAGE_OR_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Take up a weakness no rule has found."""
    form = forms.WeaknessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.take_up(by=request.user, weakness=_typed(form))
        except UserError as error:
            form.add_error(None, str(error))
        else:
            return redirect("weaknesses:weakness", made.pk)
    status = 400 if request.method == "POST" else 200
    return render(request, "stat_sessions/weaknesses/new.html", {"form": form}, status=status)


@rule("see_staff_pages")
@require_safe
def weakness(request: HttpRequest, key: int) -> HttpResponse:
    """One weakness with what can be done."""
    return _page(request, queries.case(key), {})


@rule("run_sessions")
@require_POST
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Change, fix or celebrate; what was typed stays where it cannot be done."""
    row = queries.case(key)
    form = forms.of_act(name, row, request.POST)
    if form.is_valid():
        try:
            _do(request.user, row, name, form)
        except UserError as error:
            edits.tell(form, error, row)
        else:
            messages.success(request, _("Saved."))
            return redirect("weaknesses:weakness", key)
    return _page(request, row, {name: form}, status=400)


@rule("public")
@require_safe
def celebrations(request: HttpRequest) -> HttpResponse:
    """What was weak and is fixed, with the names of those who agreed."""
    rows = [
        {"title": said(row, "title"), "text": said(row, "celebration"), "names": rules.names_shown(row.people), "row": row}
        for row in queries.celebrated()[:100]
    ]
    return render(request, "stat_sessions/weaknesses/celebrations.html", {"rows": rows})


def _do(user: Any, row: WeakPointCase, name: str, form: Any) -> None:
    if name == "fix":
        actions.fix(by=user, row=row, fixed_on=form.cleaned_data["fixed_on"], revision=form.cleaned_data["revision"])
    elif name == "celebrate":
        given = form.cleaned_data
        actions.celebrate(by=user, row=row, text=given["text"], text_es=given["text_es"], people=form.people(), revision=given["revision"])
    else:
        actions.change(by=user, row=row, weakness=_typed(form), revision=form.cleaned_data["revision"] or 0)


def _typed(form: forms.WeaknessForm) -> Weakness:
    return Weakness(**{name: value for name, value in form.cleaned_data.items() if name != "revision"})


def _page(request: HttpRequest, row: WeakPointCase, tried: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {
        "row": row, "title": said(row, "title"), "may_run": has_right(request.user, "run_sessions"), "names": rules.names_shown(row.people),
        "change": tried.get("change") or forms.of_act("change", row), "fixed": tried.get("fix") or forms.of_act("fix", row),
        "celebrate": tried.get("celebrate") or forms.of_act("celebrate", row), "tried": next(iter(tried), ""),
    }  # fmt: skip
    return render(request, "stat_sessions/weaknesses/weakness.html", context, status=status)
