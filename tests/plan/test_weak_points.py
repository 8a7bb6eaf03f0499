"""Weak points: each rule finds what it is for, says where and how much, and keeps still otherwise."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from citystat.plan import periods, queries
from citystat.plan.weak_points import WeakPoint
from tests.factories.requests import request, write_build

AS_OF = date(2017, 6, 30)
MONTHS = [periods.period_at("month", 2014 * 12 + index) for index in range(42)]


def rats(chance: Random, after_cut: float) -> list[dict[str, Any]]:
    """Rat and pothole requests of two districts; rats in district 3 rise from January 2017 on."""
    rows = []
    for month in MONTHS:
        for district in ("3", "5"):
            for service in ("Rats", "Pothole"):
                risen = district == "3" and service == "Rats" and month.start >= date(2017, 1, 1)
                for _ in range(round((20 + chance.randint(-3, 3)) * (after_cut if risen else 1))):
                    opened_on = month.start + timedelta(days=chance.randrange(25))
                    rows.append(
                        request(
                            service=service,
                            department="Health" if service == "Rats" else "Public Works",
                            opened_on=opened_on,
                            closed_on=min(opened_on + timedelta(days=chance.randrange(1, 10)), AS_OF),
                            due_on=opened_on + timedelta(days=14),
                            place_council_district=district,
                        )
                    )
    return rows


def weak(rows: list[dict[str, Any]], rule: str) -> list[WeakPoint]:
    write_build(rows, as_of=AS_OF, by_month=False)
    return [point for point in queries.weak_points() if point.rule == rule or rule in point.also]


@pytest.mark.feature("F114")
def test_rise_after_a_cut_raises_an_alert_with_size_and_place(city_home: Path) -> None:
    (point,) = weak(rats(Random(1), after_cut=2.5), "rise_after_cut")
    assert point.group == {"service": "Rats", "council_district": "3"}
    assert point.since == "2017-01"
    assert point.before == pytest.approx(20, abs=2)
    assert point.after == pytest.approx(50, abs=5)
    assert "requests a month since January 2017, against" in point.sentence.en
    assert "solicitudes al mes desde enero de 2017, frente a" in point.sentence.es


@pytest.mark.feature("F114")
def test_no_rise_raises_no_alert(city_home: Path) -> None:
    assert weak(rats(Random(1), after_cut=1.0), "rise_after_cut") == []


def test_target_missed_twice_is_named_with_target_and_value(city_home: Path) -> None:
    (city_home / "measures").mkdir(parents=True)
    target = {"value": 0.99, "from": "2014-01-01", "rationale": "Test"}
    own = {"extends": "closed_on_time", "name": "closed_on_time", "targets": [target]}
    (city_home / "measures" / "own.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    rows = rats(Random(2), 1.0)
    for row in rows:
        if row["department"] == "Health" and row["opened_on"] >= date(2017, 4, 1):
            row["due_on"] = row["opened_on"]
    found = {str(point.group): point for point in weak(rows, "two_misses")}
    assert "{'department': 'Health'}" in found
    assert "{'department': 'Public Works'}" not in found
    assert found["{'department': 'Health'}"].before == 0.99
    assert found["{'department': 'Health'}"].value < 0.99


def test_slower_department_is_a_concerning_signal(city_home: Path) -> None:
    rows = rats(Random(3), 1.0)
    for row in rows:
        if row["department"] == "Health" and row["opened_on"] >= date(2017, 2, 1):
            row["closed_on"] = min(row["opened_on"] + timedelta(days=13), AS_OF)
    found = weak(rows, "concerning_signal")
    assert ("median_days_to_close", {"department": "Health"}) in [(point.measure, point.group) for point in found]
    assert {"department": "Public Works"} not in [point.group for point in found if point.measure == "median_days_to_close"]


def test_district_served_worse_at_the_same_mix_is_a_district_gap(city_home: Path) -> None:
    rows = rats(Random(4), 1.0)
    for row in rows:
        if row["place_council_district"] == "5" and row["opened_on"].day % 3 == 0:
            row["due_on"] = row["opened_on"]
    found = weak(rows, "district_gap")
    assert ("closed_on_time", {"council_district": "5"}) in [(point.measure, point.group) for point in found]


def test_backlog_a_quarter_above_last_year_is_worsening(city_home: Path) -> None:
    rows = rats(Random(5), 1.0)
    rows += [request(opened_on=date(2017, 5, 2), department="Water") for _ in range(200)]
    (water,) = [point for point in weak(rows, "worsening_backlog") if point.group]
    assert (water.group, water.before, water.after) == ({"department": "Water"}, 0, 200)


def test_feed_that_stopped_is_stale(city_home: Path) -> None:
    rows = [row for row in rats(Random(6), 1.0) if row["opened_on"] < date(2017, 6, 1)]
    assert [point.rule for point in weak(rows, "stale")] == ["stale"]


def test_weak_points_name_a_measure_and_group_once(city_home: Path) -> None:
    write_build(rats(Random(7), 3.0), as_of=AS_OF, by_month=False)
    subjects = [(point.measure, str(point.group)) for point in queries.weak_points()]
    assert len(subjects) == len(set(subjects))
