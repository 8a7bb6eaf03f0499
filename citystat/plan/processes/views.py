"""Pages of processes, of the register of findings, of trained leads."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.core import clock, edits
from citystat.core.access import has_right, rule
from citystat.core.errors import UserError
from citystat.core.texts import said
from citystat.plan.models import Process
from citystat.plan.processes import access, actions, forms, queries

PAGE_OR_FORM = ["GET", "HEAD", "POST"]


@rule("see_staff_pages")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Processes by department, and what stands without a measure, a process or a goal."""
    sees_all = access.sees_all(request.user)
    context = {
        "processes": list(queries.processes(request.user)), "bare": list(queries.without_measure(request.user)),
        "orphans": queries.measures_without_process_or_goal() if sees_all else [], "sees_all": sees_all,
        "untrained": [one.department for one in queries.leads() if one.row is None] if sees_all else [],
        "share": queries.share_of_analyses() if sees_all else None, "may_edit": has_right(request.user, access.EDIT),
    }  # fmt: skip
    return render(request, "plan/processes/index.html", context)


@rule("see_staff_pages")
@require_http_methods(PAGE_OR_FORM)
def process(request: HttpRequest, pk: int) -> HttpResponse:
    """One process with its steps and findings; the performance office enters another finding here."""
    found = queries.process(pk)
    access.check_can_see(request.user, found)
    form = forms.FindingForm(request.POST or None, initial={"found_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_evaluation(by=request.user, process=found, **form.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The finding is in the register."))
            return redirect("processes:process", pk)
    context = {"process": found, "form": form, "may_edit": has_right(request.user, access.EDIT)}
    return _shown(request, "plan/processes/process.html", context)


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Write a process down."""
    return _edit(request, None)


@rule("edit_plan")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a process."""
    return _edit(request, queries.process(pk))


def _edit(request: HttpRequest, existing: Process | None) -> HttpResponse:
    form = forms.ProcessForm(request.POST or None, initial=forms.initial_of(existing))
    if request.method == "POST" and form.is_valid():
        try:
            revision = form.cleaned_data["revision"] or 0
            saved = actions.save_process(by=request.user, process=form.process_text(), existing=existing, revision=revision)
        except UserError as error:
            edits.tell(form, error, existing)
        else:
            messages.success(request, _("The process is saved."))
            return redirect("processes:process", saved.pk)
    title = said(existing, "name") if existing else _("Write a process down")
    return _shown(request, "plan/processes/form.html", {"form": form, "title": title, "button": _("Save the process")})


@rule("see_staff_pages")
@require_safe
def evaluations(request: HttpRequest) -> HttpResponse:
    """The register of findings."""
    labels, found = dict(forms.STATUSES), queries.evaluations(request.user)
    rows = [{"row": one, "status": labels[one.status], "may_update": access.can_update(request.user, one)} for one in found]
    return render(request, "plan/processes/evaluations.html", {"rows": rows})


@rule("see_staff_pages")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """What becomes of a finding: for its owner and the performance office."""
    found = queries.evaluation(pk)
    access.check_can_update(request.user, found)
    form = forms.UpdateForm(request.POST or None, initial={"revision": found.revision, "status": found.status, "note": found.note})
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_evaluation(by=request.user, row=found, **form.cleaned_data)
        except UserError as error:
            edits.tell(form, error, found)
        else:
            messages.success(request, _("It is recorded."))
            return redirect("processes:evaluations")
    return _shown(request, "plan/processes/form.html", {"form": form, "title": found.finding, "button": _("Record it")})


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def leads(request: HttpRequest) -> HttpResponse:
    """Who is trained in each department, and where nobody is."""
    form = forms.LeadForm(request.POST or None, initial={"trained_on": clock.today(), "department": request.GET.get("department", "")})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_lead(by=request.user, **form.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is recorded."))
            return redirect("processes:leads")
    return _shown(request, "plan/processes/leads.html", {"form": form, "leads": queries.leads(), "share": queries.share_of_analyses()})


@rule("edit_plan")
@require_POST
def end_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody leads no longer."""
    actions.end_lead(by=request.user, row=queries.lead(pk))
    messages.success(request, _("It is recorded."))
    return redirect("processes:leads")


def _shown(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=400 if request.method == "POST" else 200)
