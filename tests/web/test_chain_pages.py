"""One chain: from a number back to its rows and forward to the dollar it moved."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from citystat.core import clock
from citystat.plan.goals import actions as goal_actions
from citystat.stat_sessions.models import Decision
from tests.factories.requests import request, write_build
from tests.stat_sessions.exchange import program

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r'cs-number__value">([^<]+)<')
LINE = "Street lights 4711"


@pytest.fixture(autouse=True)
def city(city_home: Path) -> Any:
    write_build([request(opened_on=date(2017, 1, 1) + timedelta(days=n)) for n in range(365)], as_of=date(2017, 12, 31))
    with clock.at(program.NOW):
        program.make_program()
        yield


def parts(client: Client, address: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in client.get(address).json()["chain"]:
        found.setdefault(row["part"], []).append(row["text"])
    return found


@pytest.mark.slow
def test_chain_of_a_number_leads_back_to_its_rows_and_forward_to_the_budget(client: Client) -> None:
    found = parts(client, "/chain/street_lights/2017-06/chain.json")
    assert {"value", "correction", "target", "definition", "rows", "source", "input"} <= found.keys()
    assert found["goal"] == ["Lights"]
    assert found["session"] == ["Session of 2017-10-19"]
    assert found["decision"] == ["Buy 400 lamps"]
    assert [text.split(": ")[1] for text in found["commitment"]] == ["Order the lamps"]
    assert found["budget_line"] == [LINE]


@pytest.mark.slow
def test_chain_of_a_warehouse_number_names_its_build(client: Client) -> None:
    found = parts(client, "/chain/requests_opened/2017-06/chain.json")
    assert found["build"] == ["Build 1"]
    assert found["rows"] == ["30 rows"]


@pytest.mark.slow
def test_chain_page_and_csv_say_the_same(client: Client) -> None:
    page = client.get("/chain/street_lights/2017-06/").content.decode()
    rows = list(csv.DictReader(io.StringIO(client.get("/chain/street_lights/2017-06/chain.csv").content.decode())))
    assert {row["part"] for row in rows} >= {"value", "decision", "commitment", "budget_line"}
    assert "Buy 400 lamps" in page
    assert "/measures/street_lights/2017-06/rows/" in page


@pytest.mark.slow
def test_chain_of_a_measure_without_a_period_is_of_its_newest_number(client: Client) -> None:
    assert client.get("/chain/street_lights/")["Location"] == "/chain/street_lights/2017-09/"
    assert "/chain/street_lights/" in client.get("/commitments/17-001/").content.decode()


@pytest.mark.slow
def test_chain_leaves_out_what_is_not_public(client: Client) -> None:
    Decision.objects.update(is_public=False)
    assert "decision" not in parts(client, "/chain/street_lights/2017-06/chain.json")
    assert client.get("/chain/trees_planted/2017-01/").status_code == 403


@pytest.mark.slow
def test_chain_of_what_does_not_exist_is_not_found(client: Client) -> None:
    for address in ("/chain/nothing/2017-06/", "/chain/street_lights/2017-06/chain.pdf", "/chain/budget/?line=Nothing"):
        assert client.get(address).status_code == 404, address


@pytest.mark.slow
@pytest.mark.feature("F125")
def test_budget_line_leads_back_to_its_sources(client: Client) -> None:
    goal_actions.record_input(
        by=None, kind="requests", text="Lamps out", source="311, 2017", received_on=date(2017, 3, 1), measure="street_lights"
    )
    assert LINE in client.get("/chain/budget/").content.decode()
    found = parts(client, f"/chain/budget/?line={LINE}&format=json")
    assert found["decision"] == ["Buy 400 lamps"]
    assert found["measure"] == ["Lit lights"]
    assert found["source"] == ["Given by the department: Streets"]
    assert found["input"] == ["Lamps out", "It is too dark"]
    page = client.get("/chain/budget/", {"line": LINE}).content.decode()
    assert page.index("Buy 400 lamps") < page.index("Lit lights") < page.index("It is too dark")


@pytest.mark.feature("F110")
def test_measure_page_cites_the_input_of_residents_it_came_from(client: Client) -> None:
    page = client.get("/measures/street_lights/").content.decode()
    assert "It is too dark" in page
    assert "Survey 2016, question 4" in page


@pytest.mark.slow
def test_goal_page_shows_sessions_decisions_and_promises(client: Client) -> None:
    page = client.get("/plan/goals/a-lights/").content.decode()
    assert "Buy 400 lamps" in page
    assert "Order the lamps" in page
    assert "Completed on time" in page


@pytest.mark.slow
@pytest.mark.feature("F028")
def test_goal_page_shows_live_figures_story_and_datasets(client: Client) -> None:
    def figure() -> str:
        shown = NUMBER.search(page := client.get("/plan/goals/a-lights/").content.decode())
        assert "A lamp at a time" in page
        assert 'href="/explore/"' in page
        return shown[1] if shown else ""

    before = figure()
    program.factory.give("street_lights", {"2017-11": (500, 1000)})
    assert (before, figure()) == ("91%", "50%")


@pytest.mark.slow
def test_performance_page_offers_the_package(client: Client) -> None:
    from citystat.web.exchange import views

    views.kept = views._Kept()
    page = client.get("/data/performance/").content.decode()
    assert "commitments.csv" in page
    given = client.get("/data/performance/performance-data.zip")
    assert given.content[:2] == b"PK"
    assert given["Content-Type"] == "application/zip"


@pytest.mark.slow
def test_chain_of_one_row_says_row_in_both_languages(client: Client) -> None:
    said = [client.get("/chain/street_lights/2017-05/", headers={"accept-language": code}).content.decode() for code in ("en", "es")]
    assert ">1 row<" in said[0]
    assert ">1 fila<" in said[1]
