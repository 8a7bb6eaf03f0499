"""Frozen records as plain values that either database gives back digit for digit.

PostgreSQL keeps numbers of JSON as decimals: a zero loses its sign, and a float written with a large exponent comes back as a whole
number. Both would change a checksum, and what was released would be refused as damaged.
"""

import dataclasses
from typing import Any

# From here on Python writes a float with an exponent.
WRITTEN_WITH_EXPONENT = 1e16


def plain(record: Any) -> dict[str, Any]:
    """`dataclasses.asdict` with such numbers as they come back."""
    found: dict[str, Any] = _settled(dataclasses.asdict(record))
    return found


def _settled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _settled(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_settled(one) for one in value)
    return _number(value) if isinstance(value, float) else value


def _number(value: float) -> float:
    is_whole = value.is_integer() and abs(value) >= WRITTEN_WITH_EXPONENT
    return int(value) if is_whole else value + 0.0
