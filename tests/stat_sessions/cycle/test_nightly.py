"""What the clock does at night, and the command."""

import json
from datetime import date, time
from io import StringIO

import pytest
from django.core.management import call_command

from citystat.core.models import OutboxMessage
from citystat.people.models import User
from citystat.stat_sessions.cycle import actions, nightly
from citystat.stat_sessions.models import Session
from tests.stat_sessions.cycle.conftest import at

pytestmark = pytest.mark.django_db


def test_nightly_reminds_the_analyst_once_a_day(session: Session) -> None:
    first, again = nightly.run(), nightly.run()

    mails = OutboxMessage.objects.filter(key__startswith="stat-clock")
    assert (first["reminded"], again["reminded"], mails.count()) == (1, 1, 1)
    assert "Frame of the memo" in mails.get().text


def test_nightly_marks_a_meeting_without_a_record_as_missed(session: Session) -> None:
    with at(date(2017, 7, 22), 15):
        found = nightly.run()

    session.refresh_from_db()
    assert (found["missed"], session.status) == ([session.pk], "missed")


@pytest.mark.slow
def test_nightly_drafts_and_releases_an_internal_meeting_by_itself(july: None, analyst: User) -> None:
    details = actions.SeriesDetails("weekly", "Weekly", "internal", 52, date(2017, 1, 1), department="Housing")
    series = actions.create_series(by=analyst, details=details)
    session = actions.plan_session(by=analyst, series_id=series.pk, on=date(2017, 7, 11), at=time(9))

    found = nightly.run()

    session.refresh_from_db()
    assert (found["drafted"], found["released"], session.stage) == ([session.pk], [session.pk], "released")


@pytest.mark.slow
def test_nightly_never_releases_a_public_packet(session: Session) -> None:
    with at(date(2017, 7, 18)):
        found = nightly.run()

    session.refresh_from_db()
    assert (found["drafted"], found["released"], session.stage) == ([session.pk], [], "draft")


def test_stat_command_plans_a_year(session: Session) -> None:
    out = StringIO()

    call_command("stat", "plan", "citystat", "--first", "2018-01-10", "--at", "14:00", "--json", stdout=out)

    assert len(json.loads(out.getvalue())["planned"]) == 12
