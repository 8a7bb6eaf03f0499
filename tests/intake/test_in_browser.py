"""The resident's pages in a real browser: a phone, a pin, no JavaScript, Spanish, and nothing axe objects to."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from citystat.web.front_end import packages_dir
from tests import migrated
from tests.browser.conftest import Site, Visit, environment, free_port, run, wait_until_served, watched
from tests.browser.test_every_page import DESK, PHONE, RULES

pytestmark = pytest.mark.browser
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "calder-bend"
FILED = """
from citystat.service_requests.cases import actions, points
from citystat.service_requests.cases.contacts import Details
from citystat.people.models import User, RoleGrant, WorkScope
from tests.factories import cases
west, south, east, north = points.city_box()
middle = ((west + east) / 2, (south + north) / 2)
worker = User.objects.create_user("worker@city.example", "a long password for tests")
RoleGrant.objects.create(user=worker, role="department_worker")
WorkScope.objects.create(user=worker, department="")
first = cases.file_request("curb-repair", middle, pictures=[cases.photo((320, 240))])
hidden = cases.file_request("missed-trash", middle)
asked = cases.file_request("curb-repair", middle)
actions.ask(by=worker, request_id=asked.pk, question="Which pole?")
closed = cases.file_request("curb-repair", middle)
actions.close(by=worker, request_id=closed.pk, resolution="inspected_no_action", note="It burns.", pictures=[cases.photo((320, 240))])
import json
print(json.dumps({"public": first.number, "hidden": hidden.number, "asked": asked.tracking_token, "closed": closed.tracking_token}))
"""


@pytest.fixture(scope="session")
def intake_site(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    """The example city without history, with a few requests, served by `citystat serve`."""
    home = tmp_path_factory.mktemp("intake-home") / "var"
    migrated.put_into(home)
    run(home, "init", "--city", str(EXAMPLE))
    made = json.loads(run(home, "shell", "--no-imports", "-c", FILED).strip().splitlines()[-1])
    port = free_port()
    command = [sys.executable, "-m", "citystat", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_served(f"http://127.0.0.1:{port}", process)
        yield Site(f"http://127.0.0.1:{port}", home, ""), made
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def made(intake_site: tuple[Site, dict[str, str]]) -> dict[str, str]:
    return intake_site[1]


@pytest.fixture
def phone(intake_site: tuple[Site, dict[str, str]], chromium: Any) -> Iterator[Visit]:
    yield from watched(intake_site[0], chromium.new_context(viewport={"width": PHONE, "height": 844}))


@pytest.fixture
def plain_phone(intake_site: tuple[Site, dict[str, str]], chromium: Any) -> Iterator[Visit]:
    """A phone without JavaScript."""
    context = chromium.new_context(viewport={"width": PHONE, "height": 844}, java_script_enabled=False)
    yield from watched(intake_site[0], context)


@pytest.fixture(scope="session")
def axe() -> str:
    source = packages_dir() / "axe-core" / "axe.min.js"
    if not source.exists():
        pytest.skip("axe-core is not installed: run `npm ci`")
    return source.read_text(encoding="utf-8")


def holds(visit: Visit, axe: str) -> None:
    """The page as it is now is accessible and no wider than the screen."""
    visit.page.evaluate(axe)
    result = visit.page.evaluate("rules => axe.run(document, rules)", RULES)
    assert [f"{rule['id']}: {node['html'][:160]}" for rule in result["violations"] for node in rule["nodes"]] == []
    assert visit.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


PAGES = [
    "/report/",
    "/report/?q=hole+in+the+road",
    "/report/pothole/",
    "/report/sidewalk-repair/",
    "/report/bulky-item-pickup/",
    "/requests/",
    "/requests/{public}/",
    "/requests/{hidden}/",
    "/r/{asked}/",
    "/r/{closed}/",
    "/r/{closed}/done/",
    "/follow/",
    "/follow/stop/anything/",
]


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_and_fits(phone: Visit, made: dict[str, str], axe: str, path: str, width: int) -> None:
    phone.page.set_viewport_size({"width": width, "height": 900})
    assert phone.open(path.format(**made)) == 200
    if "/report/" in path and phone.page.locator("#place").count():
        phone.page.wait_for_selector("#place[data-ready]")
    holds(phone, axe)
    assert phone.problems == []


@pytest.mark.parametrize("path", PAGES)
def test_page_in_spanish_has_no_english_left_and_fits(phone: Visit, made: dict[str, str], path: str) -> None:
    phone.open(f"/language/es/?next={path.format(**made)}")
    assert phone.page.get_attribute("html", "lang") == "es"
    text = phone.page.inner_text("main")
    assert not re.search(r"\b(the|your|report|request)\b", re.sub(r"“[^”]*”|https?://\S+", "", text.split("\n")[0]), re.IGNORECASE)
    assert phone.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_resident_reports_by_pin_and_photo_and_follows(phone: Visit, axe: str, tmp_path: Path) -> None:
    from tests.factories import cases

    photo = tmp_path / "hole.jpg"
    photo.write_bytes(cases.photo((640, 480)))
    page = phone.page
    phone.open("/report/")
    page.fill("#q", "big hole in the road")
    page.click("button:has-text('Find')")
    page.click("section:has(#fits) a:has-text('Pothole')")
    page.wait_for_selector("#place[data-ready]")
    assert page.input_value("#id_description") == "big hole in the road"
    page.click("#map", position={"x": 170, "y": 140})
    page.wait_for_selector("#place[data-pinned]")
    page.click("label:has-text('Like a plate')")
    page.set_input_files("#id_photos", str(photo))
    page.click("button:not([aria-hidden]):has-text('Send my report')")
    page.wait_for_url(re.compile(r"/r/[^/]+/done/$"))
    holds(phone, axe)
    number = page.inner_text(".in-number__value")
    assert re.fullmatch(r"\d\d-\d{6}", number)

    page.click("text=Follow my report")
    assert number in page.inner_text("main")
    assert page.locator(".in-photos img").count() == 1
    page.locator(".in-photos img").scroll_into_view_if_needed()  # it is fetched when somebody is about to see it
    page.wait_for_function("() => document.querySelector('.in-photos img').naturalWidth === 640")
    holds(phone, axe)
    assert phone.problems == []


def test_same_place_again_offers_to_join(phone: Visit, axe: str) -> None:
    page = phone.page
    for _ in range(2):
        phone.open("/report/alley-maintenance/")
        page.wait_for_selector("#place[data-ready]")
        page.click("#center")
        page.fill("#id_description", "Paint on the wall")
        page.click("button:not([aria-hidden]):has-text('Send my report')")
        page.wait_for_load_state()
    assert page.inner_text("h1") == "Is it one of these?"
    holds(phone, axe)
    page.click("text=This is it, add me")
    page.wait_for_url(re.compile(r"/requests/[^/]+/\?joined="))
    assert "2 people reported it." in page.inner_text("main")
    assert phone.problems == []


def test_location_of_the_phone_sets_the_pin(phone: Visit) -> None:
    box = phone.page.context
    phone.open("/report/pothole/")
    west, south, east, north = (float(part) for part in str(phone.page.get_attribute("#place", "data-bounds")).split(","))
    box.grant_permissions(["geolocation"])
    box.set_geolocation({"longitude": (west + east) / 2, "latitude": (south + north) / 2})
    phone.page.wait_for_selector("#place[data-ready]")
    phone.page.click("#locate")
    phone.page.wait_for_selector("#place[data-pinned]")
    assert float(phone.page.input_value("#id_latitude")) == pytest.approx((south + north) / 2, abs=1e-5)


def test_question_is_asked_only_after_its_answer(phone: Visit) -> None:
    phone.open("/report/sidewalk-repair/")
    when = phone.page.locator("#id_q_WHEN")
    assert not when.is_visible()
    phone.page.click("fieldset:has-text('Has somebody fallen?') label:has-text('Yes')")
    assert when.is_visible()
    phone.page.click("fieldset:has-text('Has somebody fallen?') label:has-text('No')")
    assert not when.is_visible()


def test_report_without_javascript_by_address(plain_phone: Visit) -> None:
    page = plain_phone.page
    plain_phone.open("/report/sidewalk-repair/")
    assert not page.is_visible("#place")
    assert page.is_visible("#id_q_WHEN")
    page.fill("#id_description", "Raised slab")
    page.click("button:not([aria-hidden]):has-text('Send my report')")
    assert "Say where it is" in page.inner_text("#id_address_error")
    assert page.input_value("#id_description") == "Raised slab"
    page.fill("#id_address", "12 Main St")
    page.click("fieldset:has-text('Has somebody fallen?') label:has-text('No')")
    page.click("button:not([aria-hidden]):has-text('Send my report')")
    page.wait_for_url(re.compile(r"/done/$"))


def test_errors_are_accessible_and_said_beside_the_field(phone: Visit, axe: str) -> None:
    phone.open("/report/pothole/")
    phone.page.fill("#id_email", "not an address")
    phone.page.click("button:not([aria-hidden]):has-text('Send my report')")
    phone.page.wait_for_selector("#id_email_error")
    phone.page.wait_for_selector("#place[data-ready]")
    assert phone.page.get_attribute("#id_email", "aria-invalid") == "true"
    assert "id_email_error" in str(phone.page.get_attribute("#id_email", "aria-describedby"))
    holds(phone, axe)


def test_not_fixed_in_one_click(phone: Visit, made: dict[str, str]) -> None:
    phone.open(f"/r/{made['closed']}/#feedback")
    phone.page.click("text=No, open it again")
    phone.page.wait_for_load_state()
    assert "open again, with a new due date" in phone.page.inner_text("main")
    assert phone.problems == []


def test_answer_to_a_question_without_javascript(plain_phone: Visit, made: dict[str, str]) -> None:
    plain_phone.open(f"/r/{made['asked']}/")
    plain_phone.page.fill("#id_text", "The one by the school")
    plain_phone.page.click("text=Send my answer")
    assert "The one by the school" in plain_phone.page.inner_text(".in-steps")
