"""Live requests become rows of the warehouse, like any export."""

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from django.utils import timezone

from citystat.core import clock
from citystat.plan import queries as measures
from citystat.service_requests.cases import actions, appointments, landing, merging
from citystat.service_requests.models import ServiceRequest
from citystat.warehouse.connections import forget_builds, open_build
from citystat.warehouse.landing import loads
from tests.factories import appointments as bookings
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


@pytest.mark.slow
def test_land_gives_every_channel_one_shape():
    filed = {channel: cases.file_request(channel=channel).number for channel in ("web", "phone", "email", "sms", "social")}

    rows = {row["request_id"]: row for row in built()}

    assert {rows[number]["channel"] for number in filed.values()} == set(filed)
    shapes = {tuple((name, row[name]) for name in ("service", "department", "status", "place_council_district")) for row in rows.values()}
    assert shapes == {(("service", "Pothole"), ("department", "Streets"), ("status", "open"), ("place_council_district", "1"))}


@pytest.mark.slow
def test_land_again_without_a_change_adds_no_load():
    cases.file_request()
    landing.land()
    with clock.at(timezone.now() + timedelta(hours=1)):
        second = landing.land()
    assert second is None or second["loaded"] == 0


@pytest.mark.slow
def test_land_keeps_what_was_open_on_a_past_day():
    worker = cases.make_user("w@city.example", "department_worker", department="")
    request = cases.file_request()
    assert [row["status"] for row in built()] == ["open"]
    actions.close(by=worker, request_id=request.pk, resolution="work_done")

    rows = built()

    assert [(row["status"], row["outcome"]) for row in rows] == [("closed", "work_done")]
    assert len(open_build().rows("SELECT * FROM request_states")) == 2


@pytest.mark.slow
def test_land_merged_request_is_a_duplicate_with_its_parent():
    worker = cases.make_user("w@city.example", "department_worker", department="")
    first, second = cases.file_request(), cases.file_request()
    merging.merge(by=worker, request_id=second.pk, into_id=first.pk)

    row = next(row for row in built() if row["request_id"] == second.number)

    assert (row["status"], row["parent_id"], row["is_counted"]) == ("duplicate", first.number, False)


@pytest.mark.slow
@pytest.mark.feature("F097")
def test_land_tells_staff_found_defects_from_residents():
    cases.file_request(origin="internal", channel="staff")
    cases.file_request()
    assert sorted(row["origin"] for row in built()) == ["internal", "resident"]


def appointment_of(number: str) -> tuple:
    return next((row["appointment_on"], row["appointment_kept"]) for row in built() if row["request_id"] == number)


def booked(is_kept: bool | None, *, days: int = 1):
    """A request with an appointment of that many days from now, and what the crew said of it."""
    request = bookings.make_request()
    made = appointments.book(by=None, request_id=request.pk, slot=bookings.key(days), channel="web")
    if is_kept is not None:
        crew = cases.make_user(f"crew{made.pk}@city.example", "crew", department="Waste")
        with clock.at(bookings.NOW + timedelta(days=days)):
            appointments.record(by=crew, appointment_id=made.pk, is_kept=is_kept)
    return request


def test_land_says_when_the_first_appointment_was_and_whether_it_was_kept():
    bookings.make_service(capacity=4)
    with clock.at(bookings.NOW):
        found = {is_kept: booked(is_kept) for is_kept in (True, False, None)}
        without = bookings.make_request()
        given_up = booked(None)
        appointments.cancel(by=None, request_id=given_up.pk, channel="web")
        rows = {row["request_id"]: (row["appointment_on"], row["appointment_kept"]) for row in built()}

    assert {is_kept: rows[one.number] for is_kept, one in found.items()} == {
        is_kept: (bookings.key(1).day, is_kept) for is_kept in (True, False, None)
    }
    assert rows[without.number] == rows[given_up.number] == (None, None)


@pytest.mark.slow
def test_land_keeps_a_missed_first_appointment_when_a_second_one_is_kept():
    bookings.make_service()
    with clock.at(bookings.NOW):
        request = booked(False)
    with clock.at(bookings.NOW + timedelta(days=1, hours=1)):
        appointments.book(by=None, request_id=request.pk, slot=bookings.key(9), channel="web")
    with clock.at(bookings.NOW + timedelta(days=9)):
        crew = cases.make_user("crew@city.example", "crew", department="Waste")
        appointments.record(by=crew, appointment_id=request.appointments.get(status="booked").pk, is_kept=True)
        assert appointment_of(request.number) == (bookings.key(1).day, False)


@pytest.mark.slow
def test_land_gives_appointments_once_where_no_landing_knew_of_them(monkeypatch):
    bookings.make_service()
    with clock.at(bookings.NOW):
        request = booked(True)
    # Changed long before it was landed, so that nothing but the appointment makes it land again.
    ServiceRequest.objects.update(updated_at=timezone.now() - timedelta(days=30))
    # Only the schema is put back: the home stays the test's own.
    with clock.at(bookings.NOW), monkeypatch.context() as before:
        before.setattr(landing, "SCHEMA", pa.schema([one for one in landing.SCHEMA if not one.name.startswith("appointment")]))
        landing.land()
    forget_appointments()
    with clock.at(bookings.NOW + timedelta(days=400)):
        again, after = landing.land(), landing.land()
        assert appointment_of(request.number) == (bookings.key(1).day, True)

    assert again["loaded"] == 1
    assert after is None


def forget_appointments() -> None:
    """Make what was landed like what a version wrote that knew of no appointments."""
    for load in loads("requests"):
        for path in load.parquet_files():
            table = pq.read_table(path)
            pq.write_table(table.drop_columns([name for name in table.column_names if name.startswith("appointment")]), path)


@pytest.mark.slow
def test_measure_of_appointments_counts_first_ones_recorded():
    bookings.make_service(capacity=9)
    with clock.at(bookings.NOW):
        for is_kept in (True, True, True, False, None):
            booked(is_kept)
    with clock.at(bookings.NOW + timedelta(days=2)):
        built()

    found = {
        name: measures.measure_table(name, start=date(2027, 3, 1), end=date(2027, 3, 31)).rows()[0]
        for name in ("appointments_kept", "appointments_missed")
    }

    assert (found["appointments_kept"].numerator, found["appointments_kept"].denominator) == (3, 4)
    assert found["appointments_missed"].numerator == 1
