"""Numbers, dates and months in the reader's form. Spanish is that of the United States: 1,234.5 and 12 de junio de 2017."""

from datetime import date, datetime, time
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language

LOCALES = {"en": "en_US", "es": "es_US"}
MINUS = "\u2212"
NARROW_NO_BREAK_SPACE = "\u202f"


@cache
def locale_of(language: str) -> Locale:
    """The locale of a language code; English where we have none."""
    return Locale.parse(LOCALES.get(language.partition("-")[0], "en_US"))


def _locale(language: str | None) -> Locale:
    return locale_of(language or get_language() or "en")


def number(value: float | int, decimals: int = 0, language: str | None = None) -> str:
    """1234.56 -> `1,235`; with two decimals `1,234.56`. A true minus sign, never a negative zero."""
    return _number(round(value, decimals) + 0.0, decimals, _locale(language))


@lru_cache(maxsize=10_000)
def _number(rounded: float, decimals: int, locale: Locale) -> str:
    """A page of requests writes the same few numbers hundreds of times."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text: str = format_decimal(rounded, format=pattern, locale=locale)
    return text.replace("-", MINUS)


def percent(share: float, decimals: int = 0, language: str | None = None) -> str:
    """0.824 -> `82%` in English, `82 %` in Spanish; shares are fractions of one."""
    pattern = _locale(language).percent_formats[None].pattern
    whole = "#,##0" + ("." + "0" * decimals if decimals else "")
    text: str = format_percent(round(share, decimals + 2) + 0.0, format=pattern.replace("#,##0", whole), locale=_locale(language))
    return text.replace("-", MINUS)


def day(value: date, language: str | None = None) -> str:
    """2017-06-30 -> `June 30, 2017`, `30 de junio de 2017`."""
    return str(format_date(value, "long", locale=_locale(language)))


def short_day(value: date, language: str | None = None) -> str:
    """2017-06-30 -> `Jun 30, 2017`, `30 jun 2017`."""
    return str(format_date(value, "medium", locale=_locale(language)))


def month(value: date | str, language: str | None = None) -> str:
    """2017-06 -> `June 2017`, `junio de 2017`."""
    pattern = "LLLL 'de' y" if _locale(language).language == "es" else "LLLL y"
    return str(format_date(as_day(value), pattern, locale=_locale(language)))


def short_month(value: date | str, language: str | None = None) -> str:
    """2017-06 -> `Jun 2017`, `jun 2017`."""
    return str(format_date(as_day(value), "LLL y", locale=_locale(language)))


def short_quarter(value: date, language: str | None = None) -> str:
    """2017-04-01 -> `Q2 2017`, `T2 2017`."""
    return str(format_date(value, "QQQ y", locale=_locale(language)))


def instant(value: datetime, language: str | None = None) -> str:
    """Date and time, in the zone the value carries."""
    return str(format_datetime(value, "medium", locale=_locale(language)))


def clock(value: time, language: str | None = None) -> str:
    """14:00 -> `2:00 PM`, `2:00 p.m.`; a sentence that ends with it goes through `texts.one_dot`."""
    return str(format_time(value, "short", locale=_locale(language))).replace(NARROW_NO_BREAK_SPACE, " ")


def as_day(value: date | str) -> date:
    """The first day of `2017-06`, or the date itself."""
    if isinstance(value, date):
        return value
    return date.fromisoformat(value if len(value) > 7 else f"{value}-01")


def value(amount: float, form: str, language: str | None = None) -> str:
    """A measure's value without its unit: `form` is count, rate, percent (a fraction of one), days or weeks."""
    if form == "percent":
        # One decimal only where rounding would say too much: small shares, and those that are almost all.
        return percent(amount, 0 if 0.0995 <= amount < 0.995 or amount in {0.0, 1.0} else 1, language)
    if form == "count":
        return number(amount, 0, language)
    return number(amount, 0 if abs(amount) >= 100 else 1, language)


def alone(amount: float, form: str, language: str | None = None) -> str:
    """The same where no column of numbers stands around it: `54`, not `54.0`; `5%`, not `5.0%`."""
    if form == "percent":
        return percent(amount, 0, language) if round(100 * amount, 1) % 1 == 0 else value(amount, form, language)
    return number(amount, 0, language) if round(amount, 1) % 1 == 0 else value(amount, form, language)
