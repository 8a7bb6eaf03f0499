"""The months to come in a chart: a dashed line over the range of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from citystat.core.chart_styles import COMMON_CAUSE, Spec, data


@dataclass(frozen=True)
class Ahead:
    """One month to come: what is expected of it, and its range where there is one."""

    on: date
    value: float
    lower: float | None = None
    upper: float | None = None


class Start(Protocol):
    """The point the line begins at."""

    @property
    def on(self) -> date:
        """Its day."""

    @property
    def value(self) -> float | None:
        """Its value."""


def ahead_layers(start: Start | None, ahead: Sequence[Ahead], x: Spec, y: Spec) -> list[Spec]:
    """A dashed line from the last complete point on, over the range of each month; the range opens at that point."""
    if not ahead or start is None:
        return []
    first = {"on": start.on, "value": start.value, "lower": start.value, "upper": start.value}
    rows = data([first, *({"on": one.on, "value": one.value, "lower": one.lower, "upper": one.upper} for one in ahead)])
    band = {
        "transform": [{"filter": "isValid(datum.lower) && isValid(datum.upper)"}],
        "mark": {"type": "area", "color": COMMON_CAUSE, "opacity": 0.18},
        "encoding": {"x": x, "y": {**y, "field": "lower"}, "y2": {"field": "upper"}},
    }
    line = {
        "mark": {"type": "line", "color": COMMON_CAUSE, "strokeWidth": 2, "strokeDash": [4, 3]},
        "encoding": {"x": x, "y": {**y, "field": "value"}},
    }
    return [{"data": rows, **layer} for layer in (band, line)]
