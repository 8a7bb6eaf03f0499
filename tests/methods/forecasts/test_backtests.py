"""Rolling origins and the intervals made from their errors."""

import numpy as np
import pytest

from citystat.methods.forecasts import Backtest, interval_half_widths, rolling_origin


def last_value(history, horizon):
    return np.full(horizon, history[-1])


def test_rolling_origin_errors_by_hand():
    backtest = rolling_origin([1, 4, 2, 8, 8], last_value, 2, first_origin=1, step=2)
    assert backtest.origins == (1, 3)
    assert backtest.errors.tolist() == [[3, 1], [6, 6]]
    assert backtest.mean_absolute_error == 4


def test_rolling_origin_shows_the_forecaster_only_the_past():
    seen = []
    rolling_origin(np.arange(10.0), lambda history, horizon: seen.append(history.tolist()) or history[-1:], 1, first_origin=8)
    assert seen == [list(range(8)), list(range(9))]


def test_rolling_origin_forecaster_cannot_change_the_history():
    def spoil(history, horizon):
        history[:] = 0
        return history[-1:]

    assert rolling_origin([5.0, 6, 7], spoil, 1, first_origin=1).errors.tolist() == [[6], [7]]


def test_rolling_origin_without_room_has_no_origins():
    backtest = rolling_origin([1, 2, 3], last_value, 2, first_origin=3)
    assert backtest.origins == ()
    assert np.isnan(backtest.mean_absolute_error)


@pytest.mark.parametrize(("n_origins", "confidence", "rank"), [(4, 0.8, 4), (9, 0.8, 8), (19, 0.95, 19), (99, 0.95, 95)])
def test_interval_half_widths_are_the_conformal_order_statistic(n_origins, confidence, rank):
    errors = np.random.default_rng(0).permutation(np.arange(1.0, n_origins + 1))[:, None]
    assert interval_half_widths(Backtest(tuple(range(n_origins)), errors), confidence=confidence)[0] == rank


def test_interval_half_widths_too_few_origins_for_the_confidence():
    assert np.isnan(interval_half_widths(Backtest((1, 2, 3), np.ones((3, 2))), confidence=0.95)).all()


def test_interval_half_widths_do_not_narrow_with_the_horizon():
    errors = np.tile([[3.0, 1.0, 5.0]], (9, 1))
    assert interval_half_widths(Backtest(tuple(range(9)), errors)).tolist() == [3, 3, 5]


def test_interval_half_widths_cover_as_often_as_stated():
    generator = np.random.default_rng(4)
    covered = []
    for _ in range(400):
        values = generator.normal(size=40)
        backtest = rolling_origin(values[:-1], lambda history, horizon: np.zeros(horizon), 1, first_origin=10)
        covered.append(abs(values[-1]) <= interval_half_widths(backtest, confidence=0.8)[0])
    assert np.mean(covered) == pytest.approx(0.8, abs=0.06)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: rolling_origin([1, 2, 3], last_value, 1, first_origin=0), "first origin"),
        (lambda: rolling_origin([1, 2, 3], lambda history, horizon: np.ones(5), 1, first_origin=1), "5 numbers"),
        (lambda: interval_half_widths(Backtest((1,), np.ones((1, 1))), confidence=80), "confidence"),
    ],
)
def test_backtests_refuse_bad_input(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
