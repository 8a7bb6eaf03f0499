"""`citystat load addresses|place-names|records` on the command line."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from citystat.core.errors import InputError
from citystat.places import address_queries
from tests.places import lists

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_home")]


def load(*words: object) -> str:
    out = io.StringIO()
    call_command("load", *map(str, words), stdout=out)
    return out.getvalue()


def test_load_addresses_says_what_it_loaded(tmp_path: Path) -> None:
    path = lists.write(tmp_path, "a.csv", lists.ADDRESSES + "nowhere,,,,B\n")
    text = load("addresses", path, "--as-of", "2026-05-01")
    assert [line.split() for line in text.splitlines()[1:4]] == [["8", "rows", "read"], ["7", "new"], ["1", "left", "out"]]
    assert text.startswith("Loaded: addresses of City address file as of 2026-05-01.\n")
    assert address_queries.find_one("1201 acorn") is not None
    assert load("addresses", path, "--as-of", "2026-05-01") == "Already loaded: addresses of City address file as of 2026-05-01.\n"


def test_load_place_names_of_one_kind(tmp_path: Path) -> None:
    path = lists.write(tmp_path, "parks.csv", "NAME,LAT,LON\nElm Park,39.05,-94.59\n")
    result = json.loads(load("place-names", path, "--kind", "park", "--as-of", "2026-05-01", "--json"))
    assert (result["loaded"], address_queries.find_addresses("elm park")[0].kind) == (1, "park")


def test_load_records_asks_for_kind_and_source(tmp_path: Path) -> None:
    path = lists.write(tmp_path, "p.csv", lists.PERMITS)
    with pytest.raises(CommandError):
        load("records", path, "--kind", "permit")
    assert "           2  new" in load("records", path, "--kind", "permit", "--source", "Permit office", "--as-of", "2026-05-01")


def test_load_addresses_with_a_wrong_date_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="year-month-day"):
        load("addresses", lists.write(tmp_path, "a.csv", lists.ADDRESSES), "--as-of", "May")
