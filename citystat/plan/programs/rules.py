"""Decisions without I/O: evidence or follow-up, the windows before and after, which areas a rule chooses, what covers an area."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from citystat.methods import money
from citystat.plan import periods as calendar

EARLIER = 12


def split_evidence(rows: Iterable[Any], decided_on: date | None) -> tuple[list[Any], list[Any]]:
    """Findings a decision can stand on, and what is dated after it. Without a decision everything is a finding."""
    kept = [one for one in rows if one.taken_back_at is None]
    findings = [one for one in kept if decided_on is None or one.dated_on <= decided_on]
    return findings, [one for one in kept if one not in findings]


@dataclass(frozen=True)
class Delivery:
    """What is done of what was promised. `spend` sums the costs of what is counted; `without_cost` of those have none written."""

    done: int
    target: int
    spend: Decimal
    without_cost: int
    budget: Decimal | None

    @property
    def remaining(self) -> int:
        """How many are left."""
        return max(self.target - self.done, 0)

    @property
    def per_unit(self) -> Decimal | None:
        """Spend by what is done and has a cost; None where nothing has."""
        return money.unit_cost(self.spend, self.done - self.without_cost).per_unit


def delivery(items: Iterable[Any], target: int, budget: Decimal | None) -> Delivery:
    """Only items that are counted and carry a proof of their own are done."""
    done = [one for one in items if one.status == "counted" and (one.proof.strip() or one.proof_file)]
    costs = [one.cost for one in done if one.cost is not None]
    return Delivery(len(done), target, sum(costs, Decimal(0)), len(done) - len(costs), budget)


@dataclass(frozen=True)
class Windows:
    """The months before and after a start, equally many; all days belong to them."""

    months: int
    before: tuple[date, date]
    after: tuple[date, date]

    def a_year_earlier(self) -> "Windows":
        """The same months one year before."""
        return Windows(self.months, _earlier(self.before), _earlier(self.after))

    def days(self, side: tuple[date, date]) -> int:
        """How many days a side has."""
        return (side[1] - side[0]).days + 1


def windows(started_on: date, months: int, last_complete_day: date) -> Windows | None:
    """Whole months on both sides, as many as are over since the start, at most `months`; None while none is over.

    A month that began before the start belongs to neither side.
    """
    start = calendar.index_of("month", started_on)
    first_after = start if started_on.day == 1 else start + 1
    last = calendar.index_of("month", last_complete_day + timedelta(days=1)) - 1
    count = min(months, last - first_after + 1)
    if count < 1:
        return None
    before = _month(start - count).start, _month(start - 1).end
    return Windows(count, before, (_month(first_after).start, _month(first_after + count - 1).end))


def _month(index: int) -> calendar.Period:
    return calendar.period_at("month", index)


def _earlier(side: tuple[date, date]) -> tuple[date, date]:
    first, last = (calendar.index_of("month", day) - EARLIER for day in side)
    return _month(first).start, _month(last).end


@dataclass(frozen=True)
class Indicator:
    """One part of a selection rule: the `worst` so many areas, or those past a `threshold`; `high_is_bad` says which end."""

    measure: str
    high_is_bad: bool
    worst: int | None = None
    threshold: float | None = None
    where: Mapping[str, Sequence[str]] | None = None

    def as_dict(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "measure": self.measure, "high_is_bad": self.high_is_bad, "worst": self.worst, "threshold": self.threshold,
            "where": {key: list(values) for key, values in (self.where or {}).items()},
        }  # fmt: skip


def indicator(stored: Mapping[str, Any]) -> Indicator:
    """From its stored form."""
    return Indicator(stored["measure"], stored["high_is_bad"], stored.get("worst"), stored.get("threshold"), stored.get("where") or None)


def areas_met(one: Indicator, values: Mapping[str, float | None]) -> set[str]:
    """Areas an indicator applies to. Areas with equal values are in or out together; an area without a value never meets it."""
    told = {code: value if one.high_is_bad else -value for code, value in values.items() if value is not None}
    if one.threshold is not None:
        limit = one.threshold if one.high_is_bad else -one.threshold
        return {code for code, value in told.items() if value >= limit}
    ranked = sorted(told.values(), reverse=True)
    if not one.worst or not ranked:
        return set()
    limit = ranked[min(one.worst, len(ranked)) - 1]
    return {code for code, value in told.items() if value >= limit}


def choose(met: Sequence[set[str]], areas: Iterable[str], needed: int) -> dict[str, int]:
    """Areas with at least `needed` indicators applying to them, each with how many do."""
    counts = {code: sum(code in one for one in met) for code in areas}
    return {code: count for code, count in counts.items() if count >= needed}


def covered(members: Iterable[Any], areas: Iterable[str], day: date) -> dict[str, list[Any]]:
    """Each area with the members who stand for it on a day; an empty list is a gap."""
    serving = [one for one in members if one.since <= day and (one.until is None or one.until >= day)]
    return {code: [one for one in serving if code in one.areas] for code in areas}
