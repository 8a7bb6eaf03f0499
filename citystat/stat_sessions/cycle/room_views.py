"""The page in the room: who came, what is decided and promised, what is read aloud, and the memo."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citystat.core import clock
from citystat.core.access import rule
from citystat.core.errors import InputError, UserError
from citystat.stat_sessions.cycle import memos, packets, presenters, queries
from citystat.stat_sessions.cycle import room as actions
from citystat.stat_sessions.cycle.forms import DecisionForm, MemoForm, PromiseForm
from citystat.stat_sessions.models import Session

PAGE_OR_FORM = ["GET", "HEAD", "POST"]


@rule("run_sessions")
@require_http_methods(PAGE_OR_FORM)
def room(request: HttpRequest, key: int) -> HttpResponse:
    """Live capture on one page; a refused form comes back with what was typed."""
    session = queries.session(key, reader=request.user)
    act = request.POST.get("act", "")
    topics = list(session.topics.filter(is_picked=True).order_by("position", "id"))
    decide = DecisionForm(request.POST if act == "decide" else None, topics=topics, prefix="d")
    promise = PromiseForm(request.POST if act == "promise" else None, topics=topics, prefix="p")
    memo = MemoForm(request.POST if act == "memo" else None, prefix="m")
    used = {"decide": decide, "promise": promise, "memo": memo}.get(act)
    if request.method == "POST" and (used is None or used.is_valid()):
        try:
            messages.success(request, _act(request, session, act, decide, promise, memo))
            return redirect("stat:memo" if act == "memo" else "stat:room", key)
        except UserError as error:
            if used is not None:
                used.add_error(None, str(error))
            else:
                messages.error(request, str(error))
    context = _context(session, request) | {"decide": decide, "promise": promise, "memo": memo, "act": act}
    return render(request, "stat_sessions/cycle/room.html", context)


def _act(request: HttpRequest, session: Session, act: str, decide: DecisionForm, promise: PromiseForm, memo: MemoForm) -> str:
    if act == "decide":
        actions.decide(by=request.user, session_id=session.pk, details=decide.details(), topic_id=decide.topic_id())
        return _("The decision and its commitment are written down.")
    if act == "promise":
        made = actions.promise(by=request.user, session_id=session.pk, details=promise.promise(), topic_id=promise.topic_id())
        return _("Commitment %(number)s is written down.") % {"number": made.number}
    if act == "attendance":
        came = [int(one) for one in request.POST.getlist("came") if one.isdigit()]
        actions.record_attendance(by=request.user, session_id=session.pk, came=came)
        return _("Attendance is recorded.")
    if act == "hold":
        actions.hold(by=request.user, session_id=session.pk)
        return _("The session is marked as held.")
    if act == "memo":
        given = memo.cleaned_data
        memos.send(by=request.user, session_id=session.pk, summary=given["summary"], next_focus=given["next_focus"], reason=given["reason"])
        return _("The memo is frozen and on its way to those who were there and to the owners.")
    raise InputError(_("There is no such act."))


def _context(session: Session, request: HttpRequest) -> dict[str, Any]:
    people = session.attendees.select_related("person").order_by("id")
    return {
        "session": presenters.session_row(session, request.user),
        "room": presenters.room_view(session, clock.now()),
        "attendees": [
            {"pk": one.pk, "name": one.name or str(one.person), "role": packets.role_name(one.role), "came": one.came} for one in people
        ],
        "is_closed": session.stage == Session.Stage.FOLLOWED_UP,
        "has_memo": session.memos.exists(),
    }
