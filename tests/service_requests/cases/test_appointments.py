"""Appointments through their one write path: no window over its seats, a seat given back is free."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from citystat.core import clock
from citystat.core.errors import InputError, NotAllowed
from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import actions, appointments, merging, work_orders
from citystat.service_requests.cases import appointment_queries as queries
from citystat.service_requests.models import Appointment, AppointmentSlot, Event, ServiceRequest
from tests.factories import appointments as factory
from tests.factories import cases

pytestmark = pytest.mark.django_db
TOMORROW, LATER = factory.key(1), factory.key(9)


@pytest.fixture(autouse=True)
def city():
    cases.make_districts()
    factory.make_service(capacity=2)
    with clock.at(factory.NOW):
        yield


@pytest.fixture
def worker():
    return cases.make_user("worker@city.example", "department_worker", department="Waste", name="Will Works")


@pytest.fixture
def crew():
    return cases.make_user("crew@city.example", "crew", department="Waste", name="Cora Crew")


def book(request: ServiceRequest, slot=TOMORROW, by=None):
    return appointments.book(by=by, request_id=request.pk, slot=slot, channel="web")


def kinds(request: ServiceRequest) -> list[str]:
    return [event.kind for event in Event.objects.filter(request=request).order_by("id")]


def left(slot=TOMORROW) -> int:
    return next(one.left for one in queries.choice(factory.SERVICE, {"council_district": "1"}).times if one.key == slot)


def told() -> list[str]:
    return [message.text for message in OutboxMessage.objects.order_by("id")]


def test_book_takes_a_seat_appends_an_event_and_tells_the_resident():
    request = factory.make_request()

    made = book(request)

    assert (made.seat, made.slot.key, made.status) == (1, TOMORROW, "booked")
    assert left() == 1
    event = Event.objects.get(request=request, kind="slot_booked")
    assert (event.channel, event.public, event.data["day"]) == ("web", False, "2027-03-02")
    assert "Your appointment: Tuesday, March 2, 7:00 AM to 12:00 PM." in told()[-1]
    assert f"/r/{request.tracking_token}/appointment/" in told()[-1]


@pytest.mark.slow
@pytest.mark.feature("F118")
def test_book_no_slot_over_capacity_and_cancel_frees_it():
    first, second, third = (factory.make_request(email=f"{name}@example.org") for name in "abc")
    book(first)
    book(second)
    with pytest.raises(appointments.SlotGone, match="Choose another"):
        book(third)
    assert left() == 0

    appointments.cancel(by=None, request_id=first.pk, channel="web")

    assert left() == 1
    assert book(third).seat == 1
    assert left() == 0


def test_seat_is_held_by_the_database_itself():
    slot = book(factory.make_request()).slot
    other = factory.make_request(email="b@example.org")
    when = factory.NOW + timedelta(days=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(slot=slot, request=other, seat=1, starts_at=when, ends_at=when, channel="web", booked_at=factory.NOW)


def test_book_again_needs_a_change_not_a_second_seat():
    request = factory.make_request()
    book(request)
    with pytest.raises(InputError, match="has an appointment already"):
        book(request, LATER)


@pytest.mark.parametrize(
    "slot",
    [
        factory.key(0),
        factory.key(-3),
        factory.key(400),
        factory.key(1, area="2"),
        factory.key(1, area="", kind=""),
        factory.key(1, kind="ward"),
    ],
)
def test_book_refuses_a_time_that_is_not_offered_for_the_place(slot):
    with pytest.raises(appointments.SlotGone, match="no longer be booked"):
        book(factory.make_request(), slot)
    assert not AppointmentSlot.objects.exists()


def test_book_a_request_without_a_point_takes_the_area_that_was_chosen():
    request = factory.make_request(point=None)
    assert queries.choice(factory.SERVICE, request.places).kinds_missing == ["council_district"]
    assert book(request, factory.key(1, area="2")).slot.area == "2"


def test_book_of_a_closed_request_is_refused(worker):
    request = factory.make_request()
    actions.cancel(by=worker, request_id=request.pk)
    with pytest.raises(InputError, match="closed"):
        book(request)


def test_move_frees_the_old_seat_and_tells_once():
    request = factory.make_request()
    book(request)

    moved = appointments.move(by=None, request_id=request.pk, slot=LATER, channel="web")

    assert moved.slot.key == LATER
    assert (left(TOMORROW), left(LATER)) == (2, 1)
    assert kinds(request) == ["opened", "slot_booked", "slot_moved"]
    assert "moved to Wednesday, March 10" in told()[-1]
    assert [one.status for one in request.appointments.order_by("id")] == ["moved", "booked"]


def test_move_to_a_full_window_keeps_the_old_one():
    request = factory.make_request()
    book(request)
    for name in "bc":
        book(factory.make_request(email=f"{name}@example.org"), LATER)
    with pytest.raises(appointments.SlotGone):
        appointments.move(by=None, request_id=request.pk, slot=LATER, channel="web")
    assert queries.booked(request).slot.key == TOMORROW
    assert (left(TOMORROW), left(LATER)) == (1, 0)


def test_move_to_the_same_time_changes_nothing():
    request = factory.make_request()
    made = book(request)
    assert appointments.move(by=None, request_id=request.pk, slot=TOMORROW, channel="web").pk == made.pk
    assert kinds(request) == ["opened", "slot_booked"]


def test_change_by_the_resident_ends_when_the_window_begins():
    request = factory.make_request()
    book(request)
    with clock.at(factory.NOW + timedelta(days=1)), pytest.raises(InputError, match="has begun"):
        appointments.cancel(by=None, request_id=request.pk, channel="web")


@pytest.mark.parametrize(
    "end",
    [
        lambda by, request: actions.close(by=by, request_id=request.pk, resolution="inspected_no_action", note="Nothing there"),
        lambda by, request: actions.close(by=by, request_id=request.pk, resolution="work_done"),
        lambda by, request: actions.cancel(by=by, request_id=request.pk),
        lambda by, request: merging.merge(by=by, request_id=request.pk, into_id=factory.make_request(email="z@example.org").pk),
    ],
    ids=["closed", "done early", "withdrawn", "merged"],
)
def test_end_of_the_request_frees_a_future_appointment(worker, end):
    request = factory.make_request()
    book(request)

    end(worker, request)

    assert left() == 2
    assert queries.last(request).status == "cancelled"
    assert "slot_ended" in kinds(request)


def test_work_done_on_the_day_keeps_the_appointment(worker):
    request = factory.make_request()
    book(request)
    with clock.at(factory.NOW + timedelta(days=1)):
        actions.close(by=worker, request_id=request.pk, resolution="work_done")
    assert queries.last(request).status == "kept"
    assert "slot_kept" in kinds(request)


def test_appointment_nobody_recorded_stays_to_be_recorded(worker):
    request = factory.make_request()
    book(request)
    with clock.at(factory.NOW + timedelta(days=3)):
        actions.close(by=worker, request_id=request.pk, resolution="not_reproducible", note="Nothing found")
        assert queries.outcomes(factory.NOW)["not_recorded"] == 1


def test_record_missed_leaves_the_request_open_and_says_so(crew):
    request = factory.make_request()
    made = book(request)
    with clock.at(factory.NOW + timedelta(days=1)):
        appointments.record(by=crew, appointment_id=made.pk, is_kept=False, note="Nothing at the curb")
        again = appointments.record(by=crew, appointment_id=made.pk, is_kept=True)
        assert again.status == "missed"
        assert "found nothing to do" in told()[-1]
        assert "Nothing at the curb" in told()[-1]
        book(request, factory.key(5))
    with clock.at(factory.NOW + timedelta(days=2)):
        assert queries.outcomes(factory.NOW) == {"kept": 0, "missed": 1, "not_recorded": 0, "cancelled": 0, "released": 0}


def test_record_of_a_report_that_waited_keeps_when_it_was(crew):
    made, then = book(factory.make_request()), factory.NOW + timedelta(days=1)
    with clock.at(then + timedelta(hours=5)):
        appointments.record(by=crew, appointment_id=made.pk, is_kept=False, at=then)
    made.refresh_from_db()
    assert made.ended_at == then


def test_record_of_an_appointment_that_was_given_up_is_refused(crew):
    request = factory.make_request()
    made = book(request)
    appointments.cancel(by=None, request_id=request.pk, channel="web")
    with clock.at(factory.NOW + timedelta(days=1)), pytest.raises(InputError, match="nothing was recorded"):
        appointments.record(by=crew, appointment_id=made.pk, is_kept=False)


def test_record_before_the_day_is_refused(crew):
    made = book(factory.make_request())
    with pytest.raises(InputError, match="not come yet"):
        appointments.record(by=crew, appointment_id=made.pk, is_kept=True)


def test_record_by_a_crew_of_another_department_is_refused():
    other = cases.make_user("other@city.example", "crew", department="Streets")
    made = book(factory.make_request())
    with clock.at(factory.NOW + timedelta(days=1)), pytest.raises(NotAllowed, match="another crew"):
        appointments.record(by=other, appointment_id=made.pk, is_kept=True)


def test_take_up_makes_the_crew_a_work_order_whose_end_keeps_the_appointment(crew):
    request = factory.make_request()
    made = book(request)
    with clock.at(factory.NOW + timedelta(days=1)):
        order = appointments.take_up(by=crew, appointment_id=made.pk)
        assert appointments.take_up(by=crew, appointment_id=made.pk).pk == order.pk
        work_orders.finish_order(by=crew, order_id=order.pk, answers={})
    request.refresh_from_db()
    assert (request.status, queries.last(request).status) == ("closed", "kept")


def test_release_tells_the_resident_to_choose_again_and_keeps_the_promise(worker):
    request = factory.make_request()
    made = book(request, factory.key(20))
    promised = request.due_at
    appointments.release(by=worker, appointment_id=made.pk, why="The truck is broken")
    assert "The truck is broken" in told()[-1]
    assert "choose another time" in told()[-1]

    book(request, factory.key(21))

    request.refresh_from_db()
    assert request.due_at == promised


def test_book_a_later_day_moves_the_due_date_and_giving_it_up_moves_it_back():
    request = factory.make_request()
    promised = request.due_at
    made = book(request, factory.key(20))
    request.refresh_from_db()
    assert request.due_at == made.ends_at > promised

    appointments.cancel(by=None, request_id=request.pk, channel="web")

    request.refresh_from_db()
    assert request.due_at == promised


@pytest.mark.slow
def test_file_and_book_is_both_or_nothing_and_one_message():
    for name in "ab":
        book(factory.make_request(email=f"{name}@example.org"))
    OutboxMessage.objects.all().delete()
    report = actions.Report(service=factory.SERVICE, longitude=cases.WEST_POINT[0], latitude=cases.WEST_POINT[1])
    count = ServiceRequest.objects.count()
    with pytest.raises(appointments.SlotGone):
        appointments.file_and_book(by=None, report=report, channel="web", slot=TOMORROW)
    assert ServiceRequest.objects.count() == count

    details = appointments.Report(
        service=factory.SERVICE, longitude=cases.WEST_POINT[0], latitude=cases.WEST_POINT[1],
        reporter=cases.Details(name="Ana", email="ana@example.org"),
    )  # fmt: skip
    made = appointments.file_and_book(by=None, report=details, channel="web", slot=LATER, idempotency_key="once")
    again = appointments.file_and_book(by=None, report=details, channel="web", slot=LATER, idempotency_key="once")

    assert again.pk == made.pk
    assert queries.booked(made).slot.key == LATER
    assert len(told()) == 1
    assert "Your appointment: Wednesday, March 10" in told()[0]


@pytest.mark.parametrize("channel", ["mobile", "email", "sms", "phone"])
def test_request_without_a_time_gets_a_link_to_choose_one(channel):
    request = factory.make_request(channel=channel)
    said = told()[0]
    assert "Choose the day that suits you: http" in said
    assert f"/r/{request.tracking_token}/appointment/" in said


@pytest.mark.slow
@pytest.mark.feature("F118")
def test_remind_once_the_day_before():
    request = factory.make_request()
    book(request)
    book(factory.make_request(email="b@example.org"), LATER)
    book(factory.make_request(email="", point=cases.WEST_POINT))

    assert appointments.remind() == {"reminded": 1, "cannot_be_reached": 1}
    assert appointments.remind() == {"reminded": 0, "cannot_be_reached": 0}

    assert "A reminder: your appointment is Tuesday, March 2" in told()[-1]
    assert kinds(request)[-1] == "slot_reminded"
    with clock.at(factory.NOW + timedelta(days=8)):
        assert appointments.remind()["reminded"] == 1


def test_remind_never_after_the_window_began_nor_of_one_given_up():
    request = factory.make_request()
    book(request)
    with clock.at(factory.NOW + timedelta(days=1)):
        assert appointments.remind()["reminded"] == 0
    appointments.cancel(by=None, request_id=request.pk, channel="web")
    assert appointments.remind()["reminded"] == 0
