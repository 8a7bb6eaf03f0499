"""Home, departments, services, districts: what they show, in both languages, and what they never show."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from citystat.service_requests.cases import offers
from citystat.service_requests.models import CatalogTranslation
from citystat.warehouse.connections import open_build
from tests.factories.cases import make_service
from tests.web.pages import SECRET_ADDRESS, SECRET_NAME, SECRET_TEXT, signed_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
PAGES = {
    "/": "How Calder Bend answers its residents",
    "/departments/": "Departments",
    "/departments/public-works/": "Public Works",
    "/services/": "Services",
    "/services/child-at-risk/": "Child at risk",
    "/districts/": "Districts",
    "/districts/2/": "District 2",
}
OTHER_PUBLIC = (
    "/measures/", "/measures/requests_opened/?by=service", "/measures/requests_opened/numbers.json?by=service",
    "/measures/requests_opened/2017-06/rows/", "/explore/?service=child-at-risk", "/explore/requests.csv", "/explore/requests.json",
    "/explore/cells.json?box=-180,-90,180,90&zoom=18", "/data-notes/", "/packets/", "/how-to-read/",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("path", "heading"), PAGES.items())
def test_page_opens_without_a_question_to_the_database(
    client: Client, path: str, heading: str, django_assert_num_queries: Any, settings: Any
) -> None:
    # Population and outline of a district belong to the room of places, which keeps them in the database.
    settings.CITYSTAT_SECONDS_KEPT = 60
    offers.all_offers()
    with django_assert_num_queries({"/districts/2/": 6}.get(path, 0)):
        page = text(client.get(path))
    assert re.search(f"<h1[^>]*>{re.escape(heading)}</h1>", page)


def test_description_of_a_page_takes_no_word_a_page_uses_for_itself(client: Client) -> None:
    page = text(client.get("/"))
    assert '<meta name="description" content="Report a problem in Calder Bend' in page
    assert page.count("see how the city is doing: what is asked for") == 1


def test_home_asks_what_is_wrong_where_the_city_takes_reports(client: Client) -> None:
    assert 'id="problem"' not in text(client.get("/"))
    make_service()
    page = text(client.get("/"))
    assert "<h1>What can we fix?</h1>" in page
    assert 'id="problem"' in page


@pytest.mark.parametrize("path", PAGES)
def test_page_in_spanish(client: Client, path: str) -> None:
    client.cookies["django_language"] = "es"
    page = text(client.get(path))
    assert '<html lang="es">' in page
    assert "Key measures" not in page
    assert "agosto de 2017" in page.lower()


@pytest.mark.parametrize("path", ["/departments/none/", "/services/none/", "/districts/99/"])
def test_page_unknown_name(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [*PAGES, *OTHER_PUBLIC])
def test_public_pages_show_no_private_word_of_a_sensitive_service(client: Client, path: str) -> None:
    response = client.get(path)
    page = text(response)
    assert response.status_code == 200
    assert [word for word in (SECRET_ADDRESS, "Hidden Lane", SECRET_TEXT, SECRET_NAME) if word in page] == []


def test_the_private_words_are_there_to_be_found() -> None:
    page = text(signed_in("analyst").get("/explore/?service=child-at-risk"))
    assert SECRET_ADDRESS in page


@pytest.mark.slow
@pytest.mark.feature("F101")
def test_every_tile_opens_to_its_definition_and_its_rows(client: Client) -> None:
    home = text(client.get("/"))
    tiles = re.findall(r'<li class="cs-card cs-tile"> <h3> <a href="([^"]+)">', home)
    assert len(tiles) >= 5
    staff = signed_in("analyst")
    for tile in tiles:
        page = text(client.get(tile))
        assert "Definition</h2>" in page
        rows = re.search(r'href="(/measures/[^"]+/rows/[^"]*)">Where this number comes from', page)
        assert rows, tile
        assert "The requests behind the number" in text(staff.get(rows[1].replace("&amp;", "&")))


def test_department_lists_its_own_services(client: Client) -> None:
    page = text(client.get("/departments/health/"))
    assert "/services/rat-treatment/" in page
    assert "/services/pothole/" not in page


def test_services_without_anything_to_do_are_left_out(client: Client) -> None:
    page = text(client.get("/services/"))
    assert page.count('<th scope="row">') == 4
    assert "left out" not in page


def test_service_names_its_promise(client: Client) -> None:
    assert "Promised within 5 days." in text(client.get("/services/pothole/"))


def test_districts_sums_are_the_city(client: Client) -> None:
    page = text(client.get("/districts/"))
    opened = [int(count) for count in re.findall(r'<th scope="row"> .*?</th> <td class="cs-right"> (\d+) </td>', page)]
    total = open_build().rows("SELECT count(*) FROM requests WHERE opened_month = DATE '2017-08-01'")[0][0]
    assert len(opened) == 3
    assert sum(opened) == total


def test_home_before_any_data_says_what_to_do(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / "new"))
    page = text(client.get("/"))
    assert "citystat load requests" in page
    assert "citystat demo" in page


@pytest.mark.parametrize(
    "path",
    [
        "/services/", "/services/pothole/", "/departments/public-works/", "/districts/2/", "/measures/requests_opened/?by=service",
        "/explore/",
    ],
)  # fmt: skip
def test_page_calls_a_service_as_its_reader_does(client: Client, path: str) -> None:
    make_service("Pothole")
    CatalogTranslation.objects.create(language="es", services={"pothole": {"name": "Bache"}})
    client.cookies["django_language"] = "es"
    page = text(client.get(path))
    assert "Bache" in page
    assert "Missed trash" in page or path == "/services/pothole/"
    client.cookies["django_language"] = "en"
    assert "Bache" not in text(client.get(path))


def test_page_kept_for_others_is_made_anew_when_a_service_is_called_otherwise(client: Client) -> None:
    make_service("Pothole")
    client.cookies["django_language"] = "es"
    assert "Bache" not in text(client.get("/services/"))
    CatalogTranslation.objects.create(language="es", services={"pothole": {"name": "Bache"}})
    assert "Bache" in text(client.get("/services/"))
