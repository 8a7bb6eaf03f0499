"""The third state."""

import pytest

from citystat.methods.rates import small_number_state

NAN = float("nan")


@pytest.mark.parametrize(
    ("numerator", "denominator", "state"),
    [
        (5, 20, "ok"), (4, 20, "too_few"), (5, 19, "too_few"), (0, 0, "too_few"), (0, 1000, "too_few"),
        (NAN, 50, "missing"), (50, NAN, "missing"), (NAN, 0, "missing"),
    ],
)  # fmt: skip
def test_small_number_state_table(numerator, denominator, state):
    assert small_number_state(numerator, denominator) == state


def test_small_number_state_thresholds_are_arguments():
    assert small_number_state([0, 9], [30, 30], min_numerator=0, min_denominator=30).tolist() == ["ok", "ok"]


def test_small_number_state_broadcasts():
    assert small_number_state([[1], [9]], [10, 100]).tolist() == [["too_few", "too_few"], ["too_few", "ok"]]


def test_small_number_state_refuses_negative_counts():
    with pytest.raises(ValueError, match="not negative"):
        small_number_state(-1, 10)
