"""Pages where plans are written: drafts, their goals, the adoption, themes, progress, what residents said."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.core import clock, edits
from citystat.core.access import rule
from citystat.core.errors import InputError, UserError
from citystat.core.texts import said
from citystat.plan.goals import access, actions, forms, queries, rules
from citystat.plan.goals.theme_forms import ThemeForms
from citystat.plan.goals.words import KINDS
from citystat.plan.models import Goal, Plan

PAGE_OR_FORM = ["GET", "HEAD", "POST"]


@rule("edit_plan")
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """Every version, drafts first, and the way to a new one."""
    found = sorted(queries.plans(), key=lambda one: (one.status != Plan.Status.DRAFT, -one.number))
    return render(request, "plan/goals/drafts.html", {"plans": found, "in_force": queries.plan_in_force()})


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def new_plan(request: HttpRequest) -> HttpResponse:
    """Start a draft, empty or from the version in force."""
    current = queries.plan_in_force()
    is_next = request.GET.get("from") == "current" and current is not None
    initial = {name: getattr(current, name) for name in ("title", "title_es", "text", "text_es", "starts_on", "ends_on")} if is_next else {}
    form = forms.PlanForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
        try:
            made = actions.create_plan(by=request.user, based_on=current if is_next else None, **given)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            return redirect("plan:draft", made.number)
    context = {"form": form, "title": _("A new version of the plan") if is_next else _("A new plan"), "button": _("Make the draft")}
    return _form(request, context)


@rule("edit_plan")
@never_cache
@require_safe
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """A draft with its goals, what changed and what to look at."""
    plan = queries.plan(number)
    rows = queries.goals(plan)
    branches = [one for top in queries.tree(plan, rows) for one in top.walk()]
    problems = queries.problems(plan, rows)
    titles = {one.code: said(one, "title") for one in rows}
    context = {
        "plan": plan, "branches": branches,
        "problems": _by_sentence(problems, titles),
        "orphans": [one.subject for one in problems if one.kind == "orphan_measure"], "can_adopt": access.can_adopt(request.user),
        "is_ready": rules.can_be_adopted(problems), "changes": [one for one in queries.changes(plan) if one.change != "unchanged"],
        "is_draft": plan.status == Plan.Status.DRAFT,
    }  # fmt: skip
    return render(request, "plan/goals/draft.html", context)


def _by_sentence(problems: Iterable[rules.Problem], titles: Mapping[str, str]) -> list[tuple[rules.Problem, list[tuple[str, str]]]]:
    """What is to be said of several goals is said once, with the goals; what stops the adoption comes first."""
    found: dict[str, tuple[rules.Problem, list[tuple[str, str]]]] = {}
    for one in sorted(problems, key=lambda one: not one.is_grave):
        if one.kind != "orphan_measure":
            named = found.setdefault(one.sentence, (one, []))[1]
            named += [(one.subject, titles.get(one.subject, one.subject))] if one.subject else []
    return list(found.values())


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def change_plan(request: HttpRequest, number: int) -> HttpResponse:
    """Title, texts and dates of a draft."""
    plan = queries.plan(number)
    form = forms.PlanForm(request.POST or None, initial={name: getattr(plan, name) for name in forms.PlanForm.base_fields})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            actions.change_plan(by=request.user, plan=plan, revision=given.pop("revision") or 0, **given)
        except UserError as error:
            edits.tell(form, error, plan)
        else:
            return redirect("plan:draft", number)
    return _form(request, {"form": form, "title": plan.title, "button": _("Save"), "plan": plan})


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def new_goal(request: HttpRequest, number: int) -> HttpResponse:
    """Add a goal to a draft."""
    plan = queries.plan(number)
    initial = {"parent": request.GET.get("parent", ""), "level": request.GET.get("level", "objective")}
    return _goal(request, plan, None, initial)


@rule("edit_plan")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def goal(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """Change a goal of a draft."""
    plan = queries.plan(number)
    return _goal(request, plan, queries.goal(code, plan), None)


def _goal(request: HttpRequest, plan: Plan, existing: Goal | None, initial: dict[str, Any] | None) -> HttpResponse:
    others = [one for one in queries.goals(plan) if existing is None or one.pk != existing.pk]
    typed = request.POST if request.method == "POST" else None
    parts = forms.GoalForms(plan, others, data=typed, goal=existing, initial=initial)
    if typed is not None and parts.is_valid():
        try:
            actions.save_goal(
                by=request.user, plan=plan, goal=parts.text(), existing=existing, revision=parts.goal.cleaned_data["revision"] or 0
            )
        except UserError as error:
            edits.tell(parts.goal, error, existing)
        else:
            messages.success(request, _("The goal is saved."))
            return redirect("plan:draft", plan.number)
    context = {"plan": plan, "existing": existing, "parts": parts, "is_draft": plan.status == Plan.Status.DRAFT}
    return render(request, "plan/goals/goal_form.html", context, status=400 if typed is not None else 200)


@rule("edit_plan")
@require_POST
def remove_goal(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """Take a goal out of a draft."""
    try:
        actions.remove_goal(by=request.user, goal=queries.goal(code, queries.plan(number)))
    except InputError as error:
        messages.error(request, str(error))
        return redirect("plan:goal_form", number, code)
    messages.success(request, _("The goal is removed from the draft."))
    return redirect("plan:draft", number)


@rule("adopt_plan")
@require_http_methods(PAGE_OR_FORM)
def adopt(request: HttpRequest, number: int) -> HttpResponse:
    """Record the vote; from then on the version cannot be changed."""
    plan = queries.plan(number)
    form = forms.AdoptionForm(request.POST or None, initial={"adopted_on": clock.today(), "adopted_by": _("City Council")})
    if request.method == "POST" and form.is_valid():
        try:
            actions.adopt(by=request.user, plan=plan, **form.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The plan is adopted and public."))
            return redirect("plan:draft", number)
    lead = _("An adopted plan is public and never changes. A change is the next version.")
    return _form(request, {"form": form, "title": _("Record the adoption"), "lead": lead, "button": _("Adopt the plan"), "plan": plan})


@rule("edit_plan")
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Give a draft up."""
    try:
        actions.withdraw(by=request.user, plan=queries.plan(number), why=request.POST.get("why", ""))
    except InputError as error:
        messages.error(request, str(error))
        return redirect("plan:draft", number)
    messages.success(request, _("The draft is given up. It stays readable for the staff."))
    return redirect("plan:drafts")


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """Record a step towards a goal, with what shows it."""
    form = forms.ProgressForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_progress(by=request.user, goal_code=code, **form.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The step stands on the page of the goal."))
            return redirect(f"/plan/goals/{code}/")
    current = queries.plan_in_force()
    found = next((one for one in queries.goals(current) if one.code == code), None) if current else None
    above = {"up": said(found, "title"), "up_url": reverse("web:goal", args=[code])} if found else {}
    return _form(request, {"form": form, "title": _("A step towards the goal"), "button": _("Record it")} | above)


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def inputs(request: HttpRequest) -> HttpResponse:
    """What residents said: the list, and a form to add to it."""
    form = forms.InputForm(request.POST or None, initial={"received_on": clock.today(), "measure": request.GET.get("measure", "")})
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_input(by=request.user, **form.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It stands on the page of the measure or goal now."))
            return redirect("plan:inputs")
    current = queries.plan_in_force()
    titles = {goal.code: said(goal, "title") for goal in queries.goals(current)} if current else {}
    rows = [
        {"row": one, "text": said(one, "text"), "kind": KINDS[one.kind], "goal": titles.get(one.goal_code, "")}
        for one in queries.inputs()[:200]
    ]
    return render(request, "plan/goals/inputs.html", {"form": form, "rows": rows}, status=400 if request.method == "POST" else 200)


@rule("edit_plan")
@require_http_methods(PAGE_OR_FORM)
def new_theme(request: HttpRequest) -> HttpResponse:
    """Name a major opportunity area."""
    return _theme(request, None)


@rule("edit_plan")
@never_cache
@require_http_methods(PAGE_OR_FORM)
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a major opportunity area."""
    return _theme(request, slug)


def _theme(request: HttpRequest, slug: str | None) -> HttpResponse:
    existing = queries.theme(slug) if slug else None
    parts = ThemeForms(data=request.POST or None, theme=existing)
    if request.method == "POST" and parts.is_valid():
        try:
            saved = actions.save_theme(
                by=request.user, theme=parts.text(), existing=existing, revision=parts.theme.cleaned_data["revision"] or 0
            )
        except UserError as error:
            edits.tell(parts.theme, error, existing)
        else:
            return redirect(f"/plan/themes/{saved.slug}/")
    title = said(existing, "title") if existing else _("A new major opportunity area")
    context = {"parts": parts, "title": title, "up_url": reverse("web:themes")}
    return render(request, "plan/goals/theme_form.html", context, status=400 if request.method == "POST" else 200)


def _form(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    above = {"up": _("Versions and drafts"), "up_url": reverse("plan:drafts")}
    return render(request, "plan/goals/form.html", above | context, status=400 if request.method == "POST" else 200)
