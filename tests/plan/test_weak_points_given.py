"""Measures people give stand among the weak points by the rules of those that are counted."""

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from citystat.core import clock
from citystat.plan import queries
from citystat.plan.registered import value_actions
from citystat.plan.registered.value_actions import Given
from citystat.plan.weak_points import WeakPoint
from tests.factories import registered as factory
from tests.factories.requests import keep_answers, request, write_build

pytestmark = pytest.mark.django_db
MONTHS = factory.months("2015-07", 30)


@pytest.fixture(autouse=True)
def city(city_home: Path) -> Any:
    write_build(requests, as_of=date(2017, 12, 31), named="a request a day in district 3")
    keep_answers(city_home)
    with clock.at(datetime(2018, 1, 10, 12, tzinfo=ZoneInfo("UTC"))):
        yield


def requests() -> list[dict[str, Any]]:
    return [request(opened_on=date(2017, 1, 1) + timedelta(days=n), place_council_district="3") for n in range(365)]


def give(name: str, shares: list[float | None]) -> None:
    values = {month: None if share is None else (round(share * 1000), 1000) for month, share in zip(MONTHS, shares, strict=True)}
    factory.give(name, values)


def target(value: float, name: str = "street_lights") -> None:
    value_actions.set_target(by=factory.officer(), name=name, value=value, start=date(2015, 1, 1), rationale="Promised")


def found(name: str = "street_lights") -> list[WeakPoint]:
    return [one for one in queries.weak_points(audience="public") if one.measure == name]


def noisy(level: float, last: list[float | None]) -> list[float | None]:
    chance = Random(4)
    return [level + chance.uniform(-0.004, 0.004) for _ in range(30 - len(last))] + last


@pytest.mark.slow
def test_target_missed_twice_by_given_values_is_named() -> None:
    factory.validated()
    give("street_lights", noisy(0.95, [0.93, 0.92]))
    target(0.94)
    (point,) = found()
    assert "two_misses" in (point.rule, *point.also)
    assert (point.value, point.before, point.after, point.period) == (0.92, 0.94, 0.92, "2017-12")


@pytest.mark.slow
def test_target_met_in_one_of_two_months_is_no_weak_point() -> None:
    factory.validated()
    give("street_lights", noisy(0.942, [0.939, 0.941]))
    target(0.94)
    assert found() == []


@pytest.mark.slow
def test_concerning_signal_of_given_values_is_named() -> None:
    factory.validated()
    give("street_lights", noisy(0.95, [0.80]))
    (point,) = found()
    assert point.rule == "concerning_signal"
    assert point.sentence.es


@pytest.mark.slow
def test_measure_in_a_direction_nobody_wants_is_none() -> None:
    factory.validated(direction="not_applicable")
    give("street_lights", noisy(0.95, [0.80]))
    assert found() == []


@pytest.mark.slow
def test_misses_of_a_series_that_went_silent_are_no_reason_to_look_today() -> None:
    factory.validated()
    give("street_lights", noisy(0.95, [0.93, 0.92, None, None, None]))
    target(0.94)
    assert found() == []


def test_group_that_misses_is_named_with_its_district() -> None:
    factory.validated()
    for month in ("2017-11", "2017-12"):
        given = Given(800, 1000, None, note="", group_key="council_district", group_value="3")
        value_actions.record(by=factory.analyst(), name="street_lights", period=month, given=given)
    target(0.94)
    assert [one.group for one in found()] == [{"council_district": "3"}]


@pytest.mark.slow
def test_computed_measure_that_misses_is_named() -> None:
    factory.validated()
    factory.validated("lights_out", "computed", expression={"numerator": "street_lights.denominator - street_lights.numerator"},
                      format="count", unit={"en": "lights"}, direction="decrease")  # fmt: skip
    give("street_lights", [0.95] * 30)
    target(40, "lights_out")
    assert [(one.rule, one.value) for one in found("lights_out")] == [("two_misses", 50)]


@pytest.mark.slow
def test_correction_and_retirement_are_seen_at_once() -> None:
    factory.validated()
    give("street_lights", noisy(0.95, [0.93, 0.92]))
    target(0.94)
    assert found() != []
    value_actions.correct(
        by=factory.officer(), name="street_lights", period="2017-12", given=Given(950, 1000, None, note=""), reason="Counted one round only"
    )
    assert [one for one in found() if one.rule == "two_misses"] == []


@pytest.mark.slow
def test_measure_of_the_staff_is_not_named_to_everyone() -> None:
    factory.validated(audience="staff")
    give("street_lights", noisy(0.95, [0.93, 0.92]))
    target(0.94)
    assert found() == []
    assert [one.measure for one in queries.weak_points() if one.measure == "street_lights"] == ["street_lights"]
