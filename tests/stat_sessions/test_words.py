"""Sentences of packets: each says what it is about."""

import pytest

from citystat.stat_sessions import words, writing
from citystat.stat_sessions.content import Compared, Value
from citystat.stat_sessions.rules import Candidate


def test_decisions_name_their_measure() -> None:
    """Two targets missed by the same city are two different questions."""
    chosen = [
        Candidate("two_misses", "city", "", "Calder Bend", 1.0, facts={"label": label, "measure": "any"})
        for label in ("Closed on time", "Open backlog")
    ]
    first, second = words.decisions(chosen)
    assert first == "Calder Bend, closed on time: keep the target and change the work, or change the target?"
    assert second != first


def test_with_unit_says_one_week() -> None:
    assert [writing.with_unit(value, "weeks") for value in (1.0, 1.5, 2.0)] == ["1 week", "1.5 weeks", "2 weeks"]


def test_comparison_of_figures_that_look_apart_is_not_called_the_same() -> None:
    """A fifth more can lie within chance; nobody reads it as "about the same"."""
    known = [Value(value=value, numerator=value, state="ok") for value in (645.0, 536.0, 640.0)]
    apart = words.comparison(Compared(known[0], known[1], "same"), "count", "June 2016")
    alike = words.comparison(Compared(known[0], known[2], "same"), "count", "June 2016")
    assert apart == "The difference from June 2016 (536) is within chance."
    assert alike == "About the same as in June 2016 (640); the difference is within chance."


@pytest.mark.parametrize(("days", "said"), [(112.0, "112 days"), (730.0, "730 days"), (2908.0, "7.9 years")])
def test_topic_title_says_a_long_wait_in_years(days: float, said: str) -> None:
    """Years are rounded down: "or more" stays true."""
    found = Candidate("longest_waiting", "service", "Weeds", "Weeds", 1.0, facts={"median_age": days, "open": 231, "oldest": days})
    assert words.topic_title(found) == f"Weeds: half of the open requests have waited {said} or more"
