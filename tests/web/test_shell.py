"""The frame of every page: language, colors, policy, errors, static files, menu."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory

from citystat.core import errors as core_errors
from citystat.core.errors import Busy, InputError, UserError
from citystat.web import colors, front_end, navigation
from citystat.web.errors import UserErrorMiddleware
from tests.web.pages import text

pytestmark = pytest.mark.django_db


def test_language_switch_sets_a_cookie_and_returns(client: Client) -> None:
    response = client.get("/language/es/", {"next": "/how-to-read/?a=1"})
    assert response["Location"] == "/how-to-read/?a=1"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "es"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_language_switch_never_leads_elsewhere(client: Client, elsewhere: str) -> None:
    assert client.get("/language/es/", {"next": elsewhere})["Location"] == "/"


def test_language_switch_knows_its_languages(client: Client) -> None:
    assert client.get("/language/xx/").status_code == 404


def test_page_declares_its_language_and_offers_the_other(client: Client) -> None:
    page = client.get("/how-to-read/").content.decode()
    assert '<html lang="en">' in page
    assert 'href="/language/es/?next=%2Fhow-to-read%2F" lang="es"' in page


def test_policy_allows_nothing_from_elsewhere_and_nothing_inline(client: Client) -> None:
    policy = client.get("/how-to-read/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_pages_carry_nothing_inline_and_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/how-to-read/").content.decode()
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_city_colors_follow_city_yaml(client: Client, city_home: Path) -> None:
    city_home.mkdir()
    (city_home / "city.yaml").write_text('accent_color: "#7a1f2b"\n')
    assert "--city-accent:#7a1f2b" in client.get("/city.css").content.decode()


def test_readable_darkens_a_pale_accent() -> None:
    assert colors.contrast_with_white(colors.channels(colors.readable("#ffcc00"))) >= 4.5


def test_channels_refuses_what_is_no_color() -> None:
    with pytest.raises(InputError, match="accent_color"):
        colors.channels("red;} body{display:none")


def test_unknown_address_is_a_page_in_our_look(client: Client) -> None:
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "Go to the home page" in response.content.decode()


EMPTY_PAGES = [
    "/", "/measures/", "/measures/closed_on_time/", "/chain/closed_on_time/", "/departments/", "/services/", "/districts/", "/explore/",
    "/data-notes/",
]  # fmt: skip


@pytest.mark.parametrize("path", EMPTY_PAGES)
def test_page_before_any_data_says_what_to_do(client: Client, city_home: Path, path: str) -> None:
    page = text(client.get(path))
    assert "There is nothing to show yet" in page
    assert "citystat load requests" in page
    assert "We could not find that page" not in page


def test_page_before_any_data_is_a_sentence_for_a_program(client: Client, city_home: Path) -> None:
    response = client.get("/explore/cells.json?box=-1,-1,1,1")
    assert response.status_code == 404
    assert "citystat build" in response.json()["error"]


def test_unknown_address_is_json_for_a_program(client: Client) -> None:
    response = client.get("/no-such-page/", headers={"accept": "application/json"})
    assert response.json()["status"] == 404


@pytest.mark.parametrize("kind", [InputError, core_errors.NotFound, core_errors.NotAllowed, Busy])
def test_user_error_of_a_view_becomes_its_page(client: Client, kind: type[UserError]) -> None:
    request = RequestFactory().get("/somewhere/")
    request.user = client.session  # the page asks only whether somebody is signed in
    response = UserErrorMiddleware(lambda request: HttpResponse()).process_exception(request, kind("Load the file again."))
    assert response is not None
    assert response.status_code == kind.http_status
    assert "Load the file again." in response.content.decode()


def test_other_exceptions_are_left_to_the_500_page() -> None:
    assert UserErrorMiddleware(lambda request: HttpResponse()).process_exception(HttpRequest(), ValueError("x")) is None


def test_failing_view_gives_the_500_page_without_details(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citystat.web.reading.example_points", lambda: 1 / 0)
    response = Client(raise_request_exception=False).get("/how-to-read/")
    assert response.status_code == 500
    assert "Nothing was lost" in response.content.decode()
    assert "ZeroDivisionError" not in response.content.decode()


def test_failing_error_page_falls_back_to_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citystat.web.context.items_for", lambda user: 1 / 0)
    response = Client(raise_request_exception=False).get("/how-to-read/")
    assert (response.status_code, response["Content-Type"]) == (500, "text/plain; charset=utf-8")


def test_form_without_its_token_gives_a_sentence() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.org", "password": "x"})
    assert response.status_code == 403
    assert "reload the page and send it again" in response.content.decode()


def test_menu_shows_every_public_entry() -> None:
    assert all(navigation.exists(item.path) for item in navigation.PUBLIC_ITEMS)


def test_menu_shows_staff_entries_only_to_whom_they_open(client: Client) -> None:
    assert "/people/" not in client.get("/how-to-read/").content.decode()


def test_finder_serves_listed_files_only() -> None:
    if not front_end.is_installed():
        pytest.skip("front-end files are not installed: run `make setup`")
    assert finders.find("uswds/css/uswds.min.css")
    assert not finders.find("uswds/css/uswds.css")
    assert not finders.find("uswds/../package.json")


def test_module_files_are_served_as_javascript(client: Client) -> None:
    if not front_end.is_installed():
        pytest.skip("front-end files are not installed: run `make setup`")
    response = client.get("/static/maplibre/maplibre-gl.mjs")
    assert response["Content-Type"].startswith("text/javascript")


def test_missing_front_end_files_are_said_on_the_page(client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CITYSTAT_NODE_MODULES", str(tmp_path))
    page = client.get("/how-to-read/").content.decode()
    assert "run `make setup`" in page
    with pytest.raises(core_errors.Unsafe, match="npm ci"):
        front_end.check_installed()


def render(source: str, **context: object) -> str:
    return Template("{% load citystat %}" + source).render(Context(context))


def test_number_stands_with_unit_denominator_and_period() -> None:
    shown = render('{% number "82%" unit="on time" of="of 1,204 due" period="June 2017" %}')
    for part in ("82%", "on time", "of 1,204 due", "June 2017"):
        assert part in shown


@pytest.mark.parametrize(("state", "words"), [("too_few", "Too few to show"), ("missing", "Not recorded")])
def test_number_without_a_value_says_why(state: str, words: str) -> None:
    shown = render('{% number "0" state=state %}', state=state)
    assert words in shown
    assert ">0<" not in shown


@pytest.mark.parametrize("name", ["improving", "concerning", "neutral", "common_cause"])
def test_signal_has_shape_word_and_color(name: str) -> None:
    shown = render("{% signal name %}", name=name)
    assert "<svg" in shown
    assert f"cs-signal--{name}" in shown
    assert len({re.sub("<[^>]+>", "", render("{% signal name %}", name=other)) for other in ("improving", "concerning", "neutral")}) == 3


def test_signal_without_a_name_shows_nothing() -> None:
    assert render("{% signal None %}").strip() == ""


def test_fault_is_written_to_the_log_with_its_traceback(client, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError("a fault nobody expected")

    monkeypatch.setattr("citystat.web.views.render", broken)
    client.raise_request_exception = False
    assert client.get("/how-to-read/").status_code == 500
    assert "a fault nobody expected" in caplog.text


def test_log_goes_to_standard_error_whatever_debug_is(settings):
    assert settings.LOGGING["root"] == {"handlers": ["stderr"], "level": "WARNING"}
    assert settings.LOGGING["loggers"]["django"]["propagate"] is True


def test_search_engines_are_kept_from_private_links(client: Client) -> None:
    told = client.get("/robots.txt")
    assert told.headers["content-type"].startswith("text/plain")
    assert {"Disallow: /r/", "Disallow: /accounts/"} <= set(told.content.decode().splitlines())


@pytest.mark.slow
def test_page_says_what_it_is_about_to_those_who_list_it(client: Client, city: object) -> None:
    page = text(client.get("/measures/closed_on_time/"))
    assert '<meta name="description" content="Share of requests closed by their due date' in page
    assert '<meta property="og:site_name"' in page
