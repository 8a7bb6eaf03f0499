"""Who pays for the center, and what a contact costs: the split comes out again, both denominators stand beside."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from citystat.service_requests.center import cost_files, costs, loading
from citystat.service_requests.models import CenterCost
from tests.factories import calls as factory

pytestmark = pytest.mark.django_db
JUNE, JULY = (date(2017, 6, 1), date(2017, 6, 30)), (date(2017, 7, 1), date(2017, 7, 31))


@pytest.fixture
def load(tmp_path: Path) -> Any:
    def run(text: str) -> dict[str, Any]:
        path = tmp_path / "costs.csv"
        path.write_text(text)
        return loading.load_costs(path)

    return run


def requests(count: int, reaches: bool = True) -> costs.CountRequests:
    return lambda first, last: (count, reaches)


@pytest.mark.feature("F095")
def test_cost_by_payer_reproduces_the_split_of_two_centers_under_one_roof(load: Any) -> None:
    rows = [f"2017,Call taker {number},{'Water' if number > 31 else 'Finance'},,60000,post" for number in range(1, 37)]
    rows += ["2017,Manager,Finance,75%,100000,post", "2017,Manager,Water,25%,100000,post", "2017,Telephones,Finance,1,20000,other"]
    assert load("Period,Post,Payer,Share,Amount,Kind\n" + "\n".join(rows) + "\n")["loaded"] == 39

    (year,) = costs.periods(requests(1))

    finance, water = year.payers
    assert (water.payer, water.posts_alone, water.posts_shared, water.posts) == ("Water", 5, 1, Decimal("5.25"))
    assert water.amount == 5 * 60_000 + 25_000
    assert (finance.posts_alone, finance.other_items, finance.amount) == (31, 1, 31 * 60_000 + 75_000 + 20_000)
    assert year.cost == finance.amount + water.amount == 36 * 60_000 + 100_000 + 20_000
    assert finance.share + water.share == 1


def test_load_costs_rejects_a_post_whose_shares_do_not_add_up(load: Any) -> None:
    found = load("Period,Post,Payer,Share,Amount\n2017,A,Water,0.5,100\n2017,A,Finance,0.4,100\n2017,B,Water,1,50\n")
    assert (found["rows_read"], found["loaded"], found["rejected"]) == (3, 1, 2)
    assert found["rejected_rows"][0] == {"line": 2, "reason": "the shares of the post add up to 0.9, not to 1"}


def test_load_costs_takes_thirds_for_the_whole(load: Any) -> None:
    assert load("Period,Post,Payer,Share,Amount\n2017,A,X,1/3,90\n2017,A,Y,1/3,90\n2017,A,Z,1/3,90\n")["loaded"] == 3


def test_load_costs_again_changes_nothing_and_replaces_a_post_whole(load: Any) -> None:
    text = "Period,Post,Payer,Share,Amount\n2017-06,A,Water,0.5,100\n2017-06,A,Finance,0.5,100\n"
    load(text)
    assert load(text)["unchanged"] == 2
    load("Period,Post,Payer,Share,Amount\n2017-06,A,Water,1,100\n")
    assert list(CenterCost.objects.values_list("payer", "share")) == [("Water", Decimal(1))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017", (date(2017, 1, 1), date(2017, 12, 31))),
        ("2016-02", (date(2016, 2, 1), date(2016, 2, 29))),
        ("2017-Q3", (date(2017, 7, 1), date(2017, 9, 30))),
        ("2016-05-01 to 2017-04-30", (date(2016, 5, 1), date(2017, 4, 30))),
    ],
)
def test_period_reads_months_quarters_years_and_two_days(text: str, expected: tuple[date, date]) -> None:
    assert cost_files.period(text) == expected


@pytest.mark.feature("F123")
def test_unit_cost_changes_with_the_period_and_both_denominators_are_there() -> None:
    for period, amount, calls in ((JUNE, "30000", 100), (JULY, "31000", 50)):
        factory.cost(period, "Center", "Finance", amount)
        days = range(1, period[1].day + 1)
        factory.save(factory.volume(period[0].replace(day=day), offered=calls + 20, answered=calls, grain="day") for day in days)

    june, july = costs.periods(requests(1500))

    assert (june.contacts.volume, june.contacts.per_unit) == (3000, Decimal(10))
    assert (july.contacts.volume, july.contacts.per_unit) == (1550, Decimal(20))
    assert (june.requests.volume, june.requests.per_unit) == (1500, Decimal(20))


def test_unit_cost_is_not_computed_from_part_of_a_period() -> None:
    factory.cost(JUNE, "Center", "Finance", "30000")
    factory.save(factory.volume(date(2017, 6, day), offered=100, grain="day") for day in range(1, 12))
    (june,) = costs.periods(requests(10, reaches=False))
    assert (june.contacts.per_unit, june.contacts_why, june.days_known) == (None, "incomplete", 11)
    assert (june.requests.per_unit, june.requests_why) == (None, "incomplete")


def test_unit_cost_without_calls_says_that_they_are_missing() -> None:
    factory.cost(JUNE, "Center", "Finance", "30000")
    assert costs.periods(requests(1))[0].contacts_why == "missing"
