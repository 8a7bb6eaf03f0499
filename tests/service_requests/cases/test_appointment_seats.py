"""Seats of a window and blocked days: what is booked is never dropped silently."""

import pytest

from citystat.core import clock
from citystat.core.errors import InputError, NotAllowed
from citystat.core.models import AuditEvent, OutboxMessage
from citystat.service_requests.cases import appointment_queries as queries
from citystat.service_requests.cases import appointment_seats, appointments
from tests.factories import appointments as factory
from tests.factories import cases

pytestmark = pytest.mark.django_db
AREAS = {"council_district": ["1", "2"]}
TOMORROW = factory.key(1)


@pytest.fixture(autouse=True)
def city():
    cases.make_districts()
    factory.make_service(capacity=3)
    with clock.at(factory.NOW):
        yield


@pytest.fixture
def boss():
    return cases.make_user("boss@city.example", "supervisor", department="Waste")


def booked(count, slot=TOMORROW):
    made = [factory.make_request(email=f"p{number}@example.org") for number in range(count)]
    for request in made:
        appointments.book(by=None, request_id=request.pk, slot=slot, channel="web")
    return made


def window(slot=TOMORROW):
    return next(one for one in queries.days_between(factory.SERVICE, slot.day, slot.day, AREAS) if one.key == slot)


@pytest.mark.slow
def test_set_seats_below_what_is_booked_keeps_bookings_and_says_so(boss):
    first, *_others = booked(3)

    changed = appointment_seats.set_seats(by=boss, service=factory.SERVICE, key=TOMORROW, seats=1)

    assert (changed.booked, changed.seats, changed.over) == (3, 1, 2)
    assert (window().taken, window().left, window().is_over) == (3, 0, True)
    # One gives up: two of one seat are still too many, so nobody new gets in.
    appointments.cancel(by=None, request_id=first.pk, channel="web")
    with pytest.raises(appointments.SlotGone):
        appointments.book(by=None, request_id=first.pk, slot=TOMORROW, channel="web")


def test_set_seats_higher_lets_more_in_and_is_on_record(boss):
    booked(3)
    appointment_seats.set_seats(by=boss, service=factory.SERVICE, key=TOMORROW, seats=4)
    assert window().left == 1
    booked(1)
    event = AuditEvent.objects.get(action="service_requests.set_seats")
    assert (event.by, event.details["seats"], event.details["booked"]) == (boss, 4, 3)


@pytest.mark.parametrize("seats", [-1, 10_001])
def test_set_seats_refuses_impossible_numbers(boss, seats):
    with pytest.raises(InputError, match="whole number"):
        appointment_seats.set_seats(by=boss, service=factory.SERVICE, key=TOMORROW, seats=seats)


def test_set_seats_of_a_window_nobody_offers_is_refused(boss):
    with pytest.raises(InputError, match="not offered"):
        appointment_seats.set_seats(by=boss, service=factory.SERVICE, key=factory.key(1, kind="ward"), seats=3)


def test_set_seats_by_the_supervisor_of_another_department_is_refused():
    other = cases.make_user("other@city.example", "supervisor", department="Streets")
    with pytest.raises(NotAllowed, match="another department"):
        appointment_seats.set_seats(by=other, service=factory.SERVICE, key=TOMORROW, seats=1)


def test_block_closes_the_day_and_keeps_bookings_unless_told_otherwise(boss):
    booked(2)
    keys = appointment_seats.keys_of_day(factory.SERVICE, TOMORROW.day, AREAS)

    done = appointment_seats.block(by=boss, service=factory.SERVICE, keys=keys, why="Street festival")

    assert (done.windows, done.released, done.staying) == (2, 0, 2)
    assert (window().left, window().taken, window().blocked_why) == (0, 2, "Street festival")
    with pytest.raises(appointments.SlotGone):
        booked(1)


def test_block_taking_back_asks_residents_to_choose_again(boss):
    made = booked(2)
    OutboxMessage.objects.all().delete()
    done = appointment_seats.block(by=boss, service=factory.SERVICE, keys=[TOMORROW], why="Truck broken", takes_back=True)
    assert (done.released, done.staying, window().taken) == (2, 0, 0)
    assert [("Truck broken" in one.text, "choose another time" in one.text) for one in OutboxMessage.objects.all()] == [(True, True)] * 2
    assert queries.last(made[0]).status == "released"


def test_block_of_one_area_leaves_the_other_open_and_unblock_opens_it(boss):
    keys = appointment_seats.keys_of_day(factory.SERVICE, TOMORROW.day, AREAS, "council_district.1")
    appointment_seats.block(by=boss, service=factory.SERVICE, keys=keys, why="Festival")
    assert (window().left, window(factory.key(1, area="2")).left) == (0, 3)
    assert appointment_seats.unblock(by=boss, service=factory.SERVICE, keys=keys) == 1
    assert window().left == 3


def test_block_without_a_reason_is_refused(boss):
    with pytest.raises(InputError, match="Say why"):
        appointment_seats.block(by=boss, service=factory.SERVICE, keys=[TOMORROW], why="  ")


def test_days_between_shows_bookings_of_windows_no_rule_offers_any_more():
    booked(1)
    from citystat.service_requests.models import AppointmentRule

    AppointmentRule.objects.all().delete()
    factory.make_rule(weekdays=[6], order=2)
    shown = queries.days_between(factory.SERVICE, TOMORROW.day, TOMORROW.day, AREAS)
    assert [(one.key, one.taken, one.is_over) for one in shown] == [(TOMORROW, 1, True)]
