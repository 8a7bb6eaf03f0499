"""Words of the room: places known by a number, times of promises."""

import pytest

from citystat.service_requests import words


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [("council_district", "3", "District 3"), ("council_district", "Riverside", "Riverside"), ("zip", "641", "641")],
)
def test_place_word_says_the_kind_of_a_bare_number(kind: str, name: str, said: str) -> None:
    assert words.place_word(kind, name) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(1.0, "business_days", "1 business day"), (2.5, "calendar_hours", "2.5 hours"), (30.0, "calendar_days", "30 days")],
)
def test_amount_words_are_singular_for_one(value: float, unit: str, said: str) -> None:
    assert words.amount_words(value, unit) == said
