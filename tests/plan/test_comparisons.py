"""Places compared at one mix of services, and two values compared with their chance."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from citystat.core.errors import InputError
from citystat.plan import queries
from tests.factories.requests import request, write_build

DUE = date(2017, 6, 20)


def cases(service: str, district: str | None, on_time: int, of: int) -> Iterator[dict[str, Any]]:
    for number in range(of):
        closed_on = DUE if number < on_time else DUE + timedelta(days=5)
        yield request(
            service=service, place_council_district=district, opened_on=date(2017, 6, 1), due_on=DUE, closed_on=closed_on, address=None
        )


@pytest.fixture
def north_and_south(city_home: Path) -> None:
    """The published example of Simpson's paradox: the North is better in both types and worse in total."""
    rows = [
        *cases("Potholes", "North", 90, 100),
        *cases("Trees", "North", 300, 900),
        *cases("Potholes", "South", 800, 900),
        *cases("Trees", "South", 30, 100),
    ]
    write_build(rows, as_of=date(2017, 12, 31), by_month=False)


@pytest.mark.slow
@pytest.mark.usefixtures("north_and_south")
def test_standardised_gives_the_published_shares_and_turns_the_order_around() -> None:
    found = queries.standardised("closed_on_time", by="council_district", period="2017-06")
    north, south = found.places
    assert (north.crude, south.crude) == pytest.approx((0.39, 0.83), abs=1e-3)
    assert (north.value, south.value) == pytest.approx((0.6167, 0.5944), abs=1e-4)
    assert north.lower < north.value < north.upper


@pytest.mark.slow
@pytest.mark.usefixtures("north_and_south")
def test_standardised_over_months_adds_them_up() -> None:
    one = queries.standardised("closed_on_time", by="council_district", period="2017-06")
    several = queries.standardised("closed_on_time", by="council_district", start=date(2017, 5, 1), end=date(2017, 7, 31))
    assert [place.value for place in several.places] == [place.value for place in one.places]


@pytest.mark.slow
@pytest.mark.usefixtures("north_and_south")
def test_standardised_refuses_what_is_no_share() -> None:
    with pytest.raises(InputError, match="only shares can be compared"):
        queries.standardised("requests_opened", by="council_district", period="2017-06")


def test_standardised_place_with_few_cases_is_too_few(city_home: Path) -> None:
    rows = [*cases("Potholes", "1", 90, 100), *cases("Potholes", "2", 1, 4), *cases("Potholes", None, 3, 30)]
    write_build(rows, as_of=date(2017, 12, 31), by_month=False)
    found = {place.code: place for place in queries.standardised("closed_on_time", by="council_district", period="2017-06").places}
    assert (found["2"].state, found["2"].value, found["2"].position) == ("too_few", None, "undefined")
    assert found["1"].state == found[None].state == "ok"


@pytest.mark.slow
def test_funnel_finds_a_district_beyond_chance_and_leaves_the_others(city_home: Path) -> None:
    rows = [row for code in "123456" for row in cases("Potholes", code, 80 if code != "4" else 40, 100)]
    write_build(rows, as_of=date(2017, 12, 31), by_month=False)
    places = queries.standardised("closed_on_time", by="council_district", period="2017-06").places
    assert {place.code: place.position for place in places if place.position.startswith("low")} == {"4": "low_998"}


@pytest.mark.slow
@pytest.mark.usefixtures("north_and_south")
@pytest.mark.parametrize(
    ("name", "first", "second", "verdict"),
    [
        ("closed_on_time", {"service": "Potholes"}, {"service": "Trees"}, "higher"),
        ("closed_on_time", {"service": "Trees"}, {"service": "Potholes"}, "lower"),
        ("closed_on_time", {"service": "Potholes", "council_district": "North"}, {"service": "Potholes"}, "about_the_same"),
        ("median_days_to_close", {"service": "Potholes"}, {"service": "Trees"}, "lower"),
        ("requests_opened", {"service": "Potholes"}, {"service": "Trees"}, "undefined"),
    ],
)
def test_compare_says_different_only_beyond_chance(name: str, first: dict[str, str], second: dict[str, str], verdict: str) -> None:
    assert queries.compare(name, period="2017-06", first=first, second=second).verdict == verdict
