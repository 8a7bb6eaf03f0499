"""The page of an address for staff: everything at one address, each from its source."""

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
from tests.factories import cases
from tests.places import lists

pytestmark = pytest.mark.django_db
INSPECTIONS = "INSPECTION_ID,INSPECTION_TYPE,RESULT,ADDRESS,DATE\nI-7,Boiler,Passed,1201 N Acorn St,2026-04-02\n"
ORDERS = "WO_NUMBER,DESCRIPTION,STATUS,ADDRESS,OPENED\nW-9,Replace hydrant,Planned,1201 N ACORN STREET,2026-04-20\n"


@pytest.fixture
def home(city_home: Any, tmp_path: Path) -> Address:
    """One address with requests of three kinds, a permit, an inspection and a work order of another system."""
    cases.make_districts()
    cases.make_service()
    cases.make_service("Elder abuse", "ELD", department="Care", form={"visibility": "private"})
    lists.load_addresses(tmp_path)
    lists.load_permits(tmp_path)
    for kind, content, source in (("inspection", INSPECTIONS, "Fire inspectors"), ("work_order", ORDERS, "Water works")):
        lists.load_permits(tmp_path, content, kind=kind, source=source, public=False)
    return Address.objects.get(external_id="A1")


def file(service: str = "pothole", address: str = "1201 acorn street") -> ServiceRequest:
    report = Report(service=service, address=address, description="My private words", reporter=Details(name="Ana Ruiz"))
    return actions.file_request(by=None, report=report, channel="phone")


def signed_in(client: Client, *roles: str, department: str | None = None) -> Any:
    user = cases.make_user(f"{roles[0]}@x.example", *roles, department=department)
    client.force_login(user)
    return user


def sections(response: Any) -> dict[str, Any]:
    return {section.title: section for section in response.context["sections"]}


@pytest.mark.slow
@pytest.mark.feature("F152")
def test_address_shows_open_cases_permits_and_work_orders_each_from_its_source(client: Client, home: Address) -> None:
    boss = signed_in(client, "supervisor", department="")
    opened, ended = file(), file()
    actions.assign(by=boss, request_id=opened.pk, team="Streets east")
    actions.close(by=boss, request_id=ended.pk, resolution="work_done", note="Filled.")
    response = client.get(f"/addresses/{home.pk}/")
    found = {title: ([line.number for line in one.lines], one.source) for title, one in sections(response).items()}
    assert found["Open requests"] == ([opened.number], "Action center, now")
    assert found["Closed requests"] == ([ended.number], "Action center, now")
    assert len(found["Work orders"][0]) == 1
    assert found["Permits"] == (["P-1"], "City permit office, as of May 1, 2026")
    assert found["Inspections"] == (["I-7"], "Fire inspectors, as of May 1, 2026")
    assert found["Work orders of other systems"] == (["W-9"], "Water works, as of May 1, 2026")
    text = response.content.decode()
    assert all(
        source in text for source in ("City permit office, as of May 1, 2026", "Water works, as of May 1, 2026", "City address file")
    )
    assert f'href="/queue/{opened.number}/"' in text


def test_address_never_names_who_reported(client: Client, home: Address) -> None:
    signed_in(client, "supervisor", department="")
    file()
    text = client.get(f"/addresses/{home.pk}/").content.decode()
    assert "Ana Ruiz" not in text
    assert "My private words" not in text


@pytest.mark.parametrize(("role", "department", "shown"), [("council_office", None, 0), ("department_worker", "Streets", 0),
                                                           ("department_worker", "Care", 1), ("call_taker", None, 1)])  # fmt: skip
def test_address_shows_sensitive_requests_to_those_who_work_on_them(
    client: Client, home: Address, role: str, department: str | None, shown: int
) -> None:
    signed_in(client, role, department=department)
    file("elder-abuse")
    assert len(sections(client.get(f"/addresses/{home.pk}/"))["Open requests"].lines) == shown


def test_address_says_when_a_list_has_nothing(client: Client, home: Address) -> None:
    signed_in(client, "council_office")
    response = client.get(f"/addresses/{Address.objects.get(external_id='A2').pk}/")
    assert "The list has nothing at this address." in response.content.decode()


def test_address_that_is_not_there_is_not_found(client: Client, home: Address) -> None:
    signed_in(client, "council_office")
    assert client.get("/addresses/999999/").status_code == 404


@pytest.mark.slow
def test_address_costs_few_statements(client: Client, home: Address, django_assert_max_num_queries: Any, settings: Any) -> None:
    signed_in(client, "supervisor", department="")
    for _count in range(6):
        file()
    client.get(f"/addresses/{home.pk}/")
    with django_assert_max_num_queries(24):
        client.get(f"/addresses/{home.pk}/")


def test_find_opens_an_address_that_can_mean_no_other(client: Client, home: Address) -> None:
    signed_in(client, "council_office")
    assert client.get("/addresses/", {"q": "1201 acorn"}).headers["Location"] == f"/addresses/{home.pk}/"


def test_find_lists_what_fits(client: Client, home: Address) -> None:
    signed_in(client, "council_office")
    text = client.get("/addresses/", {"q": "12 Elder"}).content.decode()
    assert len(re.findall(r'href="/addresses/\d+/"', text)) == 2


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "🏚🏚🏚", "' OR 1=1 --", "\x00", "a" * 5000])
def test_find_takes_any_text(client: Client, home: Address, text: str) -> None:
    signed_in(client, "council_office")
    response = client.get("/addresses/", {"q": text})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_find_without_addresses_says_what_to_do(client: Client, city_home: Any) -> None:
    signed_in(client, "council_office")
    assert "citystat load addresses" in client.get("/addresses/").content.decode()


@pytest.mark.usefixtures("home")
def test_find_is_for_staff(client: Client) -> None:
    assert client.get("/addresses/").status_code == 302
    signed_in(client, "community_group")
    assert client.get("/addresses/").status_code == 403
