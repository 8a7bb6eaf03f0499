"""What a reader meets: nothing said twice, nothing empty, nothing that contradicts itself; invitations and the calendar file."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from citystat.core.models import OutboxMessage
from citystat.people.models import User
from citystat.stat_sessions.content import Topic
from citystat.stat_sessions.cycle import actions, documents, key_measures, mail, packets, proposals
from citystat.stat_sessions.cycle.goals import Aim, GoalOfSession
from citystat.stat_sessions.cycle.proposals import Proposal
from citystat.stat_sessions.models import Session
from tests.stat_sessions.cycle.test_pages import parsed

REQUIRED = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE", "URL"}


def proposal(key: str, title: str, rule: str) -> Proposal:
    return Proposal(key, 1.0, Topic(rule, rule, "", "", "", title, (), (), ()))


def test_told_apart_names_the_rule_of_topics_with_one_title() -> None:
    found = proposals.told_apart([proposal("a", "Streets", "Stale"), proposal("b", "Streets", "Missed"), proposal("c", "Water", "Stale")])

    assert [one.topic.title for one in found] == ["Streets (Stale)", "Streets (Missed)", "Water"]


def test_told_apart_numbers_what_even_the_rule_does_not_tell_apart() -> None:
    found = proposals.told_apart([proposal("a", "Streets", "Stale"), proposal("b", "Streets", "Stale")])

    assert [one.topic.title for one in found] == ["Streets (Stale), 1", "Streets (Stale), 2"]


def test_missing_goals_leave_out_a_goal_whose_goals_below_have_measures() -> None:
    aim = Aim("below", "Below", "closed_on_time", None, None)
    goals = [GoalOfSession("top", "Top", "", (), has_goals_below=True), GoalOfSession("below", "Below", "", (aim,))]
    alone = [GoalOfSession("bare", "Bare", "", ())]

    assert [one.code for one in key_measures.missing_goals([*goals, *alone], [])] == ["below", "bare"]


@pytest.fixture
def page(session: Session, analyst: User) -> str:
    """The packet of a session with one topic of the analyst's own."""
    actions.add_topic(by=analyst, session_id=session.pk, title="Trees near the schools")
    session.refresh_from_db()
    return documents.packet_html(packets.Drafting(session).packet("en", "staff"))


@pytest.mark.slow
@pytest.mark.django_db
def test_packet_has_no_empty_list_under_a_topic_of_the_analyst(page: str) -> None:
    article = page[page.index('<article class="topic"') : page.index("</article>")]

    assert "Trees near the schools" in article
    assert "What to ask" not in article
    assert "Possible causes" not in article
    assert not re.search(r"<ul>\s*</ul>", page)


@pytest.mark.slow
@pytest.mark.django_db
def test_packet_says_no_heading_twice_in_a_row(page: str) -> None:
    agenda = page[page.index('id="agenda"') :]

    assert re.search(r"<caption[^>]*visually-hidden[^>]*>Agenda</caption>", agenda)


@pytest.mark.django_db
def test_invitation_has_the_way_to_the_calendar_entry_and_no_raw_one(session: Session, analyst: User, chief: User) -> None:
    chief.language = "es"
    chief.save()

    assert mail.invite_all(by=analyst, session_id=session.pk) == 2
    assert mail.invite_all(by=analyst, session_id=session.pk) == 2

    sent = {one.subject: one.text for one in OutboxMessage.objects.all()}
    assert len(sent) == 2
    assert all(f"/stat/{session.pk}/session.ics" in text and "VCALENDAR" not in text for text in sent.values())
    assert any(subject.startswith("Invitation: CityStat, July 19, 2017, 2:00 PM") for subject in sent)
    assert any("CityStat en público" in subject for subject in sent)


@pytest.mark.django_db
def test_feed_is_a_calendar_by_the_rules(session: Session, analyst: User, client: Client) -> None:
    series = session.series_id or 0
    actions.plan_session(by=analyst, series_id=series, on=session.starts_at.date().replace(month=8), at=session.starts_at.time())
    lines = parsed(client.get("/stat/calendar.ics").content.decode())

    names = [name.partition(";")[0] for name, _value in lines]
    assert names[:2] == ["BEGIN", "VERSION"]
    assert lines[0] == ("BEGIN", "VCALENDAR")
    assert lines[-1] == ("END", "VCALENDAR")
    assert [names.count(one) for one in ("VERSION", "PRODID")] == [1, 1]
    events = entries(lines)
    assert len(events) == 2
    assert len({one["UID"] for one in events}) == 2
    for one in events:
        assert set(one) >= REQUIRED
        starts, ends, stamped = (datetime.strptime(one[name], "%Y%m%dT%H%M%SZ") for name in ("DTSTART", "DTEND", "DTSTAMP"))
        assert starts < ends
        assert stamped.year == 2017
        assert one["SEQUENCE"].isdigit()
        assert "@" in one["UID"]


def entries(lines: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Events of a calendar, each property once."""
    found: list[dict[str, Any]] = []
    for name, value in lines:
        key = name.partition(";")[0]
        if (key, value) == ("BEGIN", "VEVENT"):
            found.append({})
        elif found and key not in {"END", "BEGIN"}:
            assert key not in found[-1], key
            found[-1][key] = value
    return found
