"""Pages of areas in focus and of advisory councils."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.core import clock, edits
from citystat.core.access import rule
from citystat.core.errors import Busy, UserError
from citystat.core.texts import said
from citystat.plan.models import AdvisoryCouncil, FocusSelection
from citystat.plan.programs import access, advice, focus, forms, presenters
from citystat.plan.programs.focus import SelectionText
from citystat.plan.programs.views import PAGE_OR_FORM, cards, form_page, record_page

FOCUS, ADVICE = "/areas-in-focus/", "/advice/"


@rule("public")
@require_safe
def selections(request: HttpRequest) -> HttpResponse:
    """Every selection of areas."""
    rows = [one for one in focus.selections() if access.can_see(request.user, one)]
    return render(request, "plan/programs/selections.html", {"cards": cards(rows, "why", FOCUS), "may_edit": access.can_edit(request.user)})


@rule("public")
@require_safe
def selection(request: HttpRequest, slug: str) -> HttpResponse:
    """One selection: rule, areas, plan, and whether they improve."""
    row = focus.selection(slug)
    access.check_can_see(request.user, row)
    return render(request, "plan/programs/selection.html", presenters.focus_page(row, request.user))


@rule("edit_plan")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def edit_selection(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Write a selection rule, or change one that has not chosen yet."""
    row = focus.selection(slug) if slug else None
    form = forms.SelectionForm(request.POST or None, initial=forms.selection_initial(row))

    def save(given: dict[str, Any], **existing: Any) -> FocusSelection:
        return focus.save_selection(by=request.user, selection=SelectionText(**given), **existing)

    titles = (_("A new selection rule"), _("Change the rule"))
    return record_page(request, form, save, row, titles=titles, up=_("Areas in focus"), up_url=FOCUS)


@rule("edit_plan")
@require_POST
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the rule choose; its choice is frozen."""
    try:
        focus.choose(by=request.user, row=focus.selection(slug))
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The areas are chosen."))
    return redirect(f"{FOCUS}{slug}/")


@rule("edit_plan")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def partnership(request: HttpRequest, slug: str) -> HttpResponse:
    """What is done in the chosen areas."""
    row = focus.selection(slug)
    shown = {name: getattr(row, name) for name in forms.PartnershipForm.base_fields}
    form = forms.PartnershipForm(request.POST or None, initial=shown | {"partners": "\n".join(row.partners)})

    def act(given: dict[str, Any]) -> str:
        focus.save_partnership(by=request.user, row=row, **(given | {"revision": given["revision"] or 0}))
        return f"{FOCUS}{slug}/"

    return form_page(request, form, act, row, title=_("The plan for these areas"), up=said(row, "title"), up_url=f"{FOCUS}{slug}/")


@rule("public")
@require_safe
def councils(request: HttpRequest) -> HttpResponse:
    """Every advisory council."""
    shown = cards(advice.councils(), "text", ADVICE)
    return render(request, "plan/programs/councils.html", {"cards": shown, "may_edit": access.can_edit(request.user)})


@rule("public")
@require_safe
def council(request: HttpRequest, slug: str) -> HttpResponse:
    """One council: members, coverage, recommendations with answers."""
    return render(request, "plan/programs/council.html", presenters.council_page(advice.council(slug), request.user))


@rule("edit_plan")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def edit_council(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Name a council, or change its texts."""
    row = advice.council(slug) if slug else None
    form = forms.CouncilForm(request.POST or None, initial=forms.council_initial(row))

    def save(given: dict[str, Any], **existing: Any) -> AdvisoryCouncil:
        return advice.save_council(by=request.user, **given, **existing)

    titles = (_("A new advisory council"), _("Change the council"))
    return record_page(request, form, save, row, titles=titles, up=_("Advice"), up_url=ADVICE)


@rule("edit_plan")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def end_member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Record a member's last day."""
    row = advice.member(pk, slug)
    form = forms.EndForm(request.POST or None, initial={"until": row.until or clock.today(), "seen": row.until})

    def act(given: dict[str, Any]) -> str:
        try:
            advice.end_membership(by=request.user, member=row, until=given["until"], seen=given["seen"])
        except Busy:
            edits.take_up(form, "seen", row.until)
            raise
        return f"{ADVICE}{slug}/#members"

    lead = presenters.membership(row)
    return form_page(request, form, act, title=_("End a membership"), lead=lead, up=said(row.council, "title"), up_url=f"{ADVICE}{slug}/")


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def add_member(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a member."""
    row = advice.council(slug)
    form = forms.MemberForm(request.POST or None, kind=row.kind, initial={"since": clock.today()})

    def act(given: dict[str, Any]) -> str:
        advice.add_member(by=request.user, council=row, **given)
        return f"{ADVICE}{slug}/"

    return form_page(request, form, act, title=_("Add a member"), up=said(row, "title"), up_url=f"{ADVICE}{slug}/")


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def add_recommendation(request: HttpRequest, slug: str) -> HttpResponse:
    """Record a recommendation."""
    row = advice.council(slug)
    form = forms.RecommendationForm(request.POST or None, initial={"given_on": clock.today()})

    def act(given: dict[str, Any]) -> str:
        advice.record_recommendation(by=request.user, council=row, **given)
        return f"{ADVICE}{slug}/"

    return form_page(request, form, act, title=_("Record a recommendation"), up=said(row, "title"), up_url=f"{ADVICE}{slug}/")


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def respond(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Answer a recommendation."""
    row = advice.recommendation(pk, slug)
    form = forms.ResponseForm(request.POST or None, initial={"responded_on": clock.today()})

    def act(given: dict[str, Any]) -> str:
        advice.respond(by=request.user, recommendation=row, **given)
        return f"{ADVICE}{slug}/"

    title = _("Answer this recommendation")
    return form_page(request, form, act, title=title, lead=row.text, up=said(row.council, "title"), up_url=f"{ADVICE}{slug}/")
