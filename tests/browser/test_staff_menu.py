"""The groups of the staff menu by keyboard, on a desk, with scripts and without."""

from typing import Any

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.test_every_page import RULES, axe, too_wide

__all__ = ["axe"]
pytestmark = pytest.mark.browser
FIRST, SECOND = ".cs-nav__group summary >> nth=0", ".cs-nav__group summary >> nth=1"


def test_groups_open_and_close_by_keyboard(staff_visit: Visit, axe: str) -> None:
    page = staff_visit.page
    page.set_viewport_size({"width": 1280, "height": 900})
    staff_visit.open("/people/")
    page.focus(FIRST)
    page.keyboard.press("Enter")
    assert page.is_visible("nav a[href='/queue/']")
    # The menu itself: a link of the page half behind an open group is reached by closing it, which the next test shows.
    page.evaluate(axe)
    assert page.evaluate("rules => axe.run('nav.cs-nav', rules).then(found => found.violations.map(one => one.id))", RULES) == []
    assert too_wide(staff_visit) <= 0
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.is_visible("nav a[href='/queue/']")
    assert page.evaluate("() => document.activeElement.tagName") == "SUMMARY"


def test_open_group_covers_nothing_gone_on_to(staff_visit: Visit) -> None:
    page = staff_visit.page
    page.set_viewport_size({"width": 1280, "height": 900})
    staff_visit.open("/people/")
    page.focus(FIRST)
    page.keyboard.press("Enter")
    page.focus("main a")
    assert not page.is_visible("nav a[href='/queue/']")


def test_groups_open_without_scripts(site: Site, chromium: Any, signed_in_state: dict[str, Any]) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, storage_state=signed_in_state, java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url("/people/"))
    page.focus(FIRST)
    page.keyboard.press("Enter")
    assert page.is_visible("nav a[href='/queue/']")
    page.click(SECOND)
    assert not page.is_visible("nav a[href='/queue/']")
    context.close()
