"""citystat measure ask, status, health."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from citystat.core import clock
from citystat.core.errors import InputError
from citystat.core.models import OutboxMessage
from citystat.plan.registered import value_actions
from tests.factories import registered as factory
from tests.factories.requests import request, write_build

ROWS = [request(opened_on=date(2016, 1, 1) + timedelta(days=n)) for n in range(730)]
pytestmark = pytest.mark.django_db
NOW = datetime(2018, 1, 10, 12, tzinfo=ZoneInfo("UTC"))


@pytest.fixture(autouse=True)
def city(city_home: Path) -> Any:
    write_build(ROWS, as_of=date(2017, 12, 31))
    with clock.at(NOW):
        yield


def run(*words: str) -> str:
    out = StringIO()
    call_command("measure", *words, stdout=out)
    return out.getvalue()


def test_ask_says_whom_it_asked_and_asks_again_only_when_told() -> None:
    factory.validated()
    assert "street_lights" in run("ask")
    assert "0 asked" in run("ask")
    assert "1 asked" in run("ask", "--again")
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize(("asked_on", "due"), [(date(2018, 1, 2), date(2018, 1, 15)), (date(2018, 2, 20), date(2018, 2, 25))])
def test_ask_after_the_due_day_gives_some_days(asked_on: date, due: date) -> None:
    factory.validated()
    with clock.at(datetime(asked_on.year, asked_on.month, asked_on.day, 18, tzinfo=ZoneInfo("UTC"))):
        (asked,) = value_actions.ask(by=None, month="2017-12")
    assert asked.due_on == due


def test_ask_for_a_month_that_is_not_over_is_refused() -> None:
    with pytest.raises(InputError, match="not over yet"):
        value_actions.ask(by=None, month="2018-01")


@pytest.mark.slow
def test_status_gives_both_answers_and_a_published_rule() -> None:
    factory.validated()
    factory.give("street_lights", {key: (90 + n % 3, 100) for n, key in enumerate(factory.months("2016-01", 24))})
    value_actions.set_target(by=None, name="street_lights", value=0.99, start=date(2016, 1, 1), rationale="Council")
    (one,) = json.loads(run("status", "street_lights", "--rule", "louiestat", "--json"))["measures"]
    assert (one["changing"], one["meeting"], one["rule"], one["value"]) == ("common_cause", "will_fail", "yellow", 0.92)
    text = run("status", "street_lights", "--rule", "clearpoint")
    assert "will keep being missed" in text
    assert "0.9 × target" in text


@pytest.mark.slow
def test_health_lists_what_ails() -> None:
    factory.validated("lead_pipes", "gap", data_needed="Records of the utility")
    found = json.loads(run("health", "--json"))["ailments"]
    assert ("gap", "lead_pipes") in {(one["rule"], one["measure"]) for one in found}
    assert "No data yet" in run("health")


@pytest.mark.slow
def test_show_of_a_yearly_measure_is_by_year() -> None:
    factory.validated("tree_canopy", frequency="year", proxy="none", groups=[])
    factory.give("tree_canopy", {"2016": (31, 100)})
    rows = json.loads(run("show", "tree_canopy", "--from", "2016", "--json"))["rows"]
    assert [(one["period"], one["value"], one["state"]) for one in rows[:1]] == [("2016", 0.31, "ok")]
