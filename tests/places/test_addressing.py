"""Reading addresses: one spelling for every way of writing one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citystat.places import addressing


@pytest.mark.parametrize(
    ("text", "number", "street", "unit", "zipcode"),
    [
        ("1201 North Main Street, Apt. 4", "1201", "n main st", "4", ""),
        ("1201 N MAIN ST #4", "1201", "n main st", "4", ""),
        ("1201 N. Main St., Calder Bend, MO 64101-1234", "1201", "n main st", "", "64101"),
        ("0012 Elm rd unit B, Calder Bend", "12", "elm rd", "b", ""),
        ("12 N Main", "12", "n main", "", ""),
        ("12½ Elm", "12 1/2", "elm", "", ""),
        ("34-12 37th Ave", "34-12", "37th ave", "", ""),
        ("12 First Street", "12", "1st st", "", ""),
        ("1 Avenue A", "1", "ave a", "", ""),
        ("🏠 12 Main St 🎉", "12", "main st", "", ""),
        ("'; DROP TABLE requests; --", "", "drop table requests", "", ""),
        ("", "", "", "", ""),
    ],
)
def test_parse_gives_one_spelling(text: str, number: str, street: str, unit: str, zipcode: str) -> None:
    assert addressing.parse(text, "Calder Bend") == addressing.Parsed(number, street, unit, zipcode)


def test_parse_leaves_out_the_city_without_a_comma() -> None:
    assert addressing.parse("1201 Acorn St Calder Bend MO 64101", "Calder Bend").street == "acorn st"


@pytest.mark.parametrize(
    ("text", "number", "street"),
    [
        ("1201 K Street NW", "1201", "k st nw"),
        ("12 A St", "12", "a st"),
        ("12A Main St", "12a", "main st"),
        ("12 B Main St", "12b", "main st"),
        ("12 N Main St", "12", "n main st"),
    ],
)
def test_parse_knows_a_street_called_by_a_letter(text: str, number: str, street: str) -> None:
    parsed = addressing.parse(text)
    assert (parsed.number, parsed.street) == (number, street)


@pytest.mark.slow
@given(st.text(max_size=600))
def test_parse_takes_any_text(text: str) -> None:
    parsed = addressing.parse(text, "Calder Bend")
    assert len(parsed.street) <= 120
    # A letter before the name may be taken for one of the number; nothing else of the street is lost.
    again = addressing.parse(f"{parsed.number} {parsed.street}")
    assert addressing.street_words(parsed.street).endswith(again.street) or not parsed.number


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Main St & 2nd Ave", ("main st", "2nd ave")),
        ("corner of Main and Elm", ("main", "elm")),
        ("N Main / E 5th St, Calder Bend", ("n main", "e 5th st")),
        ("Maine", None),
        ("12 Main St and 14 Main", None),
        ("a & b & c", None),
        ("&", None),
    ],
)
def test_corner_needs_two_streets(text: str, pair: tuple[str, str] | None) -> None:
    assert addressing.corner(text) == pair


def test_may_be_contradicts_nothing() -> None:
    assert addressing.may_be("acorn", "n acorn st")
    assert not addressing.may_be("acorn ave", "acorn st")
