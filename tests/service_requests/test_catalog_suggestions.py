"""Promises suggested from history."""

import io
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from citystat.service_requests import catalog_actions, suggestions
from citystat.service_requests.models import Service
from citystat.service_requests.suggestions import Suggestion
from citystat.warehouse.connections import open_build
from tests.factories.requests import request, write_build

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_home")]
MONDAY = date(2017, 6, 5)
AS_OF = date(2017, 12, 31)


def cases(days: Sequence[int | None], service: str = "Pothole", **values: Any) -> list[dict[str, Any]]:
    """One request per number of days to close; None is still open."""
    return [
        request(service=service, opened_on=MONDAY, closed_on=None if one is None else MONDAY + timedelta(days=one), **values)
        for one in days
    ]


def only(rows: list[dict[str, Any]], **options: Any) -> Suggestion:
    write_build(rows, as_of=AS_OF)
    (one,) = suggestions.suggest(open_build(), **options)
    return one


@pytest.mark.slow
def test_suggest_percentile_of_closed_requests() -> None:
    one = only(cases([*range(1, 5)] * 10))
    # Days 1 to 4 in equal parts: 8 in 10 are closed by day 4; opened on a Monday that is 4 business days.
    assert (one.outcome, one.closings, one.still_open, one.percentile_days) == ("suggested", 40, 0, 4)
    assert (one.promise_value, one.promise_unit) == (4, "business_days")


@pytest.mark.slow
def test_suggest_counts_business_days_over_the_weekend() -> None:
    one = only(cases([7] * 40))
    assert (one.percentile_days, one.promise_value, one.promise_unit) == (7, 5, "business_days")


@pytest.mark.slow
def test_suggest_open_requests_lengthen_the_promise() -> None:
    closed_only = only(cases([1] * 30 + [30] * 10))
    with_open = only(cases([1] * 30 + [30] * 10 + [None] * 10))
    assert closed_only.percentile_days == 30
    assert (with_open.outcome, with_open.percentile_days) == ("suggested", 30)
    assert only(cases([1] * 30 + [None] * 10)).outcome == "not_reached"


@pytest.mark.slow
def test_suggest_needs_thirty_closings() -> None:
    assert only(cases([2] * 29 + [None])).outcome == "too_few"
    assert only(cases([2] * 30)).outcome == "suggested"


@pytest.mark.slow
def test_suggest_leaves_mass_closures_out() -> None:
    one = only(cases([2] * 40) + cases([150] * 100, flag_mass_closed=True))
    assert (one.closings, one.percentile_days) == (40, 2)


@pytest.mark.slow
def test_suggest_uses_recent_months_only() -> None:
    old = [request(opened_on=date(2010, 1, 4), closed_on=date(2010, 12, 1)) for _ in range(50)]
    assert only(old + cases([2] * 40), months=24).closings == 40
    assert only(old + cases([2] * 40), months=None).closings == 90


@pytest.mark.slow
def test_suggest_leaves_information_services_out() -> None:
    write_build(cases([0] * 40, is_field_service=False), as_of=AS_OF)
    assert suggestions.suggest(open_build()) == ()


@pytest.mark.parametrize(
    ("business_days", "days", "promise"),
    [
        (0, 0.0, (1, "business_days")),
        (9.2, 13, (10, "business_days")),
        (11, 15, (15, "business_days")),
        (20, 28, (20, "business_days")),
        (21, 29, (30, "calendar_days")),
        (40, 58, (60, "calendar_days")),
        (70, 100, (120, "calendar_days")),
    ],
)
def test_sensible_promise_rounds_up(business_days: float, days: float, promise: tuple[int, str]) -> None:
    assert suggestions.sensible_promise(business_days, days) == promise


@pytest.mark.slow
def test_suggest_promises_never_touches_a_published_one() -> None:
    Service.objects.create(name="Pothole", slug="pothole", promise_value=9, promise_unit="business_days", promise_source="published")
    write_build(cases([2] * 40), as_of=AS_OF)
    (one,) = catalog_actions.suggest_promises(open_build())
    assert one.outcome == "published"
    assert Service.objects.get().promise_value == 9


@pytest.mark.slow
def test_suggest_promises_adds_services_and_renews_older_suggestions() -> None:
    write_build(cases([2] * 40) + cases([4] * 40, service="Tree"), as_of=AS_OF)
    catalog_actions.suggest_promises(open_build())
    write_build(cases([3] * 40), as_of=AS_OF)
    catalog_actions.suggest_promises(open_build())
    pothole, tree = Service.objects.get(slug="pothole"), Service.objects.get(slug="tree")
    assert (pothole.promise_value, pothole.promise_source, pothole.department) == (3, "suggested", "Public Works")
    assert pothole.suggestion["closings"] == 40
    assert tree.promise_value == 4


@pytest.mark.slow
def test_suggest_command_dry_run_saves_nothing() -> None:
    write_build(cases([2] * 40), as_of=AS_OF)
    out = io.StringIO()
    call_command("services", "suggest", "--dry-run", stdout=out)
    assert "2 business days" in out.getvalue()
    assert "Nothing was saved." in out.getvalue()
    assert not Service.objects.exists()


def test_suggest_command_json() -> None:
    write_build(cases([2] * 40), as_of=AS_OF)
    out = io.StringIO()
    call_command("services", "suggest", "--json", stdout=out)
    result = json.loads(out.getvalue())
    assert (result["saved"], result["suggestions"][0]["promise_unit"]) == (1, "business_days")


def test_suggest_without_requests(city_home: Path) -> None:
    write_build([], as_of=AS_OF)
    assert suggestions.suggest(open_build()) == ()
