"""The page in the room: whatever button is pressed, what was typed anywhere stands afterwards; two people overwrite nothing."""

import html
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from citystat.core.errors import InputError
from citystat.people.models import User
from citystat.stat_sessions.commitments.actions import Promise
from citystat.stat_sessions.cycle import actions, packets, room
from citystat.stat_sessions.cycle.room import DecisionDetails
from citystat.stat_sessions.models import Commitment, Decision, Session
from tests.stat_sessions.cycle.conftest import at

pytestmark = pytest.mark.django_db
MEETING = date(2017, 7, 19)


@pytest.fixture
def desk(session: Session, analyst: User, client: Client) -> Any:
    """The analyst's browser on the day of the meeting."""
    client.force_login(analyst)
    with at(MEETING, 14):
        yield client


@pytest.fixture
def other(reviewer: User) -> Client:
    """Somebody else's browser."""
    client = Client()
    client.force_login(reviewer)
    return client


def address(session: Session) -> str:
    return f"/stat/{session.pk}/room/"


def sent(client: Client, session: Session, **changes: Any) -> dict[str, Any]:
    """The page as a browser would send it, with what somebody typed; `came` as ticked."""
    page = client.get(address(session)).context["page"]
    values: dict[str, Any] = {"seen": page.seen_text, "came-was": page.came_was}
    values["came"] = [one["pk"] for one in page.attendees if one["came"]]
    for form in (page.decide, page.promise, page.memo):
        values |= {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    return values | changes


def promised(chief: User, text: str = "List the oldest cases") -> dict[str, Any]:
    return {"p-text": text, "p-owner": chief.pk, "p-due_on": "2017-08-04", "p-definition_of_done": "The list is out"}


def decided(chief: User, text: str = "Two crews first") -> dict[str, Any]:
    return {f"d{name[1:]}": value for name, value in promised(chief, text).items()} | {"d-resource": "Two crews"}


def post(client: Client, session: Session, values: dict[str, Any]) -> str:
    """The page that follows, redirected or not."""
    return html.unescape(client.post(address(session), values, follow=True).content.decode())


def attendee(session: Session, person: User) -> int:
    return int(session.attendees.get(person=person).pk)


@pytest.mark.slow
@pytest.mark.parametrize("act", ["", "promise", "attendance", "hold"])
def test_room_keeps_a_decision_half_typed_whatever_is_pressed(desk: Client, session: Session, chief: User, act: str) -> None:
    beside = promised(chief) if act == "promise" else {}
    page = post(desk, session, sent(desk, session, act=act, **{"d-text": "Two crews fi", "d-votes": "Ana Ruiz: yes"}, **beside))

    assert "Two crews fi" in page
    assert "Ana Ruiz: yes" in page
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("act", ["", "decide", "promise", "attendance", "hold"])
def test_room_stores_the_words_of_the_memo_and_the_ticks_whatever_is_pressed(desk: Client, session: Session, chief: User, act: str) -> None:
    words = {"m-summary": "Crews first.", "m-next_focus": "Lights", "m-summary_es": "Primero las cuadrillas.", "m-next_focus_es": "Luces"}
    ticked = {"came": [attendee(session, chief)], **words}
    beside = {"decide": decided(chief), "promise": promised(chief)}.get(act, {})

    assert desk.post(address(session), sent(desk, session, act=act, **ticked, **beside)).status_code == 302

    session.refresh_from_db()
    assert (session.memo_summary, session.memo_focus) == ("Crews first.", "Lights")
    assert (session.memo_summary_es, session.memo_focus_es) == ("Primero las cuadrillas.", "Luces")
    assert session.attendees.get(person=chief).came is True
    assert session.attendees.filter(came=True).count() == 1


@pytest.mark.slow
def test_room_empties_the_form_that_was_sent_only(desk: Client, session: Session, chief: User) -> None:
    page = post(desk, session, sent(desk, session, act="promise", **promised(chief), **{"d-text": "Half a deci"}))

    assert Commitment.objects.count() == 1
    assert "Half a deci</textarea>" in page
    assert "List the oldest cases</textarea>" not in page


@pytest.mark.slow
def test_room_refuses_whole_and_loses_nothing(desk: Client, session: Session, chief: User) -> None:
    values = sent(desk, session, act="decide", came=[attendee(session, chief)], **{"m-summary": "Crews first."}, **decided(chief))
    page = post(desk, session, values | {"d-resource": " ", "p-text": "List th"})

    assert "takes none" in page
    assert "Nothing is saved yet" in page
    assert all(text in page for text in ("Two crews first", "Crews first.", "List th"))
    assert f'id="came-{attendee(session, chief)}" checked' in page
    session.refresh_from_db()
    assert (session.memo_summary, session.attendees.filter(came=True).count()) == ("", 0)


@pytest.mark.slow
def test_room_sends_the_memo_it_kept_for_another_day(desk: Client, session: Session, chief: User) -> None:
    post(desk, session, sent(desk, session, act="hold", **{"m-summary": "Crews first."}))
    desk.post(address(session), sent(desk, session, act="memo"))

    assert session.memos.get().summary == "Crews first."


@pytest.mark.slow
def test_room_asks_why_only_for_another_edition(desk: Client, session: Session) -> None:
    assert "Why another edition" not in desk.get(address(session)).content.decode()
    post(desk, session, sent(desk, session, act="hold", **{"m-summary": "Short."}))
    desk.post(address(session), sent(desk, session, act="memo"))
    assert "Why another edition" in desk.get(address(session)).content.decode()


@pytest.mark.slow
def test_room_tells_who_wrote_meanwhile_and_keeps_both(desk: Client, other: Client, session: Session, chief: User) -> None:
    mine = sent(desk, session, act="decide", **decided(chief))
    post(other, session, sent(other, session, act="promise", **promised(chief, "Count the lamps")))

    page = post(desk, session, mine)

    assert "Written down meanwhile on another screen: “Count the lamps”" in page
    assert (Decision.objects.count(), Commitment.objects.count()) == (1, 2)


@pytest.mark.slow
def test_room_puts_no_summary_over_another(desk: Client, other: Client, session: Session) -> None:
    mine = sent(desk, session, act="", **{"m-summary": "Mine."})
    post(other, session, sent(other, session, act="", **{"m-summary": "Theirs."}))

    page = post(desk, session, mine)

    assert "Somebody else changed this while you were editing" in page
    assert "What stands now: “Theirs.”" in page
    assert "Mine.</textarea>" in page
    session.refresh_from_db()
    assert session.memo_summary == "Theirs."


@pytest.mark.slow
def test_room_joins_ticks_of_two_people_and_tells(desk: Client, other: Client, session: Session, chief: User, analyst: User) -> None:
    mine = sent(desk, session, act="attendance", came=[attendee(session, chief)])
    post(other, session, sent(other, session, act="attendance", came=[attendee(session, analyst)]))

    page = post(desk, session, mine)

    assert "Somebody else ticked or cleared meanwhile, and it stays: Ada Lane." in page
    assert set(session.attendees.filter(came=True).values_list("person", flat=True)) == {chief.pk, analyst.pk}


@pytest.mark.slow
def test_room_leaves_a_tick_somebody_else_took_away(desk: Client, other: Client, session: Session, chief: User) -> None:
    post(desk, session, sent(desk, session, act="attendance", came=[attendee(session, chief)]))
    mine = sent(desk, session, act="hold")
    post(other, session, sent(other, session, act="attendance", came=[]))

    post(desk, session, mine)

    assert session.attendees.get(person=chief).came is False


@pytest.mark.slow
def test_room_freezes_nothing_its_sender_has_not_read(desk: Client, other: Client, session: Session, chief: User) -> None:
    mine = sent(desk, session, act="memo", **{"m-summary": "Crews first."})
    post(other, session, sent(other, session, act="promise", **promised(chief, "Count the lamps")))

    page = post(desk, session, mine)

    assert "Read it, then send the memo" in page
    assert "Count the lamps" in page
    assert "Crews first.</textarea>" in page
    assert session.memos.count() == 0
    post(desk, session, sent(desk, session, act="memo", **{"m-summary": "Crews first."}))
    assert session.memos.count() == 1


@pytest.mark.slow
def test_room_shows_what_was_typed_when_the_memo_went_out_meanwhile(desk: Client, other: Client, session: Session, chief: User) -> None:
    mine = sent(desk, session, act="decide", **decided(chief))
    post(other, session, sent(other, session, act="hold", **{"m-summary": "Short."}))
    other.post(address(session), sent(other, session, act="memo"))

    page = post(desk, session, mine)

    assert "so the record of this meeting is closed" in page
    assert "Two crews first</textarea>" in page
    assert Decision.objects.count() == 0


@pytest.mark.slow
def test_room_writes_the_same_down_once(desk: Client, session: Session, chief: User) -> None:
    for act, beside in (("decide", decided(chief)), ("promise", promised(chief))):
        values = sent(desk, session, act=act, **beside)
        post(desk, session, values)
        page = post(desk, session, values)
        assert "The same is written down already" in page

    assert (Decision.objects.count(), Commitment.objects.count()) == (1, 2)


def test_promise_of_another_owner_is_not_the_same(session: Session, analyst: User, reviewer: User, chief: User) -> None:
    with at(MEETING, 14):
        for owner in (chief, reviewer):
            room.promise(by=analyst, session_id=session.pk, details=Promise("Count the lamps", owner, date(2017, 8, 4), "Counted"))
        with pytest.raises(InputError, match="written down already"):
            room.promise(by=analyst, session_id=session.pk, details=Promise("Count  the lamps", chief, date(2017, 8, 4), "Seen"))

    assert Commitment.objects.count() == 2


def test_decide_on_another_topic_is_not_the_same(session: Session, analyst: User, chief: User) -> None:
    with at(MEETING, 14):
        topics = [actions.add_topic(by=analyst, session_id=session.pk, title=title).pk for title in ("Potholes", "Lights")]
        for topic in topics:
            details = DecisionDetails("Two crews first", "none", Promise("Send them", chief, date(2017, 8, 4), "Seen"))
            room.decide(by=analyst, session_id=session.pk, details=details, topic_id=topic)

    assert Decision.objects.count() == 2


@pytest.mark.slow
def test_room_before_the_day_says_when_and_keeps_what_was_typed(session: Session, analyst: User, chief: User, client: Client) -> None:
    client.force_login(analyst)

    page = post(client, session, sent(client, session, act="decide", **decided(chief)))

    assert "The meeting is on July 19, 2017: record it from that day on." in page
    assert "Two crews first</textarea>" in page


def test_commitment_page_names_its_goal_and_measure(session: Session, analyst: User, chief: User, client: Client) -> None:
    with at(MEETING, 14):
        told = Promise("Count", chief, date(2017, 8, 4), "Seen", measure="closed_on_time", goal_code="gone")
        made = room.promise(by=analyst, session_id=session.pk, details=told)
    client.force_login(analyst)
    page = client.get(f"/commitments/{made.number}/").content.decode()

    assert ">Closed on time</a>" in page
    assert ">gone</a>" in page


def test_room_without_the_right_keeps_nothing(session: Session, chief: User, client: Client) -> None:
    client.force_login(chief)

    assert client.post(address(session), {"act": "", "m-summary": "Mine."}).status_code == 403
    session.refresh_from_db()
    assert session.memo_summary == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("missing", "said"), [("d-resource", "Say which money"), ("d-owner", "A commitment has one owner"), ("d-text", "Say what")]
)
def test_room_says_what_is_missing_at_its_field(desk: Client, session: Session, chief: User, missing: str, said: str) -> None:
    values = sent(desk, session, act="decide", **decided(chief) | {missing: ""})
    page = desk.post(address(session), values).context["page"]
    assert [name for name, errors in page.decide.errors.items() if said in errors[0]] == [missing.removeprefix("d-")]


@pytest.mark.slow
def test_room_plans_no_time_for_promises_where_there_are_none(desk: Client, session: Session, analyst: User) -> None:
    """Fifteen minutes for the opening and the figures; the packet says the same."""
    with at(MEETING, 8):
        actions.draft(by=analyst, session_id=session.pk)
        packet = packets.Drafting(actions.session_of(session.pk)).packet("en", "staff")
    first = desk.get(address(session)).context["room"]["topics"][0]
    begins = next(item.start for item in packet.agenda if item.text == packet.topics[0].topic.title)
    assert begins == 15
    assert first["from"] == "2:15 PM"
    assert not any("promised" in item.text for item in packet.agenda)


@pytest.mark.parametrize(
    ("language", "wanted"), [("en", "Days to close: 4.9 days (target 3.5 days)"), ("es", "Days to close: 4.9 días (meta 3.5 días)")]
)
def test_evidence_is_in_its_own_language_whoever_writes_it_down(language: str, wanted: str) -> None:
    now = SimpleNamespace(state="ok", value=4.9)
    headline = SimpleNamespace(label="Days to close", unit="days", figure=SimpleNamespace(now=now))
    key = SimpleNamespace(headline=headline, target=3.5)
    with translation.override("es" if language == "en" else "en"):
        assert room._figure_in(language, key) == wanted
