"""The pages about people."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from citystat.people.models import User, WorkScope
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> User:
    user = User.objects.create_superuser("ana@example.org", "stones warm river lamp")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
    return user


def test_people_lists_everyone_with_few_queries(client: Client, administrator: User, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        User.objects.create_user(f"person-{number}@example.org")
    with django_assert_max_num_queries(8):
        page = client.get("/people/").content.decode()
    assert "person-4@example.org" in page
    assert "Administrator" in page


def test_invite_shows_the_link_once_and_is_not_kept(client: Client, administrator: User) -> None:
    response = client.post("/people/invite/", {"email": "bo@example.org", "name": "Bo", "roles": ["analyst"]})
    assert "http://testserver/set-password/" in response.content.decode()
    assert response["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_invite_twice_keeps_the_form_with_a_sentence(client: Client, administrator: User) -> None:
    page = client.post("/people/invite/", {"email": "ana@example.org"}).content.decode()
    assert "already has an account" in page
    assert 'value="ana@example.org"' in page


def test_person_role_can_be_given_and_taken(client: Client, administrator: User) -> None:
    person = User.objects.create_user("bo@example.org")
    client.post(f"/people/{person.pk}/role/", {"role": "analyst", "do": "grant"})
    assert User.objects.get(pk=person.pk).role_names() == {"analyst"}
    client.post(f"/people/{person.pk}/role/", {"role": "analyst", "do": "revoke"})
    assert User.objects.get(pk=person.pk).role_names() == frozenset()


def test_taking_the_last_administrator_gives_a_page_with_the_sentence(client: Client, administrator: User) -> None:
    response = client.post(f"/people/{administrator.pk}/role/", {"role": "administrator", "do": "revoke"})
    assert response.status_code == 400
    assert "only administrator" in response.content.decode()


def test_person_who_does_not_exist_is_404(client: Client, administrator: User) -> None:
    assert client.get("/people/999999/").status_code == 404


def test_person_queue_can_be_given_and_taken(client: Client, administrator: User) -> None:
    person = User.objects.create_user("bo@example.org")
    client.post(f"/people/{person.pk}/queue/", {"department": "Streets", "district": "3", "team": "East"})
    scope = WorkScope.objects.get(user=person)
    assert (scope.department, scope.district, scope.team) == ("Streets", "3", "East")
    assert "Streets" in client.get(f"/people/{person.pk}/").content.decode()
    client.post(f"/people/{person.pk}/queue/{scope.pk}/remove/")
    assert not WorkScope.objects.exists()


def test_person_queue_is_chosen_from_what_the_city_has_and_a_department_without_services_is_told(
    client: Client, administrator: User
) -> None:
    cases.make_districts()
    cases.make_service(department="Streets")
    person = User.objects.create_user("bo@example.org")
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert '<option value="Streets">' in page
    assert '<option value="2">' in page
    client.post(f"/people/{person.pk}/queue/", {"department": "Streets", "district": "2"})
    assert "no request comes into this queue" not in client.get(f"/people/{person.pk}/").content.decode()
    client.post(f"/people/{person.pk}/queue/", {"department": "Streats"})
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert "No service belongs to Streats: no request comes into this queue." in page
    assert client.post(f"/people/{person.pk}/queue/", {"district": "9"}).status_code == 200
    assert not WorkScope.objects.filter(district="9").exists()


def test_person_queue_under_oneself_keeps_the_form_with_a_sentence(client: Client, administrator: User) -> None:
    page = client.post(f"/people/{administrator.pk}/queue/", {"department": "Parks", "reports_to": administrator.pk}).content.decode()
    assert "Nobody reports to themselves." in page
    assert 'value="Parks"' in page
