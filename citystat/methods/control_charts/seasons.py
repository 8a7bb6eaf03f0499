"""Taking a steady season out of a series before its chart is judged."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.control_charts.results import FloatArray
from citystat.methods.control_charts.series import as_series


@dataclass(frozen=True, eq=False)
class SeasonalAdjustment:
    """adjusted: the series without its season, in the same units. effects: one a place in the season, summing to 0.

    ``effects[0]`` belongs to ``values[0]``. n_seasons: fewest years behind any effect. adjusted is the series itself,
    and effects are 0, when n_seasons is under the minimum.
    """

    adjusted: FloatArray
    effects: FloatArray
    n_seasons: int
    is_adjusted: bool


def seasonally_adjusted(values: ArrayLike, *, season_length: int = 12, minimum_seasons: int = 3) -> SeasonalAdjustment:
    """Series minus the usual effect of each month, so that a chart does not take every summer for a change.

    Formula: trend = centered moving average over one season (half weights at both ends when its length is even);
    effect of a month = mean of value - trend over the years, less the mean of all effects; adjusted = value - effect.
    Assumptions: the season adds the same amount every year. When not to use it: with under three years behind a
    month; when the season itself changed; for shares near 0 or 1. Say on the chart that the values are adjusted.
    Source: classical additive decomposition, Hyndman and Athanasopoulos, Forecasting (2021), section 3.4.
    values: n complete periods in order, NaN or None where missing. Returns ``SeasonalAdjustment``.
    Raises ValueError for infinite values or a season under 2 periods.

    >>> quarters = [10, 20, 30, 20] * 5
    >>> result = seasonally_adjusted(quarters, season_length=4)
    >>> result.effects.tolist(), result.adjusted[:4].tolist()
    ([-10.0, 0.0, 10.0, 0.0], [20.0, 20.0, 20.0, 20.0])
    """
    series = as_series(values)
    if not season_length >= 2 or season_length != int(season_length):
        raise ValueError(f"A season needs at least 2 periods, whole ones, not {season_length}.")
    if not minimum_seasons >= 1:
        raise ValueError(f"An effect needs at least 1 season behind it, not {minimum_seasons}.")
    place = np.arange(series.size) % season_length
    detrended = series - _centered_moving_average(series, season_length)
    known = np.isfinite(detrended)
    n_seasons = int(np.bincount(place[known], minlength=season_length).min())
    if n_seasons < minimum_seasons:
        return SeasonalAdjustment(series, np.zeros(season_length), n_seasons, False)
    totals = np.bincount(place[known], detrended[known], season_length)
    effects = totals / np.bincount(place[known], minlength=season_length)
    effects = effects - effects.mean()
    return SeasonalAdjustment(series - effects[place], effects, n_seasons, True)


def _centered_moving_average(series: FloatArray, length: int) -> FloatArray:
    """NaN at both ends and wherever the window holds a missing value."""
    weights = np.full(length, 1 / length) if length % 2 else np.r_[0.5, np.ones(length - 1), 0.5] / length
    average = np.full(series.size, np.nan)
    half = weights.size // 2
    if series.size >= weights.size:
        average[half : series.size - half] = np.convolve(series, weights, mode="valid")
    return average
