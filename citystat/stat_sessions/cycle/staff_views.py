"""Pages of those who prepare sessions: the series and their year, one session with its clock, its topics and texts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citystat.core import clock
from citystat.core.access import rule
from citystat.core.errors import InputError, UserError
from citystat.stat_sessions.cycle import actions, acts, documents, packets, presenters, queries
from citystat.stat_sessions.cycle.act_forms import PreparationPage
from citystat.stat_sessions.cycle.forms import SeriesForm
from citystat.stat_sessions.models import Session

PAGE_OR_FORM = ["GET", "HEAD", "POST"]


@rule("run_sessions")
@require_http_methods(PAGE_OR_FORM)
def plan(request: HttpRequest) -> HttpResponse:
    """The series there are, and a form for another with the sessions of its first year."""
    form = SeriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_series(by=request.user, details=form.details())
            first = form.cleaned_data["first_on"]
            found = actions.plan_year(by=request.user, series_id=made.pk, year=first.year, first_on=first, at=form.cleaned_data["at"])
        except InputError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The series is made, with %(n)s sessions this year.") % {"n": len(found)})
            return redirect("stat:index")
    return render(request, "stat_sessions/cycle/plan.html", {"form": form, "series": queries.series()})


@rule("run_sessions")
@require_http_methods(PAGE_OR_FORM)
def prepare(request: HttpRequest, key: int) -> HttpResponse:
    """The clock, the texts and the topics of one session. Every button saves what was typed, then does its own act."""
    session = queries.session(key, reader=request.user)
    page = _page(session, request.POST if request.method == "POST" else None)
    if request.method == "POST" and page.is_valid():
        try:
            messages.success(request, _carry_out(request, session, page))
        except UserError as error:
            page.refuse(error)
        else:
            if not page.is_typed_elsewhere():
                return redirect("stat:prepare", key)
            session = queries.session(key, reader=request.user)
            page = _page(session, request.POST, is_done=True)
    return render(request, "stat_sessions/cycle/prepare.html", _context(session, page, request))


def _page(session: Session, data: QueryDict | None, *, is_done: bool = False) -> PreparationPage:
    """The page as it is stored, or as somebody typed; after an act is done only what stands beside the other buttons is kept."""
    is_open = session.stage in {"draft", "review"} and session.status in {"planned", "missed"}
    return PreparationPage(session, is_open=is_open, data=data, is_done=is_done)


def _carry_out(request: HttpRequest, session: Session, page: PreparationPage) -> str:
    texts = page.texts
    if texts is None or (page.act and not texts.is_changed()):
        return acts.carry_out(by=request.user, session_id=session.pk, act=page.act, given=page.given())
    return acts.carry_out(
        by=request.user,
        session_id=session.pk,
        act=page.act,
        given=page.given(),
        texts=texts.preparation(),
        revision=texts.cleaned_data["revision"],
    )


def _context(session: Session, page: PreparationPage, request: HttpRequest) -> dict[str, Any]:
    return {
        "session": presenters.session_row(session, request.user),
        "row": session,
        "clock": presenters.clock_view(session),
        "page": page,
        "form": page.texts,
        "attendees": [(one.name or str(one.person), packets.role_name(one.role)) for one in session.attendees.select_related("person")],
        "is_open": page.texts is not None,
        "is_over": session.starts_at <= clock.now(),
        "drafted": bool(session.draft),
        "build": session.draft.get("build"),
        "returned": session.steps.get("returned", {}).get("reason", "") if session.stage == "draft" else "",
        "missing_reports": packets.missing_reports(session, None) if session.department else session.draft.get("missing_reports", []),
        "may_review": session.steps.get("handed", {}).get("by") != request.user.pk,
    }


@rule("run_sessions")
@require_http_methods(["GET", "HEAD"])
def preview(request: HttpRequest, key: int) -> HttpResponse:
    """The packet as it would be released now, for staff."""
    session = queries.session(key, reader=request.user)
    packet = packets.Drafting(session).packet(request.LANGUAGE_CODE[:2], "staff")
    context = documents.packet_context(packet) | {"session": presenters.session_row(session, request.user), "language": packet.language}
    context |= {"is_preview": True, "embed": False, "can_run": True}
    return render(request, "stat_sessions/cycle/session.html", context)
