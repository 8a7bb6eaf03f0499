"""Sentences of packets: each says what it is about."""

from citystat.stat_sessions import words, writing
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
