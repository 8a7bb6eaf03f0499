"""Pages of countdowns: for everyone, for inspectors, for the quality analyst."""

import csv
import io
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client

from citystat.core import clock
from citystat.plan.countdowns import actions
from citystat.plan.models import Countdown, CountdownItem
from tests.factories import countdowns as factory
from tests.web.embedded import check_embedding

pytestmark = pytest.mark.django_db
SAID = {"done_on": "2014-03-01", "how": "Repaired", "proof": "Permit 12-88", "cost": "1000"}


@pytest.fixture(autouse=True)
def city(city_home: Path) -> Any:
    with clock.at(datetime(2014, 4, 3, 15, tzinfo=ZoneInfo("UTC"))):
        yield


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:400]
    return answer.content.decode()


@pytest.mark.slow
@pytest.mark.feature("F022")
def test_page_says_ahead_and_required_pace_as_hand_arithmetic_does(client: Client) -> None:
    for house in factory.put(factory.countdown(), 300)[:130]:
        factory.counted(house)
    text = page(client, "/countdowns/houses/")
    assert "130 of 300 vacant houses are done" in text
    assert "10 more than an even pace asks for, or 33.3 days ahead: 120 would be done by April 3, 2014." in text
    assert "From now on 8.5 every 30 days are needed; the plan began with 9." in text
    assert "<dt>Days left</dt><dd>600</dd>" in text
    assert "130 of 300 vacant houses are done" in page(client, "/countdowns/")


@pytest.mark.feature("F011")
def test_page_says_what_was_spent_what_one_cost_and_what_is_left(client: Client) -> None:
    houses = factory.put(factory.countdown(budget=Decimal(10_000)), 3)
    for house, cost in zip(houses, (Decimal("1000.40"), Decimal(500), None), strict=True):
        factory.counted(house, cost=cost)
    text = page(client, "/countdowns/houses/")
    assert "$1,500 was spent on 2 done: $750 each. Done and without a recorded cost: 1. $8,500 of $10,000 is left." in text


def test_page_shows_an_earlier_day_and_refuses_what_is_no_day(client: Client) -> None:
    factory.counted(factory.put(factory.countdown(), 1)[0])
    assert "0 of 300 vacant houses are done" in page(client, "/countdowns/houses/?on=2014-04-02")
    page(client, "/countdowns/houses/?on=yesterday", 400)


def test_page_in_spanish_and_in_the_frame_of_another_site(client: Client) -> None:
    factory.countdown()
    answer = client.get("/countdowns/houses/?embed=1", headers={"accept-language": "es"})
    assert "Van 0 de 300 casas vacías" in answer.content.decode()
    check_embedding(client, "/countdowns/houses/")


def test_csv_has_what_every_number_is_counted_from_and_no_proof_of_what_does_not_count(client: Client) -> None:
    first, second, third = factory.put(factory.countdown(), 3)
    factory.counted(first, cost=Decimal(250))
    factory.done(second, proof="Draft deed")
    CountdownItem.objects.filter(pk=third.pk).update(address="=1+1")
    rows = list(csv.DictReader(io.StringIO(client.get("/countdowns/houses/items.csv").content.decode())))
    assert [(row["status"], row["proof"]) for row in rows] == [("counted", "Permit 12-88"), ("pending", ""), ("open", "")]
    assert rows[2]["address"] == "'=1+1"


def test_page_of_a_hidden_countdown_is_for_the_staff_alone(client: Client) -> None:
    factory.countdown(is_public=False)
    for path in ("/countdowns/houses/", "/countdowns/houses/items.csv"):
        page(client, path, 404)
        page(signed_in(factory.inspector()), path)
    assert "300 houses" not in page(client, "/countdowns/")


@pytest.mark.slow
def test_item_said_done_waits_and_is_counted_by_the_analyst() -> None:
    house = factory.put(factory.countdown(), 1)[0]
    path = f"/countdowns/houses/items/{house.pk}/"
    inspector, reviewer = signed_in(factory.inspector()), signed_in(factory.reviewer())
    assert inspector.post(path, SAID).status_code == 302
    assert "waits for the check" in page(inspector, path)
    assert "P-0001" in page(reviewer, "/countdowns/checks/")
    assert inspector.post(f"{path}act/", {"act": "pass"}).status_code == 403
    assert reviewer.post(f"{path}act/", {"act": "pass"}).status_code == 302
    assert CountdownItem.objects.get().status == "counted"
    assert "1 of 1 checked" not in page(reviewer, "/countdowns/checks/")
    assert "0 of 1 checked were returned: 0% (0% to 79%, 95% interval)." in page(reviewer, "/countdowns/checks/")


def test_item_keeps_what_was_typed_when_something_is_wrong() -> None:
    house = factory.put(factory.countdown(), 1)[0]
    answer = signed_in(factory.inspector()).post(f"/countdowns/houses/items/{house.pk}/", SAID | {"done_on": "2019-01-01"})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "lies in the future" in text
    assert "Permit 12-88" in text


def test_return_without_a_reason_is_told_where_the_person_is() -> None:
    house = factory.done(factory.put(factory.countdown(), 1)[0])
    answer = signed_in(factory.reviewer()).post(f"/countdowns/houses/items/{house.pk}/act/", {"act": "return"})
    assert (answer.status_code, "Say why" in answer.content.decode()) == (400, True)


def test_page_names_what_was_taken_back(client: Client) -> None:
    house = factory.counted(factory.put(factory.countdown(), 1)[0])
    actions.take_back(by=factory.reviewer(), item=house, note="Roof open again")
    assert "Roof open again" in page(client, "/countdowns/houses/")


def test_new_sets_a_countdown_up_and_reads_a_percentage_as_people_write_it() -> None:
    planner = signed_in(factory.planner())
    typed = {
        "title": "Trees", "slug": "trees", "things": "trees", "target_count": "500", "starts_on": "2014-01-01", "ends_on": "2015-12-31",
        "share": "0.25", "is_public": "on",
    }  # fmt: skip
    answer = planner.post("/countdowns/new/", typed)
    assert answer.status_code == 400
    assert 'value="trees"' in answer.content.decode()
    assert planner.post("/countdowns/new/", typed | {"share": "25%"}).status_code == 302
    assert Countdown.objects.get().check_share == 0.25
    assert 'value="25%"' in page(planner, "/countdowns/trees/edit/")


def test_command_loads_and_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    factory.countdown()
    path = tmp_path / "items.csv"
    path.write_text("key,district,done_on\nA,1,\nB,2,2014-01-01\n,3,\n")
    call_command("countdown", "load", "houses", str(path), "--json")
    loaded = json.loads(capsys.readouterr().out)
    assert (loaded["rows"], loaded["added"], loaded["said_done"], [one["line"] for one in loaded["rejected"]]) == (3, 2, 1, [4])
    call_command("countdown", "show", "--json")
    shown = json.loads(capsys.readouterr().out)["countdowns"][0]
    assert (shown["done"], shown["expected"], shown["counts"]["pending"]) == (0, 120.0, 1)
