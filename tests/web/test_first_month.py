"""A city whose first month is not over: no table of nothing, and what there is already."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tests.factories.requests import request, write_build
from tests.web.pages import text

pytestmark = pytest.mark.django_db


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/departments/", "/services/"])
def test_page_without_a_complete_month_says_so_and_leads_to_the_explorer(client: Client, city_home: Path, path: str) -> None:
    write_build([request(opened_on=date(2018, 10, day)) for day in (21, 22)], as_of=date(2018, 10, 22))
    page = text(client.get(path))
    assert "No month is complete yet" in page
    assert page.index('href="/explore/"', page.index("No month is complete yet"))
    assert "<table" not in page
    assert "up to September 2018" not in page


@pytest.mark.slow
def test_first_complete_month_is_a_number_without_a_picture_or_an_average(client: Client, city_home: Path) -> None:
    days = [date(2018, month, day) for month in (9, 10) for day in (3, 10)]
    write_build([request(opened_on=day) for day in days], as_of=date(2018, 10, 22))
    page = text(client.get("/"))
    assert '<span class="cs-number__value">2 <span class="cs-number__unit">requests</span></span>' in page
    assert "cs-tile__picture" not in page
    assert "one complete month, and a verdict needs 13" in page


def test_explorer_without_a_usable_point_has_no_empty_map(client: Client, city_home: Path) -> None:
    write_build([request(opened_on=date(2018, 10, 3), latitude=None, longitude=None)], as_of=date(2018, 10, 22))
    page = text(client.get("/explore/"))
    assert "No request has a usable point" in page
    assert 'id="map"' not in page
