"""Pages of programs, budget lines and improvements: public reading, writing for those who plan."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citystat.core import edits
from citystat.core.access import rule
from citystat.core.embedding import embeddable, is_embedded
from citystat.core.errors import UserError
from citystat.core.texts import said
from citystat.plan.models import Improvement, Program
from citystat.plan.programs import access, actions, forms, presenters, queries
from citystat.plan.programs.actions import ImprovementText, ProgramText

PAGE_OR_FORM = ["GET", "HEAD", "POST"]


def form_page(
    request: HttpRequest, form: django_forms.Form, act: Callable[[dict[str, Any]], str], row: Any = None, **context: Any
) -> HttpResponse:
    """Show a form, or do what it asks and go on; what was typed stays where it cannot be used. `row` is what the form changes."""
    if request.method == "POST" and form.is_valid():
        try:
            following = act(dict(form.cleaned_data))
        except UserError as error:
            edits.tell(form, error, row)
        else:
            messages.success(request, _("It is saved."))
            return redirect(following)
    status = 400 if request.method == "POST" else 200
    return render(request, "plan/programs/form.html", {"form": form, **context}, status=status)


def record_page(
    request: HttpRequest, form: django_forms.Form, save: Callable[..., Any], row: Any, *, titles: tuple[str, str], up: str, up_url: str
) -> HttpResponse:
    """The form of a record that is new (`row` is None) or changed; `save` gives the record, whose page comes next."""

    def act(given: dict[str, Any]) -> str:
        revision = given.pop("revision") or 0
        existing = {} if row is None else {"existing": row, "revision": revision}
        return f"{up_url}{save(given, **existing).slug}/"

    if row is None:
        return form_page(request, form, act, title=titles[0], up=up, up_url=up_url)
    return form_page(request, form, act, row, title=titles[1], up=said(row, "title"), up_url=f"{up_url}{row.slug}/")


def cards(rows: Iterable[Any], text: str, url: str) -> list[dict[str, Any]]:
    """Records as a list of cards that lead to their pages; `text` is the attribute that says what each is."""
    return [{"row": one, "title": said(one, "title"), "text": said(one, text), "url": f"{url}{one.slug}/"} for one in rows]


@rule("public")
@require_safe
def programs(request: HttpRequest) -> HttpResponse:
    """Every program."""
    rows = [one for one in queries.programs() if access.can_see(request.user, one)]
    shown = cards(rows, "text", "/programs/")
    return render(request, "plan/programs/programs.html", {"cards": shown, "may_edit": access.can_edit(request.user)})


@rule("public")
@require_safe
@embeddable
def program(request: HttpRequest, slug: str) -> HttpResponse:
    """One program with the findings behind it; `?embed=1` leaves out the frame of the site."""
    row = queries.program(slug)
    access.check_can_see(request.user, row)
    context = presenters.program_page(row, request.user) | {"embed": is_embedded(request)}
    return render(request, "plan/programs/program.html", context)


@rule("public")
@require_safe
def budget(request: HttpRequest) -> HttpResponse:
    """Budget lines with their trend and unit cost; programs without data."""
    return render(request, "plan/programs/budget.html", presenters.budget_page(request.user))


@rule("edit_plan")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def edit_program(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Record a program, or change one."""
    row = queries.program(slug) if slug else None
    form = forms.ProgramForm(request.POST or None, initial=forms.program_initial(row))

    def save(given: dict[str, Any], **existing: Any) -> Program:
        return actions.save_program(by=request.user, program=ProgramText(**given), **existing)

    titles = (_("A new program"), _("Change the program"))
    return record_page(request, form, save, row, titles=titles, up=_("Programs"), up_url="/programs/")


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def add_evidence(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a finding to a program."""
    row = queries.program(slug)
    form = forms.EvidenceForm(request.POST or None)

    def act(given: dict[str, Any]) -> str:
        actions.add_evidence(by=request.user, program=row, **given)
        return f"/programs/{slug}/"

    lead = _("A finding dated up to the day of the decision stands behind it. What is dated later is shown apart, as follow-up.")
    return form_page(request, form, act, title=_("Add evidence"), lead=lead, up=said(row, "title"), up_url=f"/programs/{slug}/")


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a finding back."""
    found = queries.finding(slug, pk)
    form = forms.TakeBackForm(request.POST or None)

    def act(given: dict[str, Any]) -> str:
        actions.take_back_evidence(by=request.user, evidence=found, why=given["why"])
        return f"/programs/{slug}/"

    title = _("Take this finding back")
    return form_page(request, form, act, title=title, lead=found.text, up=said(found.program, "title"), up_url=f"/programs/{slug}/")


@rule("public")
@require_safe
def improvements(request: HttpRequest) -> HttpResponse:
    """Work groups, their meetings, and every improvement."""
    return render(request, "plan/programs/improvements.html", presenters.improvements_page(request.user))


@rule("public")
@require_safe
def improvement(request: HttpRequest, slug: str) -> HttpResponse:
    """One improvement before and after."""
    row = queries.improvement(slug)
    access.check_can_see(request.user, row)
    return render(request, "plan/programs/improvement.html", presenters.improvement_page(row, request.user))


@rule("edit_plan")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def edit_improvement(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Record an improvement, or change one."""
    row = queries.improvement(slug) if slug else None
    form = forms.ImprovementForm(request.POST or None, initial=forms.improvement_initial(row))

    def save(given: dict[str, Any], **existing: Any) -> Improvement:
        return actions.save_improvement(by=request.user, improvement=ImprovementText(**given), **existing)

    titles = (_("A new improvement"), _("Change the improvement"))
    return record_page(request, form, save, row, titles=titles, up=_("Improvements"), up_url="/improvements/")


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def new_meeting(request: HttpRequest) -> HttpResponse:
    """Record a meeting of a work group."""
    form = forms.MeetingForm(request.POST or None)

    def act(given: dict[str, Any]) -> str:
        actions.record_meeting_of(by=request.user, slug=given.pop("group"), **given)
        return "/improvements/"

    return form_page(request, form, act, title=_("A meeting of a work group"), up=_("Improvements"), up_url="/improvements/")
