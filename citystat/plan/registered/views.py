"""Pages of definitions: the register, one definition with its versions, drafts and reviews, whose it is, its targets."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citystat.core import edits, formats
from citystat.core.access import has_right, rule
from citystat.core.errors import NotFound, UserError
from citystat.plan import known
from citystat.plan.models import MeasureVersion, Target
from citystat.plan.registered import access, actions, forms, presenters, queries, value_actions

PAGE_OR_FORM = ["GET", "HEAD", "POST"]


@rule("see_staff_pages")
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every measure people wrote, drafts too."""
    found = list(queries.everything())
    context = {"table": presenters.register_table(found), "has_any": bool(found), "can_edit": has_right(request.user, access.EDIT_RIGHT)}
    return render(request, "plan/registered/register.html", context)


@rule("edit_measures")
@require_http_methods(PAGE_OR_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """A new measure with its first draft."""
    form = forms.NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            actions.define(
                by=request.user, name=typed["name"], source=typed["source"], definition=form.definition(), department=typed["department"],
                owner=typed["owner"],
            )  # fmt: skip
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The draft is saved. Send it to review when it is complete."))
            return redirect("register:edit", typed["name"], 1)
    return _form(request, form, _("Define a measure"), _("Save the draft"))


@rule("public")
@require_safe
def definition(request: HttpRequest, name: str) -> HttpResponse:
    """The whole definition in force, its versions and names; the public sees validated definitions of public measures only."""
    row, is_staff = queries.row(name), has_right(request.user, "see_staff_pages")
    measure = known.everything().get(name)
    if not is_staff and (measure is None or measure.audience != "public"):
        raise NotFound(_("There is no measure of this name in the register."))
    return render(request, "plan/registered/definition.html", presenters.definition_page(row, request.user, is_staff=is_staff))


@rule("edit_measures")
@require_POST
def new_version(request: HttpRequest, name: str) -> HttpResponse:
    """A draft that starts from the version in force."""
    made = actions.new_version(by=request.user, measure=queries.row(name))
    return redirect("register:edit", name, made.version)


@rule("see_staff_pages")
@require_http_methods(PAGE_OR_FORM)
def edit(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """A version: its form while it is a draft, what it lacks, and the buttons of its review."""
    version = queries.version(name, number)
    is_open = version.status in {MeasureVersion.Status.DRAFT, MeasureVersion.Status.RETURNED}
    if request.method == "POST":
        access.check_can_edit(request.user)
    form: Any = (forms.ChangeForm if number > 1 else forms.DefinitionForm)(request.POST or None, initial=forms.initial_of(version))
    if request.method == "POST" and form.is_valid() and _save(request, version, form):
        messages.success(request, _("Saved."))
        return redirect("register:edit", name, number)
    context = {
        "version": version, "facts": presenters.facts(version),
        "problems": presenters.lacks(actions.problems_of(version)) if is_open else (),
        "can_review": version.status == MeasureVersion.Status.PENDING and access.can_review(request.user, version),
        "is_editable": is_open and has_right(request.user, access.EDIT_RIGHT),
    }  # fmt: skip
    title = _("%(label)s: version %(number)s") % {"number": number, "label": presenters.title_of(version)}
    return _form(request, form, title, _("Save the draft"), context)


@rule("see_staff_pages")
@require_POST
def review(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Send to review, validate, or return with a reason."""
    version, act = queries.version(name, number), request.POST.get("act", "")
    try:
        if act == "validate":
            actions.validate(by=request.user, version=version)
            messages.success(request, _("Validated and locked. Readers see it now."))
            return redirect("register:definition", name)
        if act == "return":
            actions.send_back(by=request.user, version=version, reason=request.POST.get("reason", ""))
            messages.success(request, _("Returned with your reason."))
        else:
            actions.submit(by=request.user, version=version)
            messages.success(request, _("Sent to review: somebody else validates it or returns it."))
    except UserError as error:
        if error.http_status == 403:
            raise
        messages.error(request, str(error))
    return redirect("register:edit", name, number)


@rule("edit_measures")
@require_http_methods(PAGE_OR_FORM)
def settings(request: HttpRequest, name: str) -> HttpResponse:
    """Whose a measure is, what it counts in, what it is called; for measures of the warehouse too."""
    measure, row = known.find(name), queries.any_row(name)
    act = request.POST.get("act", "")
    start = {"department": row.department, "owner": row.owner_id, "rolls_up_to": row.rolls_up_to, "revision": row.revision} if row else {}
    form = forms.SettingsForm(request.POST if act == "assign" else None, initial=start)
    naming = forms.NameForm(request.POST if act == "rename" else None)
    for one, write in ((form, _assign), (naming, _rename)):
        if one.is_bound and one.is_valid():
            try:
                write(request, name, one.cleaned_data)
            except UserError as error:
                edits.tell(one, error, queries.any_row(name) if one is form else None)
            else:
                messages.success(request, _("Saved."))
                return redirect("register:settings", name)
    context = {"measure": measure, "label": measure.label.in_(presenters.language()), "form": form, "naming": naming}
    return render(request, "plan/registered/settings.html", context | {"has_names": measure.source != "warehouse"})


@rule("edit_measures")
@require_http_methods(PAGE_OR_FORM)
def targets(request: HttpRequest, name: str) -> HttpResponse:
    """Targets by period with their reasons: set one, withdraw one."""
    measure = known.find(name)
    form = forms.TargetForm(request.POST if request.POST.get("act") == "set" else None, measure=measure)
    if request.POST.get("act") == "withdraw":
        return _withdraw(request, name)
    if form.is_bound and form.is_valid():
        try:
            value_actions.set_target(by=request.user, name=name, **form.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            set_to = {"value": presenters.with_unit(form.cleaned_data["value"], measure), "day": formats.day(form.cleaned_data["start"])}
            messages.success(request, _("The target is set: %(value)s from %(day)s on.") % set_to)
            return redirect("register:targets", name)
    found = queries.targets(name)
    context = {"measure": measure, "label": measure.label.in_(presenters.language()), "form": form}
    return render(
        request, "plan/registered/targets.html",
        context | {"table": presenters.targets_table(found, measure), "standing": [one for one in found if one.withdrawn_at is None]},
    )  # fmt: skip


def _withdraw(request: HttpRequest, name: str) -> HttpResponse:
    number = request.POST.get("target", "")
    found = Target.objects.filter(pk=int(number) if number.isdecimal() else 0, measure=name, withdrawn_at__isnull=True).first()
    if found is None:
        raise NotFound(_("This target is no longer there."))
    try:
        value_actions.withdraw_target(by=request.user, target=found, reason=request.POST.get("reason", ""))
    except UserError as error:
        messages.error(request, str(error))
    return redirect("register:targets", name)


def _save(request: HttpRequest, version: MeasureVersion, form: Any) -> bool:
    typed = form.cleaned_data
    try:
        actions.save_draft(
            by=request.user, version=version, definition=form.definition(), revision=typed["revision"] or 0, change=typed.get("change", ""),
            rebase_on=typed.get("rebase_on"), rebase_reason=typed.get("rebase_reason", ""),
        )  # fmt: skip
    except UserError as error:
        edits.tell(form, error, version)
        return False
    return True


def _assign(request: HttpRequest, name: str, typed: dict[str, Any]) -> None:
    actions.assign(
        by=request.user, name=name, department=typed["department"], owner=typed["owner"], rolls_up_to=typed["rolls_up_to"],
        revision=typed["revision"] or 0,
    )  # fmt: skip


def _rename(request: HttpRequest, name: str, typed: dict[str, Any]) -> None:
    actions.rename(by=request.user, measure=queries.row(name), label=typed["label"], label_es=typed["label_es"], why=typed["why"])


def _form(request: HttpRequest, form: Any, title: str, button: str, context: dict[str, Any] | None = None) -> HttpResponse:
    shown = {"form": form, "sections": presenters.sections_of(form), "title": title, "button": button, "is_editable": True}
    return render(request, "plan/registered/form.html", shown | (context or {}))
