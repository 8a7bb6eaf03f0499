"""Campaigns: entered with reach and its source, told to followers, counted before, during and after."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from citystat.core.errors import InputError, NotAllowed, NotFound
from citystat.core.models import AuditEvent, OutboxMessage
from citystat.service_requests.cases import actions, campaign_counts, campaigns
from citystat.service_requests.cases.campaigns import Content
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import Campaign
from citystat.warehouse.connections import open_build
from tests.factories import cases
from tests.factories.requests import request, write_build

pytestmark = pytest.mark.django_db
START, END = date(2017, 6, 5), date(2017, 6, 18)
SHAPE = json.dumps({"type": "Polygon", "coordinates": [[[-94.6, 39.0], [-94.57, 39.0], [-94.57, 39.1], [-94.6, 39.1], [-94.6, 39.0]]]})


@pytest.fixture(autouse=True)
def city(city_home: Path) -> None:
    cases.make_districts()
    cases.make_service("Missed Trash", "TRA", category="Trash")
    cases.make_service("Illegal Dumping", "DUMP", category="Trash")
    cases.make_service("Pothole", "POT")


def content(**values: Any) -> Content:
    texts = values.pop(
        "texts", {"en": {"title": "Put it out by seven", "body": "Trash days."}, "es": {"title": "Antes de las siete", "body": ""}}
    )
    return Content(texts, values.pop("starts_on", START), values.pop("ends_on", END), **values)


def made(**values: Any) -> Campaign:
    return campaigns.write(by=None, content=content(**values))


def of_days(first: date, numbers: list[int], **values: Any) -> list[dict[str, Any]]:
    return [
        request(**{"service": "Missed Trash", "opened_on": first + timedelta(days=at)} | values)
        for at, number in enumerate(numbers)
        for _one in range(number)
    ]


def history(**values: Any) -> list[dict[str, Any]]:
    """Two weeks each: 4 a day before, 10 during, 4 after; a year earlier 4 throughout; 2016 begins in January."""
    year = timedelta(days=364)
    rows = of_days(
        START - timedelta(days=14), [4, 4, 5, 3, 4, 4, 4] * 2 + [10, 9, 11, 10, 10, 10, 10] * 2 + [4, 3, 5, 4, 4, 4, 4] * 2, **values
    )
    rows += of_days(START - timedelta(days=14) - year, [4, 5, 3, 4, 4, 4, 4] * 6, **values)
    return [*rows, request(service="Pothole", opened_on=date(2016, 1, 4))]


def counted(one: Campaign, rows: list[dict[str, Any]], as_of: date = date(2017, 12, 31)) -> campaign_counts.Counts:
    write_build(rows, by_month=False, as_of=as_of)
    return campaign_counts.counts(open_build(), one)


@pytest.mark.slow
def test_counts_of_equal_windows_and_the_same_weeks_a_year_earlier() -> None:
    found = counted(made(services=("missed-trash",)), history())

    assert [(one.start, one.end) for one in found.windows[:3]] == [
        (date(2017, 5, 22), date(2017, 6, 4)), (START, END), (date(2017, 6, 19), date(2017, 7, 2)),
    ]  # fmt: skip
    assert [one.requests for one in found.windows] == [56, 140, 56, 56, 56, 56]
    assert found.windows[3].start == date(2016, 5, 23)
    assert found.windows[3].start.weekday() == found.windows[0].start.weekday()
    assert {one.name: one.verdict for one in found.compared} == {
        "during_before": "higher", "during_year_before": "higher", "after_before": "about_the_same",
        "usual_during_before": "about_the_same",
    }  # fmt: skip
    ratio = found.compared[0]
    assert ratio.ratio == pytest.approx(2.5)
    assert ratio.lower is not None
    assert ratio.upper is not None
    assert 1.8 < ratio.lower < 2.5 < ratio.upper < 3.5


@pytest.mark.slow
def test_counts_take_only_the_services_and_groups_of_the_campaign() -> None:
    rows = history() + of_days(START, [3] * 14, service="Illegal Dumping") + of_days(START, [9] * 14, service="Pothole")
    assert counted(made(services=("missed-trash",)), rows).window("during").requests == 140
    assert counted(made(groups=("Trash",)), rows).window("during").requests == 140 + 42
    assert counted(made(), rows).window("during").requests == 140 + 42 + 126


@pytest.mark.slow
def test_counts_of_places_and_of_a_drawn_area_take_the_same_requests() -> None:
    west = of_days(START, [2] * 14, place_council_district="1", longitude=-94.59, latitude=39.05)
    east = of_days(START, [5] * 14, place_council_district="2", longitude=-94.55, latitude=39.05)
    nowhere = of_days(START, [1] * 14, place_council_district=None, longitude=None, latitude=None)
    rows = west + east + nowhere + [request(service="Pothole", opened_on=date(2016, 1, 4), place_council_district=None)]
    assert counted(made(kind="council_district", codes=("1",)), rows).window("during").requests == 28
    assert counted(made(shape=SHAPE), rows).window("during").requests == 28
    assert counted(made(), rows).window("during").requests == 28 + 70 + 14


@pytest.mark.slow
def test_counts_leave_out_what_measures_leave_out() -> None:
    rows = history() + of_days(START, [5] * 14, status="duplicate")
    assert counted(made(services=("missed-trash",)), rows).window("during").requests == 140


@pytest.mark.slow
def test_counts_of_a_campaign_that_is_not_over_use_the_days_there_are() -> None:
    found = counted(made(services=("missed-trash",)), history(), as_of=START + timedelta(days=3))
    during = found.window("during")
    assert (during.days, during.requests, during.is_whole) == (4, 40, False)
    assert during.per_day == pytest.approx(10)
    after = found.window("after")
    assert (after.days, after.per_day) == (0, None)
    assert next(one for one in found.compared if one.name == "after_before").verdict == "undefined"


@pytest.mark.slow
def test_counts_say_where_history_does_not_reach() -> None:
    rows = of_days(START - timedelta(days=14), [4] * 42)
    found = counted(made(), rows)
    assert found.window("before", year_before=True).per_day is None
    assert found.window("during", year_before=True).days == 0
    assert found.window("before").requests == 56


@pytest.mark.slow
def test_one_stormy_day_does_not_pass_for_an_effect() -> None:
    calm, storm = [4] * 14, [4] * 13 + [40]
    rows = [*of_days(START - timedelta(days=14), calm + storm + calm), request(service="Pothole", opened_on=date(2016, 1, 4))]
    found = counted(made(services=("missed-trash",)), rows)
    assert found.window("during").requests == 92
    assert found.dispersion > 4
    assert found.compared[0].verdict == "about_the_same"


@pytest.mark.slow
def test_counts_without_any_request_are_zero_and_compare_nothing() -> None:
    found = counted(made(services=("illegal-dumping",)), history())
    assert [one.requests for one in found.windows] == [0] * 6
    assert {one.verdict for one in found.compared} == {"undefined"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"texts": {"en": {"title": "", "body": "x"}}}, "name"),
        ({"ends_on": START - timedelta(days=1)}, "ends after"),
        ({"ends_on": START + timedelta(days=400)}, "366"),
        ({"services": ("nothing",)}, "nothing"),
        ({"shape": "{"}, "GeoJSON"),
    ],
)
def test_write_says_what_is_wrong(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        made(**values)
    assert not Campaign.objects.exists()


def test_write_gives_each_campaign_an_address_that_stays() -> None:
    first, second = made(), made()
    assert (first.slug, second.slug) == ("put-it-out-by-seven", "put-it-out-by-seven-2")
    changed = campaigns.write(by=None, pk=first.pk, content=content(texts={"en": {"title": "Other", "body": ""}}))
    assert changed.slug == first.slug
    assert made(texts={"es": {"title": "¡¿?!", "body": ""}}).slug == "campaign"


def test_campaign_that_is_not_public_is_seen_by_managers_only() -> None:
    one = made(is_public=False)
    with pytest.raises(NotFound):
        campaigns.by_slug(one.slug)
    assert campaigns.by_slug(one.slug, user=cases.make_user("m@city.example", "manager_311")) == one
    assert campaigns.public() == []


def test_reach_needs_what_was_counted_and_by_whom() -> None:
    one = made()
    for missing in ("channel", "counted", "source"):
        given = {"channel": "Door hangers", "counted": "households", "source": "Printer's invoice"} | {missing: " "}
        with pytest.raises(InputError, match="whose count"):
            campaigns.add_reach(by=None, pk=one.pk, number=10, **given)
    kept = campaigns.add_reach(by=None, pk=one.pk, channel="Door hangers", number=8200, counted="households", source="Printer's invoice")
    assert campaigns.reach_of(one) == [kept]
    campaigns.remove_reach(by=None, pk=one.pk, reach=kept.pk)
    assert campaigns.reach_of(one) == []
    assert AuditEvent.objects.get(action="remove campaign reach").details["number"] == 8200


@pytest.mark.parametrize("role", ["call_taker", "supervisor", "council_office", "analyst"])
def test_write_is_for_those_who_manage_the_center(role: str) -> None:
    with pytest.raises(NotAllowed):
        campaigns.write(by=cases.make_user("x@city.example", role), content=content())


def test_followers_are_told_once_each_in_their_language_until_they_stop() -> None:
    one = made()
    follow = {"place_kind": campaigns.FOLLOWED_AS, "place_code": one.slug}
    actions.follow(reporter=Details(email="ana@example.org"), **follow)
    actions.follow(reporter=Details(email="rosa@example.org", language="es"), **follow)
    gone = actions.follow(reporter=Details(email="sam@example.org"), **follow)
    actions.stop_following(token=gone.token)

    campaigns.add_news(by=None, pk=one.pk, texts={"en": "Half the streets are done.", "es": "La mitad está lista."})

    texts = sorted(OutboxMessage.objects.values_list("text", flat=True))
    assert len(texts) == 2
    assert "La mitad está lista." in texts[0]
    assert "Half the streets are done." in texts[1]
    assert "/follow/stop/" in texts[1]
    cases.file_request("missed-trash", email="")
    assert OutboxMessage.objects.count() == 2


def test_news_of_a_campaign_nobody_may_see_is_refused() -> None:
    with pytest.raises(InputError, match="not public"):
        campaigns.add_news(by=None, pk=made(is_public=False).pk, texts={"en": "News"})
