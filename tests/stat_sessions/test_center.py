"""Calls and callers' answers in the packet: from the build, judged by chart, missing said plainly."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from citystat.core.cities import write_city
from citystat.service_requests.center import extract
from citystat.stat_sessions import changes, content, presenters, queries, setting
from tests.factories import requests as factory
from tests.stat_sessions.conftest import abandoned, june, make_build, months, three_years

pytestmark = pytest.mark.django_db
assert settings.configured


def call_months(last: date = date(2017, 6, 1), **changed: Any) -> list[dict[str, Any]]:
    """Three years of months alike, with ordinary ups and downs; the last one changed."""
    ups = (0, 40, -30, 20, -40, 30, -10, 10, -20)
    rows = []
    for number, month in enumerate(months(date(2014, 7, 1), 36)):
        offered = 9_000 + ups[number % 9]
        answered = offered - 900 - ups[number % 9] // 4
        rows.append({
            "month": month, "offered": offered, "answered": answered, "abandoned": offered - answered,
            "wait_seconds": answered * 40.0,
            "wait_calls": answered, "in_target": offered * 0.75, "target_calls": offered, "target_seconds": 20,
            "days_known": 30, "days": 30,
            "is_complete": True,
        })  # fmt: skip
    assert rows[-1]["month"] == last
    rows[-1] |= changed
    return rows


def survey_month(question: str = "overall") -> dict[str, Any]:
    return {
        "month": date(2017, 6, 1), "question": question, "answers": 100, "satisfied": 81, "respondents": 110, "calls_answered": 8_100,
    }  # fmt: skip


_packets: dict[str, content.PacketContent] = {}


@pytest.fixture
def city(city_home: Path) -> Any:
    """The packet of the small city with tables of the contact center: that of the same tables is made once."""
    write_city(name="Rivertown", time_zone="America/Chicago")

    def make(**tables: Any) -> content.PacketContent:
        key = repr(sorted(tables.items()))
        if key not in _packets:
            make_build(three_years() + abandoned(), **tables)
            _packets[key] = queries.packet_content("2017-06")
        return _packets[key]

    return make


def by_name(packet: content.PacketContent) -> dict[str, content.Headline]:
    return {line.measure: line for line in packet.calls}


def test_tables_of_the_factory_are_those_a_build_has() -> None:
    assert list(factory.OPTIONAL_TABLES["call_months"]) == extract.CALL_MONTHS.names
    assert list(factory.OPTIONAL_TABLES["caller_survey_months"]) == extract.SURVEY_MONTHS.names


@pytest.mark.slow
def test_packet_without_calls_says_so(small_city: Any) -> None:
    packet = june()
    assert packet.calls == ()
    assert packet.first_page_notes == ("Calls offered and answered are not shown: no call data have been loaded.",)


def test_packet_without_calls_keeps_the_checksum_it_had_before_they_came(small_city: Any) -> None:
    assert "calls" not in content.as_dict(june())


@pytest.mark.slow
def test_packet_of_a_month_the_calls_do_not_reach_says_which_they_do(city: Any) -> None:
    packet = city(call_months=call_months()[:-1])
    assert packet.first_page_notes == ("Calls of June 2017 are not known: the call data run from July 2014 to May 2017.",)


@pytest.mark.slow
def test_packet_shows_calls_offered_answered_abandoned_asa_and_service_level(city: Any) -> None:
    found = by_name(
        city(call_months=call_months(offered=10_000, answered=8_000, abandoned=2_000, wait_calls=8_000, wait_seconds=800_000.0))
    )
    figures = {name: line.figure.now for name, line in found.items()}
    assert figures["calls_offered"].value == 10_000
    assert figures["calls_answered"].value == 8_000
    assert (figures["calls_abandoned"].value, figures["calls_abandoned"].denominator) == (0.2, 10_000)
    assert figures["calls_asa"].value == 100
    assert round(figures["calls_service_level"].value or 0, 3) == 0.75
    assert found["calls_service_level"].definition.startswith("Share of offered calls answered within 20 seconds")


@pytest.mark.slow
def test_packet_gives_an_arrow_to_a_signal_alone(city: Any) -> None:
    ordinary, unusual = (
        by_name(city(call_months=call_months())),
        by_name(city(call_months=call_months(offered=10_500, target_calls=10_500))),
    )
    assert (ordinary["calls_offered"].signal, ordinary["calls_offered"].arrow) == ("common_cause", None)
    assert (unusual["calls_offered"].signal, unusual["calls_offered"].arrow) == ("neutral", "up")
    assert unusual["calls_abandoned"].signal == "improving"


@pytest.mark.slow
def test_packet_does_not_judge_a_month_of_calls_that_is_not_complete(city: Any) -> None:
    packet = city(call_months=call_months(is_complete=False, days_known=11, offered=3_000))
    assert {line.signal for line in packet.calls} == {None}
    assert packet.first_page_notes[:2] == (
        "Calls are known for 11 of the month's 30 days.", "Calls are those so far: the month is not complete, so they are not judged.",
    )  # fmt: skip


@pytest.mark.slow
def test_packet_names_the_figures_the_call_data_do_not_hold(city: Any) -> None:
    packet = city(call_months=call_months(wait_seconds=0.0, wait_calls=0, in_target=0.0, target_calls=0))
    assert packet.first_page_notes == ("Not in the call data: Average wait for an answer (seconds), Service level.",)


@pytest.mark.slow
def test_packet_of_a_district_points_to_that_of_the_city(small_city: Any) -> None:
    make_build(three_years() + abandoned(), call_months=call_months())
    packet = queries.packet_content("2017-06", kind="district", code="1")
    assert packet.calls == ()
    assert "whole city" in packet.first_page_notes[0]


@pytest.mark.slow
def test_packet_shows_satisfaction_with_its_interval_and_response_rate(city: Any) -> None:
    facts = {fact.label: fact.text for fact in city(call_months=call_months(), caller_survey_months=[survey_month()]).repeat_facts}
    assert facts["Callers satisfied: Overall"] == "81% of 100 answers were 4 or 5 of 5 (95% interval 72% to 87%)."
    assert facts["Response rate"].startswith("1.4%: 110 callers of 8,100 answered calls.")


@pytest.mark.slow
def test_packet_says_when_too_few_callers_answered(city: Any) -> None:
    other = survey_month() | {"month": date(2017, 5, 1)}
    facts = [fact.text for fact in city(caller_survey_months=[other]).repeat_facts]
    assert "Fewer than 20 callers answered a survey of June 2017, so nothing is shown." in facts


@pytest.mark.slow
def test_calls_are_set_on_the_page_and_come_back_from_storage(city: Any) -> None:
    packet = city(call_months=call_months(offered=10_500))
    assert content.from_dict(content.as_dict(packet)) == packet
    table = presenters.view(packet)["first"]["calls"]
    assert [row["cells"][1]["text"] for row in table["rows"]][:2] == ["10,500*", "8,085"]
    page = setting.html_file(packet)
    assert "Calls to the center" in page
    assert "▲ Change" in page


@pytest.mark.slow
def test_changes_name_a_figure_of_calls_that_differs(city: Any) -> None:
    before, after = city(call_months=call_months()), city(call_months=call_months(offered=9_500))
    assert [(one.figure, one.now) for one in changes.changes(before, after) if one.figure.startswith("Calls")] == [
        ("Calls offered", "9,500"), ("Calls abandoned", "9.4%"),
    ]  # fmt: skip
