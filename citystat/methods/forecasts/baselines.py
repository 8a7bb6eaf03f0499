"""Forecasts anyone can redo by hand: same as last year, and same as last year at this year's level."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.forecasts.series import FloatArray, as_history


def seasonal_naive(values: ArrayLike, horizon: int, *, season_length: int = 12) -> FloatArray:
    """ "Same as last year": each period repeats the one a season before.

    Formula: f(n + h) = y(n + h - k m), m the season length and k the fewest seasons that reach back into the data.
    Assumptions: next year is like last year, with no change of level. When not to use it: after a rebase or a change
    of definition within the last season. Source: Hyndman and Athanasopoulos, Forecasting (2021), section 5.2.
    values: n complete periods in order, without gaps. Returns ``horizon`` numbers in the units of the values.
    Raises ValueError for missing values, a horizon under 1 or less than one season.

    >>> seasonal_naive([1, 2, 3, 4, 5, 6], 4, season_length=3).tolist()
    [4.0, 5.0, 6.0, 4.0]
    """
    history = as_history(values, horizon, season_length)
    last_season = history[history.size - season_length :]
    return last_season[np.arange(horizon) % season_length]


def seasonal_baseline(
    values: ArrayLike,
    horizon: int,
    *,
    season_length: int = 12,
    recent: int | None = None,
    adjustment: Literal["ratio", "difference"] = "ratio",
) -> FloatArray:
    """ "Same month last year", moved to this year's level.

    Formula: f = seasonal naive x (mean of the last r periods / mean of the same r periods a season earlier), or plus
    the difference of these means. r is ``recent``, a whole season unless given.
    Assumptions: the whole year moved by one factor (or amount), and stays there. When not to use it: when one unusual
    event (a storm) lies in the last r periods; the level then follows it.
    Source: the usual budget-office method; a seasonal naive forecast with a level term.
    values: n complete periods in order, without gaps. Returns ``horizon`` numbers in the units of the values; with a
    mean of 0 a season earlier, the unadjusted ones. Raises ValueError for missing values, fewer than a season plus r
    values, or r under 1.

    >>> seasonal_baseline([10, 20, 30, 12, 24, 36], 3, season_length=3).round(1).tolist()
    [14.4, 28.8, 43.2]
    """
    span = season_length if recent is None else recent
    if span < 1:
        raise ValueError(f"The level needs at least one recent period, not {span}.")
    history = as_history(values, horizon, season_length)
    if history.size < season_length + span:
        raise ValueError(f"The forecast needs at least {season_length + span} values, and there are {history.size}.")
    now = float(history[-span:].mean())
    before = float(history[history.size - span - season_length : history.size - season_length].mean())
    unadjusted = seasonal_naive(history, horizon, season_length=season_length)
    if adjustment == "difference":
        return unadjusted + (now - before)
    return unadjusted * (now / before) if before else unadjusted
