"""Contacts: logged with their outcome, and whether the office was open."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotAllowed
from citystat.service_requests.cases import contact_records
from citystat.service_requests.models import ContactRecord
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return cases.make_user("agent@city.example", "call_taker")


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [(18, 10, True), (18, 7, False), (18, 17, False), (18, 22, False), (21, 10, False), (26, 10, False)],
    ids=["Wednesday", "before", "at closing", "night", "Saturday", "Thanksgiving"],
)
def test_is_open_follows_the_business_calendar(day, hour, expected):
    zone = ZoneInfo(current_city().time_zone or "UTC")
    assert contact_records.is_open(datetime(2026, 11, day, hour, tzinfo=zone)) is expected


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"outcome": "answered"}, "question was about"),
        ({"outcome": "transferred"}, "handed to"),
        ({"outcome": "status"}, "number of the request"),
        ({"outcome": "nothing"}, "what came of"),
        ({"outcome": "answered", "topic": "Hours", "channel": "pigeon"}, "not a channel"),
    ],
)
def test_record_without_what_the_outcome_needs_is_refused(agent, values, words):
    with pytest.raises(InputError, match=words):
        contact_records.record(by=agent, **{"channel": "phone"} | values)
    assert not ContactRecord.objects.exists()


def test_record_needs_the_right():
    with pytest.raises(NotAllowed):
        contact_records.record(by=cases.make_user("crew@city.example", "crew"), channel="phone", outcome="answered", topic="Hours")


def test_counts_by_outcome_and_person(agent):
    for outcome, values in (
        ("answered", {"topic": "Hours"}),
        ("answered", {"topic": "Fees"}),
        ("transferred", {"transferred_to": "Police"}),
    ):
        contact_records.record(by=agent, channel="phone", outcome=outcome, **values)
    contact_records.record(by=None, channel="phone", outcome="answered", topic="Hours")

    found = contact_records.counts(timezone.now() - timedelta(hours=1), by=agent)

    assert (found["total"], found["answered"], found["transferred"], found["request"]) == (3, 2, 1, 0)
