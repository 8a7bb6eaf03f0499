"""Loading population and the stated-year rule."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from citystat.core.errors import InputError, NotFound
from citystat.places import actions, extract, queries
from citystat.places.models import PopulationFigure
from tests.places.conftest import Writer, feature, square

pytestmark = pytest.mark.django_db


@pytest.fixture
def wards(write_geojson: Writer) -> None:
    path = write_geojson(feature(square(0, 0), WARD="01", NAME="North"), feature(square(1, 0), WARD="02", NAME="South"))
    actions.load_layer(path, kind="ward", code="WARD")


def load(path: Path, **options: Any) -> dict[str, Any]:
    return actions.load_population(path, **{"kind": "ward", "code": "ward", "population": "people", "year": 2020, **options})


@pytest.mark.usefixtures("wards")
def test_load_population_matches_codes_in_another_spelling(write_file: Writer) -> None:
    result = load(write_file('ward,people\n1,"1,234.6"\n2.0,99\n'))
    assert (result["rows_read"], result["loaded"], result["matched"], result["unmatched"]) == (2, 2, 2, 0)
    assert [(row["version"], row["code"], row["population"]) for row in extract.population().to_pylist()] == [
        ("2020", "01", 1235),
        ("2020", "02", 99),
    ]


@pytest.mark.usefixtures("wards")
def test_load_population_by_name_of_the_place(write_file: Writer) -> None:
    assert load(write_file("ward,people\nnorth,5\n"))["matched"] == 1
    assert queries.population_for("ward", "01", 2020).population == 5


@pytest.mark.usefixtures("wards")
def test_load_population_unmatched_codes_are_counted_not_fatal(write_file: Writer) -> None:
    result = load(write_file("ward,people\n1,5\nPark,0\n"))
    assert (result["unmatched"], result["unmatched_examples"], result["places_without"]) == (1, ["Park"], 1)
    assert result["notes"] == ["Places of ward 2020 without a figure: 1, such as 02."]


def test_load_population_before_the_boundaries_matches_later(write_file: Writer, write_geojson: Writer) -> None:
    result = load(write_file("ward,people\n1,5\n"))
    assert "no boundaries of ward yet" in result["notes"][0]
    actions.load_layer(write_geojson(feature(square(0, 0), WARD="01")), kind="ward", code="WARD")
    assert extract.population().column("code").to_pylist() == ["01"]


@pytest.mark.usefixtures("wards")
def test_load_population_code_map(write_file: Writer) -> None:
    mapping = write_file("The North Side,01\n", "map.csv")
    assert load(write_file("ward,people\nThe North Side,5\n"), code_map=mapping)["matched"] == 1


def test_load_population_again_changes_nothing_and_a_new_figure_updates(write_file: Writer) -> None:
    load(write_file("ward,people\n1,5\n2,6\n"))
    again = load(write_file("ward,people\n1,5\n2,7\n"))
    assert (again["loaded"], again["updated"], again["unchanged"]) == (0, 1, 1)
    assert PopulationFigure.objects.get(code="2").population == 7


def test_load_population_where_and_year_columns_for_the_whole_city(write_file: Writer) -> None:
    path = write_file("LEVEL,PLACE,POP2020,POP2021\n040,0,9,9\n162,38000,508096,508995\n157,38000,1,1\n")
    options = {"kind": "city", "population": None, "code": None, "year": None}
    result = load(path, **options, year_columns="POP{year}", where=["LEVEL=162", "PLACE=38000"])
    assert (result["rows_read"], result["loaded"], result["years"]) == (1, 2, [2020, 2021])
    assert queries.population_for("city", "city", 2021).population == 508_995


def test_load_population_year_from_a_column(write_file: Writer) -> None:
    assert load(write_file("ward,people,census\n1,5,2010\n1,6,2020\n"), year="census")["years"] == [2010, 2020]


def test_load_population_json_object_of_objects(write_file: Writer) -> None:
    path = write_file(gzip.compress(b'{"North": {"people": 7}, "South": {"people": null}}'), "figures.json.gz")
    result = load(path, code=None)
    assert (result["loaded"], result["left_out"]) == (1, 1)


def test_load_population_two_figures_for_one_place_are_refused(write_file: Writer) -> None:
    with pytest.raises(InputError, match=r"two figures for 1 in 2020 \(5 and 6\).*--where"):
        load(write_file("ward,people\n1,5\n1,6\n"))
    assert not PopulationFigure.objects.exists()


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        ("ward,people\n1,5\n", {"population": "inhabitants"}, r"no column 'inhabitants'.*ward, people"),
        ("ward,people\n1,5\n", {"year": None}, "--year which year"),
        ("ward,people\n1,5\n", {"code": None}, "--code which column"),
        ("ward,people\n1,5\n", {"where": ["ward=2"]}, "No row of population.csv has ward=2"),
        ("ward,people\n1,5\n", {"where": ["ward"]}, "takes COLUMN=VALUE"),
        ("ward,people\n1,5\n", {"year_columns": "POP"}, r"with \{year\} in it"),
        ("ward,people\n1,5\n", {"year_columns": "POP{year}"}, r"looks like POP\{year\}"),
        ("ward,people\n1,5\n", {"year": 3}, "not a year of a census"),
        ("ward,people\n1,x\n", {}, "no number in people"),
        ("ward,people\n", {}, "has no row"),
        ("<html></html>", {}, "web page"),
        ("{", {}, "not JSON"),
        ("ab\0c", {}, "not a text file"),
    ],
)
def test_load_population_bad_input_is_one_sentence(write_file: Writer, content: str, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        load(write_file(content), **options)


@pytest.mark.feature("F126")
def test_population_for_says_which_year_it_used(write_file: Writer) -> None:
    path = write_file("y,p\n2007,450375\n2020,508096\n")
    actions.load_population(path, kind="city", population="p", year="y")
    exact, nearest = queries.population_for("city", "city", 2007), queries.population_for("city", "city", 2010)
    assert (exact.population, exact.year, exact.is_exact) == (450_375, 2007, True)
    assert (nearest.population, nearest.year, nearest.is_exact) == (450_375, 2007, False)
    assert round(9_007.5 / exact.population * 1000, 3) == 20.0


def test_population_for_unknown_place_is_none() -> None:
    assert queries.population_for("ward", "1", 2020) is None


def test_population_figure_without_version_is_of_the_boundaries_in_force_that_year(write_file: Writer, write_geojson: Writer) -> None:
    for version in ("2012", "2023"):
        actions.load_layer(write_geojson(feature(square(0, 0), WARD=1)), kind="ward", code="WARD", version=version)
    load(write_file("ward,people,y\n1,5,2020\n1,6,2024\n"), year="y")
    assert [(row["version"], row["year"]) for row in extract.population().to_pylist()] == [("2012", 2020), ("2023", 2024)]
    assert queries.population_for("ward", "1", 2022).year == 2020


def test_kinds_and_unknown_layers(write_geojson: Writer) -> None:
    assert queries.kinds() == ()
    for kind in ("ward", "beat"):
        actions.load_layer(write_geojson(feature(square(0, 0), WARD=1)), kind=kind, code="WARD")
    assert queries.kinds() == ("beat", "ward")
    with pytest.raises(NotFound, match="no boundaries of precinct; loaded are: beat 2020, ward 2020"):
        queries.bounding_box("precinct")


@pytest.mark.usefixtures("wards")
@pytest.mark.parametrize(
    "content",
    [
        'ward,people\n1,"12 345"\n2,12\'345\n',
        'Table 1: people of the wards\n\nward,people\n1,12345\n2,"12,345"\n',
        "\ufeffward;people\n1;12345.0\n2;12\u202f345\n",
        "ward,people\n1,12345.4\n2,12345.25\n",
    ],
)
def test_load_population_of_odd_forms(write_file: Writer, content: str) -> None:
    assert load(write_file(content))["matched"] == 2
    assert [row["population"] for row in extract.population().to_pylist()] == [12_345, 12_345]


@pytest.mark.usefixtures("wards")
def test_load_population_of_a_spreadsheet_in_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "people.txt"
    path.write_text("ward\tpeople\n1\t5\n2\t6\n", encoding="utf-16")
    assert load(path)["matched"] == 2


@pytest.mark.usefixtures("wards")
@pytest.mark.parametrize(
    "figures", [("0.125", "0.875"), ("12.5%", "87.5 %"), ("12.345", "1.234"), ("12.5", "87.5"), ("1.234.567", "2.345.678")]
)
def test_load_population_refuses_what_counts_no_people(write_file: Writer, figures: tuple[str, str]) -> None:
    with pytest.raises(InputError, match=f"such as {figures[0]}, are not counts of people"):
        load(write_file(f"ward;people\n1;{figures[0]}\n2;{figures[1]}\n"))
    assert not PopulationFigure.objects.exists()


CENSUS_TABLE = (
    '"Label (Grouping)","North!!Estimate","North!!Margin of Error","South!!Estimate","South!!Margin of Error"\n'
    '"Total population","12,345","±300","23,456","±310"\n'
    '"\u00a0\u00a0\u00a0\u00a0Male","6,000","±1","10,000","±2"\n'
)


@pytest.mark.usefixtures("wards")
def test_load_population_of_a_table_with_a_column_a_place(write_file: Writer) -> None:
    path = write_file(CENSUS_TABLE)
    result = load(path, code=None, population="{place}!!Estimate", where=["Label (Grouping)=Total population"])
    assert (result["matched"], result["unmatched"]) == (2, 0)
    assert [(row["code"], row["population"]) for row in extract.population().to_pylist()] == [("01", 12_345), ("02", 23_456)]


@pytest.mark.usefixtures("wards")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"population": "{place}!!Estimate"}, "choose the one"),
        ({"population": "{place}!!Count", "where": ["Label (Grouping)=Male"]}, "No column"),
    ],
)
def test_load_population_of_a_table_with_a_column_a_place_asks(write_file: Writer, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        load(write_file(CENSUS_TABLE), code=None, **options)
