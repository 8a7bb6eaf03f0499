"""A correction shows on the packets where the figure stood; the health of the measures knows what packets show."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from citystat.core import clock
from citystat.plan.registered import value_actions
from citystat.stat_sessions import appearances
from citystat.stat_sessions.models import Packet
from tests.factories import registered as factory

pytestmark = pytest.mark.django_db


def packet(month: str = "2017-06", **changes: Any) -> Packet:
    content = {"headlines": [{"measure": "requests_opened"}], "topics": [{"facts": {"measure": "overdue"}}]}
    values = {"month": month, "scope_kind": "city", "language": "en", "audience": "public", "edition": 1, "build": 1, "checksum": "x"}
    return Packet.objects.create(**{**values, "as_of": "2017-12-31", "content": content, **changes})


def test_on_packets_names_every_measure_of_the_last_packets() -> None:
    packet()
    assert appearances.on_packets() == {"requests_opened", "share_overdue"}


def correct(**changes: Any) -> None:
    values = {"name": "requests_opened", "period": "2017-06", "old_value": 130, "new_value": 30, "reason": "Counted twice"}
    with clock.at(timezone.now() + timedelta(days=1)):
        value_actions.correct_counted(by=factory.officer(), **{**values, **changes})


def test_corrected_since_holds_later_corrections_of_the_packets_own_month(city_home: Any) -> None:
    row = packet()
    correct()
    correct(period="2017-05")
    correct(name="closed_on_time", old_value=0.5, new_value=0.4)
    assert [(one.measure, one.period, one.new_value) for one in appearances.corrected_since(row)] == [("requests_opened", "2017-06", 30)]


def test_corrected_since_leaves_other_districts_alone(city_home: Any) -> None:
    row = packet(scope_kind="district", scope_code="2", scope_name="District 2")
    correct(group_key="council_district", group_value="1")
    assert appearances.corrected_since(row) == []
    correct(group_key="council_district", group_value="2")
    assert [one.group_value for one in appearances.corrected_since(row)] == ["2"]


def test_errata_are_written_as_figures_of_the_measure(city_home: Any) -> None:
    row = packet()
    correct()
    assert appearances.errata(appearances.corrected_since(row)) == [("Requests opened", "2017-06", "130", "30", "Counted twice")]
    assert Client().get("/corrections/").status_code == 200
