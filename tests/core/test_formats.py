"""Numbers and dates in the reader's form."""

from datetime import date, time

import pytest

from citystat.core import formats


@pytest.mark.parametrize(
    ("value", "decimals", "text"), [(1234.56, 1, "1,234.6"), (-2.5, 1, "\u22122.5"), (-0.2, 0, "0"), (1_000_000, 0, "1,000,000")]
)
def test_number(value: float, decimals: int, text: str) -> None:
    assert formats.number(value, decimals, "en") == formats.number(value, decimals, "es") == text


def test_percent_takes_a_fraction() -> None:
    assert formats.percent(0.8243, 1, "en") == "82.4%"


@pytest.mark.parametrize(("language", "text"), [("en", "June 2017"), ("es", "junio de 2017"), ("en-us", "June 2017")])
def test_month_from_text_or_date(language: str, text: str) -> None:
    assert formats.month("2017-06", language) == formats.month(date(2017, 6, 30), language) == text


@pytest.mark.parametrize(("language", "text"), [("en", "Q2 2017"), ("es", "T2 2017")])
def test_short_quarter(language: str, text: str) -> None:
    assert formats.short_quarter(date(2017, 4, 1), language) == text


@pytest.mark.parametrize(("language", "text"), [("en", "June 30, 2017"), ("es", "30 de junio de 2017")])
def test_day(language: str, text: str) -> None:
    assert formats.day(date(2017, 6, 30), language) == text


@pytest.mark.parametrize(
    ("amount", "form", "text"),
    [
        (0.824, "percent", "82%"),
        (0.0312, "percent", "3.1%"),
        (0.914, "percent", "91%"),
        (0.9971, "percent", "99.7%"),
        (1.0, "percent", "100%"),
        (12.34, "days", "12.3"),
        (123.4, "days", "123"),
    ],
)
def test_value_by_form(amount: float, form: str, text: str) -> None:
    assert formats.value(amount, form, "en") == text


@pytest.mark.parametrize(
    ("amount", "form", "text"),
    [
        (54.0, "days", "54"),
        (54.04, "days", "54"),
        (54.3, "days", "54.3"),
        (0.0, "rate", "0"),
        (0.005, "percent", "0.5%"),
        (0.05, "percent", "5%"),
        (1.0, "percent", "100%"),
    ],
)
def test_alone_has_no_decimal_of_nothing(amount: float, form: str, text: str) -> None:
    assert formats.alone(amount, form, "en") == text


@pytest.mark.parametrize(("language", "text"), [("en", "2:05 PM"), ("es", "2:05 p.m.")])
def test_clock_in_the_readers_form(language: str, text: str) -> None:
    assert formats.clock(time(14, 5), language) == text
