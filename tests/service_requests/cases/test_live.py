"""Reads of the day as it is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from citystat.service_requests.cases import actions, live
from citystat.service_requests.models import ServiceRequest
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    cases.make_districts()
    cases.make_service()
    return cases.make_user("boss@city.example", "supervisor", department="Streets")


def test_due_within_leaves_what_is_overdue_later_or_closed(boss):
    now = timezone.now()
    made = [cases.file_request(email="") for _ in range(4)]
    for one, hours in zip(made, (-2, 3, 30, 3), strict=True):
        ServiceRequest.objects.filter(pk=one.pk).update(due_at=now + timedelta(hours=hours))
    actions.close(by=boss, request_id=made[3].pk, resolution="work_done")
    assert live.due_within(boss, now, timedelta(days=1)) == [made[1]]


def test_totals_count_open_opened_and_closed_since(boss):
    one, _other = cases.file_request(), cases.file_request()
    actions.close(by=boss, request_id=one.pk, resolution="work_done")
    found = live.totals(live.public(), timezone.now() - timedelta(hours=1))
    assert dict(found) == {"open": 1, "opened": 2, "closed": 1}


def test_outstanding_is_by_place_and_oldest_first(boss):
    new = cases.file_request()
    old = cases.file_request(opened_at=timezone.now() - timedelta(days=3))
    cases.file_request(point=cases.EAST_POINT)
    assert live.outstanding("council_district", "1") == [old, new]
    assert live.outstanding("council_district", "1", "leak") == []
