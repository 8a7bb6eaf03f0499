"""When the rest will be done at the recent pace, with a prediction interval."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Answer = Literal["projected", "finished", "no_pace", "too_short"]
SHORTEST_WINDOW_DAYS = 14
FARTHEST_DAYS = 36_525  # a century: beyond it a day says no more than "no end in sight"


@dataclass(frozen=True)
class Finish:
    """``answer`` is projected, finished, no_pace (nothing counted in the window) or too_short (the window is).

    Days are None where nothing can be said; ``latest_on`` also where the end lies more than a century ahead.
    """

    answer: Answer
    window_days: int
    counted: int
    per_day: float | None = None
    on: date | None = None
    earliest_on: date | None = None
    latest_on: date | None = None
    confidence: float = 0.95


def projected_finish(counted: int, window_days: int, remaining: int, *, on: date, confidence: float = 0.95) -> Finish:
    """The day on which the remaining things will be done if the pace of the window holds.

    Formula: n counted in N days, R remaining. Best guess N R / n days. With T the days until the R-th further thing of a Poisson process,
    lower bound N R / (n + 1) x F(a/2; 2R, 2(n + 1)), upper bound N R / n x F(1 - a/2; 2R, 2n), a = 1 - confidence.
    The interval holds both what the window leaves unknown of the rate and the chance of the days to come. Days round up to whole ones.
    Assumptions: things are counted one by one, independently, at one steady rate in the window and after it.
    When not to use it: where things are counted in batches (ten houses on the day of a report) the interval is too narrow; where the pace
    has just changed or has a season the window speaks of the wrong days.
    Source: Hahn and Meeker, Statistical Intervals (1991), chapter 7 (Poisson prediction); a ratio of two Gamma variables is an F variable.
    counted, remaining: whole things, not negative. window_days: whole days up to ``on``. Says so when it cannot: see ``Finish``.
    Raises ValueError for negative numbers or a confidence outside 0..1.

    >>> finish = projected_finish(18, 90, 40, on=date(2027, 1, 1))
    >>> finish.per_day, finish.on.isoformat(), finish.earliest_on.isoformat(), finish.latest_on.isoformat()
    (0.2, '2027-07-20', '2027-04-24', '2027-12-30')
    """
    if not all(number >= 0 for number in (counted, window_days, remaining)):
        raise ValueError("Counts and days must not be negative.")
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence must lie between 0 and 1, not {confidence}.")
    answer = _answer(counted, window_days, remaining)
    if answer != "projected":
        return Finish(answer, window_days, counted, confidence=confidence)
    # Quantiles of F are all that is needed; scipy.stats would cost every process that starts 45 MB.
    from scipy.special import fdtri

    tail = (1 - confidence) / 2
    low = window_days * remaining / (counted + 1) * float(fdtri(2 * remaining, 2 * (counted + 1), tail))
    high = window_days * remaining / counted * float(fdtri(2 * remaining, 2 * counted, 1 - tail))
    middle = window_days * remaining / counted
    return Finish(
        answer, window_days, counted, counted / window_days, _after(on, middle), _after(on, low), _after(on, high), confidence
    )  # fmt: skip


def _answer(counted: int, window_days: int, remaining: int) -> Answer:
    if remaining == 0:
        return "finished"
    if window_days < SHORTEST_WINDOW_DAYS:
        return "too_short"
    return "projected" if counted else "no_pace"


def _after(on: date, days: float) -> date | None:
    return on + timedelta(days=math.ceil(days)) if days <= min(FARTHEST_DAYS, (date.max - on).days) else None
