"""Pages of those who make reports: release, explain, audiences, deliveries, reports nobody opens."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citystat.core.access import rule
from citystat.core.errors import UserError
from citystat.core.texts import said
from citystat.stat_sessions.cycle import queries as sessions
from citystat.stat_sessions.reports import actions, deliveries, forms, openings, presenters, queries, rules, words

PAGE_OR_FORM = ["GET", "HEAD", "POST"]
LOG_LENGTH = 50


@rule("release_packet")
@require_http_methods(PAGE_OR_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Release a report, and deliver it where audiences are ticked."""
    choices = [(str(one.pk), said(one, "title")) for one in deliveries.audiences()]
    given = request.POST if request.method == "POST" else None
    form = forms.ReportForm(given, initial=request.GET.dict(), departments=queries.departments(), audiences=choices)
    if given is not None and form.is_valid():
        try:
            return _released(request, dict(form.cleaned_data))
        except UserError as error:
            form.add_error(None, str(error))
    period = str(form.data.get("period", "") if form.is_bound else request.GET.get("period", ""))
    is_quarter = bool(rules.PATTERNS["quarter"].fullmatch(period))
    return render(request, "stat_sessions/reports/new.html", {"form": form, "period": period if is_quarter else ""})


def _released(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    ids = [int(one) for one in given.pop("audiences")]
    rows = actions.release(by=request.user, **given)
    messages.success(request, _("Released: everyone can read it now."))
    if ids:
        _say(request, deliveries.deliver(by=request.user, what=deliveries.name_of_report(rows[0]), audience_ids=ids))
    return redirect("reports:report", rows[0].pk)


def _say(request: HttpRequest, found: list[deliveries.Outcome]) -> None:
    sentences = {
        "sent": _("%(audience)s: delivered, %(n)s messages."),
        "again": _("%(audience)s has it already; nothing was sent again."),
        "empty": _("%(audience)s: nobody there may read it, so nothing was sent."),
    }
    for one in found:
        messages.info(request, sentences[one.state] % {"audience": said(one.audience, "title"), "n": one.recipients})


@rule("release_packet")
@require_http_methods(PAGE_OR_FORM)
def explain(request: HttpRequest, period: str) -> HttpResponse:
    """Why measures are far from their target: a report is not released before each is explained."""
    rules.span("quarter", period)
    form = forms.NarrativeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.explain(by=request.user, period=period, **form.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Kept. It stands in the report when it is released."))
            return redirect("reports:explain", period)
    made = actions.make("quarter", period, language=get_language() or "en", audience="staff")
    written = queries.narrative_rows(period)
    rows = [row | {"form": _narrative_form(row, form)} for row in presenters.unexplained_rows(made, written)]
    context = {"period": period, "period_name": words.period_name("quarter", period), "rows": rows, "written": written.values()}
    return render(request, "stat_sessions/reports/explain.html", context, status=400 if form.errors else 200)


def _narrative_form(row: dict[str, Any], tried: forms.NarrativeForm) -> forms.NarrativeForm:
    if tried.is_bound and tried.data.get("measure") == row["name"]:
        return tried
    return forms.NarrativeForm(initial={"measure": row["name"], "revision": 0}, auto_id=f"{row['name']}-%s")


@rule("run_sessions")
@require_http_methods(PAGE_OR_FORM)
def audiences(request: HttpRequest) -> HttpResponse:
    """Who gets what is released, and the log of what they got."""
    form = forms.AudienceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = deliveries.create_audience(by=request.user, **form.cleaned_data)
        except UserError as error:
            form.add_error("title", str(error))
        else:
            return redirect("reports:member", row.pk)
    context = {
        "audiences": presenters.audience_rows(deliveries.audiences()),
        "log": presenters.delivery_rows(deliveries.log()[:LOG_LENGTH]),
        "form": form,
    }
    return render(request, "stat_sessions/reports/audiences.html", context)


@rule("run_sessions")
@require_http_methods(PAGE_OR_FORM)
def member(request: HttpRequest, key: int) -> HttpResponse:
    """One audience: who is in it, who joins, who leaves."""
    row = queries.audience(key)
    is_removal = request.POST.get("remove", "").isdecimal()
    form = forms.MemberForm(request.POST if request.method == "POST" and not is_removal else None)
    if is_removal:
        deliveries.remove_member(by=request.user, member_id=int(request.POST["remove"]))
        return redirect("reports:member", key)
    if form.is_bound and form.is_valid():
        try:
            deliveries.add_member(by=request.user, audience_id=key, address=form.cleaned_data["address"])
        except UserError as error:
            form.add_error("address", str(error))
        else:
            return redirect("reports:member", key)
    return render(request, "stat_sessions/reports/audience.html", {"audience": row, "members": row.members.all(), "form": form})


@rule("run_sessions")
@require_http_methods(PAGE_OR_FORM)
def deliver(request: HttpRequest, what: str) -> HttpResponse:
    """Deliver something released to the audiences that are ticked; what each of them gets is shown first."""
    thing = deliveries.find(what)
    if request.method == "POST":
        ids = [int(one) for one in request.POST.getlist("audiences") if one.isdecimal()]
        try:
            _say(request, deliveries.deliver(by=request.user, what=what, audience_ids=ids))
        except UserError as error:
            messages.error(request, str(error))
        return redirect("reports:deliver", what)
    had = {one.audience_id: one for one in deliveries.log(thing.what)}
    rows = [row | {"had": had.get(row["pk"])} for row in presenters.audience_rows(deliveries.audiences())]
    shown = thing.version("staff", get_language() or "en")
    context: dict[str, Any] = {"rows": rows, "title": shown[0].title if shown else what, "path": shown[1] if shown else "/"}
    context |= {"is_left": any(row["had"] is None for row in rows)}
    return render(request, "stat_sessions/reports/deliver.html", context)


@rule("release_packet")
@require_http_methods(PAGE_OR_FORM)
def unread(request: HttpRequest) -> HttpResponse:
    """Reports nobody opened, proposed for retirement; those retired."""
    days = request.GET.get("days", "")
    wanted = int(days) if days.isdecimal() and 0 < int(days) < 3660 else rules.UNREAD_AFTER_DAYS
    form = forms.RetireForm(request.POST if request.method == "POST" and "revive" not in request.POST else None)
    if request.POST.get("revive"):
        actions.revive(by=request.user, what=request.POST["revive"])
        return redirect("reports:unread")
    if form.is_bound and form.is_valid():
        actions.retire(by=request.user, **form.cleaned_data)
        messages.success(request, _("Retired: it is no longer made. What was released stays at its address."))
        return redirect("reports:unread")
    titles = {str(one.pk): said(one, "title") for one in sessions.series()}
    proposed = {one.what for one in openings.unread(days=wanted)}
    rows = [presenters.produced_row(one, titles) | {"proposed": one.what in proposed} for one in openings.produced(days=wanted)]
    gone = [{"name": presenters.name_of(what, titles), "row": row} for what, row in openings.retired().items()]
    context = {"rows": [one for one in rows if one["proposed"]], "read": [one for one in rows if not one["proposed"]], "retired": gone}
    return render(request, "stat_sessions/reports/unread.html", context | {"days": wanted, "form": form})
