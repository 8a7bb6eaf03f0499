"""How many signals chance alone produces across many measures."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import factorial

import numpy as np
from numpy.typing import NDArray

from citystat.methods.control_charts.results import RULES, Rule

# Standard normal probabilities of one side: beyond 3 sigma, between 2 and 3, and within 2.
P_OUTSIDE = 0.0013498980316300933
P_CLOSE = 0.022750131948179212 - P_OUTSIDE
P_WITHIN = 0.5 - P_CLOSE - P_OUTSIDE


@dataclass(frozen=True)
class FalseSignals:
    """Expected counts when nothing at all has changed in any measure.

    on_last_point: measures whose last point a rule flags, in all and by rule (a point two rules flag counts twice).
    measures_with_any: measures with a signal anywhere in their n points.
    """

    n_measures: int
    n_points: int
    on_last_point: float
    by_rule: dict[Rule, float]
    measures_with_any: float


def expected_false_signals(n_measures: int, n_points: int, *, run_length: int = 7, rules: tuple[Rule, ...] = RULES) -> FalseSignals:
    """Signals to expect by chance in ``n_measures`` unchanged XmR charts of ``n_points`` points each.

    Formula: on the last point, the closed-form chance of each rule: 2 P(z > 3); 2 (1/2)^L for a run of L on one
    side; 2 / L! for L rising or falling; two in three from the two- and three-sigma zones. Anywhere: outside, two in
    three and shift by an exact Markov chain on (length of the run, zones of the last two points); trend by
    1 - exp(-2 (n - L + 1) (L / (L + 1)) / L!), an approximation that adds little.
    Assumptions: normal independent points and known limits. Estimated limits and autocorrelation make more.
    When not to use it: as a significance correction; it is the sentence beside a list of signals.
    Source: Champ and Woodall, Technometrics 29 (1987) 393-399, for the Markov chain.
    n_measures, n_points, run_length: counts. Returns ``FalseSignals``. Raises ValueError for a negative count, a run
    length outside 5 to 12 or an unknown rule.

    >>> expected = expected_false_signals(200, 24)
    >>> round(expected.on_last_point, 1), round(expected.measures_with_any)
    (3.9, 44)
    """
    if not n_measures >= 0 or not n_points >= 0:
        raise ValueError("The numbers of measures and of points cannot be negative.")
    if not 5 <= run_length <= 12:
        raise ValueError(f"The run length must be between 5 and 12 points, not {run_length}.")
    if unknown := set(rules) - set(RULES):
        raise ValueError(f"Unknown rule {sorted(unknown)[0]!r}; the rules are {', '.join(RULES)}.")
    chances = _last_point_chances(n_points, run_length)
    by_rule = {rule: n_measures * chances[rule] for rule in RULES if rule in rules}
    silent = float(_silent_probabilities(n_points, run_length, frozenset(rules))[-1])
    if "trend" in rules and n_points >= run_length:
        windows = (n_points - run_length + 1) * run_length / (run_length + 1)
        silent *= float(np.exp(-2 * windows / factorial(run_length)))
    return FalseSignals(n_measures, n_points, sum(by_rule.values()), by_rule, n_measures * (1 - silent))


def average_run_length(run_length: int = 7, rules: tuple[Rule, ...] = ("astronomical", "two_in_three", "shift")) -> float:
    """Points until the first false signal, on average, in one unchanged chart (trend is not part of the chain).

    Formula: 1' (I - Q)^-1 of the Markov chain's transient part. Assumptions, source: ``expected_false_signals``.
    When not to use it: with autocorrelated series. Returns a number of points; raises ValueError for a rule other
    than the three, or a run length outside 5 to 12.

    >>> round(average_run_length(rules=("astronomical",)), 1)
    370.4
    """
    if not rules or set(rules) - set(RULES) or "trend" in rules:
        raise ValueError("The average run length is defined here for astronomical, two_in_three and shift.")
    if not 5 <= run_length <= 12:
        raise ValueError(f"The run length must be between 5 and 12 points, not {run_length}.")
    transitions = _transitions(run_length, frozenset(rules))
    return float(np.linalg.solve(np.eye(len(transitions)) - transitions, np.ones(len(transitions)))[0])


def _last_point_chances(n_points: int, run_length: int) -> dict[Rule, float]:
    """Chance that each rule flags the last of n points; two in three needs the last point to be a close one."""
    one_close = 2 * P_CLOSE * (0.5 - P_CLOSE) * P_CLOSE
    return {
        "astronomical": 2 * P_OUTSIDE if n_points >= 1 else 0.0,
        "trend": 2 / factorial(run_length) if n_points >= run_length else 0.0,
        "two_in_three": 2 * (one_close + P_CLOSE**3) if n_points >= 3 else 0.0,
        "shift": 2 * 0.5**run_length if n_points >= run_length else 0.0,
    }


def _silent_probabilities(n_points: int, run_length: int, rules: frozenset[Rule]) -> NDArray[np.float64]:
    """Chance that no signal has come by point 0, 1, ... n."""
    transitions = _transitions(run_length, rules)
    state = np.zeros(len(transitions))
    state[0] = 1.0
    silent = [1.0]
    for _ in range(n_points):
        state = state @ transitions
        silent.append(float(state.sum()))
    return np.array(silent)


@lru_cache(maxsize=32)
def _transitions(run_length: int, rules: frozenset[Rule]) -> NDArray[np.float64]:
    """Transient part of the chain. A state is (run so far on this side, was the last point close, the one before).

    By symmetry the side itself need not be kept. State 0 is the start, before any point.
    """
    longest = run_length if "shift" in rules else 3
    states = [(0, False, False), *product(range(1, longest + 1), (False, True), (False, True))]
    number = {state: index for index, state in enumerate(states)}
    matrix = np.zeros((len(states), len(states)))
    for state, index in number.items():
        for same_side, zone in product((True, False), ("within", "close", "outside")):
            following = _next_state(state, same_side, zone, run_length, longest, rules)
            if following is not None:
                matrix[index, number[following]] += {"within": P_WITHIN, "close": P_CLOSE, "outside": P_OUTSIDE}[zone]
    return matrix


def _next_state(
    state: tuple[int, bool, bool], same_side: bool, zone: str, run_length: int, longest: int, rules: frozenset[Rule]
) -> tuple[int, bool, bool] | None:
    """Where one more point leads; None when it raises a signal."""
    run, last_close, before_close = state if same_side else (0, False, False)
    if zone == "outside" and "astronomical" in rules:
        return None
    close = zone == "close"
    if "two_in_three" in rules and run >= 2 and close + last_close + before_close >= 2:
        return None
    if "shift" in rules and run + 1 >= run_length:
        return None
    return min(run + 1, longest), close, last_close
