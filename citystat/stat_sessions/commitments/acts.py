"""The acts somebody may do on a commitment, by where it stands: one form each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from citystat.stat_sessions import corrections
from citystat.stat_sessions.commitments import access, actions, rules
from citystat.stat_sessions.commitments import forms as room_forms
from citystat.stat_sessions.models import Commitment


@dataclass(frozen=True)
class Act:
    """One act: its word, its form, when it is offered, what it calls."""

    name: str
    label: str | Promise
    form: type[forms.Form]
    statuses: tuple[str, ...]
    is_offered: Callable[[Any, Commitment], bool]
    call: Callable[..., Any]


def _runs(user: Any, row: Commitment) -> bool:
    return access.can_run(user)


def _closes(user: Any, row: Commitment) -> bool:
    return access.can_close(user) and user.pk not in {row.owner_id, row.submitted_by_id}


def _correct(*, by: Any, number: str, reason: str, **words: str) -> Any:
    """Only what was written is corrected."""
    given = {name: text for name, text in words.items() if text.strip()}
    return corrections.correct_commitment(by=by, number=number, given=given, reason=reason)


ACTS = (
    Act("hand-in", _("Hand in the evidence"), room_forms.HandInForm, (rules.OPEN,), access.can_update, actions.hand_in),
    Act("update", _("Say how it goes"), room_forms.UpdateForm, rules.UNFINISHED, access.can_update, actions.update),
    Act("close", _("The evidence shows it: close"), room_forms.NoteForm, (rules.IN_REVIEW,), _closes, actions.close),
    Act("send-back", _("Send back"), room_forms.WhyForm, (rules.IN_REVIEW,), _closes, actions.send_back),
    Act("move-due", _("Move the due date"), room_forms.DueForm, rules.UNFINISHED, _runs, actions.move_due),
    Act("hand-over", _("Another owner"), room_forms.OwnerForm, rules.UNFINISHED, _runs, actions.hand_over),
    Act("hold", _("Put on hold"), room_forms.WhyForm, (rules.OPEN, rules.IN_REVIEW), _runs, actions.hold),
    Act("go-on", _("Go on"), room_forms.NoteForm, (rules.ON_HOLD,), _runs, actions.go_on),
    Act("merge", _("Merge into another"), room_forms.MergeForm, rules.UNFINISHED, _runs, actions.merge),
    Act("overtake", _("Overtaken by events"), room_forms.WhyForm, rules.UNFINISHED, _closes, actions.overtake),
    Act("correct", _("Correct the words"), room_forms.CorrectForm, rules.STATUSES, _runs, _correct),
    Act("open-again", _("Open again"), room_forms.WhyForm, (rules.DONE, rules.OVERTAKEN), _closes, actions.open_again),
)


# What a commitment waits for, by where it stands: shown open to the one who may do it.
AWAITED = {rules.OPEN: "hand-in", rules.IN_REVIEW: "close"}


def awaited(user: Any, row: Commitment) -> str:
    """The name of the act this person is waited for: the owner's evidence, then somebody else's look at it; empty for all others."""
    name = AWAITED.get(row.status, "")
    is_theirs = name != "hand-in" or row.owner_id == getattr(user, "pk", None)
    return name if is_theirs and any(act.name == name for act in offered(user, row)) else ""


def offered(user: Any, row: Commitment) -> tuple[Act, ...]:
    """The acts this person may do now."""
    if not getattr(user, "is_authenticated", False):
        return ()
    return tuple(act for act in ACTS if row.status in act.statuses and act.is_offered(user, row))
