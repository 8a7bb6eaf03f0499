"""The checked history a forecast starts from."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def as_history(values: ArrayLike, horizon: int, season_length: int, *, seasons: int = 1) -> FloatArray:
    """One series of finite numbers, with at least so many whole seasons."""
    try:
        history = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError("The values must be numbers.") from None
    if history.ndim != 1 or not np.isfinite(history).all():
        raise ValueError("A forecast needs one series without missing values; fill or cut the gaps first.")
    if not all(number >= 1 and number == int(number) for number in (horizon, season_length)):
        raise ValueError("The horizon and the season length must be whole numbers of at least 1.")
    if history.size < seasons * season_length:
        raise ValueError(f"The forecast needs at least {seasons * season_length} values, and there are {history.size}.")
    return history
