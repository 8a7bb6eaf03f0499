"""Notices before a report: beside the form, on the way, never after their end; what people did is counted without names."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from citystat.intake import drafts
from citystat.service_requests.cases import notices
from citystat.service_requests.cases.notices import Content
from citystat.service_requests.models import Notice, NoticeCount, ServiceRequest
from tests.factories import cases
from tests.intake.conftest import at, picture, said, send, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]
WEST_SHAPE = json.dumps({"type": "Polygon", "coordinates": [[[-94.6, 39.0], [-94.58, 39.0], [-94.58, 39.1], [-94.6, 39.1], [-94.6, 39.0]]]})


def out(title: str = "Water main broken", body: str = "Crews are on the way.", days: float = 1, **cover: Any) -> Notice:
    now = timezone.now()
    content = Content({"en": {"title": title, "body": body}}, now - timedelta(hours=1), now + timedelta(days=days), **cover)
    return notices.publish(by=None, pk=notices.write(by=None, content=content).pk)


def test_notice_says_its_end_with_one_point(client: Client) -> None:
    out()
    assert ".." not in said(client.get("/notices/", headers={"accept-language": "es"}))


def test_notice_nobody_has_translated_says_its_language(client: Client) -> None:
    out()
    for address in ("/notices/", "/report/"):
        page = client.get(address, headers={"accept-language": "es"})
        assert "Por ahora solo en inglés." in said(page)
        assert 'lang="en">Water main broken' in page.content.decode()
        assert "Only in" not in said(client.get(address))


def numbers(one: Notice) -> tuple[int, int, int]:
    row = NoticeCount.objects.filter(notice=one).first()
    return (row.shown, row.filed, row.withheld) if row else (0, 0, 0)


@pytest.mark.feature("F150")
def test_resident_in_the_area_sees_the_notice_before_the_report_is_sent(client: Client) -> None:
    one = out(shape=WEST_SHAPE)
    response = send(client, **at(cases.WEST_POINT))
    assert response.status_code == 200
    assert "Your report is not sent yet" in said(response)
    assert "Water main broken" in said(response)
    assert not ServiceRequest.objects.exists()

    sent = send(client, **at(cases.WEST_POINT), seen=str(one.pk), counted="1")

    assert sent.status_code == 302
    assert ServiceRequest.objects.count() == 1
    assert numbers(one) == (1, 1, 0)


@pytest.mark.slow
def test_resident_elsewhere_and_of_another_service_sees_nothing_of_it(client: Client) -> None:
    out(shape=WEST_SHAPE, services=("missed-trash",))
    assert send(client, **at(cases.EAST_POINT)).status_code == 302
    assert send(client, **at(cases.WEST_POINT)).status_code == 302
    out(title="In the west", shape=WEST_SHAPE)
    assert "In the west" not in said(send(client, **at(cases.EAST_POINT)))


@pytest.mark.slow
def test_notice_that_has_ended_is_never_shown(client: Client) -> None:
    one = out(title="Over and gone")
    assert "Over and gone" in said(client.get("/report/"))
    notices.end(by=None, pk=one.pk)
    for address in ("/report/", "/report/pothole/", "/notices/", "/feeds/notices.atom"):
        assert "Over and gone" not in client.get(address).content.decode()
    assert send(client, **at(cases.WEST_POINT)).status_code == 302


@pytest.mark.slow
def test_form_shows_what_fits_the_service_and_does_not_ask_twice(client: Client) -> None:
    one = out(services=("pothole",))
    page = client.get("/report/pothole/")
    assert "Water main broken" in said(page)
    assert f'name="seen" value="{one.pk}"' in page.content.decode()
    assert "Water main broken" not in said(client.get("/report/missed-trash/"))

    assert send(client, **at(cases.WEST_POINT), seen=str(one.pk)).status_code == 302
    assert numbers(one) == (1, 1, 0)


def test_saying_that_the_notice_answers_sends_nothing_and_counts_one(client: Client) -> None:
    one = out()
    kept = drafts.keep(cases.photo())
    response = client.post("/report/pothole/", {"seen": str(one.pk), "withheld": "1", "description": "my name is Ana", "kept": kept})
    assert "Nothing was sent" in said(response)
    assert not ServiceRequest.objects.exists()
    assert numbers(one) == (1, 0, 1)
    assert drafts.read(kept) is None


def test_opening_a_page_is_not_counted(client: Client) -> None:
    out()
    client.get("/report/")
    client.get("/report/pothole/")
    assert not NoticeCount.objects.exists()


def test_what_was_typed_and_the_photos_go_through_the_notice(client: Client) -> None:
    out(kind="council_district", codes=("1",))
    page = client.post("/report/pothole/", values(**at(cases.WEST_POINT), description="a <deep> one") | {"photos": picture()})
    text = page.content.decode()
    assert 'name="description" value="a &lt;deep&gt; one"' in text
    assert 'name="kept"' in text


def test_made_up_numbers_of_notices_change_nothing(client: Client) -> None:
    assert send(client, seen="1,x,²,999999999999999,-4", counted="9").status_code == 302
    assert not NoticeCount.objects.exists()


def test_notices_of_a_district_are_those_of_the_city_and_its_own(client: Client) -> None:
    out("Everywhere")
    out("Only west", kind="council_district", codes=("1",))
    assert "Only west" in said(client.get("/notices/?district=1"))
    east = said(client.get("/notices/?district=2"))
    assert "Everywhere" in east
    assert "Only west" not in east
    assert "Only west" in said(client.get("/notices/?district=<script>"))


def test_feed_has_the_notices_with_their_area_and_end(client: Client) -> None:
    out("Only <west>", kind="council_district", codes=("1",))
    response = client.get("/feeds/notices.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    text = response.content.decode()
    assert "Only &lt;west&gt;" in text
    assert "For District 1." in text


def test_notices_cost_the_report_form_no_statement(client: Client, django_assert_num_queries: Any, settings: Any) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    out(shape=WEST_SHAPE)
    client.get("/report/pothole/")
    with django_assert_num_queries(0):
        client.get("/report/pothole/")


def look(client: Client, **given: Any) -> str:
    """The part of the page that is asked for when the pin or the address is set."""
    return said(client.post("/report/pothole/notices/", values(**given)))


def test_notice_of_the_place_is_told_as_soon_as_the_pin_is_set(client: Client) -> None:
    out(shape=WEST_SHAPE)

    assert "Water main broken" in look(client, address="", **at(cases.WEST_POINT))
    assert look(client, address="", **at(cases.EAST_POINT)) == ""
    assert look(client, address="") == ""


def test_notice_that_is_on_the_page_already_is_not_told_again(client: Client) -> None:
    one = out(shape=WEST_SHAPE)

    assert look(client, address="", shown=str(one.pk), **at(cases.WEST_POINT)) == ""


def test_notice_of_the_place_is_on_the_page_that_is_asked_for_without_sending(client: Client) -> None:
    one = out(shape=WEST_SHAPE)

    page = send(client, look="1", description="Water in the street", address="", email="no address", **at(cases.WEST_POINT))

    assert page.status_code == 200
    assert "Water main broken" in said(page)
    assert "Water in the street" in said(page)
    assert "not an e-mail address" not in said(page)
    assert f'name="seen" value="{one.pk}"' in page.content.decode()
    assert not ServiceRequest.objects.exists()


def test_place_without_a_notice_is_said_to_have_none(client: Client) -> None:
    out(shape=WEST_SHAPE)

    assert "Nothing is announced for this place." in said(send(client, look="1", **at(cases.EAST_POINT)))
    assert "Nothing is announced" not in said(send(client, look="1", address=""))


def test_address_the_city_does_not_know_is_said_to_be_unknown(client: Client) -> None:
    out(shape=WEST_SHAPE)

    assert "does not have this address" in said(send(client, look="1", address="behind the mill"))
    assert "does not have this address" not in said(send(client, address="behind the mill", email="wrong"))


def test_report_after_the_notice_of_the_place_goes_out_and_is_counted_once(client: Client) -> None:
    one = out(shape=WEST_SHAPE)
    page = send(client, look="1", **at(cases.WEST_POINT))
    assert numbers(one) == (0, 0, 0)

    sent = send(client, **at(cases.WEST_POINT), seen=page.context["form"].data["seen"])

    assert sent.status_code == 302
    assert numbers(one) == (1, 1, 0)


@pytest.mark.parametrize(("longitude", "latitude"), [("nan", "nan"), ("x", "39"), ("1e400", "2"), ("500", "2")])
def test_notices_of_a_place_that_is_no_place_are_none(client: Client, longitude: str, latitude: str) -> None:
    out(shape=WEST_SHAPE)

    assert look(client, address="", longitude=longitude, latitude=latitude) == ""
