"""Pages of a session: for everyone, for those who prepare, in the room; and the documents."""

import html
import re
from datetime import date, datetime, time

import pytest
from django.test import Client

from citystat.people.models import User
from citystat.stat_sessions.cycle import actions, calendar, ical, memos, presenters, room, rules
from citystat.stat_sessions.models import Attendee, Commitment, Decision, Report, Session
from tests.stat_sessions.cycle.conftest import ZONE, at
from tests.stat_sessions.cycle.test_cycle import promise, released
from tests.web.embedded import check_embedding

pytestmark = pytest.mark.django_db


def login(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.mark.slow
def test_pages_of_a_whole_cycle(session: Session, analyst: User, reviewer: User, chief: User, client: Client) -> None:
    assert "not released yet" in client.get(f"/stat/{session.pk}/").content.decode()
    released(session, analyst, reviewer)
    with at(date(2017, 7, 19), 14):
        page = client.get(f"/stat/{session.pk}/").content.decode()
        assert "Key measures, weakest first" in page
        assert "Ines Ford" not in page
        login(client, analyst)
        topic = session.topics.filter(is_picked=True).first()
        assert topic is not None
        typed = {"act": "decide", "d-topic": topic.pk, "d-text": "Two crews first", "d-owner": chief.pk, "d-due_on": "2017-08-04"}
        refused = client.post(f"/stat/{session.pk}/room/", typed).content.decode()
        assert "takes none" in refused
        assert "Two crews first" in refused
        whole = typed | {"d-resource": "Two crews", "d-definition_of_done": "Seen", "d-votes": "Ana Ruiz: yes"}
        assert client.post(f"/stat/{session.pk}/room/", whole).status_code == 302
        shown = client.get(f"/stat/{session.pk}/room/").content.decode()
        assert "Ines Ford, by August 4, 2017: Two crews first." in shown
        assert client.post(f"/stat/{session.pk}/room/", {"act": "memo", "m-summary": "Crews first."}).status_code == 302
    client.logout()
    memo = client.get(f"/stat/{session.pk}/memo/").content.decode()
    assert "Crews first." in memo
    assert "Ines Ford" not in memo
    decided = client.get("/stat/decisions/").content.decode()
    assert "Two crews first" in decided
    assert "Ana Ruiz: yes" in decided


@pytest.mark.slow
@pytest.mark.feature("F158")
def test_decision_is_shown_with_its_votes_its_day_and_what_was_known_then(
    session: Session, analyst: User, reviewer: User, chief: User, client: Client
) -> None:
    released(session, analyst, reviewer)
    login(client, analyst)
    with at(date(2017, 7, 19), 14):
        topic = session.topics.filter(is_picked=True).exclude(measure="").first()
        assert topic is not None
        typed = {
            "act": "decide", "d-topic": topic.pk, "d-text": "Two crews first", "d-owner": chief.pk, "d-due_on": "2017-08-04",
            "d-resource": "Two crews", "d-definition_of_done": "Seen", "d-votes": "Ana Ruiz: yes\nBen Osei: no\nCai Lin: absent",
        }  # fmt: skip
        client.post(f"/stat/{session.pk}/room/", typed)
        client.post(f"/stat/{session.pk}/room/", {"act": "memo", "m-summary": "Crews first."})
    known = [item["text"] for item in Decision.objects.get().evidence if item.get("text")]
    client.logout()

    page = html.unescape(client.get("/stat/decisions/").content.decode())

    assert "July 19, 2017" in page
    for vote in ("Ana Ruiz: yes", "Ben Osei: no", "Cai Lin: absent"):
        assert vote in page
    assert known
    assert all(text in page for text in known)


@pytest.mark.slow
def test_session_page_may_be_framed_and_then_shows_the_public_version(
    session: Session, analyst: User, reviewer: User, client: Client
) -> None:
    released(session, analyst, reviewer)

    framed = check_embedding(login(client, analyst), f"/stat/{session.pk}/")

    assert "Key measures, weakest first" in framed
    assert "Ines Ford" not in framed
    assert f"/stat/{session.pk}/prepare/" not in framed


@pytest.mark.slow
def test_packet_file_is_a_tagged_pdf_under_the_name_of_the_playbook(
    session: Session, analyst: User, reviewer: User, client: Client
) -> None:
    released(session, analyst, reviewer)

    response = client.get(f"/stat/{session.pk}/packet.pdf")

    assert response.content.startswith(b"%PDF")
    assert b"/MarkInfo" in response.content or b"pdfuaid" in response.content
    assert "Rivertown Stat - Pre-Memo - 2017-07-19.pdf" in response["Content-Disposition"]
    assert client.get(f"/stat/{session.pk}/packet.html").content.startswith(b"<!doctype html>")


@pytest.mark.slow
def test_memo_file_is_a_pdf(session: Session, analyst: User, reviewer: User, chief: User, client: Client) -> None:
    with at(date(2017, 7, 19), 14):
        room.promise(by=analyst, session_id=session.pk, details=promise(chief))
        memos.send(by=analyst, session_id=session.pk, text=memos.MemoText("Short."))

    assert client.get(f"/stat/{session.pk}/memo.pdf").content.startswith(b"%PDF")
    assert client.get(f"/stat/{session.pk}/memo.docx").status_code == 404


def test_session_page_of_an_internal_meeting_is_for_staff(session: Session, chief: User, client: Client) -> None:
    Session.objects.filter(pk=session.pk).update(kind="internal")

    assert client.get(f"/stat/{session.pk}/").status_code == 403
    assert f"/stat/{session.pk}/" not in client.get("/stat/").content.decode()
    assert login(client, chief).get(f"/stat/{session.pk}/").status_code == 200


@pytest.mark.slow
@pytest.mark.feature("F108")
def test_prepare_lists_departments_whose_report_is_missing(session: Session, analyst: User, client: Client) -> None:
    Report.objects.create(kind="department_month", period="2017-06", department="Housing", build=1, content={}, checksum="0")
    actions.draft(by=analyst, session_id=session.pk)

    page = client.get(f"/stat/{session.pk}/").content.decode() + login(client, analyst).get(f"/stat/{session.pk}/prepare/").content.decode()

    session.refresh_from_db()
    assert "Monthly reports that are missing" in page
    assert "Housing" not in session.draft["missing_reports"]
    assert len(session.draft["missing_reports"]) == 1
    assert session.draft["missing_reports"][0] in page


@pytest.mark.feature("F128")
def test_coverage_shows_how_often_a_sponsor_came(session: Session, chief: User, analyst: User, client: Client) -> None:
    for number, came in enumerate((True, True, False)):
        starts = datetime(2017, 4 + number, 5, 14, tzinfo=ZONE)
        held = Session.objects.create(kind="public", title="LC1", month="2017-03", starts_at=starts, status="held")
        Attendee.objects.create(session=held, person=chief, role="sponsor", came=came)

    page = login(client, analyst).get("/stat/coverage/2017/").content.decode()

    assert "Ines Ford came to 2 of 3 sessions (67%)." in page


def test_coverage_names_the_month_of_a_missing_session_in_words() -> None:
    slot = rules.Slot("2026-08", date(2026, 8, 1), date(2026, 8, 31))
    assert presenters._slot_name(slot) == "August 2026"
    assert presenters._slot_name(rules.Slot("2026-Q3", date(2026, 7, 1), date(2026, 9, 30))) == "2026-Q3"


def test_coverage_names_no_sponsor_to_the_public(session: Session, client: Client) -> None:
    assert "Executive sponsors" not in client.get("/stat/coverage/2017/").content.decode()


@pytest.mark.parametrize("month", ["2017-07", "2016-02"])
def test_month_is_whole_weeks(session: Session, client: Client, month: str) -> None:
    page = client.get(f"/stat/calendar/{month}/").content.decode()

    assert page.count("<td") % 7 == 0
    assert page.count('data-weekday="Sun"') * 7 == page.count("<td")
    assert ("No session is planned for this month." in page) is (month == "2016-02")
    assert (f"/stat/{session.pk}/" in page) is (month == "2017-07")


def test_month_that_is_none_says_so(client: Client) -> None:
    assert client.get("/stat/calendar/2017-13/").status_code == 400


def test_plan_makes_a_series_with_its_year(july: None, analyst: User, client: Client) -> None:
    typed = {
        "title": "Streets",
        "slug": "streets",
        "kind": "internal",
        "times_a_year": 52,
        "first_on": "2017-11-06",
        "at": "09:00",
        "minutes": 30,
    }
    assert login(client, analyst).post("/stat/plan/", typed).status_code == 302
    assert 7 <= Session.objects.filter(series__slug="streets").count() <= 8

    again = client.post("/stat/plan/", typed).content.decode()
    assert "There is a series named streets already." in again


def parsed(text: str) -> list[tuple[str, str]]:
    """Content lines, unfolded and unescaped, as RFC 5545 section 3.1 says."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    pairs = [line.split(":", 1) for line in text.replace("\r\n ", "").split("\r\n") if line]
    return [(name, value.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")) for name, value in pairs]


def test_feed_can_be_read_back(session: Session, client: Client) -> None:
    title = "Straßen; Brücken, " + "ä" * 60
    Session.objects.filter(pk=session.pk).update(title=title, place="Room 4, City Hall", revision=3)

    response = client.get("/stat/calendar.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    lines = dict(parsed(response.content.decode()))
    assert lines["SUMMARY"] == title
    assert (lines["DTSTART"], lines["DTEND"], lines["SEQUENCE"]) == ("20170719T190000Z", "20170719T203000Z", "2")
    assert lines["LOCATION"] == "Room 4, City Hall"
    assert lines["STATUS"] == "CONFIRMED"


def test_entry_of_a_cancelled_session_takes_it_out(session: Session, analyst: User, client: Client) -> None:
    actions.cancel(by=analyst, session_id=session.pk, reason="Storm")

    assert dict(parsed(client.get(f"/stat/{session.pk}/session.ics").content.decode()))["STATUS"] == "CANCELLED"


def test_escaped_leaves_no_line_break_a_text_could_end_its_line_with() -> None:
    assert ical.escaped("a\r\nEND:VCALENDAR\rb\x00") == "a\\nEND:VCALENDAR\\nb"


def test_plan_session_twice_on_a_day_is_refused(session: Session, analyst: User) -> None:
    with pytest.raises(Exception, match="meets on 2017-07-19 already"):
        actions.plan_session(by=analyst, series_id=session.series_id or 0, on=date(2017, 7, 19), at=time(9))
    assert Commitment.objects.count() == 0


@pytest.mark.slow
def test_session_long_ago_says_in_one_line_what_is_late(session: Session, analyst: User, client: Client) -> None:
    login(client, analyst)
    before = client.get(f"/stat/{session.pk}/prepare/").content.decode()
    with at(date(2017, 9, 20)):
        listed = client.get("/stat/").content.decode()
        page = client.get(f"/stat/{session.pk}/prepare/").content.decode()
        one = presenters.session_row(Session.objects.get(pk=session.pk), analyst)

    assert "steps are late" not in before
    assert one["late"] == []
    assert "steps are late, the first since Jul" in one["late_in_short"]
    assert listed.count(one["late_in_short"]) == 1
    assert f'href="/stat/{session.pk}/prepare/#clock"' in listed
    assert one["late_in_short"] in page
    assert 'id="clock"' in page


def test_session_to_come_names_what_is_late(session: Session, analyst: User) -> None:
    with at(date(2017, 7, 18)):
        one = presenters.session_row(session, analyst)

    assert one["late"]
    assert one["late_in_short"] == ""


@pytest.mark.parametrize(("day", "late"), [(20, []), (25, ["memo_latest"])])
def test_session_held_without_a_packet_owes_its_memo_alone(session: Session, analyst: User, day: int, late: list[str]) -> None:
    with at(date(2017, 7, 19), 14):
        held = room.hold(by=analyst, session_id=session.pk)

    with at(date(2017, 7, day)):
        shown = {step["step"]: step for step in presenters.clock_view(held)}
        assert [step.deadline.step for step in calendar.late_of(held)] == late
        assert (shown["draft"]["is_late"], shown["draft"]["is_due"], shown["draft"]["is_left_out"]) == (False, False, True)
        assert (shown["memo"]["is_due"], shown["memo"]["is_left_out"]) == (True, False)
        row = presenters.session_row(held, analyst)
        assert (row["late"], row["late_in_short"]) == (["Follow-up memo, latest day"] if late else [], "")


def test_session_not_held_has_nothing_late(session: Session, analyst: User) -> None:
    with at(date(2017, 7, 25)):
        gone = actions.mark_missed(by=analyst, session_id=session.pk, reason="Storm")

        assert not any(step.is_late or step.is_due for step in calendar.steps_of(gone))
        assert presenters.session_row(gone, analyst)["late_in_short"] == ""


def test_preparation_of_a_session_that_is_over_says_where_it_is_read(session: Session, analyst: User, client: Client) -> None:
    login(client, analyst)
    with at(date(2017, 7, 19), 14):
        before = client.get(f"/stat/{session.pk}/prepare/").content.decode()
        room.hold(by=analyst, session_id=session.pk)
        page = client.get(f"/stat/{session.pk}/prepare/").content.decode()

    for button in ("Let the packet draft itself", "Send the invitations", "Mark as done"):
        assert button in before
        assert button not in page
    assert "Nothing is prepared for this session any more." in page
    assert "Nothing is prepared for this session any more." not in before


def test_plan_a_series_marks_what_must_be_filled_in(analyst: User, client: Client) -> None:
    page = login(client, analyst).post("/stat/plan/", {"slug": "x"}).content.decode()

    assert "must be filled in" in page
    assert re.search(r'for="id_title">Title <abbr class="usa-label--required"', page)
    assert re.search(r'for="id_place">Place</label>', page)
