"""Open requests of any past day, as known now and as known then."""

from datetime import date, timedelta

import pytest

from citystat.ops.management.commands.build import make_build
from citystat.warehouse import sql
from citystat.warehouse.connections import open_build
from tests.factories.landing import land, state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_home")]
PACKAGE = "citystat.service_requests"


def open_on(day: date, statement: str = "open_on") -> list[str]:
    return [row["request_id"] for row in open_build().dicts(sql.load(PACKAGE, statement), {"day": day})]


def land_history() -> None:
    """A closes in June as told in June; B is said open in June and closed, back in June, as told in July."""
    a = state(request_id="A", opened_on=date(2017, 6, 1), closed_on=date(2017, 6, 10), due_on=date(2017, 6, 5))
    land([a, state(request_id="B", opened_on=date(2017, 6, 3))], as_of=date(2017, 6, 30))
    land([state(request_id="B", opened_on=date(2017, 6, 3), closed_on=date(2017, 6, 20))], as_of=date(2017, 7, 31))
    make_build()


@pytest.mark.slow
def test_open_on_counts_from_the_opening_day_to_the_day_before_closing() -> None:
    land_history()
    assert open_on(date(2017, 5, 31)) == []
    assert open_on(date(2017, 6, 1)) == ["A"]
    assert open_on(date(2017, 6, 9)) == ["A", "B"]
    assert open_on(date(2017, 6, 10)) == ["B"]
    assert open_on(date(2017, 6, 20)) == []


@pytest.mark.slow
def test_open_on_tells_age_and_due_date() -> None:
    land_history()
    rows = open_build().dicts(sql.load(PACKAGE, "open_on"), {"day": date(2017, 6, 9)})
    assert [(row["request_id"], row["age_days"], row["due_on"]) for row in rows] == [("A", 8, date(2017, 6, 5)), ("B", 6, None)]


@pytest.mark.slow
def test_open_on_as_known_then_does_not_know_what_was_told_later() -> None:
    land_history()
    assert open_on(date(2017, 6, 30), "open_on_as_known") == ["B"]
    assert open_on(date(2017, 6, 30)) == []
    assert open_on(date(2017, 7, 31), "open_on_as_known") == []


def test_open_on_leaves_out_what_is_not_counted_and_closings_without_a_day() -> None:
    rows = [state(status=status) for status in ("cancelled", "duplicate", "invalid", "information_only", "closed")]
    land([*rows, state(request_id="A")], as_of=date(2017, 6, 30))
    make_build()
    assert open_on(date(2017, 6, 15)) == ["A"]


@pytest.mark.slow
def test_open_on_obeys_the_flow_identity() -> None:
    first = date(2017, 3, 1)
    rows = [
        state(
            opened_on=first + timedelta(days=n * 31 % 50),
            closed_on=first + timedelta(days=n * 31 % 50 + n % 13) if n % 4 else None,
            status="duplicate" if n % 11 == 0 else "closed" if n % 4 else "open",
        )
        for n in range(120)
    ]
    land(rows, as_of=date(2017, 6, 30))
    make_build()
    for shift in range(0, 60, 7):
        day = first + timedelta(days=shift)
        ((opened, closed),) = open_build().rows(
            "SELECT count(*) FILTER (WHERE opened_on = $day), count(*) FILTER (WHERE closed_on = $day) FROM requests WHERE is_counted",
            {"day": day},
        )
        assert len(open_on(day)) == len(open_on(day - timedelta(days=1))) + opened - closed, day
