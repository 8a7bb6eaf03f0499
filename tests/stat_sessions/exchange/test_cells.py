"""Any text, number, day or instant comes back from its cell as it was."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from citystat.core.errors import InputError
from citystat.plan.exchange import cells
from citystat.plan.exchange.tables import Column

WORDS = some.text(some.characters(codec="utf-8", exclude_characters="\x00"))
PLAIN = some.recursive(
    some.none() | some.booleans() | some.integers() | WORDS,
    lambda inner: some.lists(inner) | some.dictionaries(WORDS, inner),
    max_leaves=12,  # drawing more of them takes most of the test and shows nothing else
)


@given(some.floats(allow_nan=False, allow_infinity=False))
def test_number_comes_back(number: float) -> None:
    assert cells.value(cells.text(number), Column("value", "number", "")) == number


@given(some.dates())
def test_day_comes_back(day: date) -> None:
    assert cells.value(cells.text(day), Column("on", "date", "")) == day


@given(some.datetimes(timezones=some.just(UTC)))
def test_instant_comes_back(instant: datetime) -> None:
    assert cells.value(cells.text(instant), Column("at", "datetime", "")) == instant


@pytest.mark.slow
@given(some.dictionaries(WORDS, PLAIN) | some.lists(PLAIN))
def test_json_comes_back(content: object) -> None:
    assert cells.value(cells.text(content), Column("definition", "json", "")) == content


@pytest.mark.slow
@given(WORDS)
def test_text_comes_back_through_a_file(text: str) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([["text", "more"], [cells.text(text), "x"]])
    read = list(csv.reader(io.StringIO(buffer.getvalue(), newline=""), strict=True))
    assert cells.value(read[1][0], Column("text", "string", "")) == text


@pytest.mark.parametrize(
    ("written", "kind"),
    [("nan", "number"), ("1e999", "number"), ("99999999999", "integer"), ("2017-02-30", "date"), ("2017-02-01T10:00", "datetime"),
     ("yes", "boolean"), ("{", "json")],
)  # fmt: skip
def test_value_that_is_none_is_named(written: str, kind: str) -> None:
    with pytest.raises(InputError, match=f"which is not a {kind}"):
        cells.value(written, Column("it", kind, ""))
