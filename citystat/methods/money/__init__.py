"""Money: cost per unit of work.

``unit_cost`` keeps cost and volume beside the quotient, so that a page can show both, and is undefined (not zero)
without volume. Amounts are ``Decimal``: cents must not drift. Words: *volume* is the count of requests or contacts of
the same period and scope as the cost.
Any room may import it; it imports nothing.
"""

from citystat.methods.money.unit_costs import UnitCost, unit_cost

__all__ = ["UnitCost", "unit_cost"]
