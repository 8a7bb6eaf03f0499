"""The time of year in a series: how much of a year's level each month usually has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from citystat.plan.results import FloatArray

LEAST_YEARS = 2
MONTHS = 12


@dataclass(frozen=True, eq=False)
class SeasonalIndex:
    """`by_month[m]` is the usual level of month m + 1 relative to the year (1 is average); `by_point` the same by point."""

    by_month: FloatArray
    by_point: FloatArray
    n_years: int


def seasonal_index(values: FloatArray, months: Sequence[int]) -> SeasonalIndex | None:
    """Median ratio of each month to the centered twelve-month average (classical decomposition).

    None with fewer than two ratios for some month (about three years are needed), or where the level reaches zero: then the
    series is judged as it is.
    Medians keep one storm from becoming a season.
    """
    trend = _centered_average(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(trend > 0, values / trend, np.nan)
    month = np.array(months)
    by_month = np.full(MONTHS, np.nan)
    counts = []
    for index in range(MONTHS):
        known = ratios[(month == index + 1) & np.isfinite(ratios)]
        counts.append(known.size)
        if known.size:
            by_month[index] = float(np.median(known))
    if min(counts) < LEAST_YEARS or not (by_month > 0).all():
        return None
    by_month = by_month / by_month.mean()
    return SeasonalIndex(by_month, by_month[month - 1], min(counts))


def at_months(index: SeasonalIndex, months: Sequence[int]) -> SeasonalIndex:
    """The same index for other points."""
    return SeasonalIndex(index.by_month, index.by_month[np.array(months) - 1], index.n_years)


def _centered_average(values: FloatArray) -> FloatArray:
    """Mean of twelve months about each one, the two ends of thirteen at half weight; NaN near the ends and gaps."""
    weights = np.array([0.5, *[1.0] * 11, 0.5]) / MONTHS
    average = np.full(values.size, np.nan)
    if values.size >= weights.size:
        average[6:-6] = np.convolve(values, weights, mode="valid")
    return average
