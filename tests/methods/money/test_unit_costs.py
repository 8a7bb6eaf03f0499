"""Cost per unit of work."""

from decimal import Decimal

import pytest

from citystat.methods.money import unit_cost


@pytest.mark.feature("F123")
def test_unit_cost_changes_with_the_period_and_keeps_its_denominator():
    year, quarter = unit_cost("2134488", 355_748), unit_cost("533622", 60_000)
    assert (year.per_unit, quarter.per_unit) == (Decimal(6), Decimal("8.8937"))
    assert (year.volume, quarter.volume) == (355_748, 60_000)


def test_unit_cost_without_volume_is_undefined():
    assert unit_cost(100, 0).per_unit is None


def test_unit_cost_of_nothing_spent_is_zero():
    assert unit_cost(0, 10).per_unit == 0


def test_unit_cost_does_not_drift_from_cents():
    assert unit_cost(0.1, 1).per_unit == Decimal("0.1")
    assert unit_cost("2147483648.07", 1).per_unit == Decimal("2147483648.07")


@pytest.mark.parametrize(
    ("cost", "volume", "sentence"),
    [(1, -1, "not negative"), (1, 1.5, "whole number"), ("much", 1, "must be a number"), (float("nan"), 1, "finite")],
)
def test_unit_cost_refuses(cost, volume, sentence):
    with pytest.raises(ValueError, match=sentence):
        unit_cost(cost, volume)
