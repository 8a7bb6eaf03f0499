"""The time-to-close curve: share of requests closed within so many days, open ones counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from citystat.core import formats
from citystat.core.chart_styles import BAND, BAR, INK, INK_SOFT, Spec, Width, base, data, in_language


@dataclass(frozen=True)
class CurvePoint:
    """Share closed within so many days, with its interval."""

    days: float
    share: float
    lower: float | None = None
    upper: float | None = None


def closing_curve(
    curve: Sequence[CurvePoint],
    *,
    width: Width,
    marks: Sequence[tuple[float, float]] = (),
    promise_days: float | None = None,
    height: int | None = None,
) -> Spec:
    """Share of requests closed within so many days, open ones counted (Kaplan-Meier), as steps with their interval.

    `marks` are (share, days) to read off, such as half of all requests; `promise_days` is drawn as a line.
    """
    last = max((point.days for point in curve), default=1.0)
    x: Spec = {
        "field": "days",
        "type": "quantitative",
        "axis": {"title": in_language("days since opened", "días desde la apertura"), "format": ",~r", "tickCount": 6},
    }
    x["scale"] = {"domain": [0, max(last, promise_days or 0)], "nice": False}
    y: Spec = {
        "field": "share",
        "type": "quantitative",
        "axis": {"format": ".0%", "tickCount": 5, "title": None},
        "scale": {"domain": [0, 1]},
    }
    rows = [{"days": 0.0, "share": 0.0, "lower": 0.0, "upper": 0.0}] + [
        {"days": point.days, "share": point.share, "lower": point.lower, "upper": point.upper} for point in curve
    ]
    band = {
        "mark": {"type": "area", "color": BAND, "interpolate": "step-after"},
        "transform": [{"filter": "isValid(datum.lower) && isValid(datum.upper)"}],
    }
    band["encoding"] = {"x": x, "y": {**y, "field": "lower"}, "y2": {"field": "upper"}}
    line = {"mark": {"type": "line", "color": BAR, "strokeWidth": 2.5, "interpolate": "step-after"}, "encoding": {"x": x, "y": y}}
    return {**base(width, height), "data": data(rows), "layer": [band, line, *_readings(marks, x, y), *_promise(promise_days, x)]}


def _readings(marks: Sequence[tuple[float, float]], x: Spec, y: Spec) -> list[Spec]:
    rows = [
        {"share": share, "days": days, "text": f"{formats.percent(share)}: {formats.value(days, 'days')} {in_language('days', 'días')}"}
        for share, days in marks
    ]
    encoding = {"x": x, "y": y}
    dot = {"data": data(rows), "mark": {"type": "point", "filled": True, "color": INK, "size": 60, "opacity": 1}, "encoding": encoding}
    words = {"data": data(rows), "mark": {"type": "text", "align": "left", "dx": 9, "dy": 11, "fontWeight": 600}}
    return [dot, {**words, "encoding": {**encoding, "text": {"field": "text"}}}] if rows else []


def _promise(days: float | None, x: Spec) -> list[Spec]:
    if days is None:
        return []
    rows = data([{"days": days, "text": f"{in_language('promised', 'prometido')}: {formats.number(days, 0 if days == int(days) else 1)}"}])
    line = {"data": rows, "mark": {"type": "rule", "color": INK, "strokeDash": [5, 3]}, "encoding": {"x": x}}
    words = {"data": rows, "mark": {"type": "text", "align": "left", "baseline": "top", "dx": 5, "color": INK_SOFT, "y": 2}}
    return [line, {**words, "encoding": {"x": x, "text": {"field": "text"}}}]
