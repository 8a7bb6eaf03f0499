"""Agents and waits: published numbers, limits, a simulation as slow twin."""

import heapq
import random

import pytest

from citystat.methods import staffing

# 100 calls in 30 minutes of 180 s each, target 20 s: agents, P(wait), mean wait, service level.
PUBLISHED = [(11, 0.682118, 122.78, 0.3896), (12, 0.449388, 40.44, 0.6402), (13, 0.285270, 17.12, 0.7956), (14, 0.174132, 7.836, 0.8884)]


@pytest.mark.parametrize(("agents", "waits", "mean", "level"), PUBLISHED)
def test_erlang_c_published(agents, waits, mean, level):
    queue = staffing.erlang_c(100, agents, handle_seconds=180)
    assert queue.offered_load == 10
    assert queue.waits == pytest.approx(waits, abs=5e-7)
    assert queue.mean_wait_seconds == pytest.approx(mean, rel=5e-4)
    assert queue.service_level == pytest.approx(level, abs=5e-5)


def test_agents_needed_eighty_twenty_is_fourteen_not_thirteen():
    assert staffing.agents_needed(100, handle_seconds=180).agents == 14


def test_erlang_c_refuses_a_load_without_end():
    with pytest.raises(ValueError, match="grows without end"):
        staffing.erlang_c(100, 10, handle_seconds=180)


@pytest.mark.parametrize("agents", [11, 14])
def test_erlang_a_of_endless_patience_is_erlang_c(agents):
    patient = staffing.erlang_a(100, agents, handle_seconds=180, patience_seconds=1e7)
    plain = staffing.erlang_c(100, agents, handle_seconds=180)
    assert patient.service_level == pytest.approx(plain.service_level, abs=2e-3)
    assert patient.waits == pytest.approx(plain.waits, abs=2e-3)


def test_erlang_a_with_one_agent_per_waiting_place_and_equal_rates_is_poisson():
    # Patience equal to handle time: every caller in the system leaves at one rate, so their number is Poisson of mean 10.
    queue = staffing.erlang_a(100, 10, handle_seconds=180, patience_seconds=180)
    assert queue.waits == pytest.approx(0.542070, abs=1e-6)


def simulated(agents: int, patience: float, calls: int = 120_000) -> tuple[float, float]:
    """Share answered within 20 s and share abandoned, call by call."""
    draw = random.Random(7)
    free, clock, answered, lost = [0.0] * agents, 0.0, 0, 0
    for _ in range(calls):
        clock += draw.expovariate(100 / 1800)
        start = max(clock, free[0])
        if start - clock > draw.expovariate(1 / patience):
            lost += 1
            continue
        answered += start - clock <= 20
        heapq.heapreplace(free, start + draw.expovariate(1 / 180))
    return answered / calls, lost / calls


@pytest.mark.slow
@pytest.mark.parametrize("agents", [9, 11])
def test_erlang_a_agrees_with_a_simulation(agents):
    level, lost = simulated(agents, 120)
    queue = staffing.erlang_a(100, agents, handle_seconds=180, patience_seconds=120)
    assert queue.service_level == pytest.approx(level, abs=0.015)
    assert queue.abandoned == pytest.approx(lost, abs=0.01)


@pytest.mark.feature("F091")
def test_staffing_curve_meets_the_target_in_every_interval_with_the_fewest():
    calls = [20.0, 60.0, 100.0, 45.0, 0.0]
    curve = staffing.staffing_curve(calls, handle_seconds=240, share=0.95, target_seconds=30, patience_seconds=180, shrinkage=0.25)
    for one, queue in zip(calls, curve.queues, strict=True):
        assert queue.service_level >= 0.95
        if queue.agents > 1:
            fewer = staffing.erlang_a(one, queue.agents - 1, handle_seconds=240, patience_seconds=180, target_seconds=30)
            assert fewer.service_level < 0.95
    assert curve.service_level >= 0.95
    assert all(people >= queue.agents for people, queue in zip(curve.people, curve.queues, strict=True))


@pytest.mark.parametrize("share", [0.0, 1.0, 1.2])
def test_agents_needed_refuses_an_impossible_share(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        staffing.agents_needed(10, handle_seconds=100, share=share)


@pytest.mark.parametrize(
    "changes", [{"patience_seconds": 1e-9}, {"patience_seconds": float("nan")}, {"calls": float("nan")}, {"calls": -1}]
)
def test_erlang_a_refuses_at_once_what_would_never_end(changes):
    with pytest.raises(ValueError, match=r"must be|cannot be"):
        staffing.erlang_a(**{"calls": 100, "agents": 5, "handle_seconds": 180, "patience_seconds": 60, **changes})
