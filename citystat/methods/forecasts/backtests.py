"""Rolling-origin backtests, and intervals from the errors actually made."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.forecasts.series import FloatArray, as_history

Forecaster = Callable[[FloatArray, int], FloatArray]


@dataclass(frozen=True, eq=False)
class Backtest:
    """errors[i, h]: actual minus forecast, made at origin i for h + 1 periods ahead, knowing only what came before.

    origins: number of values known at each origin.
    """

    origins: tuple[int, ...]
    errors: FloatArray

    @property
    def mean_absolute_error(self) -> float:
        """Over all origins and horizons; NaN without origins."""
        return float(np.abs(self.errors).mean()) if self.errors.size else float("nan")


def rolling_origin(values: ArrayLike, forecaster: Forecaster, horizon: int, *, first_origin: int, step: int = 1) -> Backtest:
    """Forecast again and again from earlier points in time, and compare with what happened.

    Formula: at each origin o = first_origin, first_origin + step, ... with o + horizon <= n: forecaster(y[:o],
    horizon) against y[o : o + horizon].
    Assumptions: the past of the process resembles its future. When not to use it: with fewer than about ten origins,
    to choose between close methods. Source: Tashman, International Journal of Forecasting 16 (2000) 437-450.
    values: n periods without gaps. forecaster(history, horizon) returns ``horizon`` numbers. Returns ``Backtest``.
    Raises ValueError for missing values, an origin or step under 1, or a forecaster of another length.

    >>> backtest = rolling_origin([1, 2, 3, 4, 5], lambda history, horizon: np.full(horizon, history[-1]), 2, first_origin=2)
    >>> backtest.origins, backtest.errors.tolist()
    ((2, 3), [[1.0, 2.0], [1.0, 2.0]])
    """
    history = as_history(values, horizon, 1)
    if first_origin < 1 or step < 1:
        raise ValueError("The first origin and the step must be at least 1.")
    origins = tuple(range(first_origin, history.size - horizon + 1, step))
    errors = np.empty((len(origins), horizon))
    for row, origin in enumerate(origins):
        predicted = np.asarray(forecaster(history[:origin].copy(), horizon), dtype=np.float64)
        if predicted.shape != (horizon,):
            raise ValueError(f"The forecaster returned {predicted.size} numbers for a horizon of {horizon}.")
        errors[row] = history[origin : origin + horizon] - predicted
    return Backtest(origins, errors)


def interval_half_widths(backtest: Backtest, *, confidence: float = 0.8) -> FloatArray:
    """Half width of a prediction interval for each horizon, from the errors of the backtest.

    Formula: the k-th smallest absolute error at that horizon, k = ceil((n + 1) confidence) of n origins (split
    conformal); never narrower than at a shorter horizon. NaN where k > n: too few origins for that confidence.
    Assumptions: errors ahead are exchangeable with past ones. Overlapping origins make them less than n independent
    ones. When not to use it: across a change of level. Source: Vovk, Gammerman and Shafer (2005); Hyndman and
    Athanasopoulos (2021), section 5.5.
    Returns ``horizon`` half widths in the units of the values. Raises ValueError for a confidence outside 0..1.

    >>> interval_half_widths(Backtest((1, 2, 3, 4), np.array([[1.0], [-2.0], [3.0], [-4.0]]))).tolist()
    [4.0]
    """
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence must lie between 0 and 1, not {confidence}.")
    n_origins, horizon = backtest.errors.shape
    rank = int(np.ceil((n_origins + 1) * confidence - 1e-9))
    if rank > n_origins:
        return np.full(horizon, np.nan)
    ordered = np.sort(np.abs(backtest.errors), axis=0)
    return np.maximum.accumulate(ordered[rank - 1])
