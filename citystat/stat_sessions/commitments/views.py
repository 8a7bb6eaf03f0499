"""Pages of commitments: the list, one with its history, one act each, and the link that needs no password."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.core import act_links, clock
from citystat.core.access import rule
from citystat.core.csv_cells import safe
from citystat.core.errors import NotFound, UserError
from citystat.stat_sessions.commitments import access, actions, acts, forms, presenters, queries
from citystat.stat_sessions.commitments.actions import Promise

PAGE_OR_FORM = ["GET", "HEAD", "POST"]
A_PAGE = 50


@rule("public")
@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """Who promised what by when, and how it stands."""
    staff = access.is_staff(request.user)
    form = forms.ListForm(request.GET, staff=staff)
    rows = queries.commitments(form.choice(request.user), staff=staff)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = presenters.list_page(page.object_list, staff=staff) | {"form": form, "page": page, "may_make": access.can_run(request.user)}
    return render(request, "stat_sessions/commitments/list.html", context)


@rule("public")
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    staff = access.is_staff(request.user)
    rows = queries.commitments(forms.ListForm(request.GET, staff=staff).choice(request.user), staff=staff)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["number", "text", "owner", "department", "due_on", "first_due_on", "state", "session", "measure", "goal"])
    for row in rows.iterator():
        line = presenters.line(row, staff=staff)
        cells = [line.number, line.text, line.owner, line.department, line.due_on, line.first_due_on, line.state, line.session]
        writer.writerow([safe(str(cell)) for cell in (*cells, row.measure, row.goal_code)])
    return HttpResponse(
        buffer.getvalue().encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="commitments.csv"'},
    )


@rule("public")
@never_cache
@require_safe
def commitment(request: HttpRequest, number: str) -> HttpResponse:
    """One commitment and what happened to it."""
    row = queries.commitment(number)
    access.check_can_see(request.user, row)
    offered = [(act, act.form()) for act in acts.offered(request.user, row)]
    context = presenters.page(row, request.user) | {"offered": offered, "opened": acts.awaited(request.user, row)}
    return render(request, "stat_sessions/commitments/commitment.html", context)


@rule("see_staff_pages")
@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Do one act; what was typed stays on the page where it cannot be done."""
    row = queries.commitment(number)
    offered = acts.offered(request.user, row)
    chosen = next((one for one in offered if one.name == name), None)
    if chosen is None:
        raise NotFound(_("This cannot be done to this commitment now: open its page again."))
    form = chosen.form(request.POST)
    if form.is_valid():
        try:
            chosen.call(by=request.user, number=number, **form.cleaned_data)
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("It stands in the history of the commitment."))
            return redirect("commitments:commitment", number)
    shown = [(one, form if one.name == name else one.form()) for one in offered]
    context = presenters.page(row, request.user) | {"offered": shown, "opened": name}
    return render(request, "stat_sessions/commitments/commitment.html", context, status=400)


@rule("run_sessions")
@require_http_methods(PAGE_OR_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Write a commitment down outside a session."""
    initial = {name: request.GET.get(name, "") for name in ("measure", "goal_code", "department")} | {"is_public": True}
    form = forms.PromiseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make(by=request.user, promise=Promise(**form.cleaned_data), via="page")
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return redirect("commitments:commitment", made.number)
    status = 400 if request.method == "POST" else 200
    return render(request, "stat_sessions/commitments/new.html", {"form": form}, status=status)


@rule("public")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """One update or the evidence, by the link of a reminder, without a password; then the link is used."""
    link = act_links.find(secret, act=actions.LINK)
    row = queries.commitment(link.target)
    is_evidence = request.POST.get("what") == "evidence"
    update = forms.UpdateForm(request.POST if request.method == "POST" and not is_evidence else None)
    evidence = forms.HandInForm(request.POST if is_evidence else None, initial={"done_on": clock.today()})
    form: Any = evidence if is_evidence else update
    if request.method == "POST" and form.is_valid():
        call: Any = actions.hand_in if is_evidence else actions.update
        try:
            with act_links.using(link):
                call(by=link.person, number=row.number, via="link", **form.cleaned_data)
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return render(request, "stat_sessions/commitments/thanks.html", {"row": row, "is_evidence": is_evidence})
    context = {"row": row, "line": presenters.line(row, staff=True), "update": update, "evidence": evidence}
    return render(request, "stat_sessions/commitments/by_link.html", context, status=400 if request.method == "POST" else 200)
