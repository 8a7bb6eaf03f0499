"""A character no PostgreSQL text may hold is answered as a mistake or as nothing found, never as a fault of ours."""

import pytest
from django.db import DataError
from django.test import Client, RequestFactory

from citystat.open311 import actions
from citystat.service_requests.cases import actions as service_actions
from citystat.web.errors import UserErrorMiddleware
from tests.factories import cases

pytestmark = pytest.mark.django_db
ADDRESSES = (
    "/r/%00abc/",
    "/photos/a%00b.jpg",
    "/requests/?service=%00&district=%00&before=%00",
    "/requests/26-000001%00/",
    "/report/%00/",
    "/report/?q=%00hole",
    "/answers/?q=%00",
    "/open311/v2/requests.json?service_code=%00&q=a%00b&service_request_id=%00",
    "/open311/v2/tokens/%00.json",
)


@pytest.fixture(autouse=True)
def city() -> None:
    cases.make_districts()
    cases.make_service()


@pytest.mark.parametrize("address", ADDRESSES)
def test_nul_in_an_address_is_no_fault(client: Client, address: str) -> None:
    assert client.get(address).status_code in {200, 302, 400, 404}


def test_nul_in_a_posted_request_is_left_out(client: Client) -> None:
    key = actions.add_key(by=None, name="App")
    form = {"api_key": key, "service_code": "POT", "address_string": "1\x002 Main St", "description": "a\x00b", "first_name": "\x00"}

    answer = client.post("/open311/v2/requests.json", form)

    assert answer.status_code == 201


def test_middleware_answers_text_the_database_refuses_and_no_other_error() -> None:
    middleware, request = UserErrorMiddleware(lambda request: None), RequestFactory().get("/x/", headers={"accept": "application/json"})

    refused = middleware.process_exception(request, DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"))

    assert refused is not None
    assert refused.status_code == 400
    assert middleware.process_exception(request, DataError("integer out of range")) is None


def test_report_shows_letters_in_the_order_they_stand_and_keeps_lines_accents_and_emoji(client: Client) -> None:
    made = cases.file_request(description="Wall \u202etxt.exe\u202c \x07¿qué?\nHere 🎨", point=None, address="12 Main\u2066 St 🏠")
    assert made.description == "Wall txt.exe ¿qué?\nHere 🎨"
    assert made.address == "12 Main St 🏠"
    replied = service_actions.add_reply(request_id=made.pk, text="\u202eolleh", channel="web")
    assert replied.events.latest("pk").text == "olleh"
