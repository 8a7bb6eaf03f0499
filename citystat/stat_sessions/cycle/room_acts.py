"""The buttons of the page in the room: who came and the words of the memo are saved first, then the one act; neither without the other.

Two people may record one meeting. Ticks of both are joined, a text is never put over another, and each hears what the other wrote down.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.core import audit, edits
from citystat.core.errors import Busy, InputError, NotFound
from citystat.core.texts import said
from citystat.stat_sessions.commitments.actions import Promise
from citystat.stat_sessions.cycle import access, actions, memos, room
from citystat.stat_sessions.cycle.memos import MemoText
from citystat.stat_sessions.cycle.room import DecisionDetails
from citystat.stat_sessions.models import Session


class MemoNotSaved(Busy):
    """Somebody else wrote the words of the memo meanwhile, so nothing was done."""


@dataclass(frozen=True)
class Ticks:
    """Who is ticked, and who was when the page was shown; None where the page did not say."""

    came: frozenset[int]
    shown: frozenset[int] | None = None


@dataclass(frozen=True)
class Seen:
    """The last decision and commitment the page showed."""

    decision: int = 0
    commitment: int = 0


@dataclass(frozen=True)
class MemoWords:
    """The memo as typed, and the stamp of the words the page showed."""

    text: MemoText
    was: str
    reason: str = ""


@dataclass(frozen=True)
class Given:
    """All that was on the page. What is None was not on it."""

    ticks: Ticks | None = None
    memo: MemoWords | None = None
    seen: Seen | None = None
    decision: DecisionDetails | None = None
    promise: Promise | None = None
    topic_id: int | None = None


@dataclass(frozen=True)
class Done:
    """What the person is told: what was done, and what others did meanwhile."""

    sentence: str
    meanwhile: list[str] = field(default_factory=list)


def stored_memo(session: Session) -> MemoText:
    """The words of the memo as kept until it is sent."""
    return MemoText(session.memo_summary, session.memo_focus, session.memo_summary_es, session.memo_focus_es)


def stamp(words: MemoText) -> str:
    """A short mark of the words of a memo; empty for none, and the same whatever its line breaks."""
    text = "\n".join(" ".join(part.split()) for part in astuple(words)).strip()
    return sha256(text.encode()).hexdigest()[:16] if text else ""


def seen_of(session: Session) -> Seen:
    """The last decision and commitment there are."""
    ids = [row.order_by("-pk").values_list("pk", flat=True).first() or 0 for row in (session.decisions, session.commitments)]
    return Seen(*ids)


def here(session: Session) -> frozenset[int]:
    """Those recorded as having come."""
    return frozenset(session.attendees.filter(came=True).values_list("pk", flat=True))


def joined(stored: frozenset[int], ticks: Ticks) -> frozenset[int]:
    """The ticks that are stored with those this person changed."""
    return stored ^ (ticks.came ^ (stored if ticks.shown is None else ticks.shown))


def carry_out(*, by: Any, session_id: int, act: str = "", given: Given) -> Done:
    """Keep the ticks and the words of the memo, then do the act, all in one transaction."""
    access.check_can_run(by)
    if act and act not in ACTS:
        raise NotFound(_("There is no such act."))
    with transaction.atomic():
        session = Session.objects.select_for_update().filter(pk=session_id).first() or actions.session_of(session_id)
        meanwhile = _written_since(session, given.seen)
        if act == "memo":
            _check_read(meanwhile)
        meanwhile += _keep_ticks(by, session, given.ticks, is_asked=act == "attendance")
        if given.memo is not None:
            keep_memo(by=by, session=session, words=given.memo)
        sentence = ACTS[act](by, session_id, given) if act else _("Saved.")
    return Done(sentence, meanwhile)


def keep_memo(*, by: Any, session: Session, words: MemoWords) -> None:
    """Store the words of the memo until it is sent; MemoNotSaved where somebody else changed them since the page was shown."""
    stored = stamp(stored_memo(session))
    if stamp(words.text) in {words.was, stored}:
        return
    if stored != words.was:
        raise MemoNotSaved(edits.OTHER_EDITOR)
    if session.status == Session.Status.CANCELLED:
        raise InputError(_("This session is cancelled."))
    text = words.text
    session.memo_summary, session.memo_focus = text.summary.strip(), text.next_focus.strip()
    session.memo_summary_es, session.memo_focus_es = text.summary_es.strip(), text.next_focus_es.strip()
    session.save(update_fields=["memo_summary", "memo_focus", "memo_summary_es", "memo_focus_es"])
    audit.record(by=by, action="stat memo drafted", target=str(session.pk))


def _keep_ticks(by: Any, session: Session, ticks: Ticks | None, *, is_asked: bool) -> list[str]:
    """Record who came where the person changed a tick or asked for it; what somebody else ticked meanwhile stays, and is told."""
    if ticks is None:
        return []
    stored = here(session)
    wanted = joined(stored, ticks)
    if is_asked or (ticks.shown is not None and ticks.came != ticks.shown):
        room.record_attendance(by=by, session_id=session.pk, came=wanted)
    others = stored ^ (stored if ticks.shown is None else ticks.shown)
    names = [row.name or str(row.person) for row in session.attendees.filter(pk__in=others).select_related("person").order_by("id")]
    return [_("Somebody else ticked or cleared meanwhile, and it stays: %(names)s.") % {"names": ", ".join(names)}] if names else []


def _written_since(session: Session, seen: Seen | None) -> list[str]:
    """What was written down on another screen since the page was shown."""
    if seen is None:
        return []
    decisions = session.decisions.filter(pk__gt=seen.decision).order_by("pk")
    promised = session.commitments.filter(pk__gt=seen.commitment, decision__isnull=True).order_by("pk")
    texts = [said(row, "text") for row in (*decisions, *promised)]
    return [_("Written down meanwhile on another screen: “%(text)s”") % {"text": text} for text in texts]


def _check_read(meanwhile: list[str]) -> None:
    """The memo freezes nothing its sender has not seen."""
    if meanwhile:
        lead = ngettext(
            "Something was written down on another screen since this page was shown, and the memo would carry it. "
            "Read it, then send the memo.",
            "Things were written down on another screen since this page was shown, and the memo would carry them. "
            "Read them, then send the memo.",
            len(meanwhile),
        )
        raise Busy(" ".join([lead, *meanwhile]))


def _decide(by: Any, session_id: int, given: Given) -> str:
    if given.decision is None:
        raise InputError(_("Say what was decided."))
    room.decide(by=by, session_id=session_id, details=given.decision, topic_id=given.topic_id)
    return _("The decision and its commitment are written down.")


def _promise(by: Any, session_id: int, given: Given) -> str:
    if given.promise is None:
        raise InputError(_("Say what is promised."))
    made = room.promise(by=by, session_id=session_id, details=given.promise, topic_id=given.topic_id)
    return _("Commitment %(number)s is written down.") % {"number": made.number}


def _attendance(by: Any, session_id: int, given: Given) -> str:
    return _("Attendance is recorded.")


def _hold(by: Any, session_id: int, given: Given) -> str:
    room.hold(by=by, session_id=session_id)
    return _("The session is marked as held.")


def _memo(by: Any, session_id: int, given: Given) -> str:
    words = given.memo or MemoWords(MemoText(""), "")
    memos.send(by=by, session_id=session_id, text=words.text, reason=words.reason)
    return _("The memo is frozen and on its way to those who were there and to the owners.")


ACTS: dict[str, Callable[[Any, int, Given], str]] = {
    "decide": _decide,
    "promise": _promise,
    "attendance": _attendance,
    "hold": _hold,
    "memo": _memo,
}
