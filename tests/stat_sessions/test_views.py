"""Pages of released packets."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from citystat.core.cities import current_city
from citystat.people.models import RoleGrant, User
from citystat.stat_sessions import actions
from citystat.stat_sessions.models import Packet
from tests.stat_sessions.conftest import june
from tests.web.embedded import check_embedding

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(small_city: Any) -> Packet:
    return actions.release(packet=june("public"), by=None)


@pytest.fixture
def staff_only(small_city: Any) -> Packet:
    return actions.release(packet=june("staff"), by=None)


def signed_in(client: Client) -> Client:
    user = User.objects.create_user(email="executive@city.example", password="a long enough password")
    RoleGrant.objects.create(user=user, role="executive")
    client.force_login(user)
    return client


def test_packet_list_shows_public_ones_to_everyone(client: Client, public: Packet, staff_only: Packet) -> None:
    text = client.get("/packets/").content.decode()

    assert f"/packets/{public.pk}/" in text
    assert f"/packets/{staff_only.pk}/" not in text


def test_packet_list_shows_staff_ones_to_staff(client: Client, staff_only: Packet) -> None:
    assert f"/packets/{staff_only.pk}/" in signed_in(client).get("/packets/").content.decode()


@pytest.mark.feature("F101")
def test_packet_page_shows_the_leaders_one_page(client: Client, public: Packet) -> None:
    response = client.get(f"/packets/{public.pk}/")

    assert response.status_code == 200
    text = response.content.decode()
    for said in (
        "The month on one page",
        "Requests opened",
        "Closed on time",
        "Open backlog",
        "Share of requests closed by their due date.",
    ):
        assert said in text
    assert "style=" not in text.split("<main", 1)[1]


@pytest.mark.slow
def test_packet_page_may_be_framed(client: Client, public: Packet) -> None:
    assert "The month on one page" in check_embedding(client, f"/packets/{public.pk}/")


def test_packet_page_of_a_staff_version_is_not_framed_for_the_staff_either(client: Client, staff_only: Packet) -> None:
    answer = signed_in(client).get(f"/packets/{staff_only.pk}/?embed=1")

    assert answer.status_code in {403, 404}
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "?embed=1" not in client.get(f"/packets/{staff_only.pk}/").content.decode()


def test_packet_page_of_a_staff_version_is_closed_is_closed_to_the_public(client: Client, staff_only: Packet) -> None:
    for path in ("", "packet.pdf", "packet.json", "packet.html", "changes/"):
        assert client.get(f"/packets/{staff_only.pk}/{path}").status_code == 403


@pytest.mark.parametrize(("form", "kind"), [("pdf", "application/pdf"), ("html", "text/html"), ("json", "application/json")])
def test_packet_file_is_the_frozen_one(client: Client, public: Packet, form: str, kind: str) -> None:
    response = client.get(f"/packets/{public.pk}/packet.{form}")

    assert response["Content-Type"].startswith(kind)
    assert response.content == (actions.folder_of(public) / f"packet.{form}").read_bytes()
    assert "311-2017-06" in response["Content-Disposition"]


def test_packet_file_unknown_form_is_not_found(client: Client, public: Packet) -> None:
    assert client.get(f"/packets/{public.pk}/packet.exe").status_code == 404


def test_packet_changes_says_there_is_no_later_edition(client: Client, public: Packet) -> None:
    assert "There is no later edition." in client.get(f"/packets/{public.pk}/changes/").content.decode()


def test_packet_changes_is_in_the_language_of_the_reader(client: Client, public: Packet) -> None:
    alone = client.get(f"/packets/{public.pk}/changes/", headers={"accept-language": "es"}).content.decode()
    actions.release(packet=june("public", "es"), by=None)
    for language in ("en", "es"):
        one = june("public", language)
        later = replace(one, channels=one.channels[1:], headlines=one.headlines[1:])
        actions.release(packet=later, by=None, reason="Ten requests came in late.")
    page = client.get(f"/packets/{public.pk}/changes/", headers={"accept-language": "es"}).content.decode()

    assert f"{current_city().name}, June 2017" in alone
    assert f"{current_city().name}, junio de 2017" in page
    assert "Solicitudes abiertas" in page
    assert "Requests opened" not in page


def test_packet_page_unknown_is_not_found(client: Client) -> None:
    assert client.get("/packets/999/").status_code == 404
