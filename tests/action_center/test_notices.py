"""Notices beside the call taker's form, and the pages on which staff write, look at, publish and end them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from citystat.service_requests.cases import notices
from citystat.service_requests.cases.notices import Content
from citystat.service_requests.models import ContactRecord, Notice, NoticeCount, ServiceRequest
from tests.factories import cases

pytestmark = pytest.mark.django_db
CALL = {"call_key": "k1", "channel": "phone", "address": "12 Main St", "language": "en"}
SHAPE = '{"type": "Polygon", "coordinates": [[[-94.6, 39.0], [-94.58, 39.0], [-94.58, 39.1], [-94.6, 39.1], [-94.6, 39.0]]]}'


@pytest.fixture
def manager(city: None) -> Any:
    return cases.make_user("manager@city.example", "manager_311", department="", name="Theo")


def out(title: str = "Water main broken", **cover: Any) -> Notice:
    now = timezone.now()
    content = Content({"en": {"title": title, "body": "Crews are there."}}, now - timedelta(hours=1), now + timedelta(days=1), **cover)
    return notices.publish(by=None, pk=notices.write(by=None, content=content).pk)


@pytest.mark.slow
def test_call_taker_sees_the_notice_for_service_and_point(agent: Any, sign_in: Any) -> None:
    out("Only leaks in the west", services=("leak",), kind="council_district", codes=("1",))
    browser = sign_in(agent)
    west = {"longitude": "-94.59", "latitude": "39.05"}
    shown = browser.post("/calls/", {**CALL, **west, "service": "leak", "do": "look"}).context["notices"]
    assert [one.title for one in shown] == ["Only leaks in the west"]
    assert browser.post("/calls/", {**CALL, **west, "service": "pothole", "do": "look"}).context["notices"] == []
    east = {"longitude": "-94.55", "latitude": "39.05"}
    assert browser.post("/calls/", {**CALL, **east, "service": "leak", "do": "look"}).context["notices"] == []


def test_call_answered_by_a_notice_is_logged_and_counted(agent: Any, sign_in: Any) -> None:
    one = out()
    sign_in(agent).post("/calls/", {**CALL, "do": f"notice-{one.pk}"})
    record = ContactRecord.objects.get()
    assert (record.outcome, record.topic, record.by) == ("answered", "Water main broken", agent)
    assert not ServiceRequest.objects.exists()
    assert NoticeCount.objects.get().withheld == 1


def test_call_answered_by_a_notice_that_ended_says_so(agent: Any, sign_in: Any) -> None:
    one = out()
    notices.end(by=None, pk=one.pk)
    page = sign_in(agent).post("/calls/", {**CALL, "do": f"notice-{one.pk}"})
    assert page.status_code == 400
    assert "has ended" in page.content.decode()
    assert not ContactRecord.objects.exists()


def form(**changes: Any) -> dict[str, Any]:
    now = timezone.localtime()
    minute = "%Y-%m-%dT%H:%M"
    return {
        "title_en": "Water main broken", "body_en": "Crews are there.", "title_es": "Tubería rota", "body_es": "",
        "severity": "warning",
        "starts_at": (now - timedelta(hours=1)).strftime(minute), "ends_at": (now + timedelta(hours=9)).strftime(minute),
    } | changes  # fmt: skip


@pytest.mark.slow
def test_manager_writes_looks_at_publishes_and_ends_a_notice(manager: Any, sign_in: Any) -> None:
    browser = sign_in(manager)
    sent = browser.post("/notices/manage/new/", form(services=["leak"], places=["council_district:1"]))
    one = Notice.objects.get()
    assert sent["Location"] == f"/notices/manage/{one.pk}/"
    page = browser.get(sent["Location"]).content.decode()
    assert "Tubería rota" in page
    assert notices.current("leak") == []

    browser.post(f"/notices/manage/{one.pk}/do/", {"do": "publish"})
    assert [shown.title for shown in notices.current("leak")] == ["Water main broken"]
    assert "Nobody else has looked at it" in browser.get(sent["Location"]).content.decode()

    browser.post(f"/notices/manage/{one.pk}/do/", {"do": "end"})
    assert notices.current("leak") == []
    assert "Ended" in browser.get("/notices/manage/").content.decode()


def test_manager_draws_the_area_as_text(manager: Any, sign_in: Any) -> None:
    browser = sign_in(manager)
    browser.post("/notices/manage/new/", form(shape=SHAPE))
    one = Notice.objects.get()
    assert one.shape["type"] == "Polygon"
    assert "-94.58" in browser.get(f"/notices/manage/{one.pk}/edit/").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shape": "{not json"}, "no GeoJSON"),
        ({"title_en": "", "body_en": "words", "title_es": ""}, "title"),
        ({"ends_at": "2020-01-01T10:00"}, "after it starts"),
        ({"ends_at": "whenever"}, "Enter a valid date"),
        ({"services": ["nothing"]}, "not one of the available choices"),
    ],
)
def test_mistakes_of_a_notice_stand_on_the_form_with_what_was_typed(manager: Any, sign_in: Any, changes: Any, words: str) -> None:
    page = sign_in(manager).post("/notices/manage/new/", form(body_en="Crews <are> there.") | changes)
    assert page.status_code == 400
    assert words in page.content.decode()
    assert "Tubería rota" in page.content.decode() or "title_es" in changes
    assert not Notice.objects.exists()


def test_list_of_notices_shows_what_people_did(manager: Any, sign_in: Any) -> None:
    one = out()
    notices.count([one.pk], shown=1)
    notices.count([one.pk], shown=1, filed=1)
    notices.count([one.pk], shown=1, withheld=1)
    [line] = sign_in(manager).get("/notices/manage/").context["rows"]
    assert (line["shown"], line["filed"], line["not_filed"], line["withheld"]) == (3, 1, 2, 1)


@pytest.mark.slow
def test_list_of_notices_costs_the_same_however_many(manager: Any, sign_in: Any, django_assert_max_num_queries: Any, settings: Any) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    browser = sign_in(manager)
    for _number in range(12):
        out()
    browser.get("/notices/manage/")
    with django_assert_max_num_queries(6):
        browser.get("/notices/manage/")
