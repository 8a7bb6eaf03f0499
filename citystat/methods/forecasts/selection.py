"""One forecast with an honest label: is it better than "same as last year", and how wrong has it been?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from citystat.methods.forecasts.backtests import Backtest, Forecaster, interval_half_widths, rolling_origin
from citystat.methods.forecasts.baselines import seasonal_baseline, seasonal_naive
from citystat.methods.forecasts.series import FloatArray, as_history
from citystat.methods.forecasts.smoothing import exponential_smoothing

Method = Literal["seasonal_naive", "seasonal_baseline", "exponential_smoothing"]
State = Literal["better_than_last_year", "not_better_than_last_year", "too_short_to_judge"]

_FORECASTERS: dict[Method, Callable[..., FloatArray]] = {
    "seasonal_naive": seasonal_naive,
    "seasonal_baseline": seasonal_baseline,
    "exponential_smoothing": exponential_smoothing,
}
# Fewer judged origins than this would let luck decide.
MINIMUM_ORIGINS = 8


@dataclass(frozen=True, eq=False)
class Forecast:
    """The forecast and how far to trust it.

    state: whether it beat "same as last year" in the backtest; if not, or when the history is too short to judge, the
    forecast is "same as last year" itself. estimate, lower, upper: one number a period ahead; bounds are NaN where
    the backtest has too few origins. skill: 1 - MAE / MAE of the seasonal naive on the judging origins, of the best
    candidate (None when too short). mean_absolute_error: of the method used, over all origins.
    """

    method: Method
    state: State
    estimate: FloatArray
    lower: FloatArray
    upper: FloatArray
    confidence: float
    candidate: Method
    skill: float | None
    mean_absolute_error: float
    n_origins: int

    @property
    def beats_same_as_last_year(self) -> bool:
        """Whether the chosen method was better than repeating last year."""
        return self.state == "better_than_last_year"


def forecast(
    values: ArrayLike,
    horizon: int,
    *,
    season_length: int = 12,
    methods: Sequence[Method] = ("seasonal_baseline", "exponential_smoothing"),
    confidence: float = 0.8,
    minimum_skill: float = 0.05,
    max_origins: int = 36,
    lowest: float | None = None,
) -> Forecast:
    """Choose a method on the earlier half of a backtest, judge it on the later half, and say if it is worth having.

    Formula: the last ``max_origins`` rolling origins with two seasons behind them; the candidate is the method with
    the smallest mean absolute error at the earlier half of them; skill = 1 - MAE / MAE of the seasonal naive at the
    later half. Under ``minimum_skill`` the forecast is the seasonal naive. Intervals: ``interval_half_widths`` of the
    method used, all origins.
    Assumptions: complete periods, one definition, no planned change ahead. When not to use it: as a target; for a
    series with a rebase in its history (pass what follows it).
    Source: Tashman (2000) for the design; Hyndman and Athanasopoulos (2021), chapter 5.
    values: n periods without gaps, at least one season. methods: candidates. max_origins: bounds the cost
    (``exponential_smoothing`` takes one to two tenths of a second an origin, the baseline nothing). lowest: estimates and
    bounds are not below it (0 for counts).
    Returns ``Forecast`` in the units of the values. Raises ValueError for missing values, less than one season, an
    unknown method, or a confidence outside 0..1.

    >>> growing = [100 * 1.05 ** (month // 12) + 10 * (month % 12) for month in range(72)]
    >>> result = forecast(growing, 3, methods=["seasonal_baseline"])
    >>> result.method, result.beats_same_as_last_year
    ('seasonal_baseline', True)
    """
    history = as_history(values, horizon, season_length)
    if max_origins < 1:
        raise ValueError(f"The backtest needs at least one origin, not {max_origins}.")
    if unknown := set(methods) - set(_FORECASTERS):
        raise ValueError(f"Unknown method {sorted(unknown)[0]!r}; the methods are {', '.join(_FORECASTERS)}.")
    candidates: list[Method] = ["seasonal_naive", *(method for method in methods if method != "seasonal_naive")]
    first_origin = max(2 * season_length, history.size - horizon + 1 - max_origins)
    backtests = {
        method: rolling_origin(history, _forecaster(method, season_length), horizon, first_origin=first_origin) for method in candidates
    }
    candidate, skill = _judged(backtests)
    method = candidate if skill is not None and candidate != "seasonal_naive" and skill >= minimum_skill else "seasonal_naive"
    if skill is None:
        state: State = "too_short_to_judge"
    else:
        state = "better_than_last_year" if method != "seasonal_naive" else "not_better_than_last_year"
    estimate = _forecaster(method, season_length)(history, horizon)
    half = interval_half_widths(backtests[method], confidence=confidence)
    floor = -np.inf if lowest is None else lowest
    return Forecast(
        method=method,
        state=state,
        estimate=np.maximum(estimate, floor),
        lower=np.maximum(estimate - half, floor),
        upper=np.maximum(estimate + half, floor),
        confidence=confidence,
        candidate=candidate,
        skill=skill,
        mean_absolute_error=backtests[method].mean_absolute_error,
        n_origins=len(backtests[method].origins),
    )


def _forecaster(method: Method, season_length: int) -> Forecaster:
    return partial(_FORECASTERS[method], season_length=season_length)


def _judged(backtests: dict[Method, Backtest]) -> tuple[Method, float | None]:
    """The best method on the earlier origins, and its skill on the later ones (None with too few)."""
    n_origins = len(backtests["seasonal_naive"].origins)
    if n_origins < 2 * MINIMUM_ORIGINS:
        return "seasonal_naive", None
    half = n_origins // 2
    candidate = min(backtests, key=lambda method: np.abs(backtests[method].errors[:half]).mean())
    made, naive = (float(np.abs(backtests[method].errors[half:]).mean()) for method in (candidate, "seasonal_naive"))
    return candidate, 1 - made / naive if naive else 0.0
