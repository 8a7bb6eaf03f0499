"""Ahead of or behind the straight line, in things and in days."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Standing:
    """Where a countdown stands at the end of a day.

    ``ahead`` (things) and ``ahead_days`` are negative when behind. ``required_per_day`` is None when no day is left.
    """

    done: int
    target: int
    days_total: int
    days_gone: int
    days_left: int
    expected: float
    ahead: float
    ahead_days: float
    remaining: int
    planned_per_day: float
    required_per_day: float | None


def standing(done: int, target: int, *, starts_on: date, ends_on: date, on: date) -> Standing:
    """Compare a count with the straight line at the end of a day.

    Formula: D = days from the first to the last, both counted; g = days gone, ``on`` itself counted, within 0..D.
    expected = target x g / D; ahead = done - expected; ahead in days = ahead x D / target;
    required per day = (target - done, not below 0) / (D - g).
    Assumptions: every day can carry the same work; ``done`` holds what was done by the end of ``on``.
    When not to use it: for work that has a season (paving, planting), where the straight line is behind every winter.
    Source: arithmetic; the countdown of South Bend's 1,000 properties in 1,000 days (2013 to 2015) is read in this way.
    done: whole things, not negative. target: whole things, at least one. Returns ``Standing``, unrounded.
    Raises ValueError for a negative count, a target below one or a last day before the first.

    >>> day = standing(430, 1000, starts_on=date(2013, 2, 28), ends_on=date(2015, 11, 24), on=date(2014, 7, 12))
    >>> day.days_total, day.days_gone, day.expected, day.ahead, day.required_per_day
    (1000, 500, 500.0, -70.0, 1.14)
    """
    if not done >= 0 or not target >= 1:
        raise ValueError(f"The count must not be negative and the target at least 1, not {done} and {target}.")
    if ends_on < starts_on:
        raise ValueError(f"The last day, {ends_on}, lies before the first, {starts_on}.")
    total = (ends_on - starts_on).days + 1
    gone = min(max((on - starts_on).days + 1, 0), total)
    expected = target * gone / total
    left, remaining = total - gone, max(target - done, 0)
    return Standing(
        done=done, target=target, days_total=total, days_gone=gone, days_left=left, expected=expected, ahead=done - expected,
        ahead_days=(done - expected) * total / target, remaining=remaining, planned_per_day=target / total,
        required_per_day=remaining / left if left else None,
    )  # fmt: skip
