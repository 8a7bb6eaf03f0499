"""Which canonical word a recorded value means."""

import duckdb
import pytest

from citystat.service_requests.loading import expressions as sql
from citystat.service_requests.loading.vocabulary import STATUS_WORDS, word_of


def word_in_sql(expression, value):
    with duckdb.connect() as connection:
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
    assert word_in_sql(sql.mapped("t", cincinnati, "NULL"), recorded) == word
    assert word_of(recorded, cincinnati) == word


def test_mapped_takes_a_whole_value_before_a_longer_pattern():
    assert (
        word_in_sql(
            sql.mapped("t", {"open": ["* waiting for parts*"], "closed": ["done, waiting for parts"]}, "NULL"), "Done, waiting for parts"
        )
        == "closed"
    )
