"""Periods as people say them, in English and Spanish."""

import pytest

from citystat.plan import descriptions, periods

NAMES = [
    ("2026-07", "July 2026", "julio de 2026"),
    ("2026-Q3", "July\u2013September 2026", "julio\u2013septiembre de 2026"),
    ("2026-Q1", "January\u2013March 2026", "enero\u2013marzo de 2026"),
    ("2026", "2026", "2026"),
    ("FY2016-17", "fiscal year 2016-17", "año fiscal 2016-17"),
    ("2026-06-30", "June 30, 2026", "30 de junio de 2026"),
]


@pytest.mark.parametrize(("key", "english", "spanish"), NAMES)
def test_period_name_in_both_languages(key: str, english: str, spanish: str) -> None:
    one = periods.parse_period(key, 7)
    assert (descriptions.period_name(one, "en"), descriptions.period_name(one, "es")) == (english, spanish)
