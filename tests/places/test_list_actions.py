"""Loading addresses, place names and records: whole or not at all, twice like once, every row left out with its reason."""

import csv
import gzip
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from citystat.core.errors import InputError, NotAllowed
from citystat.core.models import AuditEvent
from citystat.places import list_actions
from citystat.places.models import Address, PlaceName, Record, Register
from tests.factories import cases as make
from tests.places import lists

pytestmark = pytest.mark.django_db
NEXT = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / "home"))


def test_load_addresses_reads_number_street_unit_and_point(tmp_path: Path) -> None:
    result = lists.load_addresses(tmp_path)
    one = Address.objects.get(external_id="A4")
    assert (result["outcome"], result["loaded"], result["rejected"]) == ("loaded", 7, 0)
    assert (one.number, one.street, one.unit, one.zipcode, one.text) == ("1205", "n acorn st", "2", "64101", "1205 N Acorn Street #2")
    assert (one.longitude, one.latitude, one.as_of) == (-94.59, 39.0504, lists.DAY)


def test_load_addresses_again_changes_nothing(tmp_path: Path) -> None:
    lists.load_addresses(tmp_path)
    assert lists.load_addresses(tmp_path)["outcome"] == "unchanged"
    assert AuditEvent.objects.filter(action="places.load_address").count() == 1


def test_load_addresses_of_a_later_day_updates_and_keeps_keys(tmp_path: Path) -> None:
    lists.load_addresses(tmp_path)
    before = Address.objects.get(external_id="A1").pk
    later = lists.ADDRESSES.replace("39.0500,-94.5900,A1", "39.0501,-94.5901,A1").replace("900 FAR RD,64199,39.0500,-94.2000,A7\n", "")
    result = lists.load_addresses(tmp_path, later, as_of=NEXT)
    moved, gone = Address.objects.get(external_id="A1"), Address.objects.get(external_id="A7")
    assert (result["loaded"], result["changed"], result["unchanged"], result["absent"]) == (0, 1, 5, 1)
    assert (moved.pk, moved.latitude, moved.as_of) == (before, 39.0501, NEXT)
    assert gone.as_of == lists.DAY


def test_load_addresses_older_than_what_is_there_is_refused(tmp_path: Path) -> None:
    lists.load_addresses(tmp_path)
    with pytest.raises(InputError, match="older than what is loaded"):
        lists.load_addresses(tmp_path, lists.ADDRESSES[:200], as_of=lists.DAY - timedelta(days=1))
    assert Address.objects.count() == 7


def test_load_addresses_writes_the_rows_left_out_with_reasons(tmp_path: Path) -> None:
    bad = lists.ADDRESSES + "no number,64101,39.05,-94.59,B1\n15 Oak St,64101,0,0,B2\n1201 N ACORN ST,64101,39.09,-94.51,B3\n"
    result = lists.load_addresses(tmp_path, bad)
    with Path(result["rejected_file"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["ADDRESS_ID"]) for row in rows] == [("9", "B1"), ("10", "B2"), ("11", "B3")]
    assert [row["reason"].split(":")[0] for row in rows] == [
        "No house number and street could be read.",
        "No point on Earth",
        "The same address or name stands in an earlier row at another place.",
    ]


def test_load_addresses_with_no_usable_row_stores_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No row of addresses\.csv can be used"):
        lists.load_addresses(tmp_path, "ADDRESS,LAT,LON\n🏠,39,-94\n")
    assert not Register.objects.exists()


def test_load_addresses_in_parts_gzipped_and_projected(tmp_path: Path) -> None:
    path = tmp_path / "parts.csv.gz"
    path.write_bytes(gzip.compress(b"ADD_NUMBER,ST_PREDIR,ST_NAME,ST_POSTYP,X,Y\n12,N,ELM,AVENUE,-10529000,4727000\n"))
    list_actions.load_addresses(path, as_of=lists.DAY, crs="EPSG:3857")
    one = Address.objects.get()
    assert (one.street, one.text) == ("n elm ave", "12 N Elm Avenue")
    assert (round(one.longitude, 2), round(one.latitude, 2)) == (-94.58, 39.04)


def test_load_addresses_from_geojson(tmp_path: Path) -> None:
    feature = {"type": "Feature", "properties": {"Address": "7 Oak St"}, "geometry": {"type": "Point", "coordinates": [-94.5, 39.1]}}
    path = lists.write(tmp_path, "a.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    list_actions.load_addresses(path, as_of=lists.DAY)
    assert (Address.objects.get().longitude, Address.objects.get().street) == (-94.5, "oak st")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "has no row"),
        ("a,b\n1,2\n", "no column with an address"),
        ("<!doctype html><p>", "web page"),
        ("PK\x03\x04", "zip archive"),
        ('{"type": "Nothing"}', "neither a GeoJSON"),
        ("[1, 2", "cut off"),
        ("ADDRESS\0,x", "not a text file"),
    ],
)
def test_load_addresses_says_what_a_file_is_not(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        lists.load_addresses(tmp_path, content)


def test_load_addresses_of_a_day_to_come_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="still to come"):
        lists.load_addresses(tmp_path, as_of=timezone.localdate() + timedelta(days=2))


def test_load_addresses_notes_points_outside_the_city(tmp_path: Path) -> None:
    make.make_districts()
    assert lists.load_addresses(tmp_path)["notes"] == ["Outside the city's boundaries: 1 of 7 points; no request is taken there."]


def test_load_addresses_asks_for_the_right(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        lists.load_addresses(tmp_path, by=make.make_user("call@x.example", "call_taker"))


def test_load_place_names_knows_aliases_and_corners(tmp_path: Path) -> None:
    lists.load_names(tmp_path)
    park, corner = PlaceName.objects.get(kind="park"), PlaceName.objects.get(kind="intersection")
    assert park.aliases == ["The Meadow", "River Park"]
    assert corner.key == "intersection|acorn st & elder ave"


def test_load_place_names_makes_corners_of_two_columns(tmp_path: Path) -> None:
    lists.load_names(tmp_path, "STREET1,STREET2,LAT,LON\nMain Street,2nd Avenue,39.05,-94.59\n")
    assert PlaceName.objects.get().key == "intersection|2nd ave & main st"


def test_load_records_reads_dates_and_links_only_to_the_web(tmp_path: Path) -> None:
    lists.load_permits(tmp_path)
    first, second = Record.objects.order_by("number")
    assert (first.house, first.street, first.opened_on, first.url) == (
        "1201",
        "n acorn st",
        date(2026, 3, 1),
        "https://permits.example/P-1",
    )
    assert (second.opened_on, second.url) == (date(2026, 2, 14), "")


def test_load_records_updates_a_status(tmp_path: Path) -> None:
    lists.load_permits(tmp_path)
    result = lists.load_permits(tmp_path, lists.PERMITS.replace("Issued", "Final"), as_of=NEXT)
    assert (result["changed"], result["unchanged"]) == (1, 1)
    assert set(Record.objects.values_list("status", "as_of")) == {("Final", NEXT), ("Closed", NEXT)}


@pytest.mark.parametrize(
    ("options", "sentence"), [({"kind": "poem"}, "no kind of record"), ({"source": " "}, "--source")]
)  # fmt: skip
def test_load_records_asks_for_kind_and_source(tmp_path: Path, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        lists.load_permits(tmp_path, **options)


def test_load_records_rejects_what_is_no_date(tmp_path: Path) -> None:
    result = lists.load_permits(tmp_path, lists.PERMITS.replace("2026-03-01", "soon"))
    assert (result["loaded"], result["rejected"]) == (1, 1)
