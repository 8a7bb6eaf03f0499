"""Forecasts: what to expect next, how wrong it may be, and whether it beats "same as last year".

``forecast`` chooses among ``seasonal_baseline`` and ``exponential_smoothing`` in a rolling-origin backtest, judges
the choice on later origins, and falls back to ``seasonal_naive``, saying so, when it is no better. Intervals come
from the errors of the backtest, not from a model. Words: an *origin* is a point in time a forecast is made from;
*skill* is the share of the naive error that a method saves.
Any room may import it; it imports numpy, and statsmodels only when exponential smoothing is asked for.
"""

from citystat.methods.forecasts.backtests import Backtest, Forecaster, interval_half_widths, rolling_origin
from citystat.methods.forecasts.baselines import seasonal_baseline, seasonal_naive
from citystat.methods.forecasts.selection import Forecast, forecast
from citystat.methods.forecasts.smoothing import exponential_smoothing

__all__ = [
    "Backtest",
    "Forecast",
    "Forecaster",
    "exponential_smoothing",
    "forecast",
    "interval_half_widths",
    "rolling_origin",
    "seasonal_baseline",
    "seasonal_naive",
]
