"""Loading boundaries."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from citystat.core.errors import InputError, NotAllowed
from citystat.core.models import AuditEvent
from citystat.people.models import User
from citystat.places import actions, extract, queries
from citystat.places.models import Layer, Place
from tests.places.conftest import Writer, feature, square

pytestmark = pytest.mark.django_db


def load(path: Path, **options: Any) -> dict[str, Any]:
    return actions.load_layer(path, **{"kind": "ward", "code": "WARD", **options})


def test_load_layer_keeps_codes_names_and_areas(write_geojson: Writer) -> None:
    result = load(write_geojson(feature(square(0, 0), WARD=1, Name="North"), feature(square(1, 0), WARD="2.0", Name="South")))
    assert (result["outcome"], result["version"], result["places"]) == ("loaded", "2020", 2)
    assert queries.place_names("ward") == {"1": "North", "2": "South"}
    # A degree square at the equator: 110.574 km by 111.320 km, a little less toward 1 degree north.
    assert Place.objects.get(code="1").area_km2 == pytest.approx(12_308.8, abs=0.5)


def test_load_layer_same_file_again_changes_nothing(write_geojson: Writer) -> None:
    path = write_geojson(feature(square(0, 0), WARD=1))
    load(path)
    before = list(Layer.objects.values())
    assert load(path)["outcome"] == "unchanged"
    assert list(Layer.objects.values()) == before
    assert AuditEvent.objects.filter(action="places.load_layer").count() == 1


def test_load_layer_corrected_file_replaces_its_version(write_geojson: Writer) -> None:
    load(write_geojson(feature(square(0, 0), WARD=1)))
    result = load(write_geojson(feature(square(0, 0), WARD=1), feature(square(1, 0), WARD=2)))
    assert result["outcome"] == "replaced"
    assert list(queries.place_names("ward")) == ["1", "2"]


def test_load_layer_reads_gzip(write_file: Writer, write_geojson: Writer) -> None:
    plain = write_geojson(feature(square(0, 0), WARD=1)).read_bytes()
    assert load(write_file(gzip.compress(plain), "wards_2020.geojson.gz"))["places"] == 1


def test_load_layer_property_in_another_case_is_found(write_geojson: Writer) -> None:
    assert load(write_geojson(feature(square(0, 0), ward="7")))["code_property"] == "ward"


def test_load_layer_missing_property_lists_what_there_is(write_geojson: Writer) -> None:
    with pytest.raises(InputError, match=r"no|has the property 'WARD'.*--code.*DIST, NAME"):
        load(write_geojson(feature(square(0, 0), DIST=1, NAME="x")))


STATE_PLANE = [[2_765_000.0, 1_060_000.0], [2_770_000.0, 1_060_000.0], [2_770_000.0, 1_065_000.0], [2_765_000.0, 1_060_000.0]]


def test_load_layer_unknown_projection_is_one_sentence_and_nothing_saved(write_geojson: Writer) -> None:
    path = write_geojson(feature({"type": "Polygon", "coordinates": [STATE_PLANE]}, WARD=1))
    with pytest.raises(InputError, match=r"2765000, 1060000.*not longitude and latitude.*--crs EPSG:nnnn"):
        load(path)
    assert not Layer.objects.exists()


def test_load_layer_stated_projection_is_converted(write_geojson: Writer) -> None:
    # US survey feet of Missouri West (EPSG:26998 is in meters; 102698 in feet): a point known from the federal converter.
    ring = [[850_000.0, 320_000.0], [851_000.0, 320_000.0], [851_000.0, 321_000.0], [850_000.0, 320_000.0]]
    load(write_geojson(feature({"type": "Polygon", "coordinates": [ring]}, WARD=1)), crs="EPSG:26998")
    west, south, _, _ = queries.bounding_box("ward")
    # Its origin is 94.5 degrees west and 36 1/6 degrees north at 850,000 m east and 0 north: due north of it lies the corner.
    assert west == pytest.approx(-94.5, abs=1e-6)
    assert south == pytest.approx(36 + 1 / 6 + 320_000 / 110_990, abs=0.01)


def test_load_layer_crs_member_is_honored(write_geojson: Writer) -> None:
    ring = [[850_000.0, 320_000.0], [851_000.0, 320_000.0], [851_000.0, 321_000.0], [850_000.0, 320_000.0]]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::26998"}}
    load(write_geojson(feature({"type": "Polygon", "coordinates": [ring]}, WARD=1), crs=crs))
    assert queries.bounding_box("ward")[0] == pytest.approx(-94.5, abs=1e-6)


def test_load_layer_epsg_4326_member_is_still_longitude_first(write_geojson: Writer) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}
    load(write_geojson(feature(square(-94, 39), WARD=1), crs=crs))
    assert queries.bounding_box("ward") == (-94, 39, -93, 40)


def test_load_layer_latitude_first_is_told(write_geojson: Writer) -> None:
    with pytest.raises(InputError, match="latitude before longitude"):
        load(write_geojson(feature(square(39, -94.6), WARD=1)))


def test_load_layer_unknown_crs_name(write_geojson: Writer) -> None:
    with pytest.raises(InputError, match="not a known projection"):
        load(write_geojson(feature(square(0, 0), WARD=1)), crs="EPSG:99999999")


def test_load_layer_bow_tie_is_repaired_with_a_note(write_geojson: Writer) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    result = load(write_geojson(feature(bow_tie, WARD=1)))
    (layer,) = extract.layers()
    assert layer.geometries[0].is_valid
    assert layer.geometries[0].area == pytest.approx(0.5)
    assert "was not valid (self-intersection) and was repaired" in result["notes"][0]


def test_load_layer_same_code_and_name_is_joined_with_a_note(write_geojson: Writer) -> None:
    result = load(write_geojson(feature(square(0, 0), WARD=1), feature(square(2, 0), WARD=1)))
    assert result["places"] == 1
    assert result["notes"] == ["2 features with code 1 joined into one place."]


def test_load_layer_one_code_for_two_names_is_refused(write_geojson: Writer) -> None:
    path = write_geojson(feature(square(0, 0), WARD=1, NAME="North"), feature(square(2, 0), WARD=1, NAME="South"))
    with pytest.raises(InputError, match=r"Code '1'.*2 places \(North, South\)"):
        load(path)


def test_load_layer_features_left_out_are_noted(write_geojson: Writer) -> None:
    point = {"type": "Point", "coordinates": [0, 0]}
    path = write_geojson(feature(square(0, 0), WARD=1), feature(square(1, 0), WARD=None), feature(point, WARD=3), feature(None, WARD=4))
    assert load(path)["notes"] == ["1 feature without WARD left out.", "2 features without a polygon left out: 3, 4."]


def test_load_layer_overlap_is_noted(write_geojson: Writer) -> None:
    notes = load(write_geojson(feature(square(0, 0), WARD=1), feature(square(0.9, 0), WARD=2)))["notes"]
    assert len(notes) == 1
    assert notes[0].startswith("1 pair of places overlap (1 and 2 by ")


def test_load_layer_far_from_the_others_is_noted(write_geojson: Writer) -> None:
    load(write_geojson(feature(square(-94, 39), WARD=1)))
    notes = load(write_geojson(feature(square(-74, 40), WARD=1), name="beats_2020.geojson"), kind="beat")["notes"]
    assert notes == ["These places are more than a degree away from every other layer: check that the file is of this city."]


def test_load_layer_two_versions_without_any_date_are_refused(write_geojson: Writer) -> None:
    load(write_geojson(feature(square(0, 0), WARD=1)), version="old")
    with pytest.raises(InputError, match=r"version old does: give --from"):
        load(write_geojson(feature(square(0, 0), WARD=2)), version="new")
    assert Layer.objects.count() == 1


def test_load_layer_second_version_says_what_it_assumes(write_geojson: Writer) -> None:
    load(write_geojson(feature(square(0, 0), WARD=1)), version="2012")
    notes = load(write_geojson(feature(square(0, 0), WARD=2)), version="2023")["notes"]
    assert notes == ["Nobody said since when version 2023 is in force: it is used from 2023-01-01; say otherwise with --from DATE."]


def test_load_layer_end_before_start_is_refused(write_geojson: Writer) -> None:
    with pytest.raises(InputError, match="would end on 2020-01-01, before it starts"):
        load(write_geojson(feature(square(0, 0), WARD=1)), in_force_from=date(2021, 1, 1), in_force_to=date(2020, 1, 1))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b'{"type": "FeatureCollection", "features": [{"properties": {"code": "Caf\xe9"}}]}', "not in UTF-8"),
        (b'{"type": "Topology", "objects": {}, "arcs": []}', "TopoJSON"),
        (b'{"geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 4326}, "features": []}', "f=geojson"),
        (b'{"error": {"code": 400, "message": "Invalid URL"}}', "Invalid URL"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "cut off"),
        (b"PK\x03\x04junk", "zip archive"),
        (b"\x00\x00\x27\x0a" + bytes(96), "part of a shapefile"),
        (b"SQLite format 3\x00", "a GeoPackage"),
        (b"<?xml version='1.0'?><kml/>", "perhaps KML"),
        (b'the_geom,DISTRICT\n"MULTIPOLYGON (((1 2, 3 4, 5 6, 1 2)))",1\n', "a table with polygons as text"),
        (b"", "is empty"),
        ('{"type": "FeatureCollection"}'.encode("utf-16"), "not in UTF-8"),
        (b"\x00\xff\xfejunk", "not GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [', "cut off"),
        (b'{"type": "FeatureCollection", "features": []}', "without any feature"),
        (b'{"type": "Sprocket", "objects": {}}', "type 'Sprocket'"),
        (b"[1, 2]", "not a GeoJSON FeatureCollection"),
        (b'{"type": "Feature", "properties": {"WARD": 1}, "geometry": {"type": "Polygon", "coordinates": "x"}}', "cannot be read"),
        (gzip.compress(b"x" * 5000, mtime=0)[:-12], "damaged"),
    ],
)
def test_load_layer_bad_file_is_one_sentence(write_file: Writer, content: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as raised:
        load(write_file(content, "bad.geojson"))
    assert "\n" not in str(raised.value)
    assert not Layer.objects.exists()


def test_load_layer_of_features_a_line_each(tmp_path: Path) -> None:
    path = tmp_path / "wards_2020.geojson"
    path.write_text("\n".join(json.dumps({"type": "Feature", **feature(square(west, 0), WARD=west)}) for west in (0, 1)))
    assert load(path)["places"] == 2


def test_load_layer_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.geojson cannot be read"):
        load(tmp_path / "nowhere.geojson")


def test_load_layer_is_refused_without_the_right(write_geojson: Writer) -> None:
    stranger = User.objects.create_user("resident@example.org")
    with pytest.raises(NotAllowed):
        load(write_geojson(feature(square(0, 0), WARD=1)), by=stranger)


def test_load_layer_names_who_did_it(write_geojson: Writer) -> None:
    administrator = User.objects.create_superuser("admin@example.org")
    load(write_geojson(feature(square(0, 0), WARD=1)), by=administrator)
    assert AuditEvent.objects.get(action="places.load_layer").by == administrator


def test_outline_is_small_and_keeps_neighbors_together(write_geojson: Writer) -> None:
    load(write_geojson(feature(square(0, 0), WARD=1), feature(square(1, 0), WARD=2)))
    drawn = queries.outline("ward")
    assert [one["properties"]["code"] for one in drawn["features"]] == ["1", "2"]
    assert drawn["bbox"] == [0, 0, 2, 1]
    json.dumps(drawn)


def test_outline_follows_a_replaced_version(write_geojson: Writer) -> None:
    load(write_geojson(feature(square(0, 0), WARD=1)))
    queries.outline("ward")
    load(write_geojson(feature(square(5, 5), WARD=1)))
    assert queries.outline("ward")["bbox"] == [5, 5, 6, 6]


def test_extract_places_carries_days_in_force(write_geojson: Writer) -> None:
    load(write_geojson(feature(square(0, 0), WARD=1)), version="2012")
    load(write_geojson(feature(square(0, 0), WARD=2)), version="2023")
    rows = extract.places().to_pylist()
    assert [(row["version"], row["in_force_from"], row["in_force_to"], row["is_current"]) for row in rows] == [
        ("2012", None, date(2022, 12, 31), False),
        ("2023", date(2023, 1, 1), None, True),
    ]


def test_extract_without_layers_keeps_the_columns() -> None:
    assert extract.places().schema == extract.PLACES
    assert extract.population().num_rows == 0
