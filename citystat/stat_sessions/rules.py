"""Which topics go before the mayor: rules without I/O, each of which says in numbers why it applies.

A rule returns the facts it found, or None. `choose` puts weak points first: by the weight of the rule and how grave the case is, one
topic a rule, no subject twice. No rule looks at persons: subjects are services, departments, districts and the city.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from citystat.methods.rates import difference_of_proportions

RULES: Final = (
    "two_misses",
    "concerning_signal",
    "backlog_growing",
    "district_gap",
    "on_time_fell",
    "mass_closure",
    "rise_in_demand",
    "promise_unlike_practice",
    "longest_waiting",
)
FEWEST_TOPICS: Final = 3
MOST_TOPICS: Final = 5
STRONG: Final = 0.5

MONTHS_OF_GROWTH: Final = 3
MONTHS_OF_FALL: Final = 3
LEAST_GROWTH_SHARE: Final = 0.10
LEAST_GROWTH_REQUESTS: Final = 10
LEAST_DISTRICT_GAP: Final = 0.05
LEAST_FALL: Final = 0.05
LEAST_DUE: Final = 20
CHANCE_OF_A_FALSE_FALL: Final = 0.05
LEAST_MASS_CLOSURE: Final = 20
LEAST_MASS_SHARE: Final = 0.05
LEAST_RISE: Final = 1.5
LEAST_RISE_REQUESTS: Final = 20
MONTHS_FOR_RISE: Final = 27
LEAST_MONTHS_ASKED: Final = 18
PADDED: Final = 3.0
LEAST_CLOSED_FOR_PROMISE: Final = 30
LEAST_WAITING: Final = 5
LONG_WAIT_DAYS: Final = 90.0


@dataclass(frozen=True)
class Candidate:
    """A topic a rule proposes. `severity` lies in 0..1 and compares candidates of one rule; `affected` counts requests."""

    rule: str
    subject_kind: str
    code: str
    subject: str
    severity: float
    affected: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)


def two_misses(values: Sequence[float | None], target: float | None, direction: str) -> dict[str, Any] | None:
    """The target was missed in the last two months in a row; None without target or with a month that is not known."""
    if target is None or len(values) < 2 or direction not in {"increase", "decrease"}:
        return None
    last = values[-2:]
    misses = [value is not None and (value < target if direction == "increase" else value > target) for value in last]
    if not all(misses):
        return None
    gap = abs((values[-1] or 0.0) - target)
    return {
        "target": target,
        "value": values[-1],
        "before": values[-2],
        "in_a_row": _missed_in_a_row(values, target, direction),
        "gap": gap,
    }


def _missed_in_a_row(values: Sequence[float | None], target: float, direction: str) -> int:
    count = 0
    for value in reversed(values):
        if value is None or (value >= target if direction == "increase" else value <= target):
            break
        count += 1
    return count


def growing_backlog(open_at_month_end: Sequence[float | None]) -> dict[str, Any] | None:
    """Open requests rose in each of the last three months, together by a tenth and by ten requests or more."""
    last = list(open_at_month_end[-(MONTHS_OF_GROWTH + 1) :])
    if len(last) <= MONTHS_OF_GROWTH or any(value is None for value in last):
        return None
    known = [value or 0.0 for value in last]
    growth = known[-1] - known[0]
    rises = all(later > earlier for earlier, later in pairwise(known))
    if not rises or growth < max(LEAST_GROWTH_REQUESTS, LEAST_GROWTH_SHARE * known[0]):
        return None
    return {"value": known[-1], "before": known[0], "growth": growth, "months": MONTHS_OF_GROWTH}


def district_gap(share: float, upper: float | None, city_share: float, position: str) -> dict[str, Any] | None:
    """The standardized share lies below the funnel's outer limit, or its whole interval five points below the city."""
    gap = city_share - share
    below_funnel = position == "low_998"
    apart = upper is not None and upper < city_share
    if gap < LEAST_DISTRICT_GAP or not (below_funnel or apart):
        return None
    return {"value": share, "city": city_share, "gap": gap, "below_funnel": below_funnel}


@dataclass(frozen=True)
class OnTime:
    """Requests due in three months, and those of them closed on time; month by month, oldest first."""

    on_time: tuple[float, ...]
    due: tuple[float, ...]


def can_be_compared(now: OnTime, before: OnTime) -> bool:
    """Three months known on both sides, with twenty requests due in each of the two spans."""
    whole = len(now.due) == len(before.due) == MONTHS_OF_FALL
    return whole and min(*now.due, *before.due) > 0 and min(sum(now.due), sum(before.due)) >= LEAST_DUE


def on_time_fell(now: OnTime, before: OnTime, compared: int) -> dict[str, Any] | None:
    """The share on time of three months fell by five points from the same months a year before, beyond chance, in each of the three.

    Chance: Newcombe's interval of the difference leaves out zero at the confidence at which, over all `compared` services together, a
    false fall turns up in at most one packet of twenty (Bonferroni). That each month fell keeps out one bad month.
    """
    if not can_be_compared(now, before):
        return None
    months = zip(now.on_time, now.due, before.on_time, before.due, strict=True)
    if not all(done / due < done_then / due_then for done, due, done_then, due_then in months):
        return None
    counts = sum(now.on_time), sum(now.due), sum(before.on_time), sum(before.due)
    found = difference_of_proportions(*counts, confidence=1 - CHANCE_OF_A_FALSE_FALL / max(compared, 1))
    fall, lower, upper = (-float(one) for one in (found.estimate, found.upper, found.lower))
    if fall < LEAST_FALL or lower <= 0:
        return None
    shares = {"value": counts[0] / counts[1], "before": counts[2] / counts[3], "due": counts[1], "due_before": counts[3]}
    return shares | {"fall": fall, "lower": lower, "upper": upper, "compared": compared}


def mass_closure(closed_together: int, closed_in_month: int) -> dict[str, Any] | None:
    """Twenty or more requests of the month, and a twentieth of its closings, were closed together."""
    if closed_together < LEAST_MASS_CLOSURE or closed_together < LEAST_MASS_SHARE * closed_in_month:
        return None
    return {"together": closed_together, "closed": closed_in_month, "share": closed_together / max(closed_in_month, 1)}


def rise_in_demand(months: Sequence[float | None]) -> dict[str, Any] | None:
    """Requests of the last three months are half as many again as in the same months a year before, in each of the three.

    `months` are the last 27, oldest first. A service asked for in fewer than 18 of the 24 months before is new or renamed:
    its rise says nothing about demand.
    """
    if len(months) < MONTHS_FOR_RISE or sum(bool(value) for value in months[-27:-3]) < LEAST_MONTHS_ASKED:
        return None
    pairs = list(zip(months[-3:], months[-15:-12], strict=True))
    if any(now is None or before is None for now, before in pairs):
        return None
    now, before = sum(pair[0] or 0.0 for pair in pairs), sum(pair[1] or 0.0 for pair in pairs)
    each_higher = all((new or 0.0) > (old or 0.0) for new, old in pairs)
    if not each_higher or before <= 0 or now < LEAST_RISE * before or now - before < LEAST_RISE_REQUESTS:
        return None
    return {"value": now, "before": before, "ratio": now / before}


def promise_unlike_practice(promise_days: float | None, median: float | None, p90: float | None, closed: float) -> dict[str, Any] | None:
    """The promise is three times what nine in ten requests need, or shorter than what half of them need."""
    if not promise_days or closed < LEAST_CLOSED_FOR_PROMISE:
        return None
    if p90 is not None and promise_days >= PADDED * max(p90, 1.0):
        return {"kind": "padded", "promise": promise_days, "p90": p90, "ratio": promise_days / max(p90, 1.0)}
    if median is not None and promise_days < median:
        return {"kind": "broken", "promise": promise_days, "median": median, "ratio": median / promise_days}
    return None


def longest_waiting(open_requests: int, median_age_days: float, oldest_days: float) -> dict[str, Any] | None:
    """At least five requests are open and half of them have waited 90 days or more."""
    if open_requests < LEAST_WAITING or median_age_days < LONG_WAIT_DAYS:
        return None
    return {"open": open_requests, "median_age": median_age_days, "oldest": oldest_days}


# Which of two topics to talk about first, other things equal.
WEIGHTS: Final = {
    "two_misses": 1.0,
    "concerning_signal": 0.9,
    "backlog_growing": 0.85,
    "district_gap": 0.9,
    "on_time_fell": 0.85,
    "mass_closure": 0.8,
    "rise_in_demand": 0.8,
    "promise_unlike_practice": 0.7,
    "longest_waiting": 0.7,
}


def choose(candidates: Iterable[Candidate], fewest: int = FEWEST_TOPICS, most: int = MOST_TOPICS) -> tuple[Candidate, ...]:
    """Three topics, up to five where the next ones are grave: the gravest of each rule first, no subject twice.

    A second topic of a rule comes in only while there are fewer than three.
    """
    ordered = sorted(candidates, key=_order)
    leaders, others = _leaders(ordered)
    chosen: list[Candidate] = []
    for candidate in leaders:
        if _is_new(candidate, chosen) and (len(chosen) < fewest or (len(chosen) < most and candidate.severity >= STRONG)):
            chosen.append(candidate)
    for candidate in others:
        if len(chosen) < fewest and _is_new(candidate, chosen):
            chosen.append(candidate)
    return tuple(sorted(chosen, key=_order))


def score(candidate: Candidate) -> float:
    """Weight of the rule, halved for a candidate of no severity."""
    return WEIGHTS[candidate.rule] * (0.5 + 0.5 * candidate.severity)


def _leaders(ordered: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """The first candidate of each rule, and all others, both in order."""
    seen: set[str] = set()
    leaders: list[Candidate] = []
    others: list[Candidate] = []
    for candidate in ordered:
        (others if candidate.rule in seen else leaders).append(candidate)
        seen.add(candidate.rule)
    return leaders, others


def _order(candidate: Candidate) -> tuple[float, int, float, str]:
    return -score(candidate), RULES.index(candidate.rule), -candidate.affected, candidate.subject


def _is_new(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    return all((one.subject_kind, one.code) != (candidate.subject_kind, candidate.code) for one in chosen)
