"""The caller's place: found in the city's list, chosen, or filed as typed."""

from pathlib import Path
from typing import Any

import pytest

from citystat.service_requests.models import ServiceRequest
from tests.factories import cases
from tests.places import lists

pytestmark = pytest.mark.django_db
CALL = {"call_key": "k1", "channel": "phone", "service": "pothole", "language": "en"}


@pytest.fixture
def desk(agent: Any, sign_in: Any, tmp_path: Path) -> Any:
    lists.load_addresses(tmp_path)
    return sign_in(agent)


@pytest.mark.slow
def test_look_up_finds_the_point_of_a_clear_address(desk: Any) -> None:
    page = desk.post("/calls/", {**CALL, "address": "1201 north acorn", "do": "look"})
    assert page.context["place_note"] == "Found: 1201 N Acorn Street, district 1 (City address file)."
    assert float(page.context["form"]["longitude"].value()) == -94.59


def test_look_up_lists_what_the_caller_may_mean(desk: Any) -> None:
    page = desk.post("/calls/", {**CALL, "address": "12 Elder", "do": "look"})
    assert {one.label for one in page.context["matches"]} == {"12 Elder Ave", "12 Elder Ct"}
    assert page.context["form"]["address"].value() == "12 Elder"


@pytest.mark.slow
def test_choosing_a_place_fills_address_and_point_and_files_nothing(desk: Any) -> None:
    page = desk.post("/calls/", {**CALL, "address": "12 Elder", "do": "look"})
    ref = next(one.ref for one in page.context["matches"] if one.label == "12 Elder Ct")
    page = desk.post("/calls/", {**CALL, "address": "12 Elder", "do": f"place-{ref}"})
    form = page.context["form"]
    assert (form["address"].value(), float(form["latitude"].value())) == ("12 Elder Ct", 39.06)
    assert not ServiceRequest.objects.exists()


@pytest.mark.slow
def test_a_point_does_not_stay_when_the_address_is_changed(desk: Any) -> None:
    first = desk.post("/calls/", {**CALL, "address": "1201 N Acorn St", "do": "look"}).context["form"]
    sent = {name: first[name].value() for name in ("address", "longitude", "latitude", "pointed")}
    desk.post("/calls/", {**CALL, **sent, "address": "1203 N Acorn St", "do": "file"})
    assert ServiceRequest.objects.get().latitude == 39.0502


@pytest.mark.slow
def test_filing_an_address_unlike_any_keeps_it_as_typed(desk: Any) -> None:
    page = desk.post("/calls/", {**CALL, "address": "behind the quarry", "do": "look"})
    assert "filed as typed" in page.context["place_note"]
    desk.post("/calls/", {**CALL, "address": "behind the quarry", "do": "file"})
    assert (ServiceRequest.objects.get().address, ServiceRequest.objects.get().longitude) == ("behind the quarry", None)


@pytest.mark.slow
def test_filing_outside_the_city_is_refused_and_keeps_what_was_typed(desk: Any) -> None:
    page = desk.post("/calls/", {**CALL, "address": "900 Far Rd", "description": "A hole", "do": "file"})
    assert page.status_code == 400
    assert "outside" in str(page.context["form"].non_field_errors())
    assert "A hole" in page.content.decode()
    assert not ServiceRequest.objects.exists()


@pytest.mark.slow
def test_filing_a_clear_address_first_shows_open_requests_near_it(desk: Any) -> None:
    cases.file_request(point=(-94.59, 39.05))
    page = desk.post("/calls/", {**CALL, "address": "1201 Acorn", "do": "file"})
    assert page.context["must_choose"]
    assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize("ref", ["a999999", "", "zz", "a1'--"])
def test_a_place_that_is_gone_is_said(desk: Any, ref: str) -> None:
    assert desk.post("/calls/", {**CALL, "address": "12 Elder", "do": f"place-{ref}"}).status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1201 north acorn", "1201 N Acorn Street"),
        ("1201 N Acorn St", "1201 N Acorn Street"),
        ("1201 N Acorn St Apt 3", "1201 N Acorn St Apt 3"),
    ],
)
def test_address_that_is_clear_is_filed_as_the_citys_list_has_it_and_a_flat_stays(desk: Any, typed: str, kept: str) -> None:
    assert desk.post("/calls/", {**CALL, "address": typed, "do": "look"}).context["form"]["address"].value() == kept
    desk.post("/calls/", {**CALL, "address": typed, "do": "file"})
    assert ServiceRequest.objects.get().address == kept
