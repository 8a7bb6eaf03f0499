"""What so many agents achieve in one interval."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MOST_AGENTS = 5_000
LEAST_PATIENCE_SECONDS = 1.0
NEGLIGIBLE = 1e-15


@dataclass(frozen=True)
class Queue:
    """A queue in its steady state.

    offered_load: erlangs. waits: probability that a call waits. mean_wait_seconds: of all offered calls. service_level: share of offered
    calls answered within the target. abandoned: share of them that hang up (0 under Erlang C). occupancy: share of agents' time on calls.
    """

    agents: int
    offered_load: float
    waits: float
    mean_wait_seconds: float
    service_level: float
    abandoned: float
    occupancy: float


def erlang_c(calls: float, agents: int, *, handle_seconds: float, interval_seconds: float = 1800, target_seconds: float = 20) -> Queue:
    """The queue when nobody hangs up.

    Formula: A = calls x handle / interval; B_0 = 1, B_k = A B_(k-1) / (k + A B_(k-1)); C = B_m / (1 - (A/m)(1 - B_m));
    ASA = C handle / (m - A); SL(t) = 1 - C exp(-(m - A) t / handle).
    Assumptions: Poisson calls at one rate for the interval, exponential handle times, one queue served in order, no abandoning.
    When not to use it: near or above full load, where real callers hang up (``erlang_a``), nor for intervals much shorter than the waits.
    Source: A. K. Erlang 1917; Gans, Koole and Mandelbaum 2003, Telephone call centers.
    Raises ValueError when the load is not under the agents, or a value is negative.

    >>> round(erlang_c(100, 14, handle_seconds=180).service_level, 4)
    0.8884
    """
    load = offered_load(calls, agents, handle_seconds, interval_seconds, target_seconds)
    if load >= agents:
        raise ValueError("Without hanging up the queue grows without end: the offered load must be less than the agents.")
    blocked = 1.0
    for agent in range(1, agents + 1):
        blocked = load * blocked / (agent + load * blocked)
    waits = blocked / (1 - load / agents * (1 - blocked))
    level = 1 - waits * math.exp(-(agents - load) * target_seconds / handle_seconds)
    return Queue(agents, load, waits, waits * handle_seconds / (agents - load), level, 0.0, load / agents)


def erlang_a(
    calls: float,
    agents: int,
    *,
    handle_seconds: float,
    patience_seconds: float,
    interval_seconds: float = 1800,
    target_seconds: float = 20,
) -> Queue:
    """The queue when each waiting caller hangs up after an exponential time of mean ``patience_seconds``.

    Formula: birth-death chain with birth rate lambda and death rate min(k, n) mu + max(0, k - n) theta. A caller who finds others waiting
    moves up as they are answered or hang up; the distribution of its wait is that of this second chain, by its matrix exponential.
    Service level counts offered calls, so one who hangs up before the target is a miss.
    Assumptions: Poisson calls at one rate, exponential handle times and patience. When not to use it: callers hear how long they will wait.
    Source: Palm 1957; Garnett, Mandelbaum and Reiman 2002, Designing a call center with impatient customers.
    Raises ValueError for negative or missing values, or patience under a second (the queue then is empty, and its chain endless to follow).

    >>> erlang_a(100, 9, handle_seconds=180, patience_seconds=300).abandoned < 0.2
    True
    """
    load = offered_load(calls, agents, handle_seconds, interval_seconds, target_seconds)
    if not LEAST_PATIENCE_SECONDS <= patience_seconds < math.inf:
        raise ValueError("Patience must be a second at least.")
    arrival, service, hang_up = calls / interval_seconds, 1 / handle_seconds, 1 / patience_seconds
    if not calls:
        return Queue(agents, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    states = _steady_state(arrival, service, hang_up, agents)
    waiting = np.arange(len(states) - agents)
    queue_length = float(states[agents:] @ waiting)
    level = float(states[:agents].sum()) + _answered_in_time(states[agents:], agents * service, hang_up, target_seconds)
    busy = float(states @ np.minimum(np.arange(len(states)), agents))
    return Queue(
        agents, load, float(states[agents:].sum()), queue_length / arrival, min(level, 1.0), hang_up * queue_length / arrival, busy / agents
    )


def offered_load(calls: float, agents: int, handle_seconds: float, interval_seconds: float, target_seconds: float) -> float:
    """Erlangs; raises ValueError for impossible values."""
    if not 1 <= agents <= MOST_AGENTS or agents != int(agents):
        raise ValueError(f"Agents must be a whole number from 1 to {MOST_AGENTS}.")
    given = (calls, handle_seconds, interval_seconds, target_seconds)
    if not all(map(math.isfinite, given)) or min(given) < 0 or not (handle_seconds and interval_seconds):
        raise ValueError("Calls and the target cannot be negative; handle time and interval must be more than nothing.")
    return calls * handle_seconds / interval_seconds


def _steady_state(arrival: float, service: float, hang_up: float, agents: int) -> FloatArray:
    """Probability of each number of callers in the system, cut where it no longer matters."""
    logs, log = [0.0], 0.0
    top, number = 0.0, 0
    while number < agents or log - top > math.log(NEGLIGIBLE):
        number += 1
        log += math.log(arrival) - math.log(min(number, agents) * service + max(0, number - agents) * hang_up)
        logs.append(log)
        top = max(top, log)
    weights = np.exp(np.array(logs) - top)
    found: FloatArray = weights / weights.sum()
    return found


def _answered_in_time(waiting: FloatArray, drain: float, hang_up: float, target: float) -> float:
    """Probability that a call waits and is answered within the target.

    With s callers before ours, one of them leaves at rate drain + s x hang_up, ours hangs up at rate hang_up; from 0 an agent takes ours.
    """
    before = np.arange(len(waiting))
    down = drain + before * hang_up
    # Here and not above: every process that starts would wait for it.
    from scipy import sparse
    from scipy.sparse.linalg import expm_multiply

    moves = sparse.diags([-(down + hang_up), down[1:]], [0, 1], format="csr")
    # One more row collects the answered calls.
    answered = sparse.csr_matrix(([down[0]], ([0], [0])), shape=(1, len(waiting)))
    generator = sparse.bmat([[moves, None], [answered, sparse.csr_matrix((1, 1))]], format="csr")
    return float(expm_multiply(generator * target, np.append(waiting, 0.0))[-1])
