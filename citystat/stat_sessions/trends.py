"""The small charts of a packet as data: a judged series becomes points with limits and roles."""

import math

from citystat.plan.charts_of_measures import MeasureChart
from citystat.stat_sessions.content import Trend, TrendPoint

MONTHS_SHOWN = 25
ROLES = {"improvement": "improving", "concern": "concerning", "neutral": "neutral"}


def trend(chart: MeasureChart, label: str) -> Trend | None:
    """The last 25 months; None where fewer than two of them have a value."""
    limits, roles = chart.judged.limits, chart.judged.chart.roles
    first = max(0, len(chart.rows) - MONTHS_SHOWN)
    points = tuple(
        TrendPoint(
            period=row.period,
            value=row.value,
            center=_number(limits.center[index]),
            lower=_number(limits.lower[index]),
            upper=_number(limits.upper[index]),
            role=ROLES.get(roles[index], "common_cause"),
            complete=row.complete,
        )
        for index, row in enumerate(chart.rows)
        if index >= first
    )
    if sum(point.value is not None for point in points) < 2:
        return None
    return Trend(chart.measure.format, points, chart.judged.chart.target, label)


def signal_of(chart: MeasureChart) -> str | None:
    """The verdict on the packet's month: a role, common_cause, or None where it cannot be judged."""
    last = len(chart.rows) - 1
    if chart.finding.state != "ok" or chart.finding.through != last:
        return None
    return ROLES.get(chart.finding.role, "common_cause")


def arrow_of(chart: MeasureChart) -> str | None:
    """Up or down, only where the month carries a signal."""
    if signal_of(chart) in (None, "common_cause"):
        return None
    return "up" if chart.finding.direction > 0 else "down"


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
