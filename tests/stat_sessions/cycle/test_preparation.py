"""The preparation page: whatever button is pressed, what was typed anywhere on it stands afterwards."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from citystat.people.models import User
from citystat.stat_sessions.cycle import actions
from citystat.stat_sessions.models import Attendee, Session, SessionTopic
from tests.stat_sessions.cycle.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(session: Session, analyst: User, client: Client) -> Client:
    """The analyst's browser, two topics, and a packet as if it had drafted itself."""
    for title in ("Potholes", "Lights"):
        actions.add_topic(by=analyst, session_id=session.pk, title=title)
    Session.objects.filter(pk=session.pk).update(draft={"build": 1, "figures": {}})
    session.refresh_from_db()
    client.force_login(analyst)
    return client


def address(session: Session) -> str:
    return f"/stat/{session.pk}/prepare/"


def typed(client: Client, session: Session, **changes: Any) -> dict[str, Any]:
    """The page as a browser would send it, with what somebody changed."""
    form = client.get(address(session)).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    for part in form.topics:
        values |= {part.add_prefix(name): part[name].value() or "" for name in part.fields if part[name].value() is not False}
    return values | changes


def edited(client: Client, session: Session, **changes: Any) -> dict[str, Any]:
    """The same with the text of one topic and the purpose changed."""
    topic = first_topic(session)
    return typed(client, session, **{"purpose": "Why we meet", f"t{topic.pk}-text": "Seen on site"}, **changes)


def first_topic(session: Session) -> SessionTopic:
    return session.topics.order_by("-is_picked", "position", "id")[0]


def stands(session: Session) -> bool:
    session.refresh_from_db()
    return session.purpose == "Why we meet" and session.topics.filter(text="Seen on site").exists()


def in_review(session: Session, by: User) -> None:
    actions.hand_to_review(by=by, session_id=session.pk)


BUTTONS: dict[str, dict[str, str]] = {
    "": {},
    "draft": {},
    "review": {},
    "topic": {"topic-title": "Trees near the schools"},
    "attendee": {"attendee-name": "Council aide", "attendee-role": "guest"},
    "invite": {},
    "room": {},
    "cancel": {"cancel-reason": "Storm"},
}


@pytest.mark.slow
@pytest.mark.parametrize("act", BUTTONS)
def test_prepare_keeps_what_was_typed_whatever_is_pressed(desk: Client, session: Session, act: str) -> None:
    sent = edited(desk, session, then=act, **BUTTONS[act])

    assert desk.post(address(session), sent).status_code == 302

    assert stands(session)


@pytest.mark.slow
@pytest.mark.parametrize("act", ["pass", "return", "release"])
def test_prepare_keeps_what_a_reviewer_typed(desk: Client, session: Session, analyst: User, reviewer: User, act: str) -> None:
    in_review(session, analyst)
    if act == "release":
        actions.pass_review(by=reviewer, session_id=session.pk)
    desk.force_login(reviewer)
    sent = edited(desk, session, then=act, **({"return-reason": "Too long"} if act == "return" else {}))

    assert desk.post(address(session), sent).status_code == 302

    assert stands(session)
    assert session.stage == {"pass": "review", "return": "draft", "release": "released"}[act]


@pytest.mark.slow
def test_prepare_releases_the_words_typed_just_before(desk: Client, session: Session, analyst: User, reviewer: User) -> None:
    in_review(session, analyst)
    actions.pass_review(by=reviewer, session_id=session.pk)

    desk.post(address(session), edited(desk, session, then="release"))

    assert {row.content["purpose"] for row in session.releases.filter(language="en")} == {"Why we meet"}


REFUSED = [
    ("topic", {"topic-title": " "}, "Give the topic a title.", "id_topic-title"),
    ("attendee", {"attendee-role": "guest"}, "Choose a person, or write a name.", "id_attendee-role"),
    ("cancel", {"cancel-reason": ""}, "Say why it is not held", "id_cancel-reason"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("act", "beside", "why", "place"), REFUSED)
def test_prepare_says_beside_the_field_what_is_wrong_and_loses_nothing(
    desk: Client, session: Session, act: str, beside: dict[str, str], why: str, place: str
) -> None:
    page = desk.post(address(session), edited(desk, session, then=act, **beside)).content.decode()

    assert why in page
    assert abs(page.rindex(why) - page.index(f'id="{place}"')) < 1500
    assert "Why we meet" in page
    assert "Seen on site" in page
    assert "Nothing is saved yet" in page
    assert not stands(session)


@pytest.mark.slow
def test_prepare_does_nothing_where_the_texts_are_wrong(desk: Client, session: Session) -> None:
    topic = first_topic(session)
    sent = edited(
        desk, session, then="attendee", **{f"t{topic.pk}-minutes": "0", "attendee-name": "Council aide", "attendee-role": "guest"}
    )

    page = desk.post(address(session), sent).content.decode()

    assert "Council aide" in page
    assert "Why we meet" in page
    assert not Attendee.objects.filter(name="Council aide").exists()


@pytest.mark.slow
def test_prepare_keeps_what_stands_beside_another_button(desk: Client, session: Session) -> None:
    sent = edited(desk, session, then="topic", **{"topic-title": "Trees", "attendee-name": "Council aide", "cancel-reason": "Storm?"})

    page = desk.post(address(session), sent).content.decode()

    assert stands(session)
    assert session.topics.filter(title="Trees").exists()
    assert 'value="Council aide"' in page
    assert 'value="Storm?"' in page
    assert session.status == "planned"
    assert ">\nTrees</textarea>" in page
    assert 'name="topic-title" value="Trees"' not in page


def test_prepare_by_the_enter_key_only_saves(desk: Client, session: Session) -> None:
    page = desk.get(address(session)).content.decode()
    form = page[page.index('class="stat-columns"') :]

    assert "name=" not in form[form.index("<button") : form.index("</button>")]


@pytest.mark.slow
def test_prepare_tells_the_second_editor_and_keeps_what_was_typed(desk: Client, session: Session) -> None:
    sent = typed(desk, session, purpose="My words", then="topic", **{"topic-title": "Trees"})
    Session.objects.filter(pk=session.pk).update(revision=7)

    page = desk.post(address(session), sent).content.decode()

    assert "Somebody else changed this" in page
    assert "My words" in page
    assert 'value="Trees"' in page
    assert not session.topics.filter(title="Trees").exists()


def test_prepare_of_a_reader_who_typed_nothing_is_not_stopped_by_another_editor(desk: Client, session: Session) -> None:
    sent = typed(desk, session, then="review")
    Session.objects.filter(pk=session.pk).update(revision=7)

    assert desk.post(address(session), sent).status_code == 302

    session.refresh_from_db()
    assert session.stage == "review"


@pytest.mark.slow
def test_prepare_shows_texts_typed_while_somebody_released(desk: Client, session: Session) -> None:
    sent = edited(desk, session)
    Session.objects.filter(pk=session.pk).update(stage="released")

    page = desk.post(address(session), sent).content.decode()

    assert "released and no longer edited" in page
    assert "Why we meet" in page


def test_prepare_of_a_released_packet_asks_why_another_edition(desk: Client, session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(stage="released")

    page = desk.post(address(session), {"then": "", "release-reason": "A late load"}).content.decode()

    assert "press the button beside what you typed" in page
    assert 'value="A late load"' in page


@pytest.mark.slow
def test_prepare_refuses_a_button_there_is_none_of(desk: Client, session: Session) -> None:
    assert "There is no such act." in desk.post(address(session), typed(desk, session, then="shred")).content.decode()


@pytest.mark.slow
def test_prepare_marks_a_meeting_nobody_came_to(desk: Client, session: Session) -> None:
    with at(date(2017, 7, 20)):
        assert "It was not held" in desk.get(address(session)).content.decode()
        desk.post(address(session), edited(desk, session, then="missed", **{"missed-reason": "Nobody came"}))

    assert stands(session)
    assert (session.status, session.why_not_held) == ("missed", "Nobody came")


def test_prepare_orders_topics_by_their_numbers(session: Session, analyst: User, client: Client) -> None:
    one = actions.add_topic(by=analyst, session_id=session.pk, title="First")
    two = actions.add_topic(by=analyst, session_id=session.pk, title="Second")
    client.force_login(analyst)

    sent = typed(client, session, **{f"t{one.pk}-position": "9", f"t{one.pk}-title": "Renamed", "purpose": "Why we meet"})
    assert client.post(address(session), sent).status_code == 302

    one.refresh_from_db()
    two.refresh_from_db()
    session.refresh_from_db()
    assert (one.title, session.purpose, "frame" in session.steps) == ("Renamed", "Why we meet", True)
    assert two.position < one.position
