"""The privacy page: look, give out, delete, hold."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from citystat.core.models import AuditEvent
from citystat.service_requests.models import Contact, RemovalHold
from tests.factories import cases

pytestmark = pytest.mark.django_db
ANA = {"email": "ana@example.org", "why": "letter of May 3"}


@pytest.fixture
def officer(client: Client, city_home: Any) -> Client:
    cases.make_districts()
    cases.make_service()
    client.force_login(cases.make_user("privacy@city.example", "data_officer"))
    return client


def test_look_counts_and_is_logged(officer: Client) -> None:
    cases.file_request()
    page = officer.post("/privacy/person/", ANA | {"act": "look"}).content.decode()
    assert "Requests that will not say who made them" in page
    assert "Ana Ruiz" not in page
    assert AuditEvent.objects.get(action="look up person").details["contacts"] == 1


def test_export_gives_the_archive(officer: Client) -> None:
    made = cases.file_request()
    response = officer.post("/privacy/person/", ANA | {"act": "export"})
    assert made.number in zipfile.ZipFile(io.BytesIO(response.content)).read("data.json").decode()
    assert "no-store" in response["Cache-Control"]


def test_delete_asks_to_be_sure(officer: Client) -> None:
    cases.file_request()
    refused = officer.post("/privacy/person/", ANA | {"act": "delete"})
    assert refused.status_code == 400
    assert "it cannot be undone" in refused.content.decode()
    assert 'name="sure"' in refused.content.decode()
    assert "letter of May 3" in refused.content.decode()
    assert Contact.objects.get().email
    assert officer.post("/privacy/person/", ANA | {"act": "delete", "sure": "yes"})["Location"] == "/privacy/"
    assert Contact.objects.get().email == ""


def test_person_needs_an_address_and_a_reason(officer: Client) -> None:
    assert officer.post("/privacy/person/", {"email": "ana@example.org"}).status_code == 400
    page = officer.post("/privacy/person/", {"why": "letter"})
    assert page.status_code == 400
    assert "one of the two" in page.content.decode()


@pytest.mark.slow
def test_hold_is_placed_shown_and_ended(officer: Client) -> None:
    made = cases.file_request()
    officer.post("/privacy/hold/", {"number": made.number, "reason": "Claim 12"})
    assert "Claim 12" in officer.get("/privacy/").content.decode()
    again = officer.post("/privacy/hold/", {"number": made.number, "reason": "Claim 13"})
    assert again.status_code == 400
    assert "on hold from removal already" in again.content.decode()
    assert officer.post("/privacy/hold/", {"number": "26-999999", "reason": "x"}).status_code == 400
    officer.post(f"/privacy/hold/{made.number}/end/")
    assert RemovalHold.objects.get().ended_at is not None
    assert "No request is on hold." in officer.get("/privacy/").content.decode()


@pytest.mark.slow
def test_case_page_says_what_was_removed_and_why(officer: Client) -> None:
    made = cases.file_request()
    officer.post("/privacy/person/", ANA | {"act": "delete", "sure": "yes", "words": "on"})
    officer.force_login(cases.make_user("worker@city.example", "department_worker", department=""))
    page = officer.get(f"/queue/{made.number}/").content.decode()
    assert "Contact data were removed" in page
    assert "The contact data were removed." in page
    assert "Show contact" not in page
    assert "the person asked" in page
    assert "A deep hole" not in page


def test_officer_reads_who_looked_and_why_and_never_at_whom(officer: Client) -> None:
    cases.file_request()
    officer.post("/privacy/person/", ANA | {"act": "look"})
    page = officer.get("/privacy/")
    (row,) = page.context["looks"].rows
    assert row[1:] == ("privacy@city.example", "Looked up a person", "letter of May 3")
    assert page.context["lookers"] == "privacy@city.example 1"
    assert "ana@example.org" not in page.content.decode()
