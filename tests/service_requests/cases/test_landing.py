"""Live requests become rows of the warehouse, like any export."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from citystat.core import clock
from citystat.service_requests.cases import actions, landing
from citystat.warehouse.connections import forget_builds, open_build
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city(city_home):
    cases.make_districts()
    cases.make_service()
    yield
    forget_builds()


def built() -> list[dict]:
    call_command("build", "--tables-only")
    forget_builds()
    return open_build().dicts("SELECT * FROM requests ORDER BY request_id")


def test_land_gives_every_channel_one_shape():
    filed = {channel: cases.file_request(channel=channel).number for channel in ("web", "phone", "email", "sms", "social")}

    rows = {row["request_id"]: row for row in built()}

    assert {rows[number]["channel"] for number in filed.values()} == set(filed)
    shapes = {tuple((name, row[name]) for name in ("service", "department", "status", "place_council_district")) for row in rows.values()}
    assert shapes == {(("service", "Pothole"), ("department", "Streets"), ("status", "open"), ("place_council_district", "1"))}


def test_land_again_without_a_change_adds_no_load():
    cases.file_request()
    landing.land()
    with clock.at(timezone.now() + timedelta(hours=1)):
        second = landing.land()
    assert second is None or second["loaded"] == 0


def test_land_keeps_what_was_open_on_a_past_day():
    worker = cases.make_user("w@city.example", "department_worker", department="")
    request = cases.file_request()
    assert [row["status"] for row in built()] == ["open"]
    actions.close(by=worker, request_id=request.pk, resolution="work_done")

    rows = built()

    assert [(row["status"], row["outcome"]) for row in rows] == [("closed", "work_done")]
    assert len(open_build().rows("SELECT * FROM request_states")) == 2


def test_land_merged_request_is_a_duplicate_with_its_parent():
    worker = cases.make_user("w@city.example", "department_worker", department="")
    first, second = cases.file_request(), cases.file_request()
    actions.merge(by=worker, request_id=second.pk, into_id=first.pk)

    row = next(row for row in built() if row["request_id"] == second.number)

    assert (row["status"], row["parent_id"], row["is_counted"]) == ("duplicate", first.number, False)


@pytest.mark.feature("F097")
def test_land_tells_staff_found_defects_from_residents():
    cases.file_request(origin="internal", channel="staff")
    cases.file_request()
    assert sorted(row["origin"] for row in built()) == ["internal", "resident"]
