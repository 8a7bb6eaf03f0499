"""Closed on time, in the four ways cities publish it without saying which."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Instants = NDArray[np.datetime64]


@dataclass(frozen=True)
class Cohort:
    """On time of how many; ``share`` is None for an empty cohort."""

    on_time: int
    denominator: int

    @property
    def share(self) -> float | None:
        """On time divided by the denominator."""
        return self.on_time / self.denominator if self.denominator else None


@dataclass(frozen=True)
class OnTimeCohorts:
    """The four definitions for one period, and what they leave out.

    closed: closed in the period. opened: opened in it. outcome_known: opened in it and closed or past due by the as-of.
    due: came due in it by the as-of, open ones past due counting as misses (the recommended default). without_due: cases opened
    or closed in the period that have no due date, in none of the four. complete: the as-of covers the whole period.
    """

    closed: Cohort
    opened: Cohort
    outcome_known: Cohort
    due: Cohort
    without_due: int
    complete: bool


def on_time_cohorts(
    opened: ArrayLike,
    due: ArrayLike,
    closed: ArrayLike,
    period_start: np.datetime64,
    period_end: np.datetime64,
    as_of: np.datetime64,
) -> OnTimeCohorts:
    """Share closed on time in a period under each of the four published definitions.

    Formula: on time means closed <= due. Closed cohort: on time / closed in the period. Opened cohort: on time /
    opened in the period (recent ones still open count as failures). Outcome known: on time / opened in the period
    and closed or past due. Due cohort: on time / all due in the period, open ones past due count as misses. Past due
    means due < as-of: on the as-of day itself a promise can still be kept, so what is open and due then is in neither.
    Assumptions: one due date a case, the one in force when it was opened; closings after the as-of are not yet known.
    When not to use it: the closed cohort to judge a department (it rewards leaving old cases open), the opened
    cohort for a recent month, outcome known anywhere but beside the others (early closers come first).
    Source: definitions of San Francisco (opened), Montgomery County and Boston (closed) in their published reports.

    opened, due, closed: datetime64 arrays of one length, all dates or all instants; NaT where there is none.
    period_start is included and period_end is not. as_of: of the same kind; a date covers its whole day.
    Returns ``OnTimeCohorts``. Raises ValueError for unequal lengths, a missing opening, a period that ends before it
    begins, or an as-of date with instants.

    >>> day = np.datetime64
    >>> june = on_time_cohorts(
    ...     np.array(["2024-06-03", "2024-06-10", "2024-05-29"], "M8[D]"),
    ...     np.array(["2024-06-06", "2024-06-13", "2024-06-03"], "M8[D]"),
    ...     np.array(["2024-06-05", "NaT", "2024-06-03"], "M8[D]"),
    ...     day("2024-06-01"), day("2024-07-01"), day("2024-06-30"),
    ... )
    >>> june.due, june.closed.share, june.complete
    (Cohort(on_time=2, denominator=3), 1.0, True)
    """
    begun, promised, ended = checked_cases(opened, due, closed, as_of=as_of)
    if not period_start < period_end:
        raise ValueError("The period must end after it begins.")
    ended = np.where(ended <= as_of, ended, np.datetime64("NaT"))
    is_on_time = ended <= promised  # comparisons with NaT are false
    has_due = ~np.isnat(promised)
    opened_in = (begun >= period_start) & (begun < period_end) & (begun <= as_of)
    closed_in = (ended >= period_start) & (ended < period_end)
    decided = ~np.isnat(ended) | (promised < as_of)
    due_in = (promised >= period_start) & (promised < period_end) & (promised <= as_of) & decided
    known = opened_in & decided

    def cohort(member: NDArray[np.bool_]) -> Cohort:
        return Cohort(int((member & is_on_time).sum()), int((member & has_due).sum()))

    return OnTimeCohorts(
        closed=cohort(closed_in),
        opened=cohort(opened_in),
        outcome_known=cohort(known),
        due=cohort(due_in),
        without_due=int(((opened_in | closed_in) & ~has_due).sum()),
        complete=bool(as_of + 1 >= period_end),
    )


def checked_cases(*series: ArrayLike, as_of: np.datetime64) -> list[Instants]:
    """Arrays of openings and further times, of one length and one kind (dates, or instants) with the as-of."""
    arrays = [np.asarray(values) for values in series]
    if any(array.dtype.kind != "M" or array.ndim != 1 for array in arrays):
        raise ValueError("Give each time as one series of numpy datetime64, NaT where there is none.")
    if len({array.size for array in arrays}) > 1:
        raise ValueError(f"The series have unequal lengths: {', '.join(str(array.size) for array in arrays)}.")
    if np.isnat(arrays[0]).any():
        raise ValueError("Each case needs an opening time; set aside the ones without.")
    if np.isnat(as_of):
        raise ValueError("Give the as-of, the day or instant the data was read.")
    units = {np.datetime_data(as_of)[0], *(np.datetime_data(array.dtype)[0] for array in arrays)}
    if units & {"Y", "M", "W"}:
        raise ValueError("Give the as-of and all times as days or instants, not as whole months or years.")
    are_dates = {np.datetime_data(array.dtype)[0] == "D" for array in arrays}
    if are_dates != {np.datetime_data(as_of)[0] == "D"}:
        raise ValueError("Give the as-of and all times as dates, or all of them as instants.")
    return arrays
