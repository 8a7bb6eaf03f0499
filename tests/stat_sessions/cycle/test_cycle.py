"""One whole cycle, from the draft to the next session that starts from what was promised."""

from datetime import date, time

import pytest
from django.utils import translation

from citystat.core import formats
from citystat.core.errors import InputError
from citystat.core.models import OutboxMessage
from citystat.people.models import User
from citystat.stat_sessions.commitments.actions import Promise
from citystat.stat_sessions.cycle import actions, content, memos, packets, releases, room
from citystat.stat_sessions.cycle.room import DecisionDetails
from citystat.stat_sessions.models import Commitment, Session
from tests.stat_sessions.cycle.conftest import at

pytestmark = pytest.mark.django_db


def released(session: Session, analyst: User, reviewer: User) -> Session:
    actions.draft(by=analyst, session_id=session.pk)
    actions.hand_to_review(by=analyst, session_id=session.pk)
    actions.pass_review(by=reviewer, session_id=session.pk)
    releases.release(by=analyst, session_id=session.pk)
    session.refresh_from_db()
    return session


def promise(owner: User, text: str = "Bring a catch-up plan") -> Promise:
    return Promise(text, owner, date(2017, 8, 4), "The plan is on the city's site", text_es="Traer un plan")


@pytest.mark.slow
def test_whole_cycle_ends_where_the_next_session_begins(session: Session, analyst: User, reviewer: User, chief: User) -> None:
    released(session, analyst, reviewer)
    assert session.stage == "released"
    with at(date(2017, 7, 19), 14):
        topic = session.topics.filter(is_picked=True).first()
        assert topic is not None
        details = DecisionDetails("Two crews go to the oldest cases first", "Two crews for six weeks", promise(chief))
        decision = room.decide(by=analyst, session_id=session.pk, details=details, topic_id=topic.pk)
        room.record_attendance(by=analyst, session_id=session.pk, came=[one.pk for one in session.attendees.all()])
        memo = memos.send(by=analyst, session_id=session.pk, text=memos.MemoText("The backlog comes first.", "The oldest cases."))
    following = actions.plan_session(by=analyst, series_id=session.series_id or 0, on=date(2017, 8, 16), at=time(14))
    with at(date(2017, 8, 7)):
        actions.draft(by=analyst, session_id=following.pk)
        following.refresh_from_db()
        packet = packets.Drafting(following).packet("en", "staff")

    commitment = Commitment.objects.get()
    assert (commitment.decision, commitment.owner, commitment.number) == (decision, chief, "17-001")
    assert decision.evidence
    assert memo.content["public"]["es"]["follow_ups"][0]["text"] == "Traer un plan"
    assert following.previous == session
    assert packet.last_memo is not None
    assert packet.last_memo.summary == "The backlog comes first."
    assert [(one.number, one.is_overdue) for one in packet.follow_ups] == [("17-001", True)]


@pytest.mark.slow
def test_release_freezes_four_versions_and_keeps_what_the_draft_said(session: Session, analyst: User, reviewer: User) -> None:
    released(session, analyst, reviewer)

    rows = list(session.releases.order_by("audience", "language"))
    assert [(row.audience, row.language, row.edition, row.build) for row in rows] == [
        ("public", "en", 1, 1), ("public", "es", 1, 1), ("staff", "en", 1, 1), ("staff", "es", 1, 1),
    ]  # fmt: skip
    assert all(content.checksum(row.content) == row.checksum for row in rows)
    assert rows[2].draft["figures"]["en"] == content.figures_of(content.packet_of(rows[2].content))


@pytest.mark.slow
def test_release_without_a_second_pair_of_eyes_is_refused(session: Session, analyst: User) -> None:
    actions.draft(by=analyst, session_id=session.pk)
    actions.hand_to_review(by=analyst, session_id=session.pk)

    with pytest.raises(InputError, match="somebody else reviews"):
        actions.pass_review(by=analyst, session_id=session.pk)
    with pytest.raises(InputError, match="Somebody other than"):
        releases.release(by=analyst, session_id=session.pk)
    assert not session.releases.exists()


@pytest.mark.slow
def test_release_again_needs_a_reason_only_when_something_changed(session: Session, analyst: User, reviewer: User) -> None:
    released(session, analyst, reviewer)
    assert {row.edition for row in releases.release(by=analyst, session_id=session.pk)} == {1}
    Session.objects.filter(pk=session.pk).update(purpose="Another purpose")

    with pytest.raises(InputError, match="give a reason"):
        releases.release(by=analyst, session_id=session.pk)
    rows = releases.release(by=analyst, session_id=session.pk, reason="The purpose was wrong.")
    assert {(row.edition, row.reason) for row in rows} == {(2, "The purpose was wrong.")}


@pytest.mark.slow
def test_release_of_a_month_without_data_is_refused_in_a_sentence(session: Session, analyst: User, reviewer: User) -> None:
    Session.objects.filter(pk=session.pk).update(month="2011-03")
    actions.draft(by=analyst, session_id=session.pk)
    actions.hand_to_review(by=analyst, session_id=session.pk)
    actions.pass_review(by=reviewer, session_id=session.pk)

    with pytest.raises(InputError, match="There are no requests of March 2011"):
        releases.release(by=analyst, session_id=session.pk)
    session.refresh_from_db()
    assert (session.stage, session.releases.count()) == ("review", 0)


@pytest.mark.slow
def test_memo_goes_to_those_who_came_and_to_owners_once(session: Session, analyst: User, reviewer: User, chief: User) -> None:
    released(session, analyst, reviewer)
    with at(date(2017, 7, 19), 14):
        room.promise(by=analyst, session_id=session.pk, details=promise(reviewer))
        came = session.attendees.get(person=chief)
        room.record_attendance(by=analyst, session_id=session.pk, came=[came.pk])
        memos.send(by=analyst, session_id=session.pk, text=memos.MemoText("Short."))

    session.refresh_from_db()
    mails = OutboxMessage.objects.filter(about=f"stat:{session.pk}")
    assert mails.count() == 2
    assert sum("worth your time" in mail.text for mail in mails) == 1
    promised = session.commitments.get()
    assert all(formats.day(promised.due_on, "en") in mail.text and promised.due_on.isoformat() not in mail.text for mail in mails)
    assert session.worth == {"asked": 1, "yes": 0, "no": 0}


@pytest.mark.slow
def test_memo_is_read_in_spanish_where_somebody_wrote_it_and_in_its_own_words_otherwise(
    session: Session, analyst: User, reviewer: User, chief: User
) -> None:
    released(session, analyst, reviewer)
    User.objects.filter(pk=chief.pk).update(language="es")
    with at(date(2017, 7, 19), 14):
        room.hold(by=analyst, session_id=session.pk)
        room.record_attendance(by=analyst, session_id=session.pk, came=[session.attendees.get(person=chief).pk])
        memo = memos.send(by=analyst, session_id=session.pk, text=memos.MemoText(" Short. ", "Lights", "Breve."))
    assert [memo.content["staff"][language]["summary"] for language in ("en", "es")] == ["Short.", "Breve."]
    assert [memo.content["staff"][language]["next_focus"] for language in ("en", "es")] == ["Lights", "Lights"]
    assert OutboxMessage.objects.get(about=f"stat:{session.pk}").text.startswith("Breve.")
    following = Session(previous=session, kind=session.kind)
    with translation.override("es"):
        last = packets.last_memo(following, "staff")
    assert last is not None
    assert (last.summary, last.next_focus) == ("Breve.", "Lights")


def test_worth_is_counted_and_shown_only_from_three_answers_on(session: Session) -> None:
    from citystat.core import act_links

    for number, was_worth in enumerate((True, True, False)):
        secret = act_links.make(act=memos.WORTH, target=str(session.pk), person=None, days=3)
        session = memos.answer_worth(secret=secret, was_worth=was_worth)
        assert (memos.worth_of(session) is None) is (number < 2)
    assert memos.worth_of(session) == {"yes": 2, "no": 1, "asked": 0}


@pytest.mark.slow
@pytest.mark.feature("F006")
def test_weekly_meeting_makes_its_own_pack_and_carries_its_actions(july: None, analyst: User, chief: User) -> None:
    details = actions.SeriesDetails("housing", "Housing, weekly", "internal", 52, date(2017, 1, 1), department="Housing", minutes=45)
    series = actions.create_series(by=analyst, details=details)
    first, second, third = actions.plan_year(by=analyst, series_id=series.pk, year=2017, first_on=date(2017, 7, 11), at=time(9))[:3]
    for one in (first, second):
        with at(one.starts_at.date()):
            actions.draft(by=None, session_id=one.pk)
            releases.release(by=None, session_id=one.pk)
            if one == first:
                room.promise(by=analyst, session_id=one.pk, details=promise(chief))
            room.hold(by=analyst, session_id=one.pk)
    with at(third.starts_at.date()):
        actions.draft(by=None, session_id=third.pk)
        packet = packets.Drafting(actions.session_of(third.pk)).packet("en", "staff")

    assert second.releases.filter(audience="public").count() == 0
    assert [one.number for one in packet.follow_ups] == ["17-001"]
    assert {one.headline.measure for one in packet.measures} >= {"open_backlog", "closed_on_time"}
    assert len(packet.agenda) >= 4


@pytest.mark.slow
@pytest.mark.feature("F063")
def test_packet_shows_the_weakest_measures_first(session: Session, analyst: User) -> None:
    from citystat.stat_sessions.cycle import rules

    packet = packets.Drafting(session).packet("en", "staff")

    ranks = [rules.WEAKNESS.index(one.weakness) for one in packet.measures]
    assert len(ranks) > 4
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1


@pytest.mark.feature("F063")
def test_decide_needs_an_owner_a_day_and_a_resource(session: Session, analyst: User, chief: User) -> None:
    nobody = Promise("Do it", None, date(2017, 8, 4), "Done")
    with at(date(2017, 7, 19), 14):
        with pytest.raises(InputError, match="takes none"):
            room.decide(by=analyst, session_id=session.pk, details=DecisionDetails("Do it", "", promise(chief)))
        with pytest.raises(InputError, match="one owner"):
            room.decide(by=analyst, session_id=session.pk, details=DecisionDetails("Do it", "None", nobody))
    assert not session.decisions.exists()


def test_room_is_closed_before_the_day_of_the_meeting(session: Session, analyst: User) -> None:
    with pytest.raises(InputError, match="July 19, 2017"):
        room.hold(by=analyst, session_id=session.pk)
