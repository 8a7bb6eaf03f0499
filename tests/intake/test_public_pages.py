"""Pages of requests for everyone: list, page, photos, following, the feed."""

import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from citystat.core import clock
from citystat.core.models import OutboxMessage
from citystat.service_requests.cases import actions
from citystat.service_requests.models import Contact, Photo, ServiceRequest, Subscription
from tests.factories import cases
from tests.intake.conftest import field_error, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


@pytest.fixture
def worker() -> Any:
    return cases.make_user("worker@city.example", "department_worker", department="Streets")


def test_request_page_shows_place_words_and_steps_of_a_public_one(client: Client) -> None:
    made = cases.file_request(point=None, address="12 Main St", description="A deep hole")
    text = said(client.get(f"/requests/{made.number}/"))
    for words in (made.number, "12 Main St", "A deep hole", "Received", "One person reported it."):
        assert words in text
    assert "Ana Ruiz" not in text
    assert made.tracking_token not in client.get(f"/requests/{made.number}/").content.decode()


def test_request_page_without_place_shows_neither_address_words_nor_photos(client: Client) -> None:
    made = cases.file_request("missed-trash", address="77 Hidden Ln", description="My trash", pictures=[cases.photo()])
    response = client.get(f"/requests/{made.number}/")
    assert "Not shown for this kind of request" in said(response)
    for secret in ("77 Hidden Ln", "My trash", "/photos/", "39.05", "-94.59"):
        assert secret not in response.content.decode()


@pytest.mark.parametrize("number", ["26-999999", "nonsense", "%F0%9F%A6%84"])
def test_request_page_of_no_request_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/requests/{number}/").status_code == 404


def test_private_request_is_not_found_by_its_number_by_anyone(client: Client) -> None:
    made = cases.file_request("elder-abuse")
    assert client.get(f"/requests/{made.number}/").status_code == 404
    assert client.post(f"/requests/{made.number}/follow/", {"email": "x@example.org"}).status_code == 404
    assert made.number not in said(client.get("/requests/"))


def test_request_page_takes_few_statements(client: Client, django_assert_max_num_queries: Any, settings: Any) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    made = cases.file_request(pictures=[cases.photo()])
    client.get("/requests/")
    with django_assert_max_num_queries(3):
        client.get(f"/requests/{made.number}/")
    with django_assert_max_num_queries(1):
        client.get("/requests/", {"district": "1", "service": "pothole", "status": "open"})


@pytest.mark.slow
def test_list_filters_and_pages_live_in_the_address(client: Client) -> None:
    made = [cases.file_request() for _ in range(27)]
    east = cases.file_request(point=cases.EAST_POINT)
    first = client.get("/requests/", {"district": "1"})
    older = re.search(r'href="(\?[^"]*before=[^"]+)" rel="next"', first.content.decode())
    assert older is not None
    second = said(client.get("/requests/" + older[1].replace("&amp;", "&")))
    assert made[0].number in second
    assert east.number not in said(first) + second


def test_list_near_a_point_shows_what_is_there(client: Client) -> None:
    here, there = cases.file_request(), cases.file_request(point=cases.EAST_POINT)
    text = said(client.get("/requests/", {"near": f"{cases.WEST_POINT[0]},{cases.WEST_POINT[1]}"}))
    assert here.number in text
    assert there.number not in text


@pytest.mark.parametrize("query", ["near=x", "near=999,999", "before=nonsense", "district=%00", "service=<b>", "status=maybe", "page=-1"])
def test_list_with_a_strange_address_answers(client: Client, query: str) -> None:
    cases.file_request()
    assert client.get(f"/requests/?{query}").status_code in {200, 404}


def test_number_leads_to_its_request(client: Client) -> None:
    made = cases.file_request()
    assert client.get("/requests/", {"find": f" {made.number} "})["Location"] == f"/requests/{made.number}/"


@pytest.mark.parametrize("find", ["26-999999", "<b>", "private"])
def test_number_of_no_public_request_says_so(client: Client, find: str) -> None:
    wanted = cases.file_request("elder-abuse").number if find == "private" else find
    response = client.get("/requests/", {"find": wanted})
    assert "no public request with this number" in field_error(response, "find")


def confirmed(client: Client) -> str:
    """Press the button of the link in the newest message, forget the message, and give the page's text."""
    message = OutboxMessage.objects.latest("pk")
    link = re.search(r"/follow/confirm/[^/\s]+/", message.text)
    assert link is not None
    message.delete()
    return said(client.post(link[0]))


@pytest.mark.feature("F157")
def test_follower_of_a_request_is_told_of_its_steps_and_stops_by_the_link(client: Client, worker: Any) -> None:
    made = cases.file_request(email="")
    client.post(f"/requests/{made.number}/follow/", {"email": "f@example.org", "prefers": "email"})
    confirmed(client)
    actions.start(by=worker, request_id=made.pk)
    message = OutboxMessage.objects.get()
    stop = re.search(r"/follow/stop/[^/\s]+/", message.text)
    assert stop is not None

    assert "Stop these messages?" in said(client.get(stop[0]))
    actions.comment(by=worker, request_id=made.pk, text="Still told", public=True)
    assert OutboxMessage.objects.count() == 2

    assert "no more of these messages" in said(client.post(stop[0]))
    actions.comment(by=worker, request_id=made.pk, text="Not told", public=True)
    assert OutboxMessage.objects.count() == 2


def test_follower_never_learns_the_reporters_private_address(client: Client, worker: Any) -> None:
    made = cases.file_request(email="")
    client.post(f"/requests/{made.number}/follow/", {"email": "f@example.org"})
    confirmed(client)
    actions.start(by=worker, request_id=made.pk)
    message = OutboxMessage.objects.get()
    assert made.tracking_token not in message.text + message.reply_token
    assert "Work on a request you follow has started." in message.text
    assert "Your request" not in message.text


def test_follow_by_text_message_alone(client: Client) -> None:
    made = cases.file_request(email="")
    client.post(f"/requests/{made.number}/follow/", {"phone": "(816) 555-0100", "prefers": "sms"})
    assert OutboxMessage.objects.get().kind == "sms"
    confirmed(client)
    assert Subscription.objects.get().contact.phone == "+18165550100"


@pytest.mark.parametrize(("given", "words"), [({}, "Give an e-mail address"), ({"email": "not one"}, "not an e-mail address")])
def test_follow_without_an_address_says_so(client: Client, given: dict[str, str], words: str) -> None:
    made = cases.file_request(email="")
    response = client.post(f"/requests/{made.number}/follow/", given)
    assert response.status_code == 400
    assert words in field_error(response, "email")
    assert not Contact.objects.exists()


def test_follow_a_service_in_a_district_is_told_of_new_requests(client: Client) -> None:
    response = client.post("/follow/", {"service": "pothole", "district": "1", "email": "f@example.org"}, follow=True)
    assert "we have sent a link" in said(response)
    assert "You will be told." in confirmed(client)
    cases.file_request(email="", point=cases.EAST_POINT)
    assert not OutboxMessage.objects.exists()
    made = cases.file_request(email="")
    assert OutboxMessage.objects.get().about == made.number


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"email": "f@example.org"}, "service", "Choose a service, a district"),
        ({"service": "elder-abuse", "email": "f@example.org"}, "service", "Select a valid choice"),
        ({"service": "pothole"}, "email", "Give an e-mail address"),
    ],
)
def test_follow_that_cannot_be_says_why(client: Client, given: dict[str, str], field: str, words: str) -> None:
    response = client.post("/follow/", given)
    assert response.status_code == 400
    assert words in field_error(response, field)
    assert not Subscription.objects.exists()


def test_follow_is_not_told_of_anything_before_it_is_confirmed(client: Client, worker: Any) -> None:
    made = cases.file_request(email="")
    client.post(f"/requests/{made.number}/follow/", {"email": "f@example.org"})
    actions.start(by=worker, request_id=made.pk)
    message = OutboxMessage.objects.get()
    assert "/follow/confirm/" in message.text
    assert not Subscription.objects.exists()


def test_confirm_link_opened_by_a_mail_program_confirms_nothing(client: Client) -> None:
    client.post("/follow/", {"service": "pothole", "email": "f@example.org"})
    link = re.search(r"/follow/confirm/[^/\s]+/", OutboxMessage.objects.get().text)
    assert link is not None
    assert "Do you want to be told?" in said(client.get(link[0]))
    assert not Subscription.objects.exists()
    client.post(link[0])
    assert client.post(link[0]).status_code == 404
    assert Subscription.objects.count() == 1


def test_confirm_link_is_over_after_three_days(client: Client) -> None:
    client.post("/follow/", {"service": "pothole", "email": "f@example.org"})
    link = re.search(r"/follow/confirm/[^/\s]+/", OutboxMessage.objects.get().text)
    assert link is not None
    with clock.at(timezone.now() + timedelta(days=3, minutes=1)):
        response = client.post(link[0])
    assert response.status_code == 404
    assert "three days are over" in said(response)
    assert not Subscription.objects.exists()


def test_follow_says_the_same_to_whoever_follows_already_and_follows_once(client: Client) -> None:
    given = {"service": "pothole", "email": "f@example.org"}
    first = client.post("/follow/", given, follow=True)
    confirmed(client)
    again = client.post("/follow/", given, follow=True)
    assert said(first) == said(again)
    assert "You will be told." in confirmed(client)
    assert Subscription.objects.count() == 1
    assert Contact.objects.count() == 1


@pytest.mark.slow
def test_follow_writes_to_one_address_five_times_a_day_at_most(client: Client) -> None:
    pages = {said(client.post("/follow/", {"service": "pothole", "email": "F@example.org"}, follow=True)) for _ in range(7)}
    assert len(pages) == 1
    assert OutboxMessage.objects.count() == 5
    client.post("/follow/", {"service": "pothole", "email": "other@example.org"})
    assert OutboxMessage.objects.count() == 6


def test_stop_link_of_nobody_answers_as_any_other(client: Client) -> None:
    assert client.post("/follow/stop/nobody/").status_code == 200


def test_stop_page_says_what_ends_and_then_that_nothing_is_left(client: Client) -> None:
    client.post("/follow/", {"service": "pothole", "district": "1", "email": "f@example.org"})
    assert "tell this address of new requests (Pothole, District 1)." in OutboxMessage.objects.latest("pk").text
    confirmed(client)
    stop = f"/follow/stop/{Subscription.objects.get().token}/"

    assert "You are told of new requests (Pothole, District 1)." in said(client.get(stop))
    client.post(stop)

    text = said(client.get(stop))
    assert "There is nothing to stop" in text
    assert "Stop the messages" not in text


def test_confirm_link_used_twice_says_what_to_do(client: Client) -> None:
    client.post("/follow/", {"service": "pothole", "email": "f@example.org"})
    link = re.search(r"/follow/confirm/[^/\s]+/", OutboxMessage.objects.latest("pk").text)
    assert link is not None
    client.post(link[0])
    again = client.get(link[0])
    assert again.status_code == 404
    assert "This link does not work" in said(again)
    assert '<a class="usa-button" href="/follow/">Follow again</a>' in again.content.decode()
    assert again["Cache-Control"] == "private, no-store"


def entries(response: Any) -> list[str]:
    atom = "{http://www.w3.org/2005/Atom}"
    return [str(one.findtext(f"{atom}id")) for one in ElementTree.fromstring(response.content).iter(f"{atom}entry")]


def test_feed_has_public_requests_of_the_service_and_district(client: Client) -> None:
    wanted = cases.file_request()
    for service, point in (("pothole", cases.EAST_POINT), ("missed-trash", cases.WEST_POINT), ("elder-abuse", cases.WEST_POINT)):
        cases.file_request(service, point=point)
    response = client.get("/feeds/requests.atom", {"service": "pothole", "district": "1"})
    assert response["Content-Type"].startswith("application/atom+xml")
    assert entries(response) == [f"http://testserver/requests/{wanted.number}/"]
    assert len(entries(client.get("/feeds/requests.atom"))) == 3


def test_feed_never_says_where_a_hidden_request_is(client: Client) -> None:
    cases.file_request("missed-trash", address="77 Hidden Ln")
    assert b"Hidden" not in client.get("/feeds/requests.atom").content


@pytest.fixture
def photo() -> Photo:
    cases.file_request("missed-trash", pictures=[cases.photo()])
    return Photo.objects.get()


def test_public_photo_has_safe_headers(client: Client) -> None:
    cases.file_request(pictures=[cases.photo()])
    response = client.get(f"/photos/{Photo.objects.get().token}.jpg")
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"].startswith("public")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize("token", ["", "?r=wrong", "?r="])
def test_photo_that_is_not_public_is_not_found(client: Client, photo: Photo, token: str) -> None:
    assert client.get(f"/photos/{photo.token}.jpg{token}").status_code == 404


def test_photo_opens_by_the_private_link_of_its_own_request_only(client: Client, photo: Photo) -> None:
    other = cases.file_request("missed-trash")
    own = client.get(f"/photos/{photo.token}.jpg", {"r": photo.request.tracking_token})
    assert (own.status_code, own["Cache-Control"]) == (200, "private, no-store")
    assert "Access-Control-Allow-Origin" not in own
    assert client.get(f"/photos/{photo.token}.jpg", {"r": other.tracking_token}).status_code == 404


@pytest.mark.parametrize(
    ("roles", "department", "status"),
    [(("department_worker",), "Streets", 200), (("department_worker",), "Water", 404), (("executive",), None, 404)],
)
def test_photo_opens_for_the_staff_whose_request_it_is(
    client: Client, photo: Photo, roles: tuple[str, ...], department: str | None, status: int
) -> None:
    client.force_login(cases.make_user("s@city.example", *roles, department=department), django_settings.AUTHENTICATION_BACKENDS[1])
    assert client.get(f"/photos/{photo.token}.jpg").status_code == status


def test_photo_opens_for_the_crew_with_its_order(client: Client, photo: Photo, worker: Any) -> None:
    crew = cases.make_user("crew@city.example", "crew", department="Streets", team="North")
    actions.assign(by=worker, request_id=photo.request_id, team="North")
    client.force_login(crew, django_settings.AUTHENTICATION_BACKENDS[1])
    assert client.get(f"/photos/{photo.token}.jpg").status_code == 200


def test_removed_photo_is_gone_for_everyone(client: Client, photo: Photo) -> None:
    boss = cases.make_user("boss@city.example", "supervisor", department="")
    actions.redact(by=boss, request_id=photo.request_id, what="photo", why="A face", photo_id=photo.pk)
    token = ServiceRequest.objects.get(pk=photo.request_id).tracking_token
    assert client.get(f"/photos/{photo.token}.jpg", {"r": token}).status_code == 404


def test_menu_leads_to_report_and_requests(client: Client) -> None:
    text = client.get("/report/").content.decode()
    assert 'href="/report/" aria-current="page"' in text
    assert 'href="/requests/"' in text


def test_number_or_link_of_no_request_is_said_in_the_language_of_the_page(client: Client) -> None:
    client.cookies["django_language"] = "es"
    assert "No hay ninguna solicitud «26-999999»." in client.get("/requests/26-999999/").content.decode()
    assert "Este enlace no lleva a ninguna solicitud" in client.get("/r/cut-off/").content.decode()


@pytest.mark.parametrize("path", ["/follow/", "/requests/{number}/"])
def test_follow_form_says_that_one_way_is_enough(client: Client, path: str) -> None:
    made = cases.file_request()
    shown = said(client.get(path.format(number=made.number)))
    assert "one of the two is enough" in shown
    assert "How should we tell you?" in shown
