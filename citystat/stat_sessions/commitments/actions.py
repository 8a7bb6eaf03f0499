"""Writes of commitments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from citystat.core import act_links, audit, clock, formats
from citystat.core.errors import Busy, InputError, NotFound
from citystat.stat_sessions.commitments import access, rules
from citystat.stat_sessions.models import Commitment, CommitmentEvent, Decision, Session, SessionTopic

LINK = "update_commitment"
TRIES = 5


@dataclass(frozen=True)
class Promise:
    """What is promised: by whom, until when, and what "done" means."""

    text: str
    owner: Any
    due_on: date | None
    definition_of_done: str
    text_es: str = ""
    definition_of_done_es: str = ""
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
    access.check_can_make(by)
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
        raise InputError(_("Say what is promised."), field="text")
    if promise.owner is None:
        raise InputError(_("A commitment has one owner: choose the person who will see to it."), field="owner")
    if not promise.owner.is_active:
        raise InputError(_("%(name)s has no active account: choose somebody else as the owner.") % {"name": promise.owner}, field="owner")
    if promise.due_on is None:
        raise InputError(_("Give the day it is due."), field="due_on")
    if promise.due_on < clock.today():
        raise InputError(
            _("The due date %(day)s is over already: choose a day to come.") % {"day": formats.day(promise.due_on)}, field="due_on"
        )
    if not promise.definition_of_done.strip():
        raise InputError(_("Say how everybody will see that it is done."), field="definition_of_done")
    if promise.kind not in Commitment.Kind.values:
        raise InputError(_("Choose what kind of commitment it is."), field="kind")


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
        department=promise.department.strip() or _department_of(promise.owner),
        due_on=promise.due_on or clock.today(),
        first_due_on=promise.due_on or clock.today(),
        definition_of_done=promise.definition_of_done.strip(),
        definition_of_done_es=promise.definition_of_done_es.strip(),
        evidence_wanted=promise.evidence_wanted.strip(),
        measure=promise.measure,
        goal_code=promise.goal_code,
        budget_line=promise.budget_line.strip(),
        is_public=promise.is_public,
        created_by=by,
    )


def _department_of(owner: Any) -> str:
    """The department somebody works for, which the public reads in place of a name; empty where it is none or several."""
    found = {scope.department for scope in owner.scopes()} - {""}
    return found.pop() if len(found) == 1 else ""


def next_number() -> str:
    """The next number of the year: `26-014`."""
    year = f"{clock.today():%y}-"
    taken = Commitment.objects.filter(number__startswith=year).values_list("number", flat=True)
    last = max((int(number[3:]) for number in taken if number[3:].isdigit()), default=0)
    return f"{year}{last + 1:03d}"


def _change(
    *, by: Any, number: str, kind: str, via: str, text: str, change: Callable[[Commitment], dict[str, Any] | None],
    check: Callable[[Any, Commitment], None],
) -> Commitment:  # fmt: skip
    """Lock, check, change, store, append the event: the frame of everything that happens to a commitment."""
    with transaction.atomic():
        row = Commitment.objects.select_for_update(of=("self",)).select_related("owner").filter(number=number).first()
        if row is None:
            raise NotFound(_("There is no commitment %(number)s.") % {"number": number})
        check(by, row)
        data = change(row) or {}
        row.revision += 1
        row.save()
        CommitmentEvent.objects.create(commitment=row, at=clock.now(), by=by, via=via, kind=kind, text=text.strip(), data=data)
        audit.record(by=by, action=f"commitment {kind}", target=row.number, details=data)
    return row


def _move(row: Commitment, status: str) -> None:
    rules.check_transition(row.status, status)
    row.status = status
    if status not in rules.UNFINISHED:
        act_links.withdraw(act=LINK, target=row.number)


def update(*, by: Any, number: str, text: str, blockers: str = "", via: str = "page") -> Commitment:
    """Say how it goes and what is in the way."""
    if not text.strip() and not blockers.strip():
        raise InputError(_("Say how it goes, or what is in the way."), field="text")

    def change(row: Commitment) -> dict[str, Any]:
        if row.status not in rules.UNFINISHED:
            raise InputError(_("This commitment is finished: open it again first."))
        row.blockers = blockers.strip()
        return {"blockers": row.blockers}

    return _change(by=by, number=number, kind="update", via=via, text=text, change=change, check=access.check_can_update)


def hand_in(*, by: Any, number: str, evidence: str, url: str = "", done_on: date | None = None, via: str = "page") -> Commitment:
    """Say it is done, with what shows it; somebody else then looks at it."""
    if not evidence.strip() and not url.strip():
        raise InputError(_("Say what shows that it is done: a document, a number, an address where it can be seen."), field="evidence")

    def change(row: Commitment) -> dict[str, Any]:
        day = done_on or clock.today()
        if day > clock.today():
            raise InputError(_("The day it was done lies in the future."), field="done_on")
        _move(row, rules.IN_REVIEW)
        row.evidence, row.evidence_url, row.done_on, row.submitted_by = evidence.strip(), url.strip(), day, by
        return {"evidence": row.evidence, "url": row.evidence_url, "done_on": day.isoformat()}

    return _change(by=by, number=number, kind="handed_in", via=via, text=evidence, change=change, check=access.check_can_update)


def close(*, by: Any, number: str, note: str = "") -> Commitment:
    """Somebody else has seen the evidence: it is done."""

    def change(row: Commitment) -> None:
        rules.check_other_eyes(row.owner_id, row.submitted_by_id, getattr(by, "pk", None))
        if not row.evidence and not row.evidence_url:
            raise InputError(_("There is no evidence yet: a commitment is closed only with evidence."))
        _move(row, rules.DONE)
        row.closed_by, row.closed_at = by, clock.now()

    return _change(by=by, number=number, kind="closed", via="page", text=note, change=change, check=access.check_can_close)


def send_back(*, by: Any, number: str, why: str) -> Commitment:
    """The evidence does not show it: the commitment is open again, under its old due date."""
    _need(why, _("Say what is missing in the evidence."))

    def change(row: Commitment) -> None:
        if row.status != rules.IN_REVIEW:
            raise InputError(_("Only a commitment that was handed in can be sent back."))
        _move(row, rules.OPEN)
        row.done_on = None

    return _change(by=by, number=number, kind="sent_back", via="page", text=why, change=change, check=access.check_can_close)


def open_again(*, by: Any, number: str, why: str) -> Commitment:
    """It was not done after all, or matters again."""
    _need(why, _("Say why it is opened again."))

    def change(row: Commitment) -> None:
        _move(row, rules.OPEN)
        row.done_on, row.closed_by, row.closed_at = None, None, None

    return _change(by=by, number=number, kind="opened_again", via="page", text=why, change=change, check=access.check_can_close)


def move_due(*, by: Any, number: str, due_on: date, why: str) -> Commitment:
    """Another due date, with a reason. The first one stays on record."""
    _need(why, _("Say why the date moves: the next session reads it."))

    def change(row: Commitment) -> dict[str, Any]:
        if row.status not in rules.UNFINISHED:
            raise InputError(_("This commitment is finished: open it again first."))
        if due_on < clock.today():
            raise InputError(
                _("The due date %(day)s is over already: choose a day to come.") % {"day": formats.day(due_on)}, field="due_on"
            )
        before, row.due_on, row.escalation_level = row.due_on, due_on, 0
        return {"before": before.isoformat(), "after": due_on.isoformat()}

    return _change(by=by, number=number, kind="due_moved", via="page", text=why, change=change, check=access.check_can_make_of)


def hold(*, by: Any, number: str, why: str) -> Commitment:
    """It has to wait; nobody is reminded until it goes on."""
    _need(why, _("Say what it waits for."))
    return _change(
        by=by,
        number=number,
        kind="held",
        via="page",
        text=why,
        change=lambda row: _move(row, rules.ON_HOLD),
        check=access.check_can_make_of,
    )


def go_on(*, by: Any, number: str, note: str = "") -> Commitment:
    """It goes on after a wait."""
    return _change(
        by=by,
        number=number,
        kind="goes_on",
        via="page",
        text=note,
        change=lambda row: _move(row, rules.OPEN),
        check=access.check_can_make_of,
    )


def overtake(*, by: Any, number: str, why: str) -> Commitment:
    """Events have made it pointless. It stays on record and counts as neither done nor missed."""
    _need(why, _("Say what happened that makes it pointless."))
    return _change(
        by=by,
        number=number,
        kind="overtaken",
        via="page",
        text=why,
        change=lambda row: _move(row, rules.OVERTAKEN),
        check=access.check_can_close,
    )


def merge(*, by: Any, number: str, into: str) -> Commitment:
    """It goes on as part of another one."""
    other = Commitment.objects.filter(number=into.strip()).first()
    if other is None or other.number == number:
        raise InputError(_("Give the number of the other commitment it goes on in."))

    def change(row: Commitment) -> dict[str, Any]:
        if other.status not in rules.UNFINISHED:
            raise InputError(_("Commitment %(number)s is finished: nothing can go on in it.") % {"number": other.number})
        _move(row, rules.MERGED)
        row.merged_into = other
        return {"into": other.number}

    return _change(by=by, number=number, kind="merged", via="page", text="", change=change, check=access.check_can_make_of)


def hand_over(*, by: Any, number: str, owner: Any, why: str) -> Commitment:
    """Another owner: always exactly one."""
    _need(why, _("Say why somebody else takes it over."))
    if owner is None or not owner.is_active:
        raise InputError(_("A commitment has one owner: choose the person who will see to it."), field="owner")

    def change(row: Commitment) -> dict[str, Any]:
        before, row.owner = row.owner_id, owner
        act_links.withdraw(act=LINK, target=row.number)
        return {"before": before, "after": owner.pk}

    return _change(by=by, number=number, kind="handed_over", via="page", text=why, change=change, check=access.check_can_make_of)


def escalate(*, number: str, level: int) -> Commitment:
    """The machine raises an overdue commitment; each step is one event."""

    def change(row: Commitment) -> dict[str, Any]:
        row.escalation_level = level
        return {"level": level}

    return _change(by=None, number=number, kind="escalated", via="machine", text="", change=change, check=lambda by, row: None)


def _need(text: str, sentence: str) -> None:
    if not text.strip():
        raise InputError(sentence)
