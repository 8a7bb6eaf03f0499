"""How many people a day of intervals needs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from citystat.methods.staffing.queues import MOST_AGENTS, Queue, erlang_a, erlang_c, offered_load

# Days of half hours of a few queues, each at several targets: the same page is asked again and again.
KEPT_INTERVALS = 4_096


@dataclass(frozen=True)
class StaffingCurve:
    """``queues[i]`` is what the agents of interval i achieve; ``people`` adds shrinkage; the shares weigh intervals by their calls."""

    calls: tuple[float, ...]
    queues: tuple[Queue, ...]
    people: tuple[int, ...]
    service_level: float
    abandoned: float


def agents_needed(
    calls: float,
    *,
    handle_seconds: float,
    share: float = 0.8,
    target_seconds: float = 20,
    interval_seconds: float = 1800,
    patience_seconds: float | None = None,
) -> Queue:
    """The queue with the fewest agents that answers ``share`` of the offered calls within the target.

    Formula: the smallest n with SL(n) >= share, by ``erlang_a`` where a patience is given and ``erlang_c`` where not (SL rises with n).
    The search starts where it can succeed: n agents answer at most n / load of the calls, and without hanging up must exceed the load.
    Assumptions: those of the two, and that the interval starts as it goes on. When not to use it: calls that come in one burst.
    Source: Gans, Koole and Mandelbaum 2003. An interval without calls needs one agent, who must be there to answer.
    Raises ValueError for a share outside 0..1 or a load no number of agents up to the most allowed can meet.

    >>> agents_needed(100, handle_seconds=180).agents
    14
    """
    if not 0 < share < 1:
        raise ValueError("The share to answer in time must lie between 0 and 1.")
    load = offered_load(calls, 1, handle_seconds, interval_seconds, target_seconds)
    # A hair less than the bound, for a load whose last digit was rounded up.
    first = max(1, math.ceil(share * load * (1 - 1e-9))) if patience_seconds is not None else math.floor(load) + 1
    return _fewest(calls, first, handle_seconds, share, target_seconds, interval_seconds, patience_seconds)


@lru_cache(maxsize=KEPT_INTERVALS)
def _fewest(
    calls: float, first: int, handle_seconds: float, share: float, target_seconds: float, interval_seconds: float, patience: float | None
) -> Queue:
    """The first queue from so many agents on that meets the share."""
    options = {"handle_seconds": handle_seconds, "interval_seconds": interval_seconds, "target_seconds": target_seconds}
    for agents in range(first, MOST_AGENTS + 1):
        queue = (
            erlang_a(calls, agents, patience_seconds=patience, **options) if patience is not None else erlang_c(calls, agents, **options)
        )
        if queue.service_level >= share:
            return queue
    raise ValueError(f"Even {MOST_AGENTS} agents would not answer so many calls in time.")


def staffing_curve(
    calls: Sequence[float],
    *,
    handle_seconds: float,
    share: float = 0.8,
    target_seconds: float = 20,
    interval_seconds: float = 1800,
    patience_seconds: float | None = None,
    shrinkage: float = 0.3,
) -> StaffingCurve:
    """Agents and people for each interval of a day.

    Formula: agents as ``agents_needed``; people = agents / (1 - shrinkage), rounded up; the service level of the whole is weighted by
    offered calls, because an average of intervals would count the quiet ones too much.
    Assumptions: intervals do not carry a queue over to the next one.
    When not to use it: shifts, which must be laid over the curve by other means.
    Source: Cleveland 2012, Call Center Management on Fast Forward.
    Raises ValueError as ``agents_needed`` does, and for a shrinkage outside 0..1.

    >>> staffing_curve([100, 0], handle_seconds=180, shrinkage=0.3).people
    (20, 2)
    """
    if not 0 <= shrinkage < 1:
        raise ValueError("Shrinkage is a share of paid time from 0 to under 1.")
    found = tuple(
        agents_needed(
            one, handle_seconds=handle_seconds, share=share, target_seconds=target_seconds, interval_seconds=interval_seconds,
            patience_seconds=patience_seconds,
        )
        for one in calls
    )  # fmt: skip
    total = sum(calls)
    level = sum(one * queue.service_level for one, queue in zip(calls, found, strict=True)) / total if total else 1.0
    lost = sum(one * queue.abandoned for one, queue in zip(calls, found, strict=True)) / total if total else 0.0
    people = tuple(math.ceil(queue.agents / (1 - shrinkage) - 1e-9) for queue in found)
    return StaffingCurve(tuple(calls), found, people, level, lost)
