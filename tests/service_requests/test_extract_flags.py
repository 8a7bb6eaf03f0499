"""What only a look at many requests can tell: default points, mass closures, quick closings, recurrence, reopening."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

import pytest

from citystat.ops.management.commands.build import make_build
from citystat.service_requests.building import engine
from citystat.warehouse.connections import open_build
from tests.factories.landing import days, land, state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_home")]
AS_OF = date(2017, 12, 31)
METER = 1 / 111320
Row = dict[str, Any]


def build(rows: Iterable[Row], as_of: date = AS_OF) -> None:
    land(rows, as_of=as_of)
    make_build()


def ids(condition: str) -> set[str]:
    return {row[0] for row in open_build().rows(f"SELECT request_id FROM requests WHERE {condition}")}


def count(condition: str) -> int:
    return int(open_build().rows(f"SELECT count(*) FROM requests WHERE {condition}")[0][0])


# Default points


@pytest.mark.slow
def test_default_point_shared_by_many_addresses_is_flagged_and_not_located() -> None:
    shared = [state(latitude=39.1, longitude=-94.6, address=f"{n} Elm St") for n in range(engine.DEFAULT_POINT_ADDRESSES)]
    build([*shared, state(request_id="other", latitude=39.2, longitude=-94.6)])
    assert count("flag_default_point") == engine.DEFAULT_POINT_ADDRESSES
    assert ids("is_located") == {"other"}


@pytest.mark.slow
def test_default_point_busy_address_is_not_flagged() -> None:
    build([state(latitude=39.1, longitude=-94.6, address="1 Elm St") for _ in range(engine.DEFAULT_POINT_ADDRESSES + 10)])
    assert count("flag_default_point") == 0


@pytest.mark.slow
def test_default_point_zero_and_zero_is_always_one() -> None:
    build([state(request_id="A", latitude=0.0, longitude=0.0), state(latitude=39.1, longitude=-94.6)])
    assert ids("flag_default_point") == {"A"}


# Mass closures


def ordinary(number: int, **values: Any) -> list[Row]:
    """One closing a day, each at its own minute where clock times are asked for."""
    return [state(opened_on=day, closed_on=day + timedelta(days=2), **values) for day in days(date(2017, 1, 1), number)]


@pytest.mark.slow
def test_mass_closed_many_at_one_minute_are_flagged() -> None:
    cliff = [state(closed_on=date(2017, 8, 1), closed_clock=time(3, 0, n % 60)) for n in range(engine.MASS_CLOSED_FEWEST)]
    build(cliff + ordinary(40, closed_clock=time(14, 7)))
    assert count("flag_mass_closed") == engine.MASS_CLOSED_FEWEST
    assert count("flag_mass_closed AND closed_on <> DATE '2017-08-01'") == 0


@pytest.mark.slow
def test_mass_closed_one_fewer_is_not_flagged() -> None:
    build([state(closed_on=date(2017, 8, 1), closed_clock=time(3)) for _ in range(engine.MASS_CLOSED_FEWEST - 1)] + ordinary(40))
    assert count("flag_mass_closed") == 0


@pytest.mark.slow
def test_mass_closed_needs_to_be_many_times_the_usual_day() -> None:
    busy = [state(closed_on=day) for day in days(date(2017, 7, 1), 9) for _ in range(60)]
    build(busy)
    assert count("flag_mass_closed") == 0


@pytest.mark.slow
def test_mass_closed_service_day_without_clock_times_is_flagged() -> None:
    build([state(closed_on=date(2017, 8, 1)) for _ in range(60)] + ordinary(40) + ordinary(40, service="Tree"))
    assert count("flag_mass_closed") == 60
    assert count("flag_mass_closed AND service <> 'Pothole'") == 0


@pytest.mark.slow
def test_mass_closed_department_day_over_many_services_is_flagged() -> None:
    thin = [state(service=f"Service {n}", closed_on=date(2017, 8, 1)) for n in range(60)]
    build(thin + ordinary(40) + ordinary(40, department="Water"))
    assert count("flag_mass_closed AND closed_on = DATE '2017-08-01'") == 60
    assert count("flag_mass_closed") == 60


@pytest.mark.slow
def test_mass_closed_midnight_sharp_is_a_day_not_an_instant() -> None:
    nightly = [state(closed_on=day, closed_clock=time(0)) for day in days(date(2017, 7, 1), 9) for _ in range(60)]
    build(nightly + ordinary(90, closed_clock=time(14, 7), service="Tree"))
    assert count("flag_mass_closed") == 0


@pytest.mark.slow
def test_mass_closed_after_the_as_of_date_has_not_happened() -> None:
    build([state(closed_on=date(2018, 1, 9)) for _ in range(60)] + ordinary(40))
    assert count("flag_mass_closed") == 0


# Closed in minutes


@pytest.mark.slow
def test_closed_in_minutes_needs_a_field_service_and_two_clock_times() -> None:
    cases: dict[str, Row] = {
        "in time": {"closed_clock": time(8, 9, 59)},
        "after ten minutes": {"closed_clock": time(8, 10)},
        "without a clock time": {"closed_clock": None},
        "before it was opened": {"closed_clock": time(7, 59)},
        "a duplicate": {"closed_clock": time(8, 5), "status": "duplicate"},
        "information": {"closed_clock": time(8, 5), "status": "information_only"},
    }
    build(state(request_id=name, opened_clock=time(8), closed_on=date(2017, 6, 1), **values) for name, values in cases.items())
    assert ids("flag_closed_in_minutes") == {"in time"}


# Recurrence


def pair(name: str, meters_north: float = 0, meters_east: float = 0, **second: Any) -> list[Row]:
    """A request of a service of its own closed on 10 June, and another of it nearby opened on 20 June unless said otherwise."""
    latitude, longitude = 39.1, -94.6
    shifted = {"latitude": latitude + meters_north * METER, "longitude": longitude + meters_east * METER / 0.776}
    first = state(request_id=name, service=name, closed_on=date(2017, 6, 10), latitude=latitude, longitude=longitude)
    return [first, state(**{"request_id": f"{name}, second", "service": name, "opened_on": date(2017, 6, 20)} | shifted | second)]


def test_recurred_within_fifty_meters() -> None:
    shifts = {"none": (0, 0), "49 north": (49, 0), "51 north": (51, 0), "49 east": (0, 49), "51 east": (0, 51), "36 and 36": (36, 36)}
    build(row for name, shift in shifts.items() for row in pair(name, *shift))
    assert ids("recurred") == {"none", "49 north", "49 east"}


@pytest.mark.slow
def test_recurred_within_thirty_days_after_closing() -> None:
    days_of_second = [date(2017, 6, 9), date(2017, 6, 10), date(2017, 6, 11), date(2017, 7, 10), date(2017, 7, 11)]
    build(row for day in days_of_second for row in pair(str(day), opened_on=day))
    assert ids("recurred") == {"2017-06-11", "2017-07-10"}


@pytest.mark.slow
def test_recurred_needs_a_counted_request_of_the_same_service() -> None:
    seconds: dict[str, Row] = {
        "another service": {"service": "Tree"},
        "a duplicate": {"status": "duplicate"},
        "no point": {"latitude": None},
        "no opening day": {"opened_on": None},
        "one that counts": {},
    }
    build(row for name, values in seconds.items() for row in pair(name, **values))
    assert ids("recurred") == {"one that counts"}


@pytest.mark.slow
def test_recurred_on_the_same_day_is_decided_by_clock_times() -> None:
    day, point = date(2017, 6, 10), {"latitude": 39.1, "longitude": -94.6}
    first = state(request_id="first", closed_on=day, closed_clock=time(12), **point)
    build([first, state(opened_on=day, opened_clock=time(13), **point)])
    assert ids("recurred") == {"first"}


@pytest.mark.slow
def test_recurred_is_unknown_without_a_point_or_a_closing() -> None:
    build([state(request_id="A", latitude=39.1, longitude=-94.6), state(request_id="B", closed_on=date(2017, 6, 9))])
    assert ids("recurred IS NULL") == {"A", "B"}


@pytest.mark.slow
def test_recurred_agrees_with_comparing_every_pair() -> None:
    spread = [
        state(
            request_id=f"R{n:03d}",
            service=f"Service {n % 3}",
            opened_on=date(2017, 3, 1) + timedelta(days=(n * 37) % 200),
            closed_on=date(2017, 3, 1) + timedelta(days=(n * 37) % 200 + n % 40) if n % 5 else None,
            latitude=39.1 + (n * 7919 % 400) * METER,
            longitude=-94.6 + (n * 104729 % 400) * METER,
        )
        for n in range(300)
    ]
    build(spread)
    slow = open_build().rows(
        """SELECT DISTINCT a.request_id FROM requests a, requests b
           WHERE a.request_id <> b.request_id AND a.service = b.service AND a.status = 'closed'
             AND b.opened_on > a.closed_on AND b.opened_on <= a.closed_on + 30
             AND sqrt(power((a.latitude - b.latitude) * 111320, 2)
                      + power((a.longitude - b.longitude) * 111320 * cos(radians(a.latitude)), 2)) <= 50"""
    )
    assert ids("recurred") == {row[0] for row in slow}
    assert 10 < len(slow) < 200


# Reopening


@pytest.mark.slow
def test_reopened_is_unknown_after_one_load() -> None:
    build([state(request_id="A", closed_on=date(2017, 6, 9))])
    assert ids("reopened IS NULL") == {"A"}


@pytest.mark.slow
def test_reopened_open_again_after_a_closed_state() -> None:
    land([state(request_id="A", closed_on=date(2017, 6, 9)), state(request_id="B"), state(request_id="C")], as_of=date(2017, 6, 30))
    land([state(request_id="A"), state(request_id="B", closed_on=date(2017, 7, 9))], as_of=date(2017, 7, 31))
    land([state(request_id="A", closed_on=date(2017, 8, 9))], as_of=date(2017, 8, 31))
    make_build()
    assert ids("reopened") == {"A"}
    assert ids("NOT reopened") == {"B", "C"}


@pytest.mark.slow
def test_reopened_is_seen_across_a_moved_opening_month() -> None:
    land([state(request_id="A", closed_on=date(2017, 6, 9))], as_of=date(2017, 6, 30))
    land([state(request_id="A", opened_on=date(2017, 7, 1)), state(request_id="A", moved_away=True)], as_of=date(2017, 7, 31))
    make_build()
    assert ids("reopened") == {"A"}
