"""A post with an address and no point: placed where the city's own list leaves no doubt."""

from pathlib import Path
from typing import Any

import pytest

from citystat.service_requests.models import ServiceRequest
from tests.places import lists

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(city: None, tmp_path: Path) -> None:
    lists.load_addresses(tmp_path)


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("given", [{"address_string": "1201 Acorn Street"}, {"address_string": "", "address_id": "A1"}])
def test_post_of_a_clear_address_has_point_and_district(send: Any, given: dict[str, str]) -> None:
    assert send(**given).status_code == 201
    made = ServiceRequest.objects.get()
    assert (made.longitude, made.latitude, made.district) == (-94.59, 39.05, "1")


@pytest.mark.usefixtures("listed")
def test_post_of_an_unclear_address_stays_as_sent(send: Any) -> None:
    assert send(address_string="12 Elder").status_code == 201
    assert ServiceRequest.objects.get().longitude is None


@pytest.mark.usefixtures("listed")
def test_post_of_an_address_outside_the_city_is_refused(send: Any) -> None:
    response = send(address_string="900 Far Rd")
    assert response.status_code == 400
    assert "outside" in response.content.decode()
    assert not ServiceRequest.objects.exists()
