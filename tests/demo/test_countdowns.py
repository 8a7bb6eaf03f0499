"""Calder Bend's countdown and processes."""

from datetime import date
from pathlib import Path

import pytest

from citystat.core import clock
from citystat.ops.demo import countdowns, live
from citystat.ops.demo.city import read_city
from citystat.plan.countdowns import actions, queries
from citystat.plan.models import CountdownItem
from citystat.plan.processes import queries as processes

pytestmark = pytest.mark.django_db


def test_make_countdown_is_behind_with_items_counted_waiting_and_returned(city_home: Path) -> None:
    live.make_people()
    countdowns.make_countdown(read_city())
    row = queries.countdown("vacant-houses")
    found = queries.progress(row)
    assert (found.standing.days_gone, found.standing.expected) == (400, 120.0)
    assert 95 <= found.standing.done <= 125
    assert found.finish.answer == "projected"
    assert found.errors.checked >= 20
    assert found.errors.returned >= 1
    assert all(actions.has_proof(one) for one in CountdownItem.objects.filter(status="counted"))
    assert max(day for day, _count in queries.counted_by_day(row, date.max)) <= clock.today()


def test_make_processes_leaves_one_without_a_measure_and_one_department_without_a_lead(city_home: Path) -> None:
    live.make_people()
    city = read_city()
    countdowns.make_countdown(city)
    countdowns.make_processes(city)
    assert [one.name for one in processes.without_measure(None)] == ["Bulky pickup"]
    assert [one.department for one in processes.leads() if one.row is None] == ["Solid Waste"]
    assert {one.status for one in processes.evaluations(None)} == {"open", "in_progress", "done"}
