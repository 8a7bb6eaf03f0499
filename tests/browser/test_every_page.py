"""Every page on a phone and on a desk: accessible, nothing wider than the screen, nothing from elsewhere, no errors."""

import re
from pathlib import Path
from typing import Any

import pytest

from citystat.web.front_end import packages_dir
from tests.browser.conftest import Site, Visit

pytestmark = pytest.mark.browser
PHONE, DESK = 390, 1280

# Name in the URL table -> address, or the page that links to an example of it and the link's pattern.
PUBLIC: dict[str, str | tuple[str, str]] = {
    "web:home": "/",
    "web:plan": "/plan/",
    "web:plan_version": "/plan/versions/1/",
    "web:goal": ("/plan/", r"/plan/goals/on-time/"),
    "web:themes": "/plan/themes/",
    "web:theme": ("/plan/themes/", r"/plan/themes/[^/]+/"),
    "web:boards": "/plan/boards/",
    "countdowns:index": "/countdowns/",
    "countdowns:countdown": "/countdowns/vacant-houses/",
    "web:performance": "/data/performance/",
    "web:budget_chain": "/chain/budget/",
    "web:chain": ("/measures/closed_on_time/", r"/chain/closed_on_time/[^/]+/"),
    "commitments:commitments": "/commitments/",
    "commitments:commitment": ("/commitments/", r"/commitments/\d\d-\d+/"),
    "weaknesses:celebrations": "/celebrations/",
    "programs:programs": "/programs/",
    "programs:program": "/programs/streets-by-map/",
    "programs:budget": "/programs/budget/",
    "programs:improvements": "/improvements/",
    "programs:improvement": "/improvements/east-station/",
    "programs:selections": "/areas-in-focus/",
    "programs:selection": "/areas-in-focus/rising/",
    "programs:councils": "/advice/",
    "programs:council": "/advice/associations/",
    "stat:index": "/stat/",
    "stat:month": ("/stat/", r"/stat/calendar/[^/]+/"),
    "stat:coverage": ("/stat/", r"/stat/coverage/\d+/"),
    "stat:decisions": "/stat/decisions/",
    "stat:session": "/stat/4/",
    "stat:memo": "/stat/4/memo/",
    "register:corrections": "/corrections/",
    "intake:notices": "/notices/",
    "intake:campaigns": "/campaigns/",
    "intake:campaign": ("/campaigns/", r"/campaigns/[^/]+/"),
    "intake:addresses": "/address/",
    "web:measures": "/measures/",
    "web:measure": "/measures/closed_on_time/",
    "web:measure_then": "/measures/open_backlog/known-then/",
    "web:measure_trace": ("/measures/closed_on_time/", r"/measures/closed_on_time/[^/]+/rows/"),
    "web:departments": "/departments/",
    "web:department": ("/departments/", r"/departments/[^/]+/"),
    "web:services": "/services/",
    "web:service": ("/services/", r"/services/[^/]+/"),
    "web:districts": "/districts/",
    "web:district": ("/districts/", r"/districts/[^/]+/"),
    "web:reading": "/how-to-read/",
    "requests:explore": "/explore/",
    "requests:data_notes": "/data-notes/",
    "packets:packet_list": "/packets/",
    "reports:index": "/reports/",
    "reports:report": ("/reports/", r"/reports/\d+/"),
    "reports:departments": ("/reports/", r"/reports/departments/[^/]+/"),
    "packets:packet_page": ("/packets/", r"/packets/\d+/"),
    "packets:packet_changes": ("/packets/", r"/packets/\d+/"),
    "intake:report": "/report/",
    "intake:report_form": ("/report/", r"/report/[^/]+/"),
    "intake:requests": "/requests/",
    "intake:follow": "/follow/",
    "intake:my_data": "/my-data/",
    "intake:stop_following": "/follow/stop/anything/",
    "answers:search": "/answers/",
    "answers:answer": ("/answers/", r"/answers/[^/]+/"),
    "account_login": "/accounts/login/",
}
STAFF: dict[str, str | tuple[str, str]] = {
    "commitments:new": "/commitments/new/",
    "reports:new": "/reports/new/",
    "reports:audiences": "/reports/audiences/",
    "reports:member": ("/reports/audiences/", r"/reports/audiences/\d+/"),
    "reports:deliver": "/reports/deliver/report:1/",
    "reports:explain": "/reports/explain/2026-Q3/",
    "reports:unread": "/reports/unread/",
    "weaknesses:weaknesses": "/weak-points/",
    "weaknesses:new": "/weak-points/new/",
    "weaknesses:weakness": ("/weak-points/", r"/weak-points/\d+/"),
    "programs:new_program": "/programs/new/",
    "programs:edit_program": "/programs/streets-by-map/edit/",
    "programs:add_evidence": "/programs/streets-by-map/evidence/",
    "programs:take_back": ("/programs/streets-by-map/", r"/programs/streets-by-map/evidence/\d+/take-back/"),
    "programs:new_improvement": "/improvements/new/",
    "programs:edit_improvement": "/improvements/east-station/edit/",
    "programs:new_meeting": "/improvements/meetings/",
    "programs:new_selection": "/areas-in-focus/new/",
    "programs:edit_selection": "/areas-in-focus/rising/edit/",
    "programs:partnership": "/areas-in-focus/rising/plan/",
    "programs:new_council": "/advice/new/",
    "programs:edit_council": "/advice/associations/edit/",
    "programs:end_member": "/advice/associations/members/1/end/",
    "programs:add_member": "/advice/associations/members/",
    "programs:add_recommendation": "/advice/associations/recommendations/",
    "programs:respond": ("/advice/associations/", r"/advice/associations/recommendations/\d+/"),
    "stat:plan": "/stat/plan/",
    "stat:prepare": "/stat/5/prepare/",
    "stat:room": "/stat/4/room/",
    "stat:correct": "/stat/4/correct/",
    "register:register": "/measures/register/",
    "register:new": "/measures/register/new/",
    "register:board": "/measures/board/",
    "register:health": "/measures/health/",
    "register:asked": "/values/",
    "register:from_file": "/values/file/",
    "register:targets": "/measures/closed_on_time/targets/",
    "register:correct": "/measures/closed_on_time/correct/",
    "maturity:steps": "/center/maturity/",
    "plan:drafts": "/plan/drafts/",
    "countdowns:new": "/countdowns/new/",
    "countdowns:checks": "/countdowns/checks/",
    "countdowns:items": "/countdowns/vacant-houses/items/",
    "countdowns:item": ("/countdowns/vacant-houses/items/", r"/countdowns/vacant-houses/items/\d+/"),
    "processes:index": "/plan/processes/",
    "processes:process": ("/plan/processes/", r"/plan/processes/\d+/"),
    "processes:new": "/plan/processes/new/",
    "processes:evaluations": "/plan/processes/evaluations/",
    "processes:leads": "/plan/processes/leads/",
    "plan:new_plan": "/plan/drafts/new/",
    "plan:draft": ("/plan/drafts/", r"/plan/drafts/\d+/"),
    "plan:change_plan": "/plan/drafts/2/change/",
    "plan:new_goal": "/plan/drafts/2/goals/new/",
    "plan:goal_form": "/plan/drafts/2/goals/trees/",
    "plan:adopt": "/plan/drafts/2/adopt/",
    "plan:progress": "/plan/goals/on-time/progress/",
    "plan:inputs": "/plan/inputs/",
    "plan:new_theme": "/plan/themes/new/",
    "plan:theme_form": "/plan/themes/eastbank/edit/",
    "requests:reality_check": "/reality-check/",
    "requests:quality": "/quality-review/",
    "requests:quarantine": "/quarantine/",
    "web:analyses": "/analyses/",
    "people:people": "/people/",
    "people:invite": "/people/invite/",
    "people:person": ("/people/", r"/people/\d+/"),
    "answers:manage": "/answers/manage/",
    "answers:new": "/answers/new/",
    "answers:unanswered": "/answers/unanswered/",
    "channels:stuck": "/messages/",
    "channels:inbox": "/messages/in/",
    "people:account": "/account/",
    "account_logout": "/accounts/logout/",
    "account_change_password": "/accounts/password/change/",
    "mfa_index": "/accounts/2fa/",
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def axe() -> str:
    source = packages_dir() / "axe-core" / "axe.min.js"
    if not source.exists():
        pytest.skip("axe-core is not installed: run `npm ci`")
    return source.read_text(encoding="utf-8")


def address_of(visit: Visit, where: str | tuple[str, str]) -> str:
    """The address itself, or the first link that looks like it on another page."""
    if isinstance(where, str):
        return where
    visit.open(where[0])
    links = visit.page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
    found = [link for link in links if re.fullmatch(where[1], link.partition("?")[0])]
    assert found, f"{where[0]} has no link like {where[1]}"
    return str(found[0])


def violations(visit: Visit, axe: str) -> list[str]:
    """What axe finds, as `rule: element` lines."""
    visit.page.evaluate(axe)
    result: dict[str, Any] = visit.page.evaluate("rules => axe.run(document, rules)", RULES)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in result["violations"] for node in rule["nodes"]]


def too_wide(visit: Visit) -> int:
    """Pixels by which the page is wider than the screen."""
    return int(visit.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def look_at(visit: Visit, where: str | tuple[str, str], axe: str) -> None:
    """Everything that must hold of a page, at both widths."""
    path = address_of(visit, where)
    visit.problems.clear()
    for width in (PHONE, DESK):
        visit.page.set_viewport_size({"width": width, "height": 900})
        assert visit.open(path) == 200
        assert too_wide(visit) <= 0, f"{path} is wider than {width} pixels"
        assert violations(visit, axe) == [], f"{path} at {width} pixels"
    assert visit.problems == []


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_page_holds_on_phone_and_desk(name: str, visit: Visit, axe: str) -> None:
    look_at(visit, PUBLIC[name], axe)


@pytest.mark.parametrize("name", sorted(STAFF))
def test_staff_page_holds_on_phone_and_desk(name: str, staff_visit: Visit, axe: str) -> None:
    look_at(staff_visit, STAFF[name], axe)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_page_in_spanish_fits_a_phone(name: str, visit: Visit) -> None:
    path = address_of(visit, PUBLIC[name])
    visit.open(f"/language/es/?next={path}")
    assert visit.page.get_attribute("html", "lang") == "es"
    assert too_wide(visit) <= 0


def test_unknown_page_holds_too(visit: Visit, axe: str) -> None:
    assert visit.open("/no-such-page/") == 404
    assert violations(visit, axe) == []
    assert too_wide(visit) <= 0


def test_every_page_with_an_address_of_its_own_is_looked_at() -> None:
    from tests.config.test_access_walk import NOBODY, WHO_GETS_IN

    files = re.compile(
        r"_(cells|outline|csv|json|(?<!from_)file|download|colors)$|:(language|change_role|make_link|set_active)$|save_|delete_|open_"
    )
    one_time = {"people:set_password", "account_inactive", "account_reauthenticate"}
    second_factor = {name for name in WHO_GETS_IN if name.startswith("mfa_") and name != "mfa_index"}
    rows_of_staff = {"requests:quality_sample", "requests:quality_mass", "requests:quality_closing"}
    # Looked at with requests of their own, in tests/intake/test_in_browser.py.
    of_one_request = {"intake:tracking", "intake:done", "intake:request_page"}
    sent_or_fetched = {
        f"intake:{name}" for name in ("reply", "feedback", "stop_messages", "follow_request", "photo", "feed", "place_notices")
    }
    # Opened by a link in a message, used once: tests/intake/test_my_data.py.
    sent_or_fetched |= {f"intake:{name}" for name in ("confirm_follow", "my_data_get", "my_data_delete")}
    sent_or_fetched |= {"people:city_sign_in", "people:city_sign_in_back"}
    sent_or_fetched |= {
        "answers:helpful",
        "answers:log",
        "answers:settle",
        "answers:edit",
        "channels:retry",
        "channels:retry_all",
        "channels:inbound",
    }
    sent_or_fetched |= {"people:add_scope", "people:remove_scope", "web:picture", "channels:inbound_hook", "channels:text_hook"}
    # Acts, feeds, files, and pages of one thing that stand in the tests of their rooms.
    sent_or_fetched |= {f"commitments:{name}" for name in ("act", "by_link", "download")} | {"weaknesses:act", "weaknesses:take_up"}
    sent_or_fetched |= {f"countdowns:{name}" for name in ("act", "edit", "photo")} | {"plan:remove_goal", "plan:withdraw"}
    sent_or_fetched |= {f"processes:{name}" for name in ("edit", "end_lead", "evaluation")} | {"programs:choose"}
    sent_or_fetched |= {f"register:{name}" for name in ("by_link", "corrections_feed", "definition", "edit", "new_version", "review")}
    sent_or_fetched |= {"register:settings", "register:values", "reports:packet_office", "reports:session_office"}
    sent_or_fetched |= {f"stat:{name}" for name in ("act", "entry", "feed", "preview", "worth")} | {
        "web:chain_newest",
        "web:performance_zip",
        "web:robots",
    }
    sent_or_fetched |= {f"intake:{name}" for name in ("address", "appointment", "follow_campaign", "notice_feed")}
    # Pages of live requests are looked at in tests/action_center/test_in_browser.py; what programs ask for has no page.
    pages = {name for name, who in WHO_GETS_IN.items() if who != NOBODY and not files.search(name)}
    pages = {name for name in pages if not name.startswith(("action:", "open311:"))}
    assert pages - one_time - second_factor - rows_of_staff - of_one_request - sent_or_fetched == set(PUBLIC) | set(STAFF)


def test_menu_opens_without_scripts_on_a_phone(site: Site, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": PHONE, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url("/"))
    assert not page.is_visible("nav a[href='/measures/']")
    page.click("nav summary")
    assert page.is_visible("nav a[href='/measures/']")
    context.close()


def test_keyboard_reaches_the_main_content_first(visit: Visit) -> None:
    visit.open("/")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("() => document.activeElement.id") == "main"


def test_static_files_carry_a_hash_and_are_kept(visit: Visit) -> None:
    visit.open("/how-to-read/")
    href = str(visit.page.get_attribute("link[rel=stylesheet]", "href"))
    assert re.search(r"uswds\.min\.[0-9a-f]{12}\.css$", href)
    kept = visit.page.request.get(visit.site.url(href))
    assert "immutable" in kept.headers["cache-control"]


def test_page_prints_without_controls(visit: Visit, tmp_path: Path) -> None:
    visit.open("/how-to-read/")
    visit.page.emulate_media(media="print")
    assert not visit.page.is_visible("nav.cs-nav")
    assert visit.page.is_visible(".cs-chart svg >> nth=1")
