"""Requests and the city's own addresses."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citystat.core.errors import InputError
from citystat.places.models import Address
from citystat.service_requests.cases import actions, addresses
from citystat.service_requests.cases.actions import Report
from citystat.service_requests.models import ServiceRequest
from tests.factories import cases as make
from tests.places import lists

pytestmark = pytest.mark.django_db
ON_ACORN = (-94.5901, 39.0501)


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Address:
    monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / "home"))
    make.make_districts()
    make.make_service()
    lists.load_addresses(tmp_path)
    return Address.objects.get(external_id="A1")


def file(address: str = "", point: tuple[float, float] | None = None, service: str = "pothole", address_id: str = "") -> ServiceRequest:
    longitude, latitude = point or (None, None)
    report = Report(service=service, address=address, address_id=address_id, longitude=longitude, latitude=latitude, description="A hole.")
    return actions.file_request(by=None, report=report, channel="phone")


@pytest.mark.usefixtures("city")
def test_file_request_with_a_clear_address_has_its_point_and_district() -> None:
    made = file("12 elder avenue")
    assert (made.longitude, made.latitude, made.district, made.address) == (-94.55, 39.05, "2", "12 elder avenue")


@pytest.mark.usefixtures("city")
def test_file_request_by_the_citys_own_address_number() -> None:
    made = file(address_id="A5")
    assert (made.longitude, made.district, made.address) == (-94.55, "2", "12 Elder Ave")


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("address", ["12 Elder", "behind the school", "1299 Acorn St", "📍"])
def test_file_request_with_an_unclear_address_stays_as_typed(address: str) -> None:
    made = file(address)
    assert (made.longitude, made.district, made.address) == (None, "", address)


@pytest.mark.usefixtures("city")
def test_file_request_keeps_the_point_that_was_given() -> None:
    assert file("12 elder avenue", ON_ACORN).longitude == ON_ACORN[0]


@pytest.mark.usefixtures("city")
def test_file_request_refuses_an_address_outside_the_city() -> None:
    with pytest.raises(InputError, match="outside"):
        file("900 Far Rd")


def test_file_request_without_an_address_list_is_as_before() -> None:
    make.make_service()
    assert file("12 elder avenue").longitude is None


def test_requests_at_finds_every_way_of_writing_and_no_neighbor(city: Address) -> None:
    here = {
        file("1201 acorn").pk,
        file("1201 North Acorn Street, Apt 3").pk,
        file("", (-94.59002, 39.05002)).pk,
        file("1201 N ACORN ST", (-94.5903, 39.0502)).pk,
    }
    file("1203 N Acorn St")
    file("", (-94.59, 39.0510))
    file("1201 N Acorn St", make.EAST_POINT)
    assert {one.pk for one in addresses.requests_at(city, public_only=False)} == here


def test_requests_at_finds_an_old_request_without_a_point(city: Address) -> None:
    made = file("1201 N Acorn St")
    ServiceRequest.objects.filter(pk=made.pk).update(longitude=None, latitude=None)
    assert [one.pk for one in addresses.requests_at(city, public_only=True)] == [made.pk]


@pytest.mark.parametrize("visibility", ["no_place", "private"])
def test_requests_at_public_never_show_sensitive_services(city: Address, visibility: str) -> None:
    make.make_service("Needle", "NDL", form={"visibility": visibility})
    file("1201 N Acorn St", service="needle")
    assert addresses.requests_at(city, public_only=True) == []
    assert len(addresses.requests_at(city, public_only=False)) == 1


def test_requests_at_costs_few_statements(city: Address) -> None:
    file("1201 acorn")
    with CaptureQueriesContext(connection) as asked:
        addresses.requests_at(city, public_only=True)
    assert len(asked) <= 5
