"""Numbers as people type them: what could mean two things is asked, never guessed."""

import pytest

from citystat.core.errors import InputError
from citystat.plan import numbers

READ = [
    ("61", 0.61),
    ("61%", 0.61),
    ("61 %", 0.61),
    ("0.61 percent", 0.0061),
    ("61 Por ciento", 0.61),
    ("61.5%", 0.615),
    ("0.61%", 0.0061),
    ("1%", 0.01),
    ("0", 0.0),
    ("100", 1.0),
    ("1,200%", 12.0),
]


@pytest.mark.parametrize(("text", "share"), READ)
def test_read_percentage_however_it_is_written(text: str, share: float) -> None:
    assert numbers.read(text, "percent") == pytest.approx(share)


@pytest.mark.parametrize(("text", "said"), [("0.61", "61% or 0.61%"), ("1", "100% or 1%"), ("-0.5", "-50% or -0.5%")])
def test_read_percentage_that_could_be_two_things_is_asked_back(text: str, said: str) -> None:
    with pytest.raises(InputError, match=f"Did you mean {said}"):
        numbers.read(text, "percent")


@pytest.mark.parametrize(("text", "point"), [("0,61", "0.61"), ("61,5 %", "61.5"), ("1,5", "1.5"), ("12,3456", "12.3456")])
def test_read_number_with_a_comma_before_its_decimals_says_how_to_write_it(text: str, point: str) -> None:
    with pytest.raises(InputError, match=f"write it with a point, {point}"):
        numbers.read(text, "percent")


@pytest.mark.parametrize(("text", "number"), [("1,200", 1200.0), ("$1,204.50", 1204.5), ("-3", -3.0), ("\u22123", -3.0), (".5", 0.5)])
def test_read_number_of_other_measures(text: str, number: float) -> None:
    assert numbers.read(text, "count") == number


@pytest.mark.parametrize("text", ["", "abc", "1,20,0", "NaN", "1e5", "61%"])
def test_read_what_is_no_number_of_a_count_is_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"is not a number|not a percentage"):
        numbers.read(text, "count")
