"""The invented city's two layers are sound."""

import json

import pytest
import shapely

from citystat.ops.demo.city import DEMO_CITY, EXAMPLES


def shapes(name: str) -> list[shapely.Geometry]:
    features = json.loads((EXAMPLES / DEMO_CITY / name).read_text())["features"]
    return [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]


@pytest.mark.parametrize(("name", "count"), [("council_districts.geojson", 6), ("neighborhoods.geojson", 36)])
def test_layer_tiles_the_city_without_gap_or_overlap(name: str, count: int) -> None:
    layer = shapes(name)
    assert len(layer) == count
    assert shapely.coverage_is_valid(layer)
    assert not shapely.union_all(layer).interiors


def test_layers_cover_the_same_city() -> None:
    districts, neighborhoods = (shapely.union_all(shapes(name)) for name in ("council_districts.geojson", "neighborhoods.geojson"))
    assert districts.symmetric_difference(neighborhoods).area < 0.001 * districts.area
