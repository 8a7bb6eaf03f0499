"""The reality check: closings no resident would recognize."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from citystat.service_requests import reality
from citystat.warehouse.connections import open_build
from tests.factories.requests import request, write_build

OPENED = datetime(2017, 6, 1, 9, 0)
PROMISE = {"service": "Pothole", "service_slug": "pothole", "kind": "field", "promise_source": "published", "requests": 1}


def test_closed_too_fast_counts_field_closings_within_ten_minutes(city_home: Path) -> None:
    fast = [
        request(opened_at=OPENED, closed_at=OPENED + timedelta(minutes=3), status="closed", flag_closed_in_minutes=True) for _ in range(4)
    ]
    slow = [request(opened_at=OPENED, closed_at=OPENED + timedelta(days=3), status="closed") for _ in range(6)]
    write_build(fast + slow, by_month=False)

    (row,) = reality.closed_too_fast(open_build())

    assert (row.service, row.closed, row.within_ten_minutes) == ("Pothole", 10, 4)


@pytest.mark.slow
def test_mass_closures_one_row_an_instant(city_home: Path) -> None:
    at = datetime(2017, 7, 1, 17, 0)
    closed = [request(opened_at=OPENED, closed_at=at, flag_mass_closed=True, service=f"Service {n % 3}") for n in range(60)]
    write_build([*closed, request(opened_at=OPENED, closed_at=at)], by_month=False)

    (row,) = reality.mass_closures(open_build())

    assert (row.requests, row.services, row.closed_on) == (60, 3, date(2017, 7, 1))


def test_reopened_is_unknown_when_one_export_only_is_loaded(city_home: Path) -> None:
    write_build([request(reopened=None)], by_month=False)

    assert reality.reopened(open_build()) is None


def test_reopened_counts_requests_open_again(city_home: Path) -> None:
    write_build([request(reopened=True), request(closed_on=date(2017, 6, 9), reopened=False)], by_month=False)

    (row,) = reality.reopened(open_build()) or ()

    assert (row.closed, row.reopened) == (2, 1)


def test_recurrent_places_needs_three_returns(city_home: Path) -> None:
    back = [request(opened_on=date(2017, 6, n), closed_on=date(2017, 6, n + 1), recurred=True, address="9 Elm St") for n in (1, 5, 9)]
    twice = [request(opened_on=date(2017, 6, n), closed_on=date(2017, 6, n + 1), recurred=True, latitude=39.5) for n in (1, 5)]
    write_build(back + twice, by_month=False)

    (row,) = reality.recurrent_places(open_build())

    assert (row.address, row.requests) == ("9 Elm St", 3)


@pytest.mark.slow
def test_promise_gaps_finds_padded_and_broken_promises(city_home: Path) -> None:
    quick = [request(opened_on=date(2017, 6, 1), closed_on=date(2017, 6, 1 + n % 3)) for n in range(40)]
    slow = [request(service="Trees", opened_on=date(2017, 6, 1), closed_on=date(2017, 6, 20 + n % 3)) for n in range(40)]
    still_open = [request(service="Trees", opened_on=date(2017, 6, 1)) for _ in range(10)]
    services = [
        PROMISE | {"promise_value": 30.0, "promise_unit": "calendar_days"},
        PROMISE | {"service": "Trees", "service_slug": "trees", "promise_value": 5.0, "promise_unit": "business_days"},
    ]
    write_build(quick + slow + still_open, by_month=False, services=services)

    gaps = {gap.service: gap for gap in reality.promise_gaps(open_build())}

    assert gaps["Pothole"].verdict == "padded"
    assert gaps["Trees"].verdict == "broken"
    assert gaps["Trees"].median_days == 20.0
    assert gaps["Trees"].promise_days == 7.0
