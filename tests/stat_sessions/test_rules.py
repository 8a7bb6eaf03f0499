"""The topic rules as tables."""

import numpy as np
import pytest

from citystat.stat_sessions import rules
from citystat.stat_sessions.rules import Candidate, OnTime


@pytest.mark.parametrize(
    ("values", "target", "direction", "in_a_row"),
    [
        ([0.7, 0.6, 0.6], 0.8, "increase", 3),
        ([0.9, 0.6, 0.6], 0.8, "increase", 2),
        ([0.9, 0.9, 0.6], 0.8, "increase", None),
        ([0.6, None, 0.6], 0.8, "increase", None),
        ([12, 13], 10, "decrease", 2),
        ([0.8, 0.8], 0.8, "increase", None),
        ([0.6, 0.6], None, "increase", None),
        ([0.6, 0.6], 0.8, "neutral", None),
    ],
)
def test_two_misses(values: list[float | None], target: float | None, direction: str, in_a_row: int | None) -> None:
    found = rules.two_misses(values, target, direction)

    assert (found["in_a_row"] if found else None) == in_a_row


@pytest.mark.parametrize(
    ("open_at_end", "growth"),
    [
        ([100, 105, 110, 120], 20),
        ([100, 103, 106, 109], None),  # under a tenth
        ([10, 12, 14, 18], None),  # under ten requests
        ([100, 120, 119, 140], None),  # not in each month
        ([100, 110, 120], None),  # too few months
        ([100, None, 120, 140], None),
        ([0, 4, 8, 12], 12),
    ],
)
def test_growing_backlog(open_at_end: list[float | None], growth: float | None) -> None:
    found = rules.growing_backlog(open_at_end)

    assert (found["growth"] if found else None) == growth


@pytest.mark.parametrize(
    ("share", "upper", "position", "found"),
    [
        (0.60, 0.65, "inside", True),
        (0.60, 0.80, "low_998", True),
        (0.60, 0.80, "low_95", False),
        (0.72, 0.73, "low_998", False),  # under five points
        (0.90, 0.95, "high_998", False),
    ],
)
def test_district_gap_against_a_city_at_three_quarters(share: float, upper: float, position: str, found: bool) -> None:
    assert (rules.district_gap(share, upper, 0.75, position) is not None) is found


YEAR_BEFORE = OnTime((90, 92, 88), (100, 100, 100))


def test_on_time_fell_beyond_chance() -> None:
    found = rules.on_time_fell(OnTime((70, 72, 71), (100, 100, 100)), YEAR_BEFORE, compared=30)

    assert found is not None
    assert (found["value"], found["before"], found["due"]) == (0.71, 0.9, 300)
    assert found["fall"] == pytest.approx(0.19)
    # Newcombe's hybrid score interval of 213/300 and 270/300 at 1 - 0.05/30, worked out apart from the code that is tested.
    assert (found["lower"], found["upper"]) == (pytest.approx(0.089154, abs=1e-6), pytest.approx(0.287662, abs=1e-6))


@pytest.mark.parametrize(
    ("on_time", "due"),
    [
        ((87, 88, 84), (100, 100, 100)),  # under five points
        ((50, 95, 50), (100, 100, 100)),  # one month was better than a year before
        ((5, 5, 4), (7, 7, 5)),  # nineteen due
        ((60, 60), (100, 100)),  # a month is not known
        ((60, 60, 0), (100, 100, 0)),  # a month without any due
        ((83, 84, 82), (100, 100, 100)),  # beyond chance alone, not among thirty services
    ],
)
def test_on_time_fell_says_nothing(on_time: tuple[float, ...], due: tuple[float, ...]) -> None:
    assert rules.on_time_fell(OnTime(on_time, due), YEAR_BEFORE, compared=30) is None


def test_on_time_fell_asks_more_the_more_services_are_compared() -> None:
    now = OnTime((83, 84, 82), (100, 100, 100))

    assert rules.on_time_fell(now, YEAR_BEFORE, compared=1) is not None
    assert rules.on_time_fell(now, YEAR_BEFORE, compared=30) is None


@pytest.mark.slow
def test_on_time_fell_finds_a_false_fall_in_one_packet_of_twenty_at_most() -> None:
    """Forty services whose share is the same in both years, a thousand times."""
    dice = np.random.default_rng(20261031)
    due = (60.0, 60.0, 60.0)
    packets = 1000
    draws = dice.binomial(60, 0.85, size=(packets, 40, 2, 3)).astype(float)
    false = sum(
        any(rules.on_time_fell(OnTime(tuple(now), due), OnTime(tuple(before), due), 40) for now, before in packet) for packet in draws
    )

    assert false / packets <= 0.05


@pytest.mark.parametrize(("together", "closed", "found"), [(20, 400, True), (19, 100, False), (20, 401, False), (500, 500, True)])
def test_mass_closure(together: int, closed: int, found: bool) -> None:
    assert (rules.mass_closure(together, closed) is not None) is found


def test_rise_in_demand_against_the_same_months_a_year_before() -> None:
    found = rules.rise_in_demand([10] * 24 + [20, 20, 25])

    assert found == {"value": 65, "before": 30, "ratio": pytest.approx(65 / 30)}


@pytest.mark.parametrize(
    "months",
    [
        [10] * 24 + [14, 14, 14],  # under half as many again
        [10] * 24 + [30, 30, 10],  # not in each month
        [0] * 12 + [10] * 12 + [30, 30, 30],  # a new service
        [2] * 24 + [4, 4, 4],  # six requests more
        [10] * 20 + [30] * 3,  # too short a past
        [10] * 24 + [20, None, 25],
    ],
)
def test_rise_in_demand_says_nothing(months: list[float | None]) -> None:
    assert rules.rise_in_demand(months) is None


@pytest.mark.parametrize(
    ("promise", "median", "p90", "closed", "kind"),
    [
        (30, 2, 9, 100, "padded"),
        (26, 2, 9, 100, None),
        (3, 4, 20, 100, "broken"),
        (4, 4, 20, 100, None),
        (30, 2, 9, 29, None),
        (None, 2, 9, 100, None),
        (5, None, None, 100, None),
        (3, 0.1, 0.2, 100, "padded"),  # practice under a day counts as one day
    ],
)
def test_promise_unlike_practice(promise: float | None, median: float | None, p90: float | None, closed: float, kind: str | None) -> None:
    found = rules.promise_unlike_practice(promise, median, p90, closed)

    assert (found["kind"] if found else None) == kind


@pytest.mark.parametrize(("requests", "median", "found"), [(5, 90, True), (4, 900, False), (50, 89, False)])
def test_longest_waiting(requests: int, median: float, found: bool) -> None:
    assert (rules.longest_waiting(requests, median, 1000) is not None) is found


def candidate(rule: str, subject: str, severity: float = 0.6) -> Candidate:
    return Candidate(rule, "service", subject, subject, severity)


def test_choose_takes_one_topic_a_rule_first() -> None:
    several = [candidate("backlog_growing", name, 0.9) for name in "abc"]
    chosen = rules.choose([*several, candidate("longest_waiting", "d", 0.1), candidate("rise_in_demand", "e", 0.2)])

    assert [one.rule for one in chosen] == ["backlog_growing", "rise_in_demand", "longest_waiting"]


def test_choose_fills_up_to_three_from_one_rule() -> None:
    chosen = rules.choose([candidate("backlog_growing", name) for name in "abcd"])

    assert [one.subject for one in chosen] == ["a", "b", "c"]


def test_choose_goes_to_five_only_for_grave_ones() -> None:
    names = ["two_misses", "concerning_signal", "backlog_growing", "district_gap", "mass_closure", "rise_in_demand"]
    grave = rules.choose([candidate(rule, rule, 0.5) for rule in names])
    slight = rules.choose([candidate(rule, rule, 0.49) for rule in names])

    assert (len(grave), len(slight)) == (5, 3)


def test_choose_names_no_subject_twice() -> None:
    chosen = rules.choose([candidate("backlog_growing", "potholes"), candidate("longest_waiting", "potholes")])

    assert len(chosen) == 1


def test_choose_without_candidates_is_empty() -> None:
    assert rules.choose([]) == ()
