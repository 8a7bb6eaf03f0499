"""What recorded words, zones and numbers mean."""

from datetime import datetime

import duckdb
import pytest

from citystat.service_requests.loading import date_formats
from citystat.service_requests.loading import expressions as sql
from citystat.service_requests.loading.vocabulary import STATUS_WORDS, word_of


def in_sql(expression, value):
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.execute(f"SELECT {expression} FROM (SELECT ?::VARCHAR AS t)", [value]).fetchone()[0]


@pytest.mark.parametrize(
    ("recorded", "word"),
    [
        ("CLOSED DUP", "duplicate"),
        ("Closed - Duplicate of 20-11", "duplicate"),
        ("Closed (Duplicate)", "duplicate"),
        ("Closed - Cancelled by caller", "cancelled"),
        ("Closed (Invalid)", "invalid"),
        ("Closed - Filled", "closed"),
        ("Completed - Dup", "duplicate"),
        ("in process", "open"),
        ("a word of ours", None),
    ],
)
def test_mapped_takes_the_pattern_that_says_most(recorded, word):
    cincinnati = {**STATUS_WORDS, "duplicate": [*STATUS_WORDS["duplicate"], "closed dup*"], "closed": [*STATUS_WORDS["closed"], "closed*"]}
    assert in_sql(sql.mapped("t", cincinnati, "NULL"), recorded) == word
    assert word_of(recorded, cincinnati) == word


def test_mapped_takes_a_whole_value_before_a_longer_pattern():
    assert (
        in_sql(
            sql.mapped("t", {"open": ["* waiting for parts*"], "closed": ["done, waiting for parts"]}, "NULL"), "Done, waiting for parts"
        )
        == "closed"
    )


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2020-05-01 09:00:00 UTC", datetime(2020, 5, 1, 4)),
        ("2020-05-01T09:00Z", datetime(2020, 5, 1, 4)),
        ("2020-05-01 09:00:00 -0700", datetime(2020, 5, 1, 11)),
        ("2020-05-01 09:00:00 -07:00", datetime(2020, 5, 1, 11)),
        ("2020-05-01 09:00:00 EDT", datetime(2020, 5, 1, 8)),
        ("2020-05-01 09:00:00 CST", datetime(2020, 5, 1, 10)),
        ("2020-05-01 09:00:00 PM", datetime(2020, 5, 1, 21)),
        ("2020/05/01 12:00:00 AM", datetime(2020, 5, 1)),
        ("2020-05-01 12:05 am", datetime(2020, 5, 1, 0, 5)),
        ("2020-05-01 09:00:00 soon", None),
        ("2020-05-01 09:00:00 XYZ", None),
    ],
)
def test_local_time_never_passes_over_what_follows_the_time(text, local):
    assert in_sql(sql.local_time("t", [], "America/Chicago"), text) == local


@pytest.mark.parametrize(("text", "utc"), [("2020-11-01 01:30:00 CST", datetime(2020, 11, 1, 7, 30)), ("2020-11-01 01:30:00", None)])
def test_exact_time_is_what_the_zone_in_the_text_says(text, utc):
    assert in_sql(sql.exact_time("t"), text) == utc


@pytest.mark.parametrize(
    "text",
    ["2020-05-01 09:00:00 PM", "2020/05/01 12:00:00 AM", "2020-05-01 09:00:00 UTC", "2020-05-01T09:00Z", "2020-05-01 09:00:00 -0500"],
)
def test_formats_of_dates_the_loader_reads(text):
    assert date_formats.formats_of([text, text.replace("01 ", "02 ")])


@pytest.mark.parametrize(
    ("text", "number"), [("1,017,901", 1_017_901), ("-1,234.5", -1234.5), ("3,5", None), ("39,123", 39_123), ("1,2,3", None), ("7", 7)]
)
def test_number_takes_commas_between_thousands_alone(text, number):
    assert in_sql(sql.number("t"), text) == number
