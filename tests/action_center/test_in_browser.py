"""The staff pages in a real browser: accessible, no wider than a phone, by keyboard, and a crew's report without network."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from citystat.web.front_end import packages_dir
from tests import migrated
from tests.action_center.city import PASSWORD
from tests.browser.conftest import PATIENCE_MS, Site, Visit, environment, free_port, is_trouble, run, wait_until_served
from tests.browser.test_every_page import too_wide, violations
from tests.factories import cases

pytestmark = pytest.mark.browser
PHONE, DESK = 390, 1280
PAGES = {
    "/queue/": "worker",
    "/queue/?status=open&overdue=on": "worker",
    "case": "boss",
    "/crew/": "crew",
    "order": "crew",
    "/calls/": "agent",
    "/supervise/": "boss",
    "/emergency/": "boss",
    "/live/": "boss",
    "/live/resident/": "crew",
    "/areas/": "council",
    "area": "council",
    "/center/load/calls/": "manager",
    "/notices/manage/new/": "manager",
    "/outreach/new/": "manager",
    "/privacy/": "officer",
}


@pytest.fixture(scope="module")
def axe() -> str:
    source = packages_dir() / "axe-core" / "axe.min.js"
    if not source.exists():
        pytest.skip("axe-core is not installed: run `npm ci`")
    return source.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def city(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Calder Bend with staff and live requests, served by `citystat serve`."""
    home = tmp_path_factory.mktemp("staff-home") / "var"
    migrated.put_into(home)
    run(home, "init", "--city", "examples/calder-bend")
    run(home, "shell", "--no-imports", "-c", "from tests.action_center.city import fill; fill(15)")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "citystat", "serve", "--port", str(port)],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_served(f"http://127.0.0.1:{port}", process)
        yield Site(f"http://127.0.0.1:{port}", home, "")
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def states(city: Site, chromium: Any) -> dict[str, Any]:
    """Cookies of each person, who has signed in as people do."""
    found = {}
    for name in sorted(set(PAGES.values())):
        context = chromium.new_context()
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(city.url("/accounts/login/"))
        page.fill("input[name=login]", f"{name}@calder.example")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(city.url("/"))
        found[name] = context.storage_state()
        context.close()
    return found


@pytest.fixture
def person(city: Site, chromium: Any, states: dict[str, Any]) -> Iterator[Any]:
    """Opens a browser as somebody, at a width; its errors are written down."""
    contexts = []

    def opened(name: str, width: int = PHONE) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": 844}, storage_state=states[name])
        contexts.append(context)
        visit = Visit(context.new_page(), city)
        visit.page.set_default_timeout(PATIENCE_MS)
        visit.page.on("console", lambda message: visit.problems.append(message.text) if is_trouble(message) else None)
        visit.page.on("pageerror", lambda error: visit.problems.append(f"script: {error}"))
        return visit

    yield opened
    for context in contexts:
        context.close()


def address(visit: Visit, name: str) -> str:
    """The address of a page, or the first one of its kind that a list links to."""
    if name.startswith("/"):
        return name
    visit.open({"case": "/queue/", "order": "/crew/", "area": "/areas/"}[name])
    return str(visit.page.get_attribute({"case": "main tbody a", "order": "main a.ac-stop", "area": "main a.ac-stop"}[name], "href"))


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_is_accessible_fits_and_runs_without_errors(person: Any, axe: str, name: str, width: int) -> None:
    visit = person(PAGES[name], width)
    assert visit.open(address(visit, name)) == 200
    for closed in visit.page.query_selector_all("main details:not([open]) > summary"):
        closed.click()
    assert violations(visit, axe) == []
    assert too_wide(visit) == 0
    assert visit.problems == []


def test_call_is_filed_by_keyboard_alone(person: Any) -> None:
    visit = person("agent", DESK)
    visit.open("/calls/")
    keyboard = visit.page.keyboard
    keyboard.type("816-555-0199")
    keyboard.press("Tab")
    keyboard.type("900 Elm St")
    keyboard.press("Enter")
    visit.page.wait_for_selector("#found")
    # A list takes letters as one word only while they come quickly, which on a busy machine they may not.
    for _ in range(5):
        visit.page.focus("select[name=service]")
        keyboard.type("Street Sweeping")
        if visit.page.eval_on_selector("select[name=service]", "one => one.selectedOptions[0].label") == "Street Sweeping":
            break
        visit.page.wait_for_timeout(1_500)
    visit.page.focus("button[value=file]")
    keyboard.press("Enter")
    visit.page.wait_for_selector(".usa-alert--success")
    assert "is filed" in visit.page.inner_text(".usa-alert--success")


def test_call_hears_what_is_typed_and_f2_goes_to_what_was_found_and_back(person: Any) -> None:
    visit = person("agent", DESK)
    visit.open("/calls/")
    visit.page.focus("textarea[name=description]")
    visit.page.keyboard.type("street sweeping")
    visit.page.wait_for_selector("#fitting button")
    visit.page.focus("select[name=service]")
    visit.page.keyboard.press("F2")
    assert visit.page.evaluate("document.getElementById('found').contains(document.activeElement)")
    visit.page.keyboard.press("F2")
    assert visit.page.evaluate("document.activeElement.name") == "service"
    visit.page.keyboard.press("Shift+Tab")
    assert visit.page.evaluate("document.activeElement.value").startswith("service-")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_load_state()
    assert visit.page.input_value("select[name=service]")
    assert visit.problems == []


def test_live_page_shows_a_change_within_five_seconds_without_being_loaded_again(person: Any, city: Site) -> None:
    visit = person("boss", DESK)
    visit.open("/live/")
    number = visit.page.locator("#live tbody tr").last.get_attribute("data-number")
    comment = f"actions.comment(by=None, request_id={int(number[3:])}, text='Seen', public=True)"
    code = f"from citystat.service_requests.cases import actions; {comment}"
    run(city.home, "shell", "--no-imports", "-c", code)
    visit.page.wait_for_selector(f"#live tbody tr:first-child[data-number='{number}']", timeout=6_000)
    assert visit.problems == []


@pytest.mark.feature("F025")
def test_report_without_network_is_kept_on_the_phone_and_sent_once_when_it_is_back(person: Any, city: Site) -> None:
    visit = person("crew")
    visit.open("/crew/")
    link = visit.page.locator("a.ac-stop", has_text="Street Sweeping").first
    number = link.inner_text().split(",")[1].split()[0]
    link.click()
    visit.page.fill("textarea[name=note]", "Swept both sides")
    visit.page.context.set_offline(True)

    visit.page.click("main form[data-keeps-offline] button[type=submit]")
    visit.page.wait_for_selector("#waiting:not([hidden])")
    assert "1 report" in visit.page.inner_text("#waiting") or "One report" in visit.page.inner_text("#waiting")
    assert number in visit.page.inner_text("#waiting")
    assert done_events(city, number) == 0

    visit.page.context.set_offline(False)
    visit.page.get_by_text("has been sent").wait_for()
    assert done_events(city, number) == 1
    visit.open("/crew/")
    visit.page.wait_for_timeout(500)
    assert visit.page.is_hidden("#waiting")
    assert done_events(city, number) == 1


def test_todays_list_opens_anew_without_network_and_what_is_done_there_is_sent_once(person: Any, city: Site) -> None:
    visit = person("crew")
    context = visit.page.context
    visit.open("/crew/")
    visit.page.wait_for_selector("#waiting[data-pages]", state="attached")
    visit.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    visit.page.close()
    context.set_offline(True)
    page = context.new_page()

    page.goto(city.url("/crew/"))
    assert "This page is as it was at" in page.inner_text("#kept")
    link = page.locator("a.ac-stop:not(.ac-stop--done)").first
    number = link.inner_text().split(",")[1].split()[0]
    link.click()
    for needed in page.locator("fieldset.ac-check").all():
        needed.locator("input").first.check()
    page.fill("textarea[name=note]", "Done without network")
    page.set_input_files("input[name=photos]", {"name": "fix.jpg", "mimeType": "image/jpeg", "buffer": cases.photo()})
    page.click("main form[data-keeps-offline] button[type=submit]")
    page.wait_for_selector("#waiting:not([hidden])")
    page.goto(city.url("/crew/"))
    page.locator(".ac-stop", has_text=number).get_by_text("waits to be sent").wait_for()
    assert done_events(city, number) == 0

    context.set_offline(False)
    page.locator("#kept", has_text="No network").wait_for(state="hidden")
    page.goto(city.url("/crew/"))
    assert done_events(city, number) == 1


def test_nobody_there_without_network_is_kept_on_the_phone_and_told_once(person: Any, city: Site) -> None:
    code = "from tests.action_center.city import appointment_today as made; print(made())"
    number = run(city.home, "shell", "--no-imports", "-c", code).strip().splitlines()[-1]
    visit = person("crew")
    visit.open("/crew/")
    visit.page.locator("a.ac-stop", has_text=number).click()
    visit.page.get_by_text("Nobody or nothing there").click()
    visit.page.fill("#missed-note", "Nothing at the curb")
    visit.page.context.set_offline(True)
    visit.page.click("form[action$='/missed/'] button[type=submit]")
    visit.page.wait_for_selector("#waiting:not([hidden])")
    assert number in visit.page.inner_text("#waiting")
    assert visit.page.locator("main form[data-keeps-offline]:visible").count() == 0
    assert missed_events(city, number) == 0

    visit.page.context.set_offline(False)
    visit.page.get_by_text("has been sent").wait_for()
    visit.open("/crew/")
    visit.page.wait_for_timeout(500)
    assert visit.page.is_hidden("#waiting")
    assert missed_events(city, number) == 1


def test_signing_out_leaves_no_page_and_no_report_on_the_phone(city: Site, chromium: Any) -> None:
    # Signs in by itself: the session of the other tests goes on.
    context = chromium.new_context(viewport={"width": PHONE, "height": 844})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(city.url("/accounts/login/"))
    page.fill("input[name=login]", "crew@calder.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(city.url("/"))
    page.goto(city.url("/crew/"))
    page.wait_for_selector("#waiting[data-pages]", state="attached")
    assert page.evaluate("caches.keys().then((names) => names.length)") == 1

    page.goto(city.url("/account/"))
    page.click("[data-signs-out] button")
    page.wait_for_url(city.url("/"))
    left = "Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations(), indexedDB.databases()])"
    assert page.evaluate(f"{left}.then((all) => all.map((one) => one.length))") == [0, 0, 0]
    context.close()


def done_events(city: Site, number: str) -> int:
    """How often the request was reported done."""
    return events(city, number, "order_done")


def missed_events(city: Site, number: str) -> int:
    """How often it was told that nobody was there."""
    return events(city, number, "slot_missed")


def events(city: Site, number: str, kind: str) -> int:
    """How often something happened to a request."""
    code = (
        "from citystat.service_requests.models import Event; "
        f"print(Event.objects.filter(request_id={int(number.partition('-')[2])}, kind='{kind}').count())"
    )
    return int(run(city.home, "shell", "--no-imports", "-c", code).strip().splitlines()[-1])
