"""The pace of a countdown: what counts, day by day, beside the straight line to the target."""

from collections.abc import Sequence
from datetime import date

from citystat.core import formats
from citystat.core.chart_styles import BAR, INK, INK_SOFT, Spec, Width, base, data, in_language, month_axis, value_axis
from citystat.plan.countdowns.queries import Progress


def pace_chart(found: Progress, days: Sequence[tuple[date, int]], width: Width) -> Spec:
    """A stepped line of what counts up to the day, the straight line dashed, both named where they end."""
    start, end = found.countdown.starts_on, found.countdown.ends_on
    done = [(start, 0), *days, (min(max(found.on, start), end), found.standing.done)]
    x = month_axis(start, end, width)
    y = value_axis("count", 0, max(found.standing.target, found.standing.done), from_zero=True) | {"field": "count"}
    at = {"x": x, "y": y}
    straight: Spec = {
        "data": data([{"on": start, "count": 0}, {"on": end, "count": found.standing.target}]),
        "mark": {"type": "line", "strokeDash": [6, 4], "color": INK_SOFT, "strokeWidth": 1.5},
        "encoding": at,
    }
    counted: Spec = {
        "data": data([{"on": on, "count": count} for on, count in done]),
        "mark": {"type": "line", "interpolate": "step-after", "color": BAR, "strokeWidth": 2.5},
        "encoding": at,
    }
    return {**base(width), "layer": [straight, counted, *_names(found, at, done[-1], end)]}


def _names(found: Progress, at: Spec, last: tuple[date, int], end: date) -> list[Spec]:
    """The name of each line where the reader looks for it."""
    late = found.countdown.starts_on + (end - found.countdown.starts_on) * 0.75
    plan = {"on": late, "count": found.standing.target * 0.75, "text": in_language("even pace", "ritmo constante")}
    done = {"on": last[0], "count": last[1], "text": in_language(f"{formats.number(last[1])} done", f"van {formats.number(last[1])}")}
    text = {"field": "text", "type": "nominal"}
    return [
        {
            "data": data([plan]),
            "mark": {"type": "text", "align": "right", "dx": -8, "dy": -10, "color": INK_SOFT},
            "encoding": {**at, "text": text},
        },
        {
            "data": data([done]),
            "mark": {"type": "text", "align": "left", "dx": 9, "dy": 15, "fontWeight": 600, "color": INK},
            "encoding": {**at, "text": text},
        },
        {"data": data([done]), "mark": {"type": "point", "filled": True, "size": 60, "color": BAR, "opacity": 1}, "encoding": at},
    ]
