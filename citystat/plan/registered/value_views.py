"""Pages of values: given by an owner, or by a link that needs no password; corrected, and corrected figures in public."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citystat.core import act_links
from citystat.core.access import rule
from citystat.core.errors import InputError, NotFound, UserError
from citystat.plan import descriptions, known
from citystat.plan import periods as calendar
from citystat.plan.definitions import Measure
from citystat.plan.registered import access, forms, presenters, queries, register, tables, value_actions

PAGE_OR_FORM = ["GET", "HEAD", "POST"]


@rule("signed_in")
@require_http_methods(PAGE_OR_FORM)
def values(request: HttpRequest, name: str) -> HttpResponse:
    """The values of a measure, and the form to give the next one."""
    row, measure = queries.row(name), _given_measure(name)
    access.check_can_give(request.user, row)
    start = {"period": value_actions.last_period(measure, tables.today()).key}
    form = forms.ValueForm(request.POST or None, measure=measure, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            value_actions.record(by=request.user, name=name, period=form.cleaned_data["period"], given=form.given())
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you. The value is kept."))
            return redirect("register:values", name)
    return render(request, "plan/registered/values.html", presenters.values_page(row, measure, form))


@rule("validate_measures")
@require_http_methods(PAGE_OR_FORM)
def correct(request: HttpRequest, name: str) -> HttpResponse:
    """Correct a public figure: a given value by the right one, a counted one by an erratum beside it."""
    measure = known.find(name)
    is_given = measure.source in value_actions.GIVEN
    made = forms.CorrectionForm if is_given else forms.ErratumForm
    form: Any = made(request.POST or None, measure=measure, initial={"period": request.GET.get("period", "")})
    if request.method == "POST" and form.is_valid():
        try:
            (_correct_given if is_given else _correct_counted)(request, measure, form)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The correction is public. What stood there before is kept beside it."))
            return redirect("register:corrections")
    context = {"measure": measure, "label": measure.label.in_(presenters.language()), "form": form, "is_given": is_given}
    return render(request, "plan/registered/correct.html", context)


@rule("see_staff_pages")
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What was asked of owners and not answered, and one's own measures."""
    labels = {name: one.label.in_(presenters.language()) for name, one in known.everything().items()}
    found = list(queries.unanswered())
    mine = [(labels.get(row.name, row.name), row.name) for row in queries.given_by(request.user)]
    return render(
        request, "plan/registered/asked.html", {"table": presenters.asked_table(found, labels), "has_any": bool(found), "mine": mine}
    )


@rule("public")
@require_http_methods(PAGE_OR_FORM)
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """The one value a link in an e-mail asks for; it needs no password, expires, and is used once."""
    link = act_links.find(secret, act=value_actions.ACT)
    asked_for = value_actions.request_of(link)
    measure = _given_measure(asked_for.measure.name)
    period = calendar.period_at(measure.period, calendar.index_of(measure.period, asked_for.period_start))
    form = forms.ValueForm(request.POST or None, measure=measure, ask_period=False)
    if request.method == "POST" and form.is_valid():
        try:
            value_actions.answer(link=link, given=form.given())
        except UserError as error:
            form.add_error(None, str(error))
        else:
            return render(request, "plan/registered/thanks.html", {"label": measure.label.in_(presenters.language())})
    context = {
        "form": form, "label": measure.label.in_(presenters.language()), "period": descriptions.period_name(period, presenters.language()),
        "person": link.person, "due": asked_for.due_on,
    }  # fmt: skip
    return render(request, "plan/registered/by_link.html", context)


@rule("public")
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Every corrected public figure, newest first."""
    found = queries.public_corrections()
    return render(request, "plan/registered/corrections.html", {"found": presenters.corrections_list(found)})


@rule("public")
@require_safe
def corrections_feed(request: HttpRequest) -> HttpResponse:
    """The same as an Atom feed."""
    return presenters.corrections_feed(queries.public_corrections(), request.build_absolute_uri("/"))


def _given_measure(name: str) -> Measure:
    found = register.content().measures.get(name)
    if found is None:
        raise NotFound(_("This measure has no validated definition yet, so it has no values."))
    if found.source not in value_actions.GIVEN:
        raise InputError(_("Values of %(label)s are not given by people.") % {"label": found.label.in_(presenters.language())})
    return found


def _correct_given(request: HttpRequest, measure: Measure, form: Any) -> None:
    typed = form.cleaned_data
    value_actions.correct(
        by=request.user, name=measure.name, period=typed["period"], given=form.given(), reason=typed["reason"],
        reason_es=typed["reason_es"],
        stood_in=_places(typed),
    )  # fmt: skip


def _correct_counted(request: HttpRequest, measure: Measure, form: Any) -> None:
    typed = dict(form.cleaned_data)
    value_actions.correct_counted(by=request.user, name=measure.name, **{**typed, "stood_in": _places(typed)})


def _places(typed: dict[str, Any]) -> list[str]:
    return [part.strip() for part in typed["stood_in"].split(",") if part.strip()]
