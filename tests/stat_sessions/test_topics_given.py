"""Signals of measures people give are proposed as topics by the rule of those that are counted."""

from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from citystat.core import clock
from citystat.stat_sessions import topics
from citystat.stat_sessions.content import Scope
from citystat.stat_sessions.figures import Reader
from citystat.stat_sessions.lists import Lists
from citystat.stat_sessions.topics import Evidence
from citystat.warehouse.connections import open_build
from tests.factories import registered as factory

MONTHS = factory.months("2015-01", 36)


@pytest.fixture(autouse=True)
def now():
    with clock.at(datetime(2018, 1, 10, 12, tzinfo=ZoneInfo("UTC"))):
        yield


def proposed(where: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """Rule and measure of every candidate about the street lights."""
    build, scope = open_build(), Scope("city", "", "Testville")
    reader = Reader(build, date(2017, 12, 1), where or {})
    evidence = Evidence(reader, Lists(build, date(2017, 12, 1), scope, None), scope, "en", {}, (), frozenset({"street_lights"}))
    found = topics.candidates(evidence)
    assert all(topics.topic(one, evidence).title for one in found)
    return [(one.rule, one.facts["measure"]) for one in found]


def give(last: float) -> None:
    chance = Random(4)
    shares = [0.95 + chance.uniform(-0.004, 0.004) for _ in MONTHS[:-1]] + [last]
    factory.give("street_lights", {month: (round(share * 1000), 1000) for month, share in zip(MONTHS, shares, strict=True)})


@pytest.mark.django_db
def test_concerning_signal_of_given_values_becomes_a_topic(small_city):
    factory.validated()
    give(0.80)
    assert proposed() == [("concerning_signal", "street_lights")]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("direction", ["not_applicable", "decrease"])
def test_signal_nobody_minds_becomes_none(small_city, direction: str):
    factory.validated(direction=direction)
    give(0.80)
    assert proposed() == []


@pytest.mark.slow
@pytest.mark.django_db
def test_given_values_of_the_whole_city_are_no_topic_of_a_department(small_city):
    factory.validated()
    give(0.80)
    assert proposed({"department": "Public Works"}) == []
