"""Searching addresses: abbreviations, typing errors, corners, names; sure only where nothing else can be meant."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citystat.core.errors import NotFound
from citystat.places import address_queries as queries
from citystat.places.models import Address, Record
from tests.factories import cases as make
from tests.places import lists

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / "home"))
    make.make_districts()
    lists.load_addresses(tmp_path)
    lists.load_names(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["1201 N Acorn St", "1201 north acorn street", "1201 acorn", "1201 Acorn St, Kansas City, MO 64101", "🏠 1201 ACORN ST"],
)
def test_find_one_forgives_spelling(text: str) -> None:
    found = queries.find_one(text)
    assert found is not None
    assert (found.label, found.district, found.is_in_city, found.source) == ("1201 N Acorn Street", "1", True, "City address file")


@pytest.mark.parametrize("text", ["12 Elder", "1201 S Acorn St", "1299 Acorn St", "1201 Acron St", "Acorn St", "", "💧💧", "' OR 1=1 --"])
def test_find_one_is_never_sure_without_reason(text: str) -> None:
    assert queries.find_one(text) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("1201 Acron St", "1201 N Acorn Street"),
        ("1201 N Aco", "1201 N Acorn Street"),
        ("120 acorn", "1201 N Acorn Street"),
        ("riversde park", "Riverside Park"),
        ("the meadow", "Riverside Park"),
        ("linc", "Lincoln School"),
        ("elder and acorn", "Acorn St & Elder Ave"),
        ("1205 Acorn St unit 2", "1205 N Acorn Street #2"),
    ],
)
def test_find_addresses_puts_what_is_meant_first(text: str, first: str) -> None:
    assert queries.find_addresses(text)[0].label == first


def test_find_addresses_shows_a_house_once() -> None:
    assert [one.label for one in queries.find_addresses("1205 N Acorn St")] == ["1205 N Acorn Street #1"]


def test_find_addresses_lists_both_when_the_kind_of_street_is_open() -> None:
    assert {one.label for one in queries.find_addresses("12 Elder")} == {"12 Elder Ave", "12 Elder Ct"}


def test_find_addresses_says_what_is_outside_the_city() -> None:
    found = queries.find_one("900 Far Rd")
    assert found is not None
    assert (found.is_in_city, found.district) == (False, "")


def test_find_addresses_costs_few_statements() -> None:
    queries.find_addresses("1201 Acorn")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.find_addresses("1201 Acorn")
    assert len(asked) <= 5


def test_find_addresses_reads_no_more_rows_of_other_streets() -> None:
    with CaptureQueriesContext(connection) as asked:
        queries.find_addresses("1201 Acorn St")
    plans = [one["sql"] for one in asked if '"places_address"' in one["sql"] and "DISTINCT" not in one["sql"]]
    assert plans
    assert all('"street" IN' in sql for sql in plans)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_find_addresses_takes_any_text(text: str) -> None:
    assert len(queries.find_addresses(text)) <= 8


def test_find_by_ref_gives_the_match_again() -> None:
    one = queries.find_addresses("riverside park")[0]
    assert queries.find_by_ref(one.ref).label == one.label


@pytest.mark.parametrize("ref", ["", "a", "a0", "x1", "a1e5", "a²", "p99999999999999999999999"])
def test_find_by_ref_of_nothing_is_not_found(ref: str) -> None:
    with pytest.raises(NotFound):
        queries.find_by_ref(ref)


def test_find_by_external_id() -> None:
    found = queries.find_by_external_id("A5")
    assert found is not None
    assert found.label == "12 Elder Ave"
    assert queries.find_by_external_id("none") is None


def test_records_at_stand_at_their_address_only(tmp_path: Path) -> None:
    lists.load_permits(tmp_path)
    one = Address.objects.get(external_id="A1")
    assert [record.number for record in queries.records_at(one, public_only=True)] == ["P-1"]


def test_records_at_of_an_internal_list_are_not_public(tmp_path: Path) -> None:
    lists.load_permits(tmp_path, public=False)
    one = Address.objects.get(external_id="A1")
    assert queries.records_at(one, public_only=True) == []
    assert len(queries.records_at(one, public_only=False)) == 1


def test_records_at_with_too_many_leaves_out_those_without_a_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lists.load_permits(tmp_path)
    dated = Record.objects.get(number="P-1")
    Record.objects.create(register=dated.register, number="P-0", house=dated.house, street=dated.street, unit=dated.unit, as_of=dated.as_of)
    monkeypatch.setattr(queries, "MOST_RECORDS", 1)
    found = queries.records_at(Address.objects.get(external_id="A1"), public_only=True)
    assert [record.number for record in found] == ["P-1"]


def test_records_at_without_direction_in_their_address(tmp_path: Path) -> None:
    lists.load_permits(tmp_path, lists.PERMITS.replace("1201 NORTH ACORN ST", "1201 ACORN"))
    assert len(queries.records_at(Address.objects.get(external_id="A1"), public_only=True)) == 1
