"""Pages of the room: explorer and downloads, reality check, data notes, quarantine."""

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from citystat.service_requests import presenters
from citystat.service_requests.cases import offers
from citystat.service_requests.models import CatalogTranslation
from citystat.warehouse.connections import open_build
from tests.factories.cases import make_service
from tests.web import pages
from tests.web.pages import SECRET_ADDRESS, signed_in, text

pytestmark = pytest.mark.django_db
COMBINED = "status=open&place=council_district:2&from=2017-03-01&to=2017-06-30"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pages.city(tmp_path_factory.mktemp("pages") / "var") as folder:
        yield folder


@pytest.fixture(autouse=True)
def use_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYSTAT_HOME", str(home))


def shown(page: str) -> int:
    found = re.search(r'id="explore-count"> ([\d,]+) request', page)
    assert found
    return int(found[1].replace(",", ""))


def raw(condition: str) -> int:
    return int(open_build().rows(f"SELECT count(*) FROM requests WHERE {condition}")[0][0])


def test_map_and_list_call_a_service_as_the_reader_does() -> None:
    make_service("Pothole")
    CatalogTranslation.objects.create(language="es", services={"pothole": {"name": "Bache"}})
    rows = [{"id": "1", "service": "POTHOLE"}, {"id": "2", "service": "Sign"}, {"id": "3", "service": None}, {"count": 4}]
    with translation.override("es"):
        assert presenters.told(rows) == [{"id": "1", "service": "Bache"}, *rows[1:]]
    with translation.override("en"):
        assert presenters.told(rows) == rows


@pytest.mark.slow
def test_explorer_opens(client: Client, django_assert_num_queries: Any, settings: Any) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    offers.all_offers()
    with django_assert_num_queries(0):
        page = text(client.get("/explore/"))
    assert shown(page) == raw("TRUE") == 2400
    assert 'role="alert"' not in page


@pytest.mark.slow
@pytest.mark.feature("F175")
def test_explorer_counts_match_the_table_and_the_download(client: Client) -> None:
    expected = raw("status = 'open' AND place_council_district = '2' AND opened_on BETWEEN DATE '2017-03-01' AND DATE '2017-06-30'")
    page = text(client.get(f"/explore/?{COMBINED}"))
    lines = list(csv.DictReader(io.StringIO(text_of_file(client, f"/explore/requests.csv?{COMBINED}"))))
    assert expected > 0
    assert shown(page) == len(lines) == expected
    assert {(row["status"], row["place_council_district"]) for row in lines} == {("open", "2")}


@pytest.mark.slow
@pytest.mark.feature("F102")
def test_explorer_areas_and_unlocated_add_up_to_the_table(client: Client) -> None:
    page = text(client.get("/explore/?service=pothole"))
    areas = page[page.index("Requests by council district") : page.index("<tfoot>")]
    counts = [int(count.replace(",", "")) for count in re.findall(r'<td class="cs-right">([\d,]+)</td>', areas)]
    cells = client.get("/explore/cells.json?service=pothole&box=-180,-90,180,90&zoom=9").json()
    unlocated = raw("service_slug = 'pothole' AND NOT is_located")
    assert sum(counts) == shown(page) == 600
    assert sum(cell["properties"]["count"] for cell in cells["features"]) + unlocated == 600
    assert f"{unlocated} matching requests have no usable point" in page


@pytest.mark.parametrize(
    ("query", "typed", "sentence"),
    [
        ("from=June", 'value="June"', "“June” is not a date: write it as year-month-day, for example 2017-06-30."),
        ("from=2017-06-02&to=2017-06-01", 'value="2017-06-02"', "The first day is after the last day: exchange them."),
        ("q=rats&status=lost", 'value="rats"', "There is no status “lost”."),
        ("q=rats&place=ward:3", 'value="rats"', "This build has nothing called “ward”."),
    ],
)
def test_explorer_bad_input_is_one_sentence_and_keeps_what_was_typed(client: Client, query: str, typed: str, sentence: str) -> None:
    page = text(client.get(f"/explore/?{query}"))
    assert sentence in page
    assert page.count('role="alert"') == 1
    assert typed in page
    assert "Nothing is filtered until it is corrected." in page


@pytest.mark.parametrize(
    "path", ["/explore/cells.json?box=1,2,3&zoom=9", "/explore/cells.json?box=a,b,c,d", "/explore/requests.csv?from=June"]
)
def test_explorer_data_bad_input_is_a_sentence(client: Client, path: str) -> None:
    response = client.get(path, headers={"accept": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"].endswith(".")


def test_explorer_no_match_says_what_to_do(client: Client) -> None:
    page = text(client.get("/explore/?q=unicorn"))
    assert "No request matches all of these filters." in page
    assert "Take one away" in page


def chips(page: str) -> dict[str, str]:
    """What each filter that is set says, and where taking it away leads."""
    listed = page[page.index('<ul class="cs-chosen"') :].partition("</ul>")[0]
    links = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', listed, re.S)
    words = {re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).strip(): unescape(url) for url, text in links}
    return {words_of.removeprefix("Take this filter away: "): url for words_of, url in words.items()}


@pytest.mark.slow
def test_explorer_names_every_filter_that_is_set_and_takes_one_away(client: Client) -> None:
    page = text(client.get(f"/explore/?{COMBINED}"))
    found = chips(page)
    assert list(found) == [
        "Status: open",
        "Council district: District 2",
        "Opened from: Mar 1, 2017",
        "Opened to: Jun 30, 2017",
    ]
    assert "4 set" in page
    left = text(client.get(found["Status: open"]))
    assert shown(left) == raw("place_council_district = '2' AND opened_on BETWEEN DATE '2017-03-01' AND DATE '2017-06-30'") > shown(page)
    assert "Status: open" not in chips(left)


def test_explorer_of_two_statuses_takes_one_away(client: Client) -> None:
    found = chips(text(client.get("/explore/?status=open&status=closed&q=pothole")))
    assert found["Status: closed"] == "/explore/?status=open&q=pothole"
    assert found["Words or request number: “pothole”"] == "/explore/?status=closed&status=open"


def test_explorer_without_filters_folds_them_and_says_so(client: Client) -> None:
    page = text(client.get("/explore/"))
    assert "none set" in page
    assert '<ul class="cs-chosen"' not in page
    assert '<details class="cs-fold">' in page


def test_explorer_opens_the_filters_when_one_is_wrong(client: Client) -> None:
    page = text(client.get("/explore/?from=2017-06-02&to=2017-06-01&status=open"))
    assert '<details class="cs-fold" open>' in page
    assert '<option value="open" selected>' in page


@pytest.mark.slow
def test_explorer_counts_by_the_kind_of_place_asked_for_after_another_filter(client: Client) -> None:
    page = text(client.get("/explore/?status=open&place=council_district:2"))
    assert chips(page)["Council district: District 2"] == "/explore/?status=open&kind=council_district"
    assert '<input type="hidden" name="kind" value="council_district">' in text(client.get("/explore/?kind=council_district"))


def test_explorer_without_a_match_still_offers_the_places(client: Client) -> None:
    page = text(client.get("/explore/?q=unicorn&place=council_district:2"))
    assert '<option value="council_district:2" selected>' in page


def test_explorer_in_spanish(client: Client) -> None:
    client.cookies["django_language"] = "es"
    page = text(client.get("/explore/?status=open"))
    assert '<html lang="es">' in page
    assert "Show requests" not in page


@pytest.mark.slow
def test_explorer_second_page_continues_the_list(client: Client) -> None:
    numbers = [re.findall(r'<th scope="row">([a-z]{3}\d{4})</th>', text(client.get(f"/explore/?page={page}"))) for page in (1, 2)]
    assert [len(page) for page in numbers] == [50, 50]
    assert not set(numbers[0]) & set(numbers[1])


def test_json_download_parses(client: Client) -> None:
    response = client.get(f"/explore/requests.json?{COMBINED}")
    rows = json.loads(b"".join(response.streaming_content))
    assert len(rows) == shown(text(client.get(f"/explore/?{COMBINED}")))
    assert "address" not in rows[0]


def test_downloads_have_addresses_for_those_with_the_right() -> None:
    lines = csv.DictReader(io.StringIO(text_of_file(signed_in("analyst"), "/explore/requests.csv?service=child-at-risk")))
    assert {row["address"] for row in lines} == {SECRET_ADDRESS}


def test_reality_check_compares_promises_with_what_it_takes(django_assert_num_queries: Any) -> None:
    staff = signed_in("executive")
    with django_assert_num_queries(3):
        page = text(staff.get("/reality-check/"))
    assert "Reality check: does closed mean fixed?" in page
    assert "This city's export gives closings by day" in page or "This city&#x27;s export gives closings by day" in page
    assert "Every promise is near" in page


@pytest.mark.parametrize("path", ["/reality-check/", "/quarantine/"])
def test_staff_pages_send_strangers_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302


def test_quarantine_is_refused_to_executives() -> None:
    assert signed_in("executive").get("/quarantine/").status_code == 403


def test_quarantine_gives_reasons_and_the_file(home: Path) -> None:
    folder = home / "quarantine"
    folder.mkdir(exist_ok=True)
    (folder / "load-00000003.csv").write_text("id,citystat_row,citystat_reason\n,7,no id\n,9,no id\n")
    staff = signed_in("analyst")
    page = text(staff.get("/quarantine/"))
    assert "Load 3" in page
    assert "no id: 2" in page
    assert b"citystat_reason" in b"".join(staff.get("/quarantine/3.csv").streaming_content)
    assert staff.get("/quarantine/4.csv").status_code == 404


def test_data_notes_say_what_was_looked_for(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        page = text(client.get("/data-notes/"))
    assert "2,400 requests, opened from January 1, 2016 to August 28, 2017." in page
    assert "Looked for and not found:" in page


def text_of_file(client: Client, path: str) -> str:
    return b"".join(client.get(path).streaming_content).decode()
