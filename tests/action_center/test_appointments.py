"""Appointments for staff: the board, a day and its seats, the call taker's booking, a crew's windows."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from citystat.core import clock
from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import appointment_queries as queries
from citystat.service_requests.cases import appointments
from citystat.service_requests.models import Event, ServiceRequest, WorkOrder
from tests.factories import appointments as factory
from tests.factories import cases
from tests.intake.conftest import said

pytestmark = pytest.mark.django_db
TOMORROW = factory.key(1)
DAY = f"/supervise/appointments/{factory.SERVICE}/2027-03-02/"


@pytest.fixture(autouse=True)
def waste(city: None):
    factory.make_service(capacity=2)
    with clock.at(factory.NOW):
        yield


@pytest.fixture
def head():
    return cases.make_user("head@city.example", "supervisor", department="Waste")


@pytest.fixture
def truck():
    return cases.make_user("truck@city.example", "crew", department="Waste", name="Tom Truck")


def booked(email: str = "ana@example.org", slot: Any = TOMORROW) -> ServiceRequest:
    request = factory.make_request(email=email, address="12 Main St")
    appointments.book(by=None, request_id=request.pk, slot=slot, channel="web")
    return request


@pytest.mark.slow
def test_board_shows_booked_and_seats_by_area_and_day(head, sign_in):
    booked()
    booked("b@example.org")
    page = sign_in(head).get("/supervise/appointments/")
    table = page.context["table"]
    row = next(row for row in table.rows if row[0].url == DAY)
    assert row[1:] == ("7:00 AM to 12:00 PM", "2 of 2, full", "0 of 2")
    assert [column.label for column in table.columns][2:] == ["District 1", "District 2"]


def test_board_of_other_departments_is_empty_and_its_days_are_closed(boss, sign_in):
    browser = sign_in(boss)
    assert "No service of your departments takes appointments" in said(browser.get("/supervise/appointments/"))
    assert browser.get(DAY).status_code == 403
    assert browser.post(DAY + "seats/", {"slot": TOMORROW.text, "seats": "9"}).status_code == 403


def test_day_lists_its_appointments_by_window(head, sign_in):
    request = booked()
    page = said(sign_in(head).get(DAY))
    assert "1 booked of 4 seats." in page
    assert "District 1, 7:00 AM to 12:00 PM" in page
    assert "12 Main St" in page
    assert request.number in page
    assert "ana@example.org" not in page


@pytest.mark.slow
def test_seats_below_the_bookings_keeps_them_and_says_so(head, sign_in):
    booked()
    booked("b@example.org")
    response = sign_in(head).post(DAY + "seats/", {"slot": TOMORROW.text, "seats": "1"}, follow=True)
    assert "All 2 appointments stay: 1 more than seats." in said(response)
    assert "2 of 1, too many" in said(response)


@pytest.mark.parametrize("seats", ["", "many", "-1", "10001"])
def test_seats_that_are_no_number_come_back_with_the_reason(head, sign_in, seats):
    response = sign_in(head).post(DAY + "seats/", {"slot": TOMORROW.text, "seats": seats})
    assert response.status_code == 400
    assert f'value="{seats}"' in response.content.decode() or not seats


@pytest.mark.slow
def test_block_a_day_takes_appointments_back_and_opens_again(head, sign_in):
    request = booked()
    browser = sign_in(head)

    response = browser.post(DAY + "block/", {"area": "", "why": "Snow storm", "takes_back": "on"}, follow=True)

    assert "1 appointment is taken back" in said(response)
    assert "blocked: Snow storm" in said(response)
    assert queries.booked(request) is None
    assert "Snow storm" in OutboxMessage.objects.order_by("-id").first().text
    assert "The day can be booked again." in said(browser.post(DAY + "unblock/", follow=True))
    booked("c@example.org")


def test_block_without_a_reason_keeps_the_form_open(head, sign_in):
    response = sign_in(head).post(DAY + "block/", {"area": "", "why": ""})
    assert response.status_code == 400
    assert response.context["is_block_open"]


@pytest.mark.parametrize("day", ["2027-99-99", "yesterday"])
def test_day_that_is_none_is_not_found(head, sign_in, day):
    assert sign_in(head).get(f"/supervise/appointments/{factory.SERVICE}/{day}/").status_code == 404


@pytest.mark.slow
def test_call_taker_files_and_books_while_on_the_phone(agent, sign_in):
    browser = sign_in(agent)
    west = {"longitude": cases.WEST_POINT[0], "latitude": cases.WEST_POINT[1]}
    typed = {
        "call_key": "k1",
        "channel": "phone",
        "service": factory.SERVICE,
        "address": "12 Main St",
        "do": "file",
        "phone": "816-555-0100",
    }
    page = browser.post("/calls/", typed | west, follow=True)
    request = ServiceRequest.objects.get()
    assert page.redirect_chain[-1][0] == f"/appointments/{request.number}/"
    assert "Tuesday, March 2" in said(page)

    done = browser.post(f"/appointments/{request.number}/", {"do": "book", "slot": TOMORROW.text}, follow=True)

    assert "Booked: Tuesday, March 2, 7:00 AM to 12:00 PM" in said(done)
    stands = queries.booked(request)
    assert (stands.booked_by, stands.channel) == (agent, "phone")


@pytest.mark.slow
def test_call_taker_finds_the_time_taken_and_keeps_the_page(agent, sign_in):
    request = factory.make_request(email="z@example.org")
    booked()
    booked("b@example.org")
    response = sign_in(agent).post(f"/appointments/{request.number}/", {"do": "book", "slot": TOMORROW.text})
    assert response.status_code == 409
    assert "Somebody else has just taken" in said(response)


def test_staff_page_is_refused_to_another_department(worker, sign_in):
    assert sign_in(worker).get(f"/appointments/{booked().number}/").status_code == 403


def test_staff_page_of_a_request_without_a_point_asks_for_the_area(agent, sign_in):
    request = factory.make_request(point=None)
    browser = sign_in(agent)
    assert "Which area is it in?" in said(browser.get(f"/appointments/{request.number}/"))
    page = browser.post(f"/appointments/{request.number}/", {"do": "look", "area": "council_district.2"})
    assert "Tuesday, March 2" in said(page)


def test_case_page_says_the_appointment_and_its_story(sign_in):
    worker = cases.make_user("w@city.example", "department_worker", department="Waste")
    request = booked()
    page = said(sign_in(worker).get(f"/queue/{request.number}/"))
    assert "Tuesday, March 2, 7:00 AM to 12:00 PM (booked)" in page
    assert "Appointment booked" in page


@pytest.mark.slow
def test_crew_sees_the_days_windows_and_finishes_a_stop(truck, sign_in):
    request, later = booked(), booked("b@example.org", factory.key(2))
    browser = sign_in(truck)
    with clock.at(factory.NOW + timedelta(days=1)):
        page = said(browser.get("/crew/"))
        assert "Appointments 7:00 AM to 12:00 PM" in page
        assert "1 stop is left." in page
        assert request.number in page
        assert later.number not in page

        order = browser.post(f"/crew/appointments/{queries.booked(request).pk}/take/", follow=True)
        assert "By appointment:" in said(order)
        pk = WorkOrder.objects.get(request=request).pk
        browser.post(f"/crew/{pk}/done/", {"done_key": "abc"})

        assert queries.last(request).status == "kept"
        assert "kept" in said(browser.get("/crew/"))


def test_crew_records_that_nobody_was_there(truck, sign_in):
    request = booked()
    browser = sign_in(truck)
    with clock.at(factory.NOW + timedelta(days=1)):
        pk = queries.booked(request).pk
        response = browser.post(f"/crew/appointments/{pk}/missed/", {"note": "Nothing at the curb"}, follow=True)
        assert "The resident is told" in said(response)
    request.refresh_from_db()
    assert (request.status, queries.last(request).status) == ("new", "missed")


def test_missed_stop_is_off_the_list_until_the_resident_chooses_again(truck, sign_in):
    request = booked()
    browser = sign_in(truck)
    with clock.at(factory.NOW + timedelta(days=1)):
        pk = queries.booked(request).pk
        browser.post(f"/crew/appointments/{pk}/take/")
        url = reverse("action:order", args=[WorkOrder.objects.get(request=request).pk])
        assert url in browser.get("/crew/").content.decode()
        browser.post(f"/crew/appointments/{pk}/missed/", {"note": "Nothing at the curb"})
        page = browser.get("/crew/").content.decode()
        assert url not in page
        assert "0 stops are left." in " ".join(page.split())


def test_phone_sends_that_nobody_was_there_once(truck, sign_in):
    request = booked()
    browser, then = sign_in(truck), factory.NOW + timedelta(days=1)
    with clock.at(then + timedelta(hours=1)):
        url = f"/crew/appointments/{queries.booked(request).pk}/missed/"
        answers = [
            browser.post(url, {"note": "Nothing", "done_at": then.isoformat()}, headers={"accept": "application/json"}) for _try in "ab"
        ]
    assert [one.json()["next"] for one in answers] == ["/crew/", "/crew/"]
    assert Event.objects.filter(request=request, kind="slot_missed").count() == 1


def test_phone_is_told_why_a_report_is_not_accepted(truck, sign_in):
    request = booked()
    url = f"/crew/appointments/{queries.booked(request).pk}/missed/"
    answer = sign_in(truck).post(url, {"note": "Nothing"}, headers={"accept": "application/json"})
    assert (answer.status_code, "not come yet" in answer.json()["error"]) == (400, True)


def test_crew_of_another_department_is_refused(crew, sign_in):
    request = booked()
    with clock.at(factory.NOW + timedelta(days=1)):
        browser = sign_in(crew)
        assert request.number not in said(browser.get("/crew/"))
        assert browser.post(f"/crew/appointments/{queries.booked(request).pk}/take/").status_code == 403


def test_work_for_a_later_appointment_waits_for_its_day(truck, sign_in):
    request = booked(slot=factory.key(2))
    with clock.at(factory.NOW):
        order = appointments.take_up(by=truck, appointment_id=queries.booked(request).pk)
        assert order.assignee == truck
        assert request.number not in said(sign_in(truck).get("/crew/"))


@pytest.mark.slow
def test_office_records_what_nobody_recorded(head, sign_in):
    request = booked()
    with clock.at(factory.NOW + timedelta(days=3)):
        browser = sign_in(head)
        assert "The crew was there" in said(browser.get(DAY))
        browser.post(f"/supervise/appointments/record/{queries.booked(request).pk}/", {"kept": "yes"})
        assert queries.last(request).status == "kept"
        assert "1 of 1 recorded by crews" in said(browser.get("/supervise/appointments/"))


def test_board_takes_few_statements(head, sign_in, settings, django_assert_max_num_queries):
    settings.CITYSTAT_SECONDS_KEPT = 60
    booked()
    browser = sign_in(head)
    browser.get("/supervise/appointments/")
    with django_assert_max_num_queries(8):
        browser.get("/supervise/appointments/")
