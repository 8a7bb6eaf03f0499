"""Cost per unit of work, with both numbers kept beside it."""

import math
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class UnitCost:
    """``per_unit`` is None when there was no volume: undefined, neither zero nor infinite."""

    cost: Decimal
    volume: int
    per_unit: Decimal | None


def unit_cost(cost: Decimal | int | float | str, volume: int) -> UnitCost:
    """Cost divided by volume of the same period, scope and funds.

    Formula: cost / volume, unrounded decimal. Assumptions: cost and volume cover the same period and the same work;
    the cost is the full one (overhead in or out is a choice to state).
    When not to use it: to rank unlike services; as marginal cost (most of the cost does not change with one request).
    Source: GFOA, Performance Management (2018).
    cost: currency units, a decimal string or Decimal for exact cents. volume: whole requests or contacts, not negative.
    Returns ``UnitCost``. Raises ValueError for a negative or fractional volume, or a cost that is not a finite number.

    >>> unit_cost("2134488", 355748).per_unit
    Decimal('6')
    >>> unit_cost("2134488", 0).per_unit is None
    True
    """
    try:
        amount = Decimal(str(cost))
    except ArithmeticError:
        raise ValueError(f"The cost must be a number, not {cost!r}.") from None
    if not amount.is_finite():
        raise ValueError(f"The cost must be a finite number, not {cost!r}.")
    if not math.isfinite(volume) or volume != int(volume) or volume < 0:
        raise ValueError(f"The volume must be a whole number that is not negative, not {volume!r}.")
    return UnitCost(amount, int(volume), amount / int(volume) if volume else None)
