"""The run chart: signals about the median, with no assumption about the distribution."""

from dataclasses import dataclass
from itertools import groupby
from math import comb, isfinite, log2

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.control_charts.series import as_series


@dataclass(frozen=True)
class RunChart:
    """The run chart's two tests; ``signal`` is None below 10 useful points (no verdict)."""

    median: float
    n_useful: int
    longest_run: int
    max_run: int | None
    crossings: int
    min_crossings: int | None
    signal: bool | None


def run_chart_limits(n_useful: int) -> tuple[int, int]:
    """Longest run expected by chance, and fewest crossings, for n points not on the median.

    Formula: max run = round(log2 n) + 3; min crossings = the 5 % quantile of Binomial(n - 1, 1/2), here by exact
    integer arithmetic. Assumptions: independent points, half on either side. When not to use it: under 10 points.
    Source: Anhoej and Olesen, PLOS ONE 9 (2014) e113825; Schilling (2012) for the longest run.
    Returns (max_run, min_crossings). Raises ValueError for n below 2.

    >>> run_chart_limits(20), run_chart_limits(24)
    ((7, 6), (8, 8))
    """
    if not n_useful >= 2:
        raise ValueError(f"A run chart needs at least 2 points off the median, not {n_useful}.")
    cumulative, crossings = 1, 0
    while 20 * cumulative < 2 ** (n_useful - 1):
        crossings += 1
        cumulative += comb(n_useful - 1, crossings)
    return round(log2(n_useful)) + 3, crossings


def run_chart(values: ArrayLike, *, median: float | None = None) -> RunChart:
    """Anhoej's run chart: too long a run on one side of the median, or too few crossings of it.

    Formula: see ``run_chart_limits``; signal when longest run > max run or crossings < min crossings, over the
    useful points (present and not on the median).
    Assumptions: independent points; the median is of this series unless given (a frozen baseline).
    When not to use it: to find single outlying points (use ``xmr``), or with many ties on the median.
    Source: Anhoej and Olesen, PLOS ONE 9 (2014) e113825.
    values: n numbers in time order, NaN or None where missing (left out). Units of the values.
    Raises ValueError for anything but one series of finite numbers, or with no value at all.

    >>> chart = run_chart([1] * 10 + [3] * 10)
    >>> chart.longest_run, chart.crossings, chart.signal
    (10, 1, True)
    """
    series = as_series(values)
    series = series[np.isfinite(series)]
    if series.size == 0:
        raise ValueError("A run chart needs at least one value.")
    center = float(np.median(series)) if median is None else float(median)
    if not isfinite(center):
        raise ValueError(f"The median must be a finite number, not {center}.")
    sides = [value > center for value in series.tolist() if value != center]
    runs = [len(list(group)) for _, group in groupby(sides)]
    longest, crossings = max(runs, default=0), max(len(runs) - 1, 0)
    if len(sides) < 10:
        return RunChart(center, len(sides), longest, None, crossings, None, None)
    max_run, min_crossings = run_chart_limits(len(sides))
    signal = longest > max_run or crossings < min_crossings
    return RunChart(center, len(sides), longest, max_run, crossings, min_crossings, signal)
