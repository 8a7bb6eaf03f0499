"""Correcting the record: the right words take the place, the old ones stay on every page they stood on."""

import html
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotAllowed
from citystat.people.models import User
from citystat.stat_sessions import corrections
from citystat.stat_sessions.commitments.actions import Promise
from citystat.stat_sessions.cycle import actions, memos, queries, room
from citystat.stat_sessions.cycle.room import DecisionDetails
from citystat.stat_sessions.models import Commitment, Decision, RecordCorrection, Release, Session
from tests.stat_sessions.cycle.conftest import at

pytestmark = pytest.mark.django_db
SPOKEN = "“Two crews first”"
MEANT = "“Three crews first”"


@pytest.fixture
def decision(session: Session, analyst: User, chief: User) -> Decision:
    """Decided on July 19 on a measure, with the memo out."""
    with at(date(2017, 7, 19), 14):
        topic = topic_of(session, analyst)
        details = DecisionDetails("Two crews first", "Two crews", Promise("Send crews", chief, date(2017, 8, 4), "Seen"))
        made = room.decide(by=analyst, session_id=session.pk, details=details, topic_id=topic)
        memos.send(by=analyst, session_id=session.pk, text=memos.MemoText("Crews first."))
    return made


def topic_of(session: Session, analyst: User) -> int:
    return int(actions.add_topic(by=analyst, session_id=session.pk, title="Potholes", measure="closed_on_time").pk)


def correct(by: User | None, decision: Decision, **given: str) -> tuple[RecordCorrection, ...]:
    with at(date(2017, 7, 21)):
        return corrections.correct_decision(by=by, decision_id=decision.pk, given=given, reason="Misheard in the room.")


def test_correct_decision_keeps_what_stood_there(decision: Decision, analyst: User) -> None:
    (made,) = correct(analyst, decision, text="Three crews first", resource="Two crews")

    decision.refresh_from_db()
    assert decision.text == "Three crews first"
    assert (made.part, made.old_text, made.new_text, made.by) == ("text", "Two crews first", "Three crews first", analyst)
    assert made.at.date() == date(2017, 7, 21)


def test_correct_decision_of_two_parts_twice_keeps_every_step(decision: Decision, analyst: User) -> None:
    assert {one.part for one in correct(analyst, decision, text="Three crews", resource="Three crews")} == {"text", "resource"}
    correct(analyst, decision, text="Four crews")

    steps = [(one.old_text, one.new_text) for one in decision.corrections.filter(part="text")]
    assert steps == [("Two crews first", "Three crews"), ("Three crews", "Four crews")]


@pytest.mark.parametrize(
    ("given", "reason", "why"),
    [
        ({"text": "Three crews"}, " ", "Say why"),
        ({"text": " Two  crews\r\nfirst "}, "So", "Nothing differs"),
        ({"text": ""}, "So", "cannot be left empty"),
    ],
)
def test_correct_decision_refuses(decision: Decision, analyst: User, given: dict[str, str], reason: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        corrections.correct_decision(by=analyst, decision_id=decision.pk, given=given, reason=reason)

    decision.refresh_from_db()
    assert (decision.text, RecordCorrection.objects.count()) == ("Two crews first", 0)


def test_correct_decision_is_not_for_everybody(decision: Decision, chief: User) -> None:
    with pytest.raises(NotAllowed):
        correct(chief, decision, text="No crews")


PAGES: dict[str, Callable[[Decision], str]] = {
    "memo": lambda one: f"/stat/{one.session_id}/memo/",
    "memo file": lambda one: f"/stat/{one.session_id}/memo.html",
    "session": lambda one: f"/stat/{one.session_id}/",
    "decisions": lambda one: "/stat/decisions/",
}


@pytest.mark.parametrize("page", PAGES)
def test_correction_is_shown_wherever_the_decision_stood(decision: Decision, analyst: User, client: Client, page: str) -> None:
    correct(analyst, decision, text="Three crews first")

    shown = html.unescape(client.get(PAGES[page](decision)).content.decode())

    for words in ("Corrected on July 21, 2017", SPOKEN, MEANT, "Misheard in the room"):
        assert words in shown
    assert "Ada Lane" not in shown


@pytest.mark.slow
def test_correction_is_in_the_chain_of_its_measure(decision: Decision, analyst: User, client: Client) -> None:
    correct(analyst, decision, text="Three crews first")

    shown = html.unescape(client.get("/chain/closed_on_time/", follow=True).content.decode())

    assert "Three crews first" in shown
    assert SPOKEN in shown


@pytest.mark.slow
def test_correction_is_in_the_memo_as_pdf(decision: Decision, analyst: User, client: Client) -> None:
    before = client.get(f"/stat/{decision.session_id}/memo.pdf").content
    correct(analyst, decision, text="Three crews first")
    after = client.get(f"/stat/{decision.session_id}/memo.pdf").content

    assert after.startswith(b"%PDF")
    assert len(after) > len(before)


def test_memo_stays_as_it_went_out(decision: Decision, analyst: User) -> None:
    memo = decision.session.memos.get()  # type: ignore[union-attr]
    correct(analyst, decision, text="Three crews first")

    again = decision.session.memos.get()  # type: ignore[union-attr]
    assert (again.content, again.checksum) == (memo.content, memo.checksum)


def test_correction_of_what_is_not_public_is_for_the_staff(decision: Decision, analyst: User, client: Client) -> None:
    correct(analyst, decision, text="Three crews first")
    Decision.objects.filter(pk=decision.pk).update(is_public=False)

    assert "Two crews first”" not in client.get(f"/stat/{decision.session_id}/").content.decode()
    client.force_login(analyst)
    assert "by Ada Lane" in client.get(f"/stat/{decision.session_id}/").content.decode()


@pytest.mark.slow
def test_correct_page_keeps_what_was_typed_and_then_corrects(decision: Decision, analyst: User, client: Client) -> None:
    client.force_login(analyst)
    address, prefix = f"/stat/{decision.session_id}/correct/", f"c{decision.pk}"
    typed: dict[str, Any] = {"decision": decision.pk, f"{prefix}-text": "Three crews first", f"{prefix}-resource": "Two crews"}
    typed |= {f"{prefix}-decided_by": decision.decided_by}

    refused = client.post(address, typed).content.decode()
    assert "Say why the record is corrected" in refused
    assert "Three crews first</textarea>" in refused.replace("\n", "")

    assert client.post(address, typed | {f"{prefix}-reason": "Misheard."}).status_code == 302
    decision.refresh_from_db()
    assert decision.text == "Three crews first"
    assert SPOKEN in html.unescape(client.get(address).content.decode())


def test_commitment_is_corrected_on_its_page(decision: Decision, analyst: User, chief: User, client: Client) -> None:
    row = Commitment.objects.get()
    client.force_login(analyst)

    with at(date(2017, 7, 21)):
        answer = client.post(f"/commitments/{row.number}/correct/", {"text": "Send three crews", "reason": "Misheard."})

    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.text, row.definition_of_done) == ("Send three crews", "Seen")
    client.logout()
    for page in (f"/commitments/{row.number}/", f"/stat/{decision.session_id}/memo/"):
        shown = html.unescape(client.get(page).content.decode())
        assert "It said: “Send crews”" in shown
        assert "Words corrected" in shown or "memo" in page


def test_next_session_tells_what_was_corrected_after_its_packet(decision: Decision, analyst: User) -> None:
    following = actions.plan_session(by=analyst, series_id=decision.session.series_id, on=date(2017, 8, 16), at=time(14))  # type: ignore[union-attr, arg-type]
    Session.objects.filter(pk=following.pk).update(previous=decision.session)
    with at(date(2017, 7, 20)):
        row = Release.objects.create(session=following, edition=1, build=1, content={}, checksum="0")
    correct(analyst, decision, text="Three crews first")

    following.refresh_from_db()
    assert any(SPOKEN in line for line in queries.corrected(following, row, staff=True))
    assert queries.corrected(following, None, staff=True) == []


@pytest.mark.parametrize(("shares", "staff", "shown"), [(False, False, 1), (False, True, 2), (True, False, 2)])
def test_sentences_who_decided_is_told_where_names_are(
    shares: bool, staff: bool, shown: int, decision: Decision, analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(analyst, decision, text="Three crews first", decided_by="Ada Byron")
    monkeypatch.setattr(corrections, "current_city", lambda: replace(current_city(), shares_staff_names=shares))
    told = corrections.sentences(decision.corrections.all(), staff=staff)
    assert len(told) == shown
    assert any("Ada Byron" in one for one in told) == (shown == 2)


def test_what_done_means_is_read_and_corrected_in_both_languages(decision: Decision, analyst: User, client: Client) -> None:
    row = Commitment.objects.get()
    client.force_login(analyst)
    typed = {"definition_of_done_es": "Las cuadrillas están en la calle", "reason": "It had no Spanish."}
    with at(date(2017, 7, 21)):
        assert client.post(f"/commitments/{row.number}/correct/", typed).status_code == 302

    row.refresh_from_db()
    assert (row.definition_of_done, row.definition_of_done_es) == ("Seen", "Las cuadrillas están en la calle")
    with translation.override("es"), at(date(2017, 7, 21)):
        memo = memos.memo_content(row.session, memos.MemoText(""), "", "public", "es")
        assert memo.follow_ups[0].definition_of_done == row.definition_of_done_es
    client.logout()
    page = f"/commitments/{row.number}/"
    assert "<dd>Seen</dd>" in client.get(page).content.decode()
    assert "<dd>Las cuadrillas están en la calle</dd>" in client.get(page, headers={"accept-language": "es"}).content.decode()
