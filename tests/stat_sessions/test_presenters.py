"""What a packet prints: the words of a month that is not over, lists with nothing in them, places that have no name."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from citystat.stat_sessions import content as c
from citystat.stat_sessions import data_notes, presenters, repeats, setting
from citystat.stat_sessions.figures import Reader, month_of
from citystat.stat_sessions.lists import Lists
from citystat.warehouse.connections import forget_builds, open_build
from tests.stat_sessions import conftest, sample


def _nothing_overdue(**changes: object) -> c.PacketContent:
    page = replace(sample.district(1), overdue_types=())
    return sample.packet(districts=replace(sample.districts(1), pages=(page,)), **changes)


def test_view_names_the_end_of_a_month_that_is_over() -> None:
    view = presenters.view(_nothing_overdue())

    assert view["departments"]["oldest"]["caption"] == "Open longest at the end of June 2017"
    assert view["districts"]["pages"][0]["figures"][-1]["label"] == "Overdue at month's end"
    assert view["districts"]["pages"][0]["overdue_none"] == "Nothing is overdue at the end of the month."


def test_view_names_the_day_of_the_data_while_the_month_is_not_over() -> None:
    view = presenters.view(_nothing_overdue(is_complete=False, as_of="2017-06-12"))

    assert view["departments"]["oldest"]["caption"] == "Open longest on Jun 12, 2017"
    assert view["departments"]["oldest_lead"].startswith("Open on Jun 12, 2017.")
    assert view["districts"]["pages"][0]["figures"][-1]["label"] == "Overdue on Jun 12, 2017"
    assert view["districts"]["pages"][0]["overdue_none"] == "Nothing is overdue on Jun 12, 2017."


def test_view_nothing_to_decide_has_no_number() -> None:
    view = presenters.view(sample.packet(topics=(), decisions=("None: the month is not complete.",)))

    assert view["decisions"]["items"] == []
    assert view["decisions"]["none"] == "None: the month is not complete."


def test_case_table_gives_long_names_of_departments_room() -> None:
    short = presenters.case_table("2017-06-30", [replace(sample.case(1), department="NHS")], "")
    long = presenters.case_table("2017-06-30", [replace(sample.case(1), department="Department of Health and Mental Hygiene")], "")

    assert short
    assert long
    assert long["columns"][1]["width"] > short["columns"][1]["width"]


def _spot(neighborhood: str | None, district: str | None) -> dict[str, Any]:
    return {"neighborhood": neighborhood, "district": district, "zip": "64110"}


def test_coarse_neighborhood_known_by_a_number_alone_gives_way_to_the_district() -> None:
    with translation.override("en"):
        assert repeats._coarse(_spot("0", "4"), {"0": "0"}, {"4": "District 4"}) == "District 4"
        assert repeats._coarse(_spot("17", "4"), {"17": "Oak Park"}, {"4": "District 4"}) == "Oak Park"
        assert repeats._coarse(_spot("0", None), {}, {}) == "ZIP code 64110"


def _missing(small: Any, scope: c.Scope | None = None) -> list[str]:
    month = month_of("2017-06")
    where = {"council_district": scope.code} if scope else {}
    return data_notes._missing(Reader(small, month, where), Lists(small, month, scope or c.Scope(), "council_district"))


def test_missing_rate_of_the_city_where_only_districts_have_residents(city_home: Any) -> None:
    city_home.mkdir(parents=True, exist_ok=True)
    conftest.write_city(name="Rivertown", time_zone="America/Chicago")
    of_districts = [row for row in conftest.POPULATION if row["kind"] != "city"]
    conftest.make_build(conftest.three_years, population=of_districts)
    forget_builds()

    lines = _missing(open_build())

    assert any("the residents of the whole city have not been loaded" in line for line in lines)
    assert not any("no population has been loaded" in line for line in lines)


def test_missing_rate_of_a_district_whose_residents_are_not_known(city_home: Any) -> None:
    city_home.mkdir(parents=True, exist_ok=True)
    conftest.write_city(name="Rivertown", time_zone="America/Chicago")
    of_city = [row for row in conftest.POPULATION if row["kind"] == "city"]
    conftest.make_build(conftest.three_years, population=of_city)
    forget_builds()

    lines = _missing(open_build(), c.Scope("district", "1", "District 1"))

    assert "No rate per resident: the residents of this district have not been loaded." in lines
    assert not any("whole city" in line for line in lines)


@pytest.mark.parametrize(("audience", "n_lines"), [("staff", 3), ("public", 0)])
def test_topic_words_lines_to_write_on_are_for_the_room_alone(audience: str, n_lines: int) -> None:
    topics = presenters.view(sample.packet(audience=audience))["topics"]

    assert len(topics["lines"]) == n_lines


def test_html_file_of_the_public_has_no_lines_to_write_on() -> None:
    shown = {audience: setting.html_file(sample.packet(audience=audience)) for audience in ("staff", "public")}

    assert "Left open: people decide" in shown["staff"]
    assert "Left open: people decide" not in shown["public"]
