"""Somebody of the demo city answers residents who ask for their data."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from citystat.core.access import has_right
from citystat.core.models import AuditEvent
from citystat.ops.demo import live
from citystat.people.models import RoleGrant, User
from citystat.service_requests.cases import person_requests
from tests.factories import cases

pytestmark = pytest.mark.django_db
OFFICER = "officer@calderbend.example"


def signed_in(email: str) -> Client:
    people = live.make_people()
    client = Client()
    client.force_login(people[email], backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def test_demo_city_has_one_person_beside_its_administrator_who_answers_privacy_requests(city_home: Path) -> None:
    live.make_people()
    assert [one.email for one in User.objects.all() if has_right(one, "answer_privacy")] == [OFFICER]


def test_officer_of_the_demo_city_gives_out_and_deletes_what_it_holds_of_a_resident(city_home: Path) -> None:
    cases.make_districts()
    cases.make_service()
    cases.file_request(email="ana@resident.example")
    client = signed_in(OFFICER)
    asked = {"email": "ana@resident.example", "phone": "", "why": "Letter of November 20"}

    copy = client.post("/privacy/person/", asked | {"act": "export"})
    told = json.loads(zipfile.ZipFile(io.BytesIO(copy.content)).read("data.json"))
    assert [one["email"] for one in told["contact_data"]] == ["ana@resident.example"]
    gone = client.post("/privacy/person/", asked | {"act": "delete", "sure": "on"}, follow=True)

    assert "The data are deleted." in gone.content.decode()
    ana = person_requests.person(email="ana@resident.example")
    assert person_requests.preview(by=User.objects.get(email=OFFICER), person=ana)["contacts"] == 0
    assert AuditEvent.objects.get(action="delete personal data").by == User.objects.get(email=OFFICER)


def test_without_the_role_the_privacy_page_is_refused(city_home: Path) -> None:
    client = signed_in(OFFICER)
    assert client.get("/privacy/").status_code == 200
    RoleGrant.objects.filter(role="data_officer").delete()
    assert client.get("/privacy/").status_code == 403
