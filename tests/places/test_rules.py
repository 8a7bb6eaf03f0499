"""Codes, versions and dates in force."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citystat.core.errors import InputError
from citystat.places import rules


@pytest.mark.parametrize(
    ("value", "code"), [(" 4 ", "4"), ("4.0", "4"), (4.0, "4"), (101, "101"), (None, ""), ("4.5", "4.5"), ("a  b", "a b"), (True, "")]
)
def test_clean_code_removes_what_a_spreadsheet_added(value: object, code: str) -> None:
    assert rules.clean_code(value) == code


@pytest.mark.parametrize(("one", "other"), [("MANHATTAN 01", "01 MANHATTAN"), ("01", "1"), ("Manhattan", "MANHATTAN"), ("CD-3", "cd 3")])
def test_comparable_code_two_spellings_are_one(one: str, other: str) -> None:
    assert rules.comparable_code(one) == rules.comparable_code(other)


@pytest.mark.parametrize(("one", "other"), [("10", "1"), ("BRONX 01", "QUEENS 01"), ("1", "11"), ("0", "")])
def test_comparable_code_keeps_places_apart(one: str, other: str) -> None:
    assert rules.comparable_code(one) != rules.comparable_code(other)


@pytest.mark.parametrize(
    ("written", "code"), [("01", "01"), ("1", "01"), ("south hyde park", "02"), ("South Hyde-Park", "02"), ("3", None), ("", None)]
)
def test_code_finder_by_code_or_name(written: str, code: str | None) -> None:
    assert rules.code_finder(["01", "02"], ["North", "South Hyde Park"])(written) == code


def test_code_order_counts_numbers_as_numbers() -> None:
    codes = ["10", "2", "BRONX 02", "1", "BRONX 10"]
    assert sorted(codes, key=rules.code_order) == ["1", "2", "10", "BRONX 02", "BRONX 10"]


@pytest.mark.parametrize(
    ("file", "start", "version"),
    [
        ("kcmo_council_districts_2012.geojson", None, "2012"),
        ("wards_1990_to_2020.geojson", None, "2020"),
        ("wards.geojson", date(2015, 8, 1), "2015"),
        ("wards.geojson", None, "2024_05_06"),
        ("layer_120123.geojson", None, "2024_05_06"),
    ],
)
def test_default_version_from_file_name_or_date(file: str, start: date | None, version: str) -> None:
    assert rules.default_version(file, start, date(2024, 5, 6)) == version


@pytest.mark.parametrize("kind", ["Council", "council district", "x", "_a", "a-b", "9lives"])
def test_check_kind_refuses_what_cannot_name_a_column(kind: str) -> None:
    with pytest.raises(InputError, match="cannot name a kind"):
        rules.check_kind(kind)


def test_periods_undated_versions_start_with_the_year_they_are_named_by() -> None:
    older, newer = rules.periods_in_force([("2023", None, None), ("2012", None, None)])
    assert (older.version, older.start, older.end) == ("2012", None, date(2022, 12, 31))
    assert (newer.version, newer.start, newer.end) == ("2023", date(2023, 1, 1), None)


def test_periods_a_stated_start_leaves_earlier_days_without_boundaries() -> None:
    (only,) = rules.periods_in_force([("2012", date(2012, 8, 1), None)])
    assert rules.in_force([only], date(2012, 7, 31)) is None
    assert rules.in_force([only], date(2012, 8, 1)) is only


@pytest.mark.slow
@given(
    st.lists(st.dates(date(1990, 1, 1), date(2030, 1, 1)), min_size=1, max_size=6, unique=True),
    st.dates(date(1980, 1, 1), date(2035, 1, 1)),
)
def test_periods_one_version_at_most_is_in_force(starts: list[date], day: date) -> None:
    periods = rules.periods_in_force([(f"v{number}", start, None) for number, start in enumerate(starts)])
    covering = [period.version for period in periods if period.covers(day)]
    expected = max((start for start in starts if start <= day), default=None)
    assert covering == ([f"v{starts.index(expected)}"] if expected else [])


@pytest.mark.parametrize(
    ("known", "year", "used"), [([2010, 2020], 2020, 2020), ([2010, 2020], 2015, 2010), ([2010, 2020], 2016, 2020), ([], 2000, None)]
)
def test_nearest_year_of_two_equally_near_the_earlier(known: list[int], year: int, used: int | None) -> None:
    assert rules.nearest_year(known, year) == used
