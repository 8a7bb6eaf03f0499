"""Notices: who sees which, when, and what is counted of it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from citystat.core import clock
from citystat.core.errors import InputError, NotAllowed
from citystat.core.models import AuditEvent
from citystat.service_requests.cases import notices
from citystat.service_requests.cases.notices import Content
from citystat.service_requests.models import Notice, NoticeCount
from tests.factories import cases

pytestmark = pytest.mark.django_db
WEST, EAST = {"council_district": "1"}, {"council_district": "2"}
WEST_SHAPE = json.dumps({"type": "Polygon", "coordinates": [[[-94.6, 39.0], [-94.58, 39.0], [-94.58, 39.1], [-94.6, 39.1], [-94.6, 39.0]]]})


@pytest.fixture(autouse=True)
def city() -> None:
    cases.make_districts()
    cases.make_service()
    cases.make_service("Missed Trash", "TRASH", department="Solid Waste", category="Trash")


@pytest.fixture
def manager() -> Any:
    return cases.make_user("manager@city.example", "manager_311", name="Theo")


def content(**values: Any) -> Content:
    now = clock.now()
    texts = values.pop("texts", {"en": {"title": "Water main broken", "body": "Crews are there."}})
    return Content(texts, values.pop("starts_at", now - timedelta(hours=1)), values.pop("ends_at", now + timedelta(days=1)), **values)


def out(by: Any = None, **values: Any) -> Notice:
    return notices.publish(by=by, pk=notices.write(by=by, content=content(**values)).pk)


def titles(*arguments: Any, **values: Any) -> list[str]:
    return [one.title for one in notices.current(*arguments, **values)]


def test_current_shows_a_notice_only_once_it_is_published(manager: Any) -> None:
    written = notices.write(by=manager, content=content())
    assert titles("pothole", WEST, cases.WEST_POINT) == []
    notices.publish(by=manager, pk=written.pk)
    assert titles("pothole", WEST, cases.WEST_POINT) == ["Water main broken"]


def test_current_never_shows_a_notice_that_has_run_out(settings: Any) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 3600
    one = out()
    assert titles("pothole") == ["Water main broken"]
    with clock.at(one.ends_at):
        assert titles("pothole") == []
    with clock.at(one.ends_at - timedelta(seconds=1)):
        assert titles("pothole") == ["Water main broken"]


def test_current_waits_for_the_start() -> None:
    one = out(starts_at=timezone.now() + timedelta(hours=2))
    assert titles("pothole") == []
    with clock.at(one.starts_at):
        assert titles("pothole") == ["Water main broken"]


@pytest.mark.parametrize(
    ("cover", "service", "places", "point", "is_shown"),
    [
        ({}, "pothole", WEST, cases.WEST_POINT, True),
        ({"services": ("pothole",)}, "pothole", WEST, cases.WEST_POINT, True),
        ({"services": ("pothole",)}, "missed-trash", WEST, cases.WEST_POINT, False),
        ({"groups": ("Trash",)}, "missed-trash", WEST, cases.WEST_POINT, True),
        ({"groups": ("Trash",)}, "pothole", WEST, cases.WEST_POINT, False),
        ({"kind": "council_district", "codes": ("1",)}, "pothole", WEST, cases.WEST_POINT, True),
        ({"kind": "council_district", "codes": ("1",)}, "pothole", EAST, cases.EAST_POINT, False),
        ({"kind": "council_district", "codes": ("1",)}, "pothole", {}, None, False),
        ({"shape": WEST_SHAPE}, "pothole", WEST, cases.WEST_POINT, True),
        ({"shape": WEST_SHAPE}, "pothole", EAST, cases.EAST_POINT, False),
        ({"shape": WEST_SHAPE}, "pothole", WEST, None, False),
        # Where the place is not known yet, a notice of a part of the city counts when it names the service.
        ({"shape": WEST_SHAPE}, "pothole", None, None, False),
        ({"shape": WEST_SHAPE, "services": ("pothole",)}, "pothole", None, None, True),
        ({"kind": "council_district", "codes": ("1",)}, "", None, None, True),
    ],
)  # fmt: skip
def test_current_matches_service_and_place(cover: Any, service: str, places: Any, point: Any, is_shown: bool) -> None:
    out(**cover)
    assert (titles(service, places, point) != []) is is_shown


def test_current_puts_the_gravest_first() -> None:
    out(texts={"en": {"title": "Calm", "body": ""}})
    out(texts={"en": {"title": "Grave", "body": ""}}, severity="emergency")
    out(texts={"en": {"title": "Careful", "body": ""}}, severity="warning")
    assert titles("pothole") == ["Grave", "Careful", "Calm"]


def test_current_speaks_the_readers_language_or_the_citys_first() -> None:
    out(texts={"en": {"title": "Broken", "body": ""}, "es": {"title": "Rota", "body": ""}})
    with translation.override("es"):
        assert titles() == ["Rota"]
    with translation.override("fr"):
        assert titles() == ["Broken"]


def test_current_takes_no_statement_while_notices_are_kept(django_assert_num_queries: Any, settings: Any) -> None:
    settings.CITYSTAT_SECONDS_KEPT = 60
    out(kind="council_district", codes=("1",))
    titles("pothole", WEST, cases.WEST_POINT)
    with django_assert_num_queries(0):
        assert titles("pothole", WEST, cases.WEST_POINT) == ["Water main broken"]


def test_of_place_gives_the_citys_and_the_places_own() -> None:
    out(texts={"en": {"title": "Everywhere", "body": ""}})
    out(texts={"en": {"title": "In one", "body": ""}}, kind="council_district", codes=("1",))
    assert [one.title for one in notices.of_place("council_district", "1")] == ["Everywhere", "In one"]
    assert [one.title for one in notices.of_place("council_district", "2")] == ["Everywhere"]


def test_end_takes_a_notice_away_at_once_and_says_who(manager: Any) -> None:
    one = out(manager)
    notices.end(by=manager, pk=one.pk)
    assert titles("pothole") == []
    assert notices.state(notices.one_of(one.pk)) == "ended"
    assert AuditEvent.objects.filter(action="end notice", by=manager, target=str(one.pk)).exists()
    with pytest.raises(InputError, match="ended"):
        notices.publish(by=manager, pk=one.pk)


@pytest.mark.parametrize("role", ["call_taker", "department_worker", "supervisor", "council_office"])
def test_write_is_for_those_who_manage_the_center(role: str) -> None:
    with pytest.raises(NotAllowed):
        notices.write(by=cases.make_user("x@city.example", role), content=content())
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"texts": {"en": {"title": " ", "body": "x"}}}, "title"),
        ({"texts": {}}, "title"),
        ({"texts": {"en": {"title": "x" * 161, "body": ""}}}, "160"),
        ({"ends_at": timezone.now() - timedelta(days=9)}, "after it starts"),
        ({"starts_at": timezone.now() - timedelta(days=9), "ends_at": timezone.now() - timedelta(days=8)}, "past"),
        ({"services": ("nothing",)}, "nothing"),
        ({"kind": "council_district", "codes": ("99",)}, "99"),
        ({"kind": "council_district", "codes": ("1",), "shape": WEST_SHAPE}, "not both"),
        ({"shape": "{"}, "GeoJSON"),
        ({"shape": "[1, 2]"}, "GeoJSON"),
        ({"shape": '{"type": "FeatureCollection", "features": [3]}'}, "GeoJSON"),
        ({"shape": '{"type": "Point", "coordinates": [-94.6, 39.0]}'}, "three corners"),
        ({"shape": '{"type": "FeatureCollection", "features": []}'}, "three corners"),
        ({"shape": '{"type": "Polygon", "coordinates": [[[-94.6,39],[-94.5,39.1],[-94.5,39],[-94.6,39.1],[-94.6,39]]]}'}, "crosses itself"),
        ({"shape": '{"type": "Polygon", "coordinates": [[[4360,390],[4370,390],[4370,400],[4360,390]]]}'}, "longitude first"),
        ({"shape": '{"type": "Polygon", "coordinates": [[[10,50],[11,50],[11,51],[10,50]]]}'}, "outside the city"),
        ({"shape": "x" * 200_001}, "fewer corners"),
        ({"severity": "doom"}, "grave"),
    ],
)  # fmt: skip
def test_write_says_what_is_wrong_and_keeps_nothing(values: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        notices.write(by=None, content=content(**values))
    assert not Notice.objects.exists()


def test_write_again_keeps_what_stood_before_in_the_record(manager: Any) -> None:
    one = out(manager)
    notices.write(by=manager, pk=one.pk, content=content(texts={"en": {"title": "Repaired by noon", "body": ""}}))
    assert titles("pothole") == ["Repaired by noon"]
    event = AuditEvent.objects.filter(action="write notice").order_by("-pk").first()
    assert event is not None
    assert event.details["before"]["en"]["title"] == "Water main broken"


def test_count_adds_up_and_names_nobody() -> None:
    one = out()
    notices.count([one.pk, one.pk, 999], shown=1)
    notices.count([one.pk], shown=1, withheld=1)
    row = NoticeCount.objects.get()
    assert (row.shown, row.filed, row.withheld) == (2, 0, 1)
    assert {field.name for field in NoticeCount._meta.fields} == {"id", "notice", "on", "shown", "filed", "withheld"}
    [(_notice, sums)] = notices.every()
    assert (sums["shown"], sums["withheld"]) == (2, 1)


def test_version_changes_when_a_notice_starts_or_ends() -> None:
    before = notices.version()
    one = out(starts_at=timezone.now() + timedelta(hours=1))
    assert notices.version() == before
    with clock.at(one.starts_at):
        during = notices.version()
    with clock.at(one.ends_at):
        after = notices.version()
    assert during != before
    assert after == before
