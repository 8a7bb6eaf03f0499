"""Published boundaries and population of Kansas City and New York."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
import shapely

from citystat.places import actions, extract, locating, queries
from citystat.places.locating import LayerShapes

pytestmark = pytest.mark.django_db
SQUARE_FEET_PER_KM2 = 10_763_910.417


@pytest.fixture
def kansas_city(shared_data: Path) -> dict[str, LayerShapes]:
    folder = shared_data / "kansas-city" / "boundaries"
    actions.load_layer(folder / "kcmo_council_districts_2012.geojson", kind="council_district", code="DISTRICT")
    actions.load_layer(folder / "kcmo_council_districts_2023.geojson", kind="council_district", code="dist_id")
    return {layer.version: layer for layer in extract.layers()}


@pytest.fixture
def kansas_city_requests(shared_data: Path) -> tuple[np.ndarray, np.ndarray, list[str]]:
    path = shared_data / "kansas-city" / "311" / "kcmo_311_requests_2007_2017.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [(row["LONGITUDE"], row["LATITUDE"], row["COUNCIL DISTRICT"]) for row in csv.DictReader(file)]
    x, y, recorded = zip(*rows, strict=True)
    return np.array(x, dtype=float), np.array(y, dtype=float), [code.removesuffix(".0") for code in recorded]


@pytest.mark.feature("F121")
@pytest.mark.parametrize(("version", "differing"), [("2012", 1677), ("2023", 2018)])
def test_each_request_of_kansas_city_falls_in_one_district(
    kansas_city: dict[str, LayerShapes], kansas_city_requests: tuple[np.ndarray, np.ndarray, list[str]], version: str, differing: int
) -> None:
    x, y, recorded = kansas_city_requests
    found = locating.assign(x, y, kansas_city[version]).to_pylist()
    assert len(found) == 61_348
    assert None not in found
    assert sum(code != other for code, other in zip(found, recorded, strict=True)) == differing


@pytest.mark.feature("F121")
def test_a_corner_that_districts_share_belongs_to_the_smallest_number(kansas_city: dict[str, LayerShapes]) -> None:
    districts = kansas_city["2012"]
    owners: dict[tuple[float, float], set[str]] = {}
    for code, area in zip(districts.codes, districts.geometries, strict=True):
        for x, y in shapely.get_coordinates(area).tolist():
            owners.setdefault((x, y), set()).add(code)
    shared = {corner: codes for corner, codes in owners.items() if len(codes) > 1}
    assert len(shared) == 872
    x, y = zip(*shared, strict=True)
    assert locating.assign(x, y, districts).to_pylist() == [min(codes) for codes in shared.values()]


def test_kansas_city_area_is_the_published_one(kansas_city: dict[str, LayerShapes]) -> None:
    # 318.98 square miles (Census Bureau gazetteer: land and water).
    assert sum(kansas_city["2012"].areas_km2) == pytest.approx(318.98 * 2.589988, rel=0.002)


def test_kansas_city_neighborhoods_one_polygon_is_repaired(shared_data: Path) -> None:
    path = shared_data / "kansas-city" / "boundaries" / "kcmo_neighborhoods.geojson"
    result = actions.load_layer(path, kind="neighborhood", code="nbhid", name="nbhname")
    assert (result["features"], result["places"]) == (246, 241)
    repaired = [note for note in result["notes"] if "repaired" in note]
    assert len(repaired) == 1
    assert repaired[0].startswith("The polygon of 227 was not valid (ring self-intersection)")
    assert all(area.is_valid for area in extract.layers()[0].geometries)


def test_kansas_city_neighborhood_population_matches_names(shared_data: Path) -> None:
    folder = shared_data / "kansas-city"
    actions.load_layer(folder / "boundaries" / "kcmo_neighborhoods.geojson", kind="neighborhood", code="nbhid", name="nbhname")
    path = folder / "population" / "kcmo_neighborhood_census_2010.json.gz"
    result = actions.load_population(path, kind="neighborhood", population="population", year=2010)
    assert (result["matched"], result["unmatched"], result["left_out"]) == (239, 1, 1)
    assert result["unmatched_examples"] == ["St"]
    assert sum(row["population"] for row in extract.population().to_pylist()) > 450_000


@pytest.mark.feature("F126")
def test_kansas_city_population_of_the_stated_year(shared_data: Path) -> None:
    path = shared_data / "kansas-city" / "population" / "missouri_subcounty_population_estimates_2024.csv"
    where = ["SUMLEV=162", "PLACE=38000"]
    result = actions.load_population(path, kind="city", year_columns="POPESTIMATE{year}", where=where)
    assert result["years"] == [2020, 2021, 2022, 2023, 2024]
    exact, earlier = queries.population_for("city", "city", 2024), queries.population_for("city", "city", 2017)
    assert (exact.population, exact.year, exact.is_exact) == (516_032, 2024, True)
    assert (earlier.population, earlier.year, earlier.is_exact) == (508_096, 2020, False)


def test_new_york_layers_and_population(shared_data: Path) -> None:
    folder = shared_data / "new-york"
    places = {"borough": 5, "community_district": 59, "council_district": 51}
    for kind, number in places.items():
        path = folder / "boundaries" / f"nyc_{kind}.geojson.gz"
        result = actions.load_layer(path, kind=kind, code="geography_value", version="2023")
        assert (result["places"], result["outcome"]) == (number, "loaded")
    path = folder / "population" / "councildist_2023-geographies_2023.csv.gz"
    result = actions.load_population(path, kind="council_district", code="coun_dist", population="B01001_001E", year=2023)
    assert (result["matched"], result["unmatched"], result["places_without"]) == (51, 0, 0)
    assert queries.population_for("council_district", "01", 2023).population == 177_172


def test_new_york_community_population_needs_the_short_code_or_a_map(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "new-york"
    path = folder / "boundaries" / "nyc_community_district.geojson.gz"
    actions.load_layer(path, kind="community_district", code="geography_value", version="2023")
    boroughs = {"1": "MANHATTAN", "2": "BRONX", "3": "BROOKLYN", "4": "QUEENS", "5": "STATEN ISLAND"}
    codes = [f"{number}{district:02}" for number in boroughs for district in range(1, 19)]
    mapping = tmp_path / "map.csv"
    mapping.write_text("".join(f"{code},{boroughs[code[0]]} {code[1:]}\n" for code in codes))
    figures = folder / "population" / "communitydist-geographies_2023.csv.gz"
    options = {"kind": "community_district", "code": "boro_cd", "population": "B01001_001E", "year": 2023}
    assert actions.load_population(figures, **options)["matched"] == 0
    mapped = actions.load_population(figures, **options, code_map=mapping)
    assert (mapped["matched"], mapped["unmatched"], mapped["places_without"]) == (59, 12, 0)


def test_new_york_borough_areas_are_the_published_ones(shared_data: Path) -> None:
    actions.load_layer(shared_data / "new-york" / "boundaries" / "nyc_borough.geojson.gz", kind="borough", code="borough")
    (layer,) = extract.layers()
    area = dict(zip(layer.codes, layer.areas_km2, strict=True))
    assert area["MANHATTAN"] == pytest.approx(636_631_650.451 / SQUARE_FEET_PER_KM2, rel=1e-3)
