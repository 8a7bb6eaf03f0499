"""Pages of those who prepare sessions: the series and their year, one session with its clock, its topics and texts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from citystat.core.access import rule
from citystat.core.errors import InputError, NotFound, UserError
from citystat.stat_sessions.cycle import actions, documents, mail, packets, presenters, queries, releases
from citystat.stat_sessions.cycle.forms import AttendeeForm, PreparationForm, SeriesForm
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
    """The clock, the texts and the topics of one session."""
    session = queries.session(key, reader=request.user)
    form = PreparationForm(request.POST or None, session=session)
    if request.method == "POST" and form.is_all_valid():
        try:
            actions.save_preparation(by=request.user, session_id=key, revision=form.cleaned_data["revision"], given=form.preparation())
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("stat:prepare", key)
    return render(request, "stat_sessions/cycle/prepare.html", _context(session, form, request))


def _context(session: Session, form: PreparationForm, request: HttpRequest) -> dict[str, Any]:
    return {
        "session": presenters.session_row(session, request.user),
        "row": session,
        "clock": presenters.clock_view(session),
        "form": form,
        "attendees": [(one.name or str(one.person), packets.role_name(one.role)) for one in session.attendees.select_related("person")],
        "attendee_form": AttendeeForm(),
        "is_open": session.stage in {"draft", "review"} and session.status in {"planned", "missed"},
        "drafted": bool(session.draft),
        "build": session.draft.get("build"),
        "returned": session.steps.get("returned", {}).get("reason", "") if session.stage == "draft" else "",
        "missing_reports": packets.missing_reports(session, None) if session.department else session.draft.get("missing_reports", []),
        "may_review": session.steps.get("handed", {}).get("by") != request.user.pk,
    }


@rule("run_sessions")
@require_POST
def act(request: HttpRequest, key: int, act: str) -> HttpResponse:
    """One act on a session under preparation, by its name."""
    session = queries.session(key, reader=request.user)
    found = ACTS.get(act)
    if found is None:
        raise NotFound(_("There is no such act."))
    try:
        messages.success(request, found(request, session))
    except UserError as error:
        messages.error(request, str(error))
    return redirect("stat:prepare", key)


def _draft(request: HttpRequest, session: Session) -> str:
    actions.draft(by=request.user, session_id=session.pk)
    return _("The packet has drafted itself from the newest data.")


def _hand(request: HttpRequest, session: Session) -> str:
    actions.hand_to_review(by=request.user, session_id=session.pk)
    return _("The packet is in review: somebody else looks at it now.")


def _pass(request: HttpRequest, session: Session) -> str:
    actions.pass_review(by=request.user, session_id=session.pk)
    return _("The packet is reviewed and may be released.")


def _return(request: HttpRequest, session: Session) -> str:
    actions.return_to_draft(by=request.user, session_id=session.pk, reason=request.POST.get("reason", ""))
    return _("The packet is back with those who prepare it.")


def _release(request: HttpRequest, session: Session) -> str:
    rows = releases.release(by=request.user, session_id=session.pk, reason=request.POST.get("reason", ""))
    return _("Released as edition %(edition)s, checksum %(checksum)s.") % {"edition": rows[0].edition, "checksum": rows[0].checksum[:12]}


def _topic(request: HttpRequest, session: Session) -> str:
    actions.add_topic(
        by=request.user, session_id=session.pk, title=request.POST.get("title", ""), title_es=request.POST.get("title_es", "")
    )
    return _("The topic is on the agenda.")


def _attendee(request: HttpRequest, session: Session) -> str:
    form = AttendeeForm(request.POST)
    if not form.is_valid():
        raise InputError(_("Choose a person, or write a name, and a role."))
    given = form.cleaned_data
    actions.invite(by=request.user, session_id=session.pk, name=given["name"], person=given["person"], role=given["role"])
    return _("Put on the list.")


def _invite(request: HttpRequest, session: Session) -> str:
    count = mail.invite_all(by=request.user, session_id=session.pk)
    return _("Invitations are on their way to %(n)s people.") % {"n": count}


def _step(request: HttpRequest, session: Session) -> str:
    actions.mark_step(by=request.user, session_id=session.pk, step=request.POST.get("step", ""))
    return _("Marked as done.")


def _cancel(request: HttpRequest, session: Session) -> str:
    actions.cancel(by=request.user, session_id=session.pk, reason=request.POST.get("reason", ""))
    return _("The session is cancelled.")


def _missed(request: HttpRequest, session: Session) -> str:
    actions.mark_missed(by=request.user, session_id=session.pk, reason=request.POST.get("reason", ""))
    return _("The session is marked as missed.")


ACTS: dict[str, Callable[[HttpRequest, Session], str]] = {
    "draft": _draft,
    "review": _hand,
    "pass": _pass,
    "return": _return,
    "release": _release,
    "topic": _topic,
    "attendee": _attendee,
    "invite": _invite,
    "step": _step,
    "cancel": _cancel,
    "missed": _missed,
}


@rule("run_sessions")
@require_http_methods(["GET", "HEAD"])
def preview(request: HttpRequest, key: int) -> HttpResponse:
    """The packet as it would be released now, for staff."""
    session = queries.session(key, reader=request.user)
    packet = packets.Drafting(session).packet(request.LANGUAGE_CODE[:2], "staff")
    context = documents.packet_context(packet) | {"session": presenters.session_row(session, request.user), "is_preview": True}
    return render(request, "stat_sessions/cycle/session.html", context | {"language": packet.language, "can_run": True})
