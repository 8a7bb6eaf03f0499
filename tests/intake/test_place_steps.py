"""An address without a pin: found, chosen, or kept as it was typed."""

from pathlib import Path

import pytest
from django.test import Client

from citystat.service_requests.models import ServiceRequest
from tests.factories import cases
from tests.intake.conftest import at, field_error, picture, said, send
from tests.places import lists

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


@pytest.fixture(autouse=True)
def own_lists(town: None, tmp_path: Path) -> None:
    lists.load_addresses(tmp_path)
    lists.load_names(tmp_path)


def test_sending_a_clear_address_needs_no_choice_and_has_its_point(client: Client) -> None:
    assert send(client, address="1201 acorn street").status_code == 302
    made = ServiceRequest.objects.get()
    assert (made.longitude, made.latitude, made.district, made.address) == (-94.59, 39.05, "1", "1201 acorn street")


def test_sending_a_clear_address_finds_open_reports_nearby(client: Client) -> None:
    send(client, **at((-94.59, 39.05)))
    assert "Is it one of these?" in said(send(client, address="1201 Acorn St"))


def test_sending_an_unclear_address_shows_what_fits_and_keeps_everything(client: Client) -> None:
    response = send(client, address="12 Elder", email="ana@example.org", photos=[picture()])
    text = response.content.decode()
    assert "Which place do you mean?" in text
    assert "12 Elder Ave" in text
    assert "12 Elder Ct" in text
    assert "District 2" in text
    assert 'name="email" value="ana@example.org"' in text
    assert 'name="kept"' in text
    assert not ServiceRequest.objects.exists()


def test_choosing_a_place_sends_the_report_with_its_point(client: Client) -> None:
    page = send(client, address="12 Elder")
    ref = next(one["ref"] for one in page.context["matches"] if one["label"] == "12 Elder Ct")
    assert send(client, address="12 Elder", place=ref).status_code == 302
    made = ServiceRequest.objects.get()
    assert (made.address, made.longitude, made.latitude) == ("12 Elder Ct", -94.54, 39.06)


def test_choosing_none_sends_what_was_typed_with_a_kind_word(client: Client) -> None:
    response = client.get(send(client, address="12 Elder", place="typed").url)
    assert "is not in the city's list of addresses" in said(response).replace("&#x27;", "'")
    made = ServiceRequest.objects.get()
    assert (made.address, made.longitude) == ("12 Elder", None)


def test_an_address_like_nothing_known_is_sent_as_typed_at_once(client: Client) -> None:
    assert send(client, address="Behind the old quarry 🏚").status_code == 302
    assert ServiceRequest.objects.get().address == "Behind the old quarry 🏚"


def test_an_address_outside_the_city_is_refused_kindly(client: Client) -> None:
    response = send(client, address="900 Far Rd")
    assert response.status_code == 400
    assert "outside" in field_error(response, "address")
    assert not ServiceRequest.objects.exists()


def test_a_pin_wins_over_the_address(client: Client) -> None:
    send(client, address="12 Elder Ave", **at(cases.WEST_POINT))
    assert ServiceRequest.objects.get().longitude == cases.WEST_POINT[0]


@pytest.mark.parametrize("ref", ["a999999", "x", "<script>", "p1e9", "a" * 500])
def test_a_place_that_is_gone_asks_again(client: Client, ref: str) -> None:
    assert "Which place do you mean?" in said(send(client, address="12 Elder", place=ref))


def test_a_place_chosen_before_does_not_stay_when_the_address_is_changed(client: Client) -> None:
    page = send(client, address="12 Elder")
    send(client, address="1203 Acorn St", placed=page.context["matches"][0]["ref"])
    assert ServiceRequest.objects.get().latitude == 39.0502


def test_hostile_text_is_shown_as_text(client: Client) -> None:
    response = send(client, address="12 Elder <script>alert(1)</script>")
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("service", ["missed-trash", "elder-abuse"])
def test_a_sensitive_service_gets_a_point_for_its_crew_and_shows_none(client: Client, service: str) -> None:
    send(client, service, address="1201 Acorn St")
    made = ServiceRequest.objects.get()
    assert made.longitude == -94.59
    listed = client.get(f"/open311/v2/requests/{made.number}.json").content.decode()
    shown = listed + client.get(f"/requests/{made.number}/").content.decode() + client.get("/requests/").content.decode()
    assert "39.05" not in shown
    assert "1201" not in shown
