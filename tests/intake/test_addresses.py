"""The page of an address for everyone: public things only."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from citystat.places.models import Address
from citystat.service_requests.cases import actions
from citystat.service_requests.cases.actions import Report
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import ServiceRequest
from tests.intake.conftest import said
from tests.places import lists

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]
ORDERS = "WO_NUMBER,DESCRIPTION,STATUS,ADDRESS,OPENED\nW-9,Replace hydrant,Planned,1201 N ACORN STREET,2026-04-20\n"


@pytest.fixture
def home(town: None, tmp_path: Path) -> Address:
    lists.load_addresses(tmp_path)
    lists.load_permits(tmp_path)
    lists.load_permits(tmp_path, ORDERS, kind="work_order", source="Water works", public=False)
    return Address.objects.get(external_id="A1")


def file(service: str = "pothole") -> ServiceRequest:
    details = Details(name="Ana Ruiz", email="ana@example.org")
    report = Report(service=service, address="1201 acorn street", description="My own words", reporter=details)
    return actions.file_request(by=None, report=report, channel="phone")


def test_address_shows_public_requests_and_published_lists_with_their_sources(client: Client, home: Address) -> None:
    made = file()
    response = client.get(f"/address/{home.pk}/")
    text = said(response)
    assert made.number in text
    assert "New roof P-1 · Issued" in text
    assert "Source: City permit office, as of May 1, 2026" in text
    assert response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("service", ["missed-trash", "elder-abuse"])
def test_address_never_shows_sensitive_services(client: Client, home: Address, service: str) -> None:
    made = file(service)
    assert made.longitude is not None
    text = client.get(f"/address/{home.pk}/").content.decode()
    assert made.number not in text
    assert made.service.name not in text


def test_address_shows_no_person_no_words_and_no_internal_list(client: Client, home: Address) -> None:
    file()
    text = client.get(f"/address/{home.pk}/").content.decode()
    assert not [word for word in ("Ana Ruiz", "ana@example.org", "My own words", "W-9", "Water works", "javascript:") if word in text]


def test_address_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/address/77777/").status_code == 404


def test_find_opens_what_is_clear_and_lists_what_is_not(client: Client, home: Address) -> None:
    assert client.get("/address/", {"q": "1201 north acorn st"}).headers["Location"] == f"/address/{home.pk}/"
    text = client.get("/address/", {"q": "12 Elder"}).content.decode()
    assert len(re.findall(r'href="/address/\d+/"', text)) == 2


def test_find_leaves_out_what_is_outside_the_city(client: Client, home: Address) -> None:
    assert "No address in the city is like" in said(client.get("/address/", {"q": "900 Far Rd"}))


@pytest.mark.usefixtures("home")
def test_find_costs_few_statements(client: Client, django_assert_max_num_queries: Any, settings: Any) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    client.get("/address/", {"q": "12 Elder"})
    with django_assert_max_num_queries(5):
        client.get("/address/", {"q": "12 Elder"})
