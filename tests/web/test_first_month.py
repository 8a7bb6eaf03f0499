"""A city whose first month is not over: no table of nothing, and what there is already."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tests.factories.requests import request, write_build
from tests.web.pages import text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/departments/", "/services/"])
def test_page_without_a_complete_month_says_so_and_leads_to_the_explorer(client: Client, city_home: Path, path: str) -> None:
    write_build([request(opened_on=date(2018, 10, day)) for day in (21, 22)], as_of=date(2018, 10, 22))
    page = text(client.get(path))
    assert "No month is complete yet" in page
    assert page.index('href="/explore/"', page.index("No month is complete yet"))
    assert "<table" not in page
    assert "up to September 2018" not in page
