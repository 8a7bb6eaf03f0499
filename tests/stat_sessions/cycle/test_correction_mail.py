"""Those a memo was mailed to hear once what was corrected in its record."""

from datetime import date
from typing import Any

import pytest

from citystat.core import vault
from citystat.core.errors import InputError
from citystat.core.models import AuditEvent, OutboxMessage
from citystat.people.models import User
from citystat.stat_sessions import corrections
from citystat.stat_sessions.commitments.actions import Promise
from citystat.stat_sessions.cycle import actions, memos, room
from citystat.stat_sessions.cycle.room import DecisionDetails
from citystat.stat_sessions.models import Decision, Session
from tests.stat_sessions.cycle.conftest import at, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(session: Session, analyst: User, chief: User) -> Decision:
    """Decided on July 19; the analyst came, the chief of the department owns the commitment."""
    with at(date(2017, 7, 19), 14):
        details = DecisionDetails("Two crews first", "none", Promise("Send crews", chief, date(2017, 8, 4), "Seen"))
        made = room.decide(by=analyst, session_id=session.pk, details=details)
        room.record_attendance(by=analyst, session_id=session.pk, came=[session.attendees.get(person=analyst).pk])
    return made


def sent(session: Session, by: User) -> None:
    with at(date(2017, 7, 19), 15):
        memos.send(
            by=by, session_id=session.pk, text=memos.MemoText("Crews first."), reason="Another day" if session.memos.exists() else ""
        )


def correct(by: User, decision: Decision, **given: str) -> Any:
    with at(date(2017, 7, 21)):
        return corrections.correct_decision(by=by, decision_id=decision.pk, given=given, reason="Misheard.", reason_es="Mal oído.")


def mails() -> dict[str, OutboxMessage]:
    rows = OutboxMessage.objects.filter(key__startswith="stat-correction:")
    return {vault.decrypt(row.to_sealed): row for row in rows}


def test_correction_is_mailed_to_those_who_have_the_memo(decision: Decision, session: Session, analyst: User, chief: User) -> None:
    sent(session, analyst)
    person("nobody@rivertown.example", "analyst")

    correct(analyst, decision, text="Three crews first")

    found = mails()
    assert set(found) == {analyst.email, chief.email}
    text = found[chief.email].text
    for words in ("Two crews first", "Three crews first", "Misheard", f"/stat/{session.pk}/memo/", "July 19, 2017"):
        assert words in text
    assert found[chief.email].subject == "Correction to the memo: CityStat, July 19, 2017"


def test_correction_of_two_parts_is_one_mail_and_another_correction_another(decision: Decision, session: Session, analyst: User) -> None:
    sent(session, analyst)

    correct(analyst, decision, text="Three crews first", resource="Three crews")
    assert OutboxMessage.objects.filter(key__startswith="stat-correction:").count() == 2
    correct(analyst, decision, text="Four crews first")

    assert OutboxMessage.objects.filter(key__startswith="stat-correction:").count() == 4


def test_correction_before_the_memo_is_not_mailed(decision: Decision, session: Session, analyst: User) -> None:
    correct(analyst, decision, text="Three crews first")
    sent(session, analyst)

    assert mails() == {}


def test_correction_that_is_refused_is_not_mailed(decision: Decision, session: Session, analyst: User) -> None:
    sent(session, analyst)
    with pytest.raises(InputError):
        correct(analyst, decision, text="Two crews first")

    assert mails() == {}


@pytest.mark.slow
def test_correction_reaches_readers_of_any_edition_once(decision: Decision, session: Session, analyst: User, chief: User) -> None:
    sent(session, analyst)
    Session.objects.filter(pk=session.pk).update(memo_summary="")
    session.attendees.update(came=False)
    sent(session, analyst)

    correct(analyst, decision, text="Three crews first")

    assert OutboxMessage.objects.filter(key__startswith="stat-correction:").count() == 2
    assert set(mails()) == {analyst.email, chief.email}


def test_correction_is_mailed_in_the_readers_language(decision: Decision, session: Session, analyst: User, chief: User) -> None:
    User.objects.filter(pk=chief.pk).update(language="es")
    sent(session, analyst)

    correct(analyst, decision, text="Three crews first", text_es="Tres cuadrillas primero")

    mail = mails()[chief.email]
    assert mail.subject.startswith("Corrección del memorando")
    assert "Tres cuadrillas primero" in mail.text
    assert "Mal oído" in mail.text


def test_correction_does_not_reach_somebody_who_left(decision: Decision, session: Session, analyst: User, chief: User) -> None:
    sent(session, analyst)
    User.objects.filter(pk=chief.pk).update(is_active=False)

    correct(analyst, decision, text="Three crews first")

    assert set(mails()) == {analyst.email}


def test_correction_mailed_is_logged(decision: Decision, session: Session, analyst: User) -> None:
    sent(session, analyst)

    (made,) = correct(analyst, decision, text="Three crews first")

    row = AuditEvent.objects.get(action="stat correction mailed")
    assert (row.target, row.details) == (str(session.pk), {"people": 2, "corrections": [made.pk]})


def test_correction_of_a_commitment_is_mailed_too(decision: Decision, session: Session, analyst: User, chief: User) -> None:
    sent(session, analyst)
    number = session.commitments.get().number

    corrections.correct_commitment(by=analyst, number=number, given={"text": "Send three crews"}, reason="Misheard.")

    assert number in mails()[chief.email].text


def test_sent_to_nobody_without_a_memo(session: Session, analyst: User) -> None:
    assert memos.sent_to(actions.session_of(session.pk)) == []
