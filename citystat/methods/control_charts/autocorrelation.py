"""Lag-1 autocorrelation: when neighbors resemble each other, runs are less surprising than the rules assume."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.control_charts.series import as_series, segment_slices


def lag_one_autocorrelation(values: ArrayLike, breaks: Sequence[int] = ()) -> float | None:
    """Correlation of each value with the one before it.

    Formula: r = sum (y_t - m)(y_(t-1) - m) / sum (y_t - m)^2 with m the mean. Pairs with a missing member, and
    pairs across an index in ``breaks`` (a rebase), are left out of the numerator.
    Assumptions: equally spaced points. When not to use it: with an uncharted step change, which raises r by itself;
    rebase first. A value over 0.4 makes the XmR rules fire too often (seasonal series are the usual case: see
    ``seasonally_adjusted``).
    Source: Box, Jenkins and Reinsel, Time Series Analysis (1994), section 2.1.
    Shapes: a series of n numbers to one number between -1 and 1, None with fewer than 3 pairs or no variation.
    Raises ValueError for anything but one series of numbers, or a break outside it.

    >>> round(lag_one_autocorrelation([1, 2, 3, 4, 5, 6]), 3)
    0.5
    """
    series = as_series(values)
    segment_slices(series.size, breaks)  # refuses breaks outside the series
    pair = np.isfinite(series[1:]) & np.isfinite(series[:-1])
    pair[[index - 1 for index in breaks]] = False
    if pair.sum() < 3:
        return None
    scale = float(np.nanmax(np.abs(series)))
    # In units of the largest value, so that no square overflows.
    deviation = series / scale - np.nanmean(series / scale) if scale else series
    total = float(np.nansum(deviation**2))
    if total <= 1e-24 * series.size:
        return None
    return float((deviation[1:] * deviation[:-1])[pair].sum() / total)
