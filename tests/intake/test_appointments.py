"""A resident chooses, changes and gives up a time: on the way to a report, and on the private page."""

import re
from typing import Any

import pytest
from django.test import Client

from citystat.core import clock
from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import actions, appointments
from citystat.service_requests.cases import appointment_queries as queries
from citystat.service_requests.models import AppointmentRule, ServiceRequest
from tests.factories import appointments as factory
from tests.factories import cases
from tests.intake.conftest import at, said, send

pytestmark = pytest.mark.django_db
TOMORROW, LATER = factory.key(1).text, factory.key(9).text


@pytest.fixture(autouse=True)
def city(city_home: Any):
    cases.make_districts()
    factory.make_service(capacity=1)
    with clock.at(factory.NOW):
        yield


def order(client: Client, **changes: Any) -> Any:
    given = {"once": "one-form", "email": "ana@example.org", "prefers": "email", **at(cases.WEST_POINT)} | changes
    return send(client, factory.SERVICE, **given)


def take(slot=None) -> ServiceRequest:
    """Somebody else's appointment."""
    other = factory.make_request(email="other@example.org")
    appointments.book(by=None, request_id=other.pk, slot=slot or factory.key(1), channel="web")
    return other


def chosen(response: Any) -> list[str]:
    page = response.content.decode()
    return [found[1] for found in re.finditer(r'value="([^"]+)"\s+checked', page)]


def hidden(response: Any) -> dict[str, str]:
    """What the step carries on, as a browser would send it."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode()))


def test_report_shows_times_by_day_before_anything_is_filed(client: Client):
    response = order(client)

    assert response.status_code == 200
    assert "Tuesday, March 2" in said(response)
    assert "7:00 AM to 12:00 PM" in said(response)
    assert "one place left" in said(response)
    assert not ServiceRequest.objects.exists()
    assert hidden(response)["description"] == "A deep hole"


@pytest.mark.slow
@pytest.mark.feature("F118")
def test_report_with_a_time_files_books_and_tells_in_one_message(client: Client):
    response = client.post(f"/report/{factory.SERVICE}/", hidden(order(client)) | {"slot": TOMORROW}, follow=True)

    request = ServiceRequest.objects.get()
    assert queries.booked(request).slot.key.text == TOMORROW
    assert "Tuesday, March 2, 7:00 AM to 12:00 PM" in said(response)
    assert request.number in said(response)
    assert "Your appointment: Tuesday, March 2" in OutboxMessage.objects.get().text


def test_report_sent_twice_is_one_request_with_one_appointment(client: Client):
    for _time in range(2):
        assert order(client, slot=TOMORROW).status_code == 302
    assert ServiceRequest.objects.get().appointments.count() == 1


@pytest.mark.slow
def test_report_whose_time_has_gone_offers_the_next_and_keeps_what_was_typed(client: Client):
    carried = hidden(order(client))
    take()

    response = client.post(f"/report/{factory.SERVICE}/", carried | {"slot": TOMORROW})

    assert response.status_code == 409
    assert "Somebody else has just taken the last place" in said(response)
    assert "The next free time is chosen for you." in said(response)
    assert chosen(response) == [factory.key(2).text]
    assert hidden(response)["description"] == "A deep hole"
    assert hidden(response)["email"] == "ana@example.org"
    assert ServiceRequest.objects.count() == 1
    assert client.post(f"/report/{factory.SERVICE}/", hidden(response) | {"slot": factory.key(2).text}).status_code == 302


def test_report_sent_from_the_times_without_choosing_one_says_so(client: Client):
    shown = order(client)
    assert "Choose a time, or send the report without one." not in said(shown)
    again = client.post(f"/report/{factory.SERVICE}/", hidden(shown) | {"times": "1"})
    assert again.status_code == 400
    assert "Choose a time, or send the report without one." in said(again)
    assert hidden(again)["description"] == "A deep hole"
    assert chosen(again) == []
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize("slot", ["nonsense", "2027-03-02.0700.1200.council_district.2", "1999-01-01.0700.1200.council_district.1"])
def test_report_with_a_time_nobody_offered_files_nothing(client: Client, slot: str):
    response = order(client, slot=slot)
    assert response.status_code in {400, 409}
    assert not ServiceRequest.objects.exists()


def test_report_may_be_sent_without_a_time(client: Client):
    order(client, later="1", slot=TOMORROW)
    request = ServiceRequest.objects.get()
    assert queries.last(request) is None
    page = client.get(f"/r/{request.tracking_token}/")
    assert f"/r/{request.tracking_token}/appointment/" in page.content.decode()
    assert "Choose the day that suits you" in OutboxMessage.objects.get().text


def test_report_by_address_alone_asks_for_the_district_first(client: Client):
    first = order(client, longitude="", latitude="")
    assert "Which district is the address in?" in said(first)
    assert "March 2" not in said(first)

    second = client.post(f"/report/{factory.SERVICE}/", hidden(first) | {"area": "council_district.2"})
    assert "Tuesday, March 2" in said(second)
    client.post(f"/report/{factory.SERVICE}/", hidden(second) | {"area": "council_district.2", "slot": factory.key(1, area="2").text})

    request = ServiceRequest.objects.get()
    assert queries.booked(request).slot.area == "2"
    # The page to change it knows the district from then on.
    assert "Which district" not in said(client.get(f"/r/{request.tracking_token}/appointment/"))


def test_times_that_are_full_or_blocked_say_so(client: Client):
    take()
    appointments.locked_slot(factory.SERVICE, factory.key(2))
    from citystat.service_requests.models import AppointmentSlot

    AppointmentSlot.objects.filter(day=factory.key(2).day).update(blocked_why="Street festival")
    shown = said(order(client))
    assert "Tuesday, March 2 · Full" in shown
    assert "Wednesday, March 3 · Street festival" in shown


def test_no_time_at_all_can_still_be_sent(client: Client):
    AppointmentRule.objects.all().delete()
    response = order(client)
    assert "There is no free time" in said(response)
    assert "I choose later" in said(response)


def booked_page(client: Client) -> tuple[ServiceRequest, str]:
    order(client, slot=TOMORROW)
    request = ServiceRequest.objects.get()
    return request, f"/r/{request.tracking_token}/appointment/"


def test_appointment_page_changes_the_time(client: Client):
    request, page = booked_page(client)
    response = client.post(page, {"do": "book", "slot": LATER}, follow=True)
    assert "Your appointment is changed." in said(response)
    assert "Wednesday, March 10, 7:00 AM to 12:00 PM" in said(response)
    assert queries.booked(request).slot.key.text == LATER


def test_appointment_page_of_a_time_that_has_gone_keeps_the_old_one(client: Client):
    request, page = booked_page(client)
    take(factory.key(9))
    response = client.post(page, {"do": "book", "slot": LATER})
    assert response.status_code == 409
    assert chosen(response) == [factory.key(10).text]
    assert queries.booked(request).slot.key.text == TOMORROW


def test_appointment_page_without_a_choice_says_so_and_chooses_nothing(client: Client):
    request, page = booked_page(client)
    response = client.post(page, {"do": "book"})
    assert response.status_code == 400
    assert "Choose a time first." in said(response)
    assert chosen(response) == []
    assert queries.booked(request).slot.key.text == TOMORROW


def test_message_about_a_time_given_up_leads_to_another(client: Client):
    _request, page = booked_page(client)
    client.post(page, {"do": "cancel"})
    text = OutboxMessage.objects.latest("pk").text
    assert "Choose a time: " in text
    assert "To change or give up" not in text


@pytest.mark.slow
def test_appointment_page_gives_the_time_up_and_the_page_offers_another(client: Client):
    request, page = booked_page(client)
    response = client.post(page, {"do": "cancel"}, follow=True)
    assert "given up" in said(response)
    assert "Choose a time" in said(response)
    assert queries.booked(request) is None
    assert client.post(page, {"do": "book", "slot": TOMORROW}).status_code == 302


def test_appointment_page_of_a_closed_request_offers_nothing(client: Client):
    request, page = booked_page(client)
    actions.cancel(by=None, request_id=request.pk)
    response = client.get(page)
    assert "The request is closed" in said(response)
    assert client.post(page, {"do": "book", "slot": TOMORROW}).status_code == 400


def test_appointment_page_of_a_service_without_appointments_is_not_found(client: Client):
    cases.make_service()
    request = cases.file_request()
    assert client.get(f"/r/{request.tracking_token}/appointment/").status_code == 404
    assert "appointment" not in said(client.get(f"/r/{request.tracking_token}/")).lower()


def test_appointments_are_no_part_of_the_public_page(client: Client):
    request, _page = booked_page(client)
    assert "March 2" not in said(client.get(f"/requests/{request.number}/"))
    assert "Appointment" in said(client.get(f"/r/{request.tracking_token}/"))


def test_appointment_page_query_count(client: Client, django_assert_max_num_queries: Any, settings: Any):
    settings.CITYSTAT_SECONDS_KEPT = 60
    _request, page = booked_page(client)
    client.get(page)
    with django_assert_max_num_queries(8):
        client.get(page)


def test_appointment_page_in_spanish(client: Client):
    _request, page = booked_page(client)
    client.cookies["django_language"] = "es"
    response = client.get(page)
    assert "martes 2 de marzo" in said(response).lower()
