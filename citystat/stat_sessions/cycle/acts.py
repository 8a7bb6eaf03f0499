"""The buttons of the preparation page: what was typed on it is saved first, then the one act is done; neither without the other."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core.errors import Busy, InputError, NotFound
from citystat.stat_sessions.cycle import actions, mail, packets, releases
from citystat.stat_sessions.cycle.actions import Preparation

Given = Mapping[str, Any]
# What an act needs: who, which session, what was typed beside the button, the data read before the transaction began.
Act = Callable[[Any, int, Given, packets.Drafting | None], str]
READ_THE_DATA = frozenset({"draft", "release"})


class NotSaved(InputError):
    """The texts could not be saved, so nothing else was done either."""


def carry_out(
    *, by: Any, session_id: int, act: str = "", given: Given | None = None, texts: Preparation | None = None, revision: int = 0
) -> str:
    """Save the texts where there are any, then do the act where there is one, in one transaction; the sentence that tells what was done.

    The data are read before it begins, so that nobody else waits for them. NotSaved where the texts stop it, else the act's own error.
    """
    if act and act not in ACTS:
        raise NotFound(_("There is no such act."))
    if not act and texts is None:
        raise InputError(_("Nothing was done: press the button beside what you typed."))
    drafting = _read(session_id) if act in READ_THE_DATA else None
    with transaction.atomic():
        if texts is not None:
            _save(by, session_id, texts, revision)
        return ACTS[act](by, session_id, given or {}, drafting) if act else _("Saved.")


def _save(by: Any, session_id: int, texts: Preparation, revision: int) -> None:
    try:
        actions.save_preparation(by=by, session_id=session_id, revision=revision, given=texts)
    except (InputError, Busy) as error:
        raise NotSaved(str(error)) from None


def _read(session_id: int) -> packets.Drafting:
    drafting = packets.Drafting(actions.session_of(session_id))
    for language in releases.LANGUAGES:
        drafting.draft(language)
    return drafting


def _draft(by: Any, session_id: int, given: Given, drafting: packets.Drafting | None) -> str:
    actions.draft(by=by, session_id=session_id, drafting=drafting)
    return _("The packet has drafted itself from the newest data.")


def _hand(by: Any, session_id: int, given: Given, drafting: packets.Drafting | None) -> str:
    actions.hand_to_review(by=by, session_id=session_id)
    return _("The packet is in review: somebody else looks at it now.")


def _pass(by: Any, session_id: int, given: Given, drafting: packets.Drafting | None) -> str:
    actions.pass_review(by=by, session_id=session_id)
    return _("The packet is reviewed and may be released.")


def _return(by: Any, session_id: int, given: Given, drafting: packets.Drafting | None) -> str:
    actions.return_to_draft(by=by, session_id=session_id, reason=given.get("reason", ""))
    return _("The packet is back with those who prepare it.")


def _release(by: Any, session_id: int, given: Given, drafting: packets.Drafting | None) -> str:
    rows = releases.release(by=by, session_id=session_id, reason=given.get("reason", ""), drafting=drafting)
    return _("Released as edition %(edition)s, checksum %(checksum)s.") % {"edition": rows[0].edition, "checksum": rows[0].checksum[:12]}


def _topic(by: Any, session_id: int, given: Given, drafting: packets.Drafting | None) -> str:
    actions.add_topic(by=by, session_id=session_id, title=given.get("title", ""))
    return _("The topic is on the agenda.")


def _attendee(by: Any, session_id: int, given: Given, drafting: packets.Drafting | None) -> str:
    actions.invite(by=by, session_id=session_id, name=given.get("name", ""), person=given.get("person"), role=given.get("role", ""))
    return _("Put on the list.")


def _invite(by: Any, session_id: int, given: Given, drafting: packets.Drafting | None) -> str:
    count = mail.invite_all(by=by, session_id=session_id)
    return _("Invitations are on their way to %(n)s people.") % {"n": count}


def _room(by: Any, session_id: int, given: Given, drafting: packets.Drafting | None) -> str:
    actions.mark_step(by=by, session_id=session_id, step="room")
    return _("Marked as done.")


def _cancel(by: Any, session_id: int, given: Given, drafting: packets.Drafting | None) -> str:
    actions.cancel(by=by, session_id=session_id, reason=given.get("reason", ""))
    return _("The session is cancelled.")


def _missed(by: Any, session_id: int, given: Given, drafting: packets.Drafting | None) -> str:
    actions.mark_missed(by=by, session_id=session_id, reason=given.get("reason", ""))
    return _("The session is marked as missed.")


ACTS: dict[str, Act] = {
    "draft": _draft,
    "review": _hand,
    "pass": _pass,
    "return": _return,
    "release": _release,
    "topic": _topic,
    "attendee": _attendee,
    "invite": _invite,
    "room": _room,
    "cancel": _cancel,
    "missed": _missed,
}
