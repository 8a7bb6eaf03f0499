"""`citystat load places|population|services|calendar` on the command line."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from citystat.core.errors import InputError
from citystat.places import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_home")]


def load(*words: object) -> str:
    out = io.StringIO()
    call_command("load", *map(str, words), stdout=out)
    return out.getvalue()


@pytest.fixture
def wards(tmp_path: Path) -> Path:
    ring = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    one: dict[str, Any] = {
        "type": "Feature",
        "properties": {"WARD": 1, "LABEL": "North"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = tmp_path / "wards_2012.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [one]}))
    return path


def test_load_places_says_what_it_loaded_and_what_to_do_next(wards: Path) -> None:
    text = load("places", wards, "--kind", "ward", "--code", "WARD", "--name", "LABEL", "--from", "2012-08-01")
    assert text.splitlines() == ["Loaded: 1 place of ward, version 2012.", "Run `citystat build` to count by them."]
    assert queries.place_names("ward") == {"1": "North"}


def test_load_places_json(wards: Path) -> None:
    result = json.loads(load("places", wards, "--kind", "ward", "--code", "WARD", "--from", "2012-08-01", "--json"))
    assert (result["outcome"], result["in_force_from"], result["places"]) == ("loaded", "2012-08-01", 1)


def test_load_places_date_that_is_none(wards: Path) -> None:
    with pytest.raises(InputError, match="'August' is not a date"):
        load("places", wards, "--kind", "ward", "--code", "WARD", "--from", "August")


def test_load_places_without_kind_is_a_usage_error(wards: Path) -> None:
    with pytest.raises(CommandError, match="--kind"):
        load("places", wards, "--code", "WARD")


def test_load_population_of_the_whole_city(tmp_path: Path) -> None:
    path = tmp_path / "estimates.csv"
    path.write_text("SUMLEV,POP2020,POP2021\n040,1,2\n162,508096,508995\n")
    text = load("population", path, "--kind", "city", "--where", "SUMLEV=162", "--year-columns", "POP{year}")
    assert text.splitlines()[0] == "Population of city for 2020, 2021: 2 new, 0 changed, 0 unchanged."


def test_load_population_names_codes_of_no_place(wards: Path, tmp_path: Path) -> None:
    load("places", wards, "--kind", "ward", "--code", "WARD")
    path = tmp_path / "people.csv"
    path.write_text("ward,people\n1,10\n9,20\nPark,\n")
    text = load("population", path, "--kind", "ward", "--code", "ward", "--population", "people", "--year", "2020")
    assert "1 code of no known place, such as 9." in text
    assert "Left out for want of a code or a number: 1 row." in text


def test_load_services_and_calendar(tmp_path: Path) -> None:
    services, calendar = tmp_path / "services.csv", tmp_path / "calendar.yaml"
    services.write_text("service,promise\nPothole,3 business days\n")
    calendar.write_text("hours: {monday-friday: 08:00-17:00}\n")
    assert json.loads(load("services", services, "--json"))["loaded"] == 1
    assert json.loads(load("calendar", calendar, "--json"))["outcome"] == "loaded"
