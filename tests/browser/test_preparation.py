"""The preparation page in a real browser: typed in one place, a button pressed in another."""

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
PAGE = "/stat/5/prepare/"


def test_prepare_keeps_the_text_whatever_button_is_pressed(staff_visit: Visit) -> None:
    page = staff_visit.page
    staff_visit.open(PAGE)
    page.fill("#id_purpose", "Why we meet")
    page.fill("#id_attendee-name", "Council aide")
    page.fill("#id_topic-title", "Trees near the schools")

    with page.expect_navigation():
        page.press("#id_topic-title", "Enter")
    kept = [page.input_value(f"#id_{name}") for name in ("purpose", "topic-title", "attendee-name")]
    assert kept == ["Why we meet", "Trees near the schools", "Council aide"]

    with page.expect_navigation():
        page.click("button[value=topic]")
    assert page.input_value("#id_attendee-name") == "Council aide"
    assert page.locator("legend", has_text="Trees near the schools").count() == 1

    page.fill("#id_good_news", "Fewer potholes")
    with page.expect_navigation():
        page.click("button[value=attendee]")
    assert "Council aide" in page.inner_text("main")

    page.fill("#id_place", "Room 4")
    with page.expect_navigation():
        page.click("button[value=cancel]")
    assert page.locator("#id_cancel-reason_error").is_visible()
    assert [page.input_value(f"#id_{name}") for name in ("purpose", "good_news", "place")] == ["Why we meet", "Fewer potholes", "Room 4"]
    assert staff_visit.problems == []
