"""The demo city's register: every kind of measure, with values, a correction, targets, and one value asked for."""

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from citystat.ops.demo import live, register
from citystat.ops.demo.city import read_city
from citystat.people.models import RoleGrant, User
from citystat.plan import queries
from citystat.plan.models import ValueRequest
from tests.factories.requests import request, write_build

pytestmark = pytest.mark.django_db


def test_make_register_tells_of_every_kind_of_measure(city_home: Path) -> None:
    write_build([request(opened_on=date(2026, 1, 1) + timedelta(days=n), outcome="resolved") for n in range(200)], as_of=date(2026, 10, 31))
    live.make_people()
    analyst = User.objects.create_user(register.ANALYST)
    RoleGrant.objects.create(user=analyst, role="administrator")
    started = time.process_time()
    made = register.make_register(read_city())
    assert time.process_time() - started < 6
    assert made == {"measures": 8, "asked": 1}
    found = {one.name: one for one in queries.measures() if one.source != "warehouse"}
    assert {one.source for one in found.values()} == {"typed", "survey", "computed", "gap"}
    assert queries.corrections("street_lights_working")[0].old_value == 0.993
    assert ValueRequest.objects.get().measure.name == "street_lights_working"
    known = queries.measure_table("potholes_filled", start=date(2024, 11, 1), end=date(2026, 10, 31))
    assert len(known.periods) == 24
    assert queries.standing("pavement_good").counts_in == ("potholes_per_street_request", "street_repairs_in_week")
