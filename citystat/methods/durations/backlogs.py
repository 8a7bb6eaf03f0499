"""The backlog: its flow in a period, the age of what is open, and how many weeks of work it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from citystat.methods.durations.checks import check_probabilities
from citystat.methods.durations.cohorts import checked_cases

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class BacklogFlow:
    """Open at the start + opened - closed = open at the end."""

    open_at_start: int
    opened: int
    closed: int
    open_at_end: int


@dataclass(frozen=True, eq=False)
class OpenAges:
    """Ages in days of what was open at the as-of, in the order of the cases; percentiles are None when nothing was.

    percentiles_days: by probability. n_over_days: how many are older than each number of days.
    """

    n_open: int
    n_overdue: int
    ages_days: NDArray[np.float64]
    percentiles_days: dict[float, float | None]
    n_over_days: dict[int, int]


def checked_flow(open_at_start: int, opened: int, closed: int, open_at_end: int) -> BacklogFlow:
    """A flow whose four counts were made independently, checked against the identity.

    Formula: open at start + opened - closed = open at end. Assumptions: each case opens once and closes at most once
    (a reopening is a new case, or its first closing is not counted). When not to use it: on counts from two
    different builds. Source: accounting identity.
    Counts of cases. Returns ``BacklogFlow``. Raises ValueError when the identity does not hold or a count is negative.

    >>> checked_flow(3, 7, 7, 3)
    BacklogFlow(open_at_start=3, opened=7, closed=7, open_at_end=3)
    """
    if min(open_at_start, opened, closed, open_at_end) < 0:
        raise ValueError("Counts of cases cannot be negative.")
    if open_at_start + opened - closed != open_at_end:
        raise ValueError(
            f"The backlog does not add up: {open_at_start} open at the start + {opened} opened - {closed} closed "
            f"is {open_at_start + opened - closed}, but {open_at_end} were open at the end."
        )
    return BacklogFlow(open_at_start, opened, closed, open_at_end)


def backlog_flow(opened: ArrayLike, closed: ArrayLike, period_start: np.datetime64, period_end: np.datetime64) -> BacklogFlow:
    """Backlog at both ends of a period and what flowed through it, counted independently and checked.

    Formula, assumptions, source: ``checked_flow``; open at t means opened before t and not closed before t.
    When not to use it: with cases closed before they were opened; they break the identity and are refused.
    opened, closed: datetime64 arrays of one length, NaT where not closed. period_start is included, period_end is not.
    Returns ``BacklogFlow``. Raises ValueError when the identity does not hold, or for bad arrays or period.

    >>> opened = np.array(["2024-05-30", "2024-06-03", "2024-06-10"], "M8[D]")
    >>> closed = np.array(["NaT", "2024-06-05", "NaT"], "M8[D]")
    >>> backlog_flow(opened, closed, np.datetime64("2024-06-01"), np.datetime64("2024-07-01"))
    BacklogFlow(open_at_start=1, opened=2, closed=1, open_at_end=2)
    """
    begun, ended = checked_cases(opened, closed, as_of=period_end)
    if not period_start < period_end:
        raise ValueError("The period must end after it begins.")

    def open_at(moment: np.datetime64) -> int:
        return int(((begun < moment) & ~(ended < moment)).sum())

    opened_in = int(((begun >= period_start) & (begun < period_end)).sum())
    closed_in = int(((ended >= period_start) & (ended < period_end)).sum())
    return checked_flow(open_at(period_start), opened_in, closed_in, open_at(period_end))


def open_ages(
    opened: ArrayLike,
    closed: ArrayLike,
    as_of: np.datetime64,
    *,
    due: ArrayLike | None = None,
    probabilities: Sequence[float] = (0.5, 0.8, 0.9),
    over_days: Sequence[int] = (30, 60, 90),
) -> OpenAges:
    """Ages of the cases open at an instant: percentiles, how many are over 30, 60 and 90 days, how many overdue.

    Formula: age = as-of - opened; open means opened by the as-of and not closed by it; percentiles interpolate
    linearly (Hyndman and Fan type 7); overdue means open with due < as-of (dates: due on or before the as-of day).
    Assumptions: the as-of is when the data was read. When not to use it: as time to close; ages of open cases are
    cut short and length-biased. Use ``kaplan_meier``. Source: Hyndman and Fan, American Statistician 50 (1996).
    opened, closed, due: datetime64 arrays of one length, all dates or all instants. Returns ages in days.
    Raises ValueError for bad arrays, unlike kinds or probabilities outside 0..1.

    >>> opened = np.array(["2024-06-10", "2024-06-26", "2024-05-30"], "M8[D]")
    >>> ages = open_ages(opened, np.array(["NaT"] * 3, "M8[D]"), np.datetime64("2024-06-30"))
    >>> ages.ages_days.tolist(), ages.percentiles_days[0.5], ages.n_over_days[30]
    ([20.0, 4.0, 31.0], 20.0, 1)
    """
    check_probabilities(probabilities)
    begun, ended, promised = checked_cases(opened, closed, closed if due is None else due, as_of=as_of)
    is_open = (begun <= as_of) & ~(ended <= as_of)
    ages = (as_of - begun[is_open]) / np.timedelta64(_SECONDS_A_DAY, "s")
    quantiles = np.quantile(ages, probabilities).tolist() if ages.size else [None] * len(probabilities)
    past_due = promised <= as_of if np.datetime_data(as_of)[0] == "D" else promised < as_of
    return OpenAges(
        n_open=int(is_open.sum()),
        n_overdue=int((is_open & past_due).sum()) if due is not None else 0,
        ages_days=ages,
        percentiles_days=dict(zip(probabilities, quantiles, strict=True)),
        n_over_days={days: int((ages > days).sum()) for days in over_days},
    )


def weeks_of_work(n_open: float, weekly_closures: ArrayLike) -> float | None:
    """How many weeks the backlog would take at the recent pace, if nothing new came in.

    Formula: open / mean of weekly closures. Assumptions: open cases are like those being closed (the oldest usually
    are not). When not to use it: with mass administrative closures among the weeks. Source: Little's law.
    n_open: count. weekly_closures: counts of recent whole weeks. Returns weeks, None when nothing was closed.
    Raises ValueError for no weeks, negative or missing counts.

    >>> weeks_of_work(120, [38, 42, 40])
    3.0
    """
    weeks = np.asarray(weekly_closures, dtype=np.float64)
    if weeks.ndim != 1 or weeks.size == 0 or not ((weeks >= 0) & np.isfinite(weeks)).all() or not 0 <= n_open < np.inf:
        raise ValueError("Give the open count and at least one week's closures, none of them missing, endless or negative.")
    mean = float(weeks.mean())
    return n_open / mean if mean else None
