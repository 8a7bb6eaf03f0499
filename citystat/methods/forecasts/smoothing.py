"""Holt-Winters exponential smoothing, from statsmodels."""

import warnings

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.forecasts.series import FloatArray, as_history


def exponential_smoothing(values: ArrayLike, horizon: int, *, season_length: int = 12, damped: bool = True) -> FloatArray:
    """Holt-Winters: level, damped trend and seasonal pattern, each a running average that forgets.

    Formula: level l, trend b, season s: l = a (y - s(t-m)) + (1 - a)(l + phi b); b = c (l - l') + (1 - c) phi b;
    s = g (y - l' - phi b) + (1 - g) s(t-m); f(h) = l + (phi + ... + phi^h) b + s. a, c, g, phi by least squares.
    Assumptions: additive season, slowly changing level. When not to use it: under three seasons; across a change of
    definition. Source: Hyndman and Athanasopoulos, Forecasting (2021), chapter 8; statsmodels ``ExponentialSmoothing``.
    values: n complete periods in order, without gaps. Returns ``horizon`` numbers in the units of the values.
    Raises ValueError for missing values, a horizon under 1 or less than two seasons.

    >>> pattern = [10.0, 20.0, 30.0, 20.0] * 6
    >>> exponential_smoothing(pattern, 4, season_length=4).round().tolist()
    [10.0, 20.0, 30.0, 20.0]
    """
    history = as_history(values, horizon, season_length, seasons=2)
    if np.ptp(history) == 0:
        return np.full(horizon, history[0])
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    model = ExponentialSmoothing(
        history,
        trend="add",
        damped_trend=damped,
        seasonal="add" if season_length > 1 else None,
        seasonal_periods=season_length if season_length > 1 else None,
        initialization_method="heuristic" if history.size >= 10 and season_length > 1 else "estimated",
    )
    with warnings.catch_warnings():
        # A fit that stops early is judged by its backtest like any other.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        # Half the time of the default search; the coarse grid before it stays, without it the fit can end far off.
        fitted = model.fit(method="SLSQP", use_brute=True)
    return np.asarray(fitted.forecast(horizon), dtype=np.float64)
