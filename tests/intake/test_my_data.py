"""A resident gets or deletes their data by a link to their own address."""

import io
import re
import zipfile
from typing import Any

import pytest
from django.test import Client

from citystat.core import vault
from citystat.core.models import OutboxMessage
from citystat.service_requests.models import Contact, ServiceRequest
from tests.factories import cases
from tests.intake.conftest import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def link() -> str:
    """The link of the newest message."""
    found = re.search(r"/my-data/(?:get|delete)/[^/\s]+/", OutboxMessage.objects.latest("pk").text)
    assert found is not None
    return found[0]


def test_tracking_page_leads_to_the_reporters_own_copy(client: Client) -> None:
    made = cases.file_request(pictures=[cases.photo()])
    assert f"/my-data/?r={made.tracking_token}" in client.get(f"/r/{made.tracking_token}/").content.decode()

    asked = client.post(f"/my-data/?r={made.tracking_token}", {"act": "get"})
    assert "a link is on its way" in said(asked)
    assert "ana@example.org" not in said(asked)
    assert vault.decrypt(OutboxMessage.objects.latest("pk").to_sealed) == "ana@example.org"

    assert "Your copy is ready" in said(client.get(link()))
    given = client.post(link())
    assert given["Content-Type"] == "application/zip"
    assert made.number in zipfile.ZipFile(io.BytesIO(given.content)).read("data.json").decode()
    again = client.post(link())
    assert again.status_code == 404
    assert "used already" in said(again)
    assert '<a class="usa-button" href="/my-data/">Ask for a new link</a>' in again.content.decode()


@pytest.mark.slow
def test_link_opened_by_a_mail_program_deletes_nothing_and_the_button_does(client: Client) -> None:
    made = cases.file_request()
    client.post(f"/my-data/?r={made.tracking_token}", {"act": "delete"})
    address = link()
    assert "Delete your data?" in said(client.get(address))
    assert Contact.objects.get().email == "ana@example.org"
    assert "Your data are deleted" in said(client.post(address, {"words": "yes"}))
    assert Contact.objects.get().email == ""
    assert ServiceRequest.objects.get().description == ""
    assert client.get(f"/r/{made.tracking_token}/").status_code == 200


def test_page_says_the_same_of_known_and_unknown_addresses(client: Client) -> None:
    cases.file_request()
    before = OutboxMessage.objects.count()
    known = client.post("/my-data/", {"act": "get", "email": "Ana@example.org"})
    unknown = client.post("/my-data/", {"act": "get", "email": "nobody@example.org"})
    assert said(known) == said(unknown)
    assert OutboxMessage.objects.count() == before + 1


def test_anonymous_report_has_nobody_to_write_to(client: Client) -> None:
    made = cases.file_request(email="")
    response = client.post(f"/my-data/?r={made.tracking_token}", {"act": "delete"})
    assert response.status_code == 200
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [({"act": "get"}, "one of the two"), ({"act": "get", "email": "nothing"}, "not an e-mail"), ({"email": "a@b.example"}, "Choose one.")],
)
def test_form_that_cannot_be_says_why_and_keeps_what_was_typed(client: Client, given: dict[str, str], words: str) -> None:
    response = client.post("/my-data/", given)
    assert response.status_code == 400
    assert words in said(response)
    assert given.get("email", "") in response.content.decode()


def test_many_tries_from_one_network_are_stopped(client: Client, settings: Any) -> None:
    settings.CITYSTAT_FORMS_PER_ADDRESS = 2
    statuses = [client.post("/my-data/", {"act": "get", "email": "a@b.example"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 400]
