"""The page in the room: who came, what is decided and promised, what is read aloud, and the memo."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from citystat.core import clock
from citystat.core.access import rule
from citystat.core.errors import UserError
from citystat.stat_sessions.cycle import presenters, queries, room_acts
from citystat.stat_sessions.cycle.room_page import RoomPage
from citystat.stat_sessions.models import Session

PAGE_OR_FORM = ["GET", "HEAD", "POST"]


@rule("run_sessions")
@require_http_methods(PAGE_OR_FORM)
def room(request: HttpRequest, key: int) -> HttpResponse:
    """Live capture on one page. Every button keeps all that was typed on it, then does its own act."""
    session = queries.session(key, reader=request.user)
    page = RoomPage(session, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and page.is_valid():
        try:
            done = room_acts.carry_out(by=request.user, session_id=session.pk, act=page.act, given=page.given())
        except UserError as error:
            page.refuse(error)
        else:
            _tell(request, done)
            if not page.is_typed_elsewhere():
                return redirect("stat:memo" if page.act == "memo" else "stat:room", key)
            session = queries.session(key, reader=request.user)
            page = RoomPage(session, data=request.POST, is_done=True)
    return render(request, "stat_sessions/cycle/room.html", _context(session, page, request))


def _tell(request: HttpRequest, done: room_acts.Done) -> None:
    messages.success(request, done.sentence)
    for sentence in done.meanwhile:
        messages.info(request, sentence)


def _context(session: Session, page: RoomPage, request: HttpRequest) -> dict[str, Any]:
    return {
        "session": presenters.session_row(session, request.user),
        "room": presenters.room_view(session, clock.now()),
        "page": page,
        "is_closed": session.stage == Session.Stage.FOLLOWED_UP,
        "has_memo": session.memos.exists(),
    }
