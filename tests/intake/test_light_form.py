"""The report pages of an emergency: few kilobytes, few statements, the chosen services only."""

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from citystat.service_requests import calendars
from citystat.service_requests.cases import emergency
from citystat.service_requests.models import ServiceRequest
from tests.factories import cases
from tests.intake.conftest import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]
MOST_BYTES = 30_000


@pytest.fixture
def storm() -> None:
    cases.make_service("Tree Down", "TREE", form={"priority": 1, "questions": [cases.SIZE_QUESTION]})
    emergency.switch_on(by=None, reason="Tornado", services=["tree-down"], texts={"en": "Tornado damage.", "es": "Daños por tornado."})


def weight(client: Client, address: str) -> int:
    """Bytes of a page with everything it loads."""
    text = client.get(address).content.decode()
    files = re.findall(r'(?:href|src)="/?static/([^"]+\.(?:css|js|mjs|png|svg|jpg))"', text)
    assert files == ["intake/light.css"]
    return len(text.encode()) + sum(len(open(str(finders.find(name)), "rb").read()) for name in files)


@pytest.mark.usefixtures("storm")
@pytest.mark.parametrize("address", ["/report/", "/report/tree-down/"])
def test_light_pages_weigh_less_than_thirty_kilobytes_with_all_they_load(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    assert 'rel="stylesheet"' in text
    assert not re.search(r"<(script|img|svg)|type=.file", text)
    assert 1_000 < weight(client, address) < MOST_BYTES


def test_ordinary_form_is_heavier_than_the_light_one(client: Client) -> None:
    assert "<script" in client.get("/report/pothole/").content.decode()


@pytest.mark.usefixtures("storm")
def test_light_pages_take_no_statement(client: Client, django_assert_num_queries: Any, settings: Any) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    client.get("/report/tree-down/")
    with django_assert_num_queries(0):
        assert client.get("/report/").status_code == 200
        assert client.get("/report/tree-down/").status_code == 200


@pytest.mark.usefixtures("storm")
def test_sending_the_light_form_files_a_request_in_few_statements(
    client: Client, django_assert_max_num_queries: Any, settings: Any
) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    client.get("/report/tree-down/")
    # The holidays of a century are worked out once a process.
    calendars.business_calendar()
    with django_assert_max_num_queries(8):
        response = client.post("/report/tree-down/", {"address": "12 Main St", "description": "On a car", "email": "ana@example.org"})
    made = ServiceRequest.objects.get()
    assert response["Location"] == f"/r/{made.tracking_token}/done/"
    assert (made.service_slug, made.address, made.needs_review) == ("tree-down", "12 Main St", True)
    done = client.get(response["Location"])
    assert made.number in said(done)
    assert "web/layout" not in done.content.decode()


@pytest.mark.usefixtures("storm")
def test_services_not_chosen_wait_and_the_page_says_so(client: Client) -> None:
    assert "Pothole" not in said(client.get("/report/"))
    page = client.post("/report/pothole/", {"address": "12 Main St"})
    assert "cannot be reported here while the emergency lasts" in said(page)
    assert not ServiceRequest.objects.exists()


@pytest.mark.usefixtures("storm")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"address": ""}, "Fill this in"),
        ({"address": "!!!"}, "nearest corner"),
        ({"email": "nobody"}, "e-mail"),
        ({"phone": "12"}, "number"),
    ],
)
def test_light_form_keeps_what_was_typed_and_says_what_is_wrong(client: Client, changes: dict[str, str], words: str) -> None:
    page = client.post("/report/tree-down/", {"address": "12 Main St", "description": "On a <car>"} | changes)
    assert page.status_code == 400
    assert words in said(page)
    assert "On a &lt;car&gt;</textarea>" in page.content.decode()
    assert not ServiceRequest.objects.exists()


@pytest.mark.usefixtures("storm")
def test_light_page_speaks_spanish(client: Client) -> None:
    page = client.get("/report/", headers={"accept-language": "es"})
    assert "Daños por tornado." in said(page)
    assert 'lang="es"' in page.content.decode()


@pytest.mark.usefixtures("storm")
def test_same_light_form_sent_twice_is_one_request(client: Client) -> None:
    sent = {"address": "12 Main St", "once": "abcdefghijklmnop"}
    assert client.post("/report/tree-down/", sent)["Location"] == client.post("/report/tree-down/", sent)["Location"]
    assert ServiceRequest.objects.count() == 1


@pytest.mark.usefixtures("storm")
def test_switching_off_brings_the_ordinary_pages_back(client: Client) -> None:
    emergency.switch_off(by=None, reason="Over")
    assert "What can we fix?" in said(client.get("/report/"))
