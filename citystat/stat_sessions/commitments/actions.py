"""Writes of commitments."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from citystat.core import audit, clock
from citystat.core.access import check_right
from citystat.core.errors import Busy, InputError
from citystat.stat_sessions.models import Commitment, CommitmentEvent, Decision, Session, SessionTopic

RIGHT = "run_sessions"
TRIES = 5


@dataclass(frozen=True)
class Promise:
    """What is promised: by whom, until when, and what "done" means."""

    text: str
    owner: Any
    due_on: date | None
    definition_of_done: str
    text_es: str = ""
    kind: str = Commitment.Kind.TO_DO
    department: str = ""
    evidence_wanted: str = ""
    measure: str = ""
    goal_code: str = ""
    budget_line: str = ""
    is_public: bool = True


def make(
    *,
    by: Any,
    promise: Promise,
    session: Session | None = None,
    topic: SessionTopic | None = None,
    decision: Decision | None = None,
    via: str = "room",
) -> Commitment:
    """Write a commitment down with its number. InputError without one owner, a due date to come or a definition of done."""
    check_right(by, RIGHT)
    _check(promise)
    with transaction.atomic():
        row = _numbered(by, promise, session, topic, decision)
        CommitmentEvent.objects.create(
            commitment=row, at=clock.now(), by=by, via=via, kind="made", text=row.text, data={"due_on": row.due_on.isoformat()}
        )
        audit.record(by=by, action="commitment made", target=row.number, details={"owner": row.owner_id, "due_on": row.due_on.isoformat()})
    return row


def _check(promise: Promise) -> None:
    if not promise.text.strip():
        raise InputError(_("Say what is promised."))
    if promise.owner is None:
        raise InputError(_("A commitment has one owner: choose the person who will see to it."))
    if not promise.owner.is_active:
        raise InputError(_("%(name)s has no active account: choose somebody else as the owner.") % {"name": promise.owner})
    if promise.due_on is None:
        raise InputError(_("Give the day it is due."))
    if promise.due_on < clock.today():
        raise InputError(_("The due date %(day)s is over already: choose a day to come.") % {"day": promise.due_on.isoformat()})
    if not promise.definition_of_done.strip():
        raise InputError(_("Say how everybody will see that it is done."))
    if promise.kind not in Commitment.Kind.values:
        raise InputError(_("Choose what kind of commitment it is."))


def _numbered(by: Any, promise: Promise, session: Session | None, topic: SessionTopic | None, decision: Decision | None) -> Commitment:
    """The row under the next number of the year; another try when somebody took the same number at the same time."""
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                return _create(by, promise, session, topic, decision)
        except IntegrityError:
            continue
    raise Busy(_("Others are writing commitments at this moment. Try again."))


def _create(by: Any, promise: Promise, session: Session | None, topic: SessionTopic | None, decision: Decision | None) -> Commitment:
    return Commitment.objects.create(
        number=next_number(),
        session=session,
        topic=topic,
        decision=decision,
        text=promise.text.strip(),
        text_es=promise.text_es.strip(),
        kind=promise.kind,
        owner=promise.owner,
        department=promise.department,
        due_on=promise.due_on or clock.today(),
        first_due_on=promise.due_on or clock.today(),
        definition_of_done=promise.definition_of_done.strip(),
        evidence_wanted=promise.evidence_wanted.strip(),
        measure=promise.measure,
        goal_code=promise.goal_code,
        budget_line=promise.budget_line.strip(),
        is_public=promise.is_public,
        created_by=by,
    )


def next_number() -> str:
    """The next number of the year: `26-014`."""
    year = f"{clock.today():%y}-"
    taken = Commitment.objects.filter(number__startswith=year).values_list("number", flat=True)
    last = max((int(number[3:]) for number in taken if number[3:].isdigit()), default=0)
    return f"{year}{last + 1:03d}"
