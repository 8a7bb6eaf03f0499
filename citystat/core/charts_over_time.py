"""Charts whose horizontal axis is time: control chart, small multiples of it, columns from zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from citystat.core import formats
from citystat.core.chart_ahead import Ahead, ahead_layers
from citystat.core.chart_styles import (
    BAND,
    BAR,
    COMMON_CAUSE,
    HEIGHTS,
    INK,
    INK_SOFT,
    PAPER,
    THREAD,
    Spec,
    Width,
    base,
    by_signal,
    config,
    data,
    domain,
    in_language,
    month_axis,
    value_axis,
)

# Pixels a line of words in the margin takes, and those of a chart's height that are not its plot.
LINE_OF_WORDS = 15
AXIS_HEIGHT = 32


@dataclass(frozen=True)
class Point:
    """One period: value (None leaves a gap), limits of the usual range, center, what the rules say, whether it is complete.

    `segment` counts stretches between rebases: nothing is drawn across from one to the next.
    """

    on: date
    value: float | None
    center: float | None = None
    lower: float | None = None
    upper: float | None = None
    signal: str | None = None
    complete: bool = True
    segment: int = 0


@dataclass(frozen=True)
class TargetLine:
    """A target and the days it is in force; an open end runs to the chart's edge."""

    value: float
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class RebaseMark:
    """A day from which limits start anew, with its reason in a few words."""

    on: date
    reason: str


@dataclass(frozen=True)
class Axes:
    """The two position encodings of a chart."""

    x: Spec
    y: Spec


def control_chart(
    points: Sequence[Point],
    *,
    form: str,
    width: Width,
    target: TargetLine | None = None,
    rebases: Sequence[RebaseMark] = (),
    ahead: Sequence[Ahead] = (),
    height: int | None = None,
) -> Spec:
    """Values over time on the band of their usual range; signals by shape and color, incomplete periods hollow.

    `form` is count, rate, percent (fractions of one), days or weeks. `ahead` is dashed and follows the last complete point. Empty points
    give an empty frame.
    """
    low, high = _extent([*points, *(Point(one.on, one.value, lower=one.lower, upper=one.upper) for one in ahead)], target)
    x = month_axis(points[0].on, max([points[-1].on, *(one.on for one in ahead)]), width) if points else {"field": "on", "type": "temporal"}
    y = value_axis(form, low, high)
    at = Axes(x, y)
    layers = [
        *_band(x, y),
        *ahead_layers(_last_whole(points), ahead, x, y),
        *_target(points, target, form, at),
        *_lines(x, y),
        *_points(x, y),
        *_rebases(rebases, x, width),
        *_labels(points, target, form, at, width, ahead, height or HEIGHTS[width]),
    ]
    spec = base(width, height)
    spec["padding"] = {**spec["padding"], "right": _margin(points, target, form, width)}
    return {**spec, "data": data(_rows(points)), "layer": layers}


def starts_at_zero(points: Sequence[Point], *, form: str, target: TargetLine | None = None) -> bool:
    """Whether the control chart of these points begins at zero; where not, say so in a note."""
    return domain(form, *_extent(points, target))[0] == 0.0


def small_multiples(panels: Sequence[tuple[str, Sequence[Point]]], *, form: str, width: Width) -> Spec:
    """One small control chart per name, all on one scale, three in a row (two on a phone). Names up to about 24 characters."""
    every = [point for _, points in panels for point in points]
    columns, size = (3, 255) if width == "wide" else (2, 138)
    days = sorted({point.on for point in every})
    x: Spec = month_axis(days[0], days[-1], "narrow") if days else {"field": "on", "type": "temporal"}
    x["axis"] = {
        **x.get("axis", {}),
        "tickCount": {"interval": "year", "step": max(1, len(days) // 36)},
        "labelExpr": "timeFormat(datum.value, '%Y')",
    }
    y = value_axis(form, *_extent(every, None))
    y["axis"] = {**y["axis"], "tickCount": 3}
    rows = [{"name": name, **row} for name, points in panels for row in _rows(points)]
    sorted_by = {"field": "name", "type": "nominal", "sort": [name for name, _ in panels], "title": None}
    spec = base(width)
    return {
        **{key: spec[key] for key in ("$schema", "padding", "background", "usermeta")},
        "config": {**config(width), "facet": {"spacing": 18}},
        "data": data(rows),
        "facet": sorted_by,
        "columns": columns,
        "spec": {"width": size, "height": 110, "layer": [*_band(x, y), *_lines(x, y), *_points(x, y, 0.4)]},
    }


def columns(points: Sequence[Point], *, form: str, width: Width, height: int | None = None) -> Spec:
    """Columns from a zero baseline; incomplete periods are outlines."""
    high = max((point.value or 0 for point in points), default=1) or 1
    x: Spec = month_axis(points[0].on, points[-1].on, width) if points else {"field": "on", "type": "temporal"}
    y = value_axis(form, 0, high, from_zero=True) | {"field": "value", "stack": None}
    spec = base(width, height)
    bar_width = max(2.0, 0.72 * spec["width"] / max(len(points), 6))
    bar_width = min(bar_width, 34)
    x["scale"] = {"type": "utc", "padding": bar_width / 2 + 4}
    mark = {"type": "bar", "width": bar_width}
    whole = {"mark": {**mark, "color": BAR}, "transform": [{"filter": "datum.complete"}]}
    open_ended = {
        "mark": {**mark, "fill": PAPER, "stroke": BAR, "strokeWidth": 1.5, "strokeDash": [3, 2]},
        "transform": [{"filter": "!datum.complete"}],
    }
    return {**spec, "data": data(_rows(points)), "encoding": {"x": x, "y": y}, "layer": [whole, open_ended]}


def _rows(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Rows for Vega; `stretch` changes wherever the line must break: at rebases and at missing values."""
    rows, stretch, last_segment = [], 0, None
    for point in points:
        if point.segment != last_segment or point.value is None:
            stretch += 1
        last_segment = point.segment
        rows.append(
            {
                "on": point.on,
                "value": point.value,
                "center": point.center,
                "lower": point.lower,
                "upper": point.upper,
                "signal": (point.signal or "common_cause") if point.complete else "incomplete",
                "complete": point.complete,
                "segment": point.segment,
                "stretch": stretch,
            }
        )
    return rows


def _extent(points: Sequence[Point], target: TargetLine | None) -> tuple[float, float]:
    values = [number for point in points for number in (point.value, point.lower, point.upper) if number is not None]
    if target is not None:
        values.append(target.value)
    return (min(values), max(values)) if values else (0.0, 1.0)


def _band(x: Spec, y: Spec) -> list[Spec]:
    within = {"transform": [{"filter": "isValid(datum.lower) && isValid(datum.upper)"}]}
    area = {
        "mark": {"type": "area", "color": BAND, "interpolate": "step"},
        "encoding": {"x": x, "y": {**y, "field": "lower"}, "y2": {"field": "upper"}},
    }
    center = {
        "mark": {"type": "line", "color": COMMON_CAUSE, "strokeWidth": 1, "interpolate": "step"},
        "encoding": {"x": x, "y": {**y, "field": "center"}},
    }
    detail = {"detail": {"field": "segment", "type": "nominal"}}
    return [
        {**within, **area, "encoding": {**area["encoding"], **detail}},  # type: ignore[dict-item]
        {"transform": [{"filter": "isValid(datum.center)"}], **center, "encoding": {**center["encoding"], **detail}},  # type: ignore[dict-item]
    ]


def _lines(x: Spec, y: Spec) -> list[Spec]:
    encoding = {"x": x, "y": {**y, "field": "value"}, "detail": {"field": "stretch", "type": "nominal"}}
    whole = {
        "transform": [{"filter": "datum.complete && isValid(datum.value)"}],
        "mark": {"type": "line", "color": THREAD, "strokeWidth": 1.5},
    }
    return [{**whole, "encoding": encoding}]


def _points(x: Spec, y: Spec, share_of_size: float = 1.0) -> list[Spec]:
    encoding = {"x": x, "y": {**y, "field": "value"}}
    whole = {"transform": [{"filter": "datum.complete && isValid(datum.value)"}], "mark": {"type": "point", "filled": True, "opacity": 1}}
    hollow = {
        "type": "point",
        "filled": False,
        "fill": PAPER,
        "stroke": COMMON_CAUSE,
        "strokeWidth": 1.5,
        "size": round(60 * share_of_size),
        "opacity": 1,
    }
    open_ended = {"transform": [{"filter": "!datum.complete && isValid(datum.value)"}], "mark": hollow}
    return [{**whole, "encoding": {**encoding, **by_signal(share_of_size=share_of_size)}}, {**open_ended, "encoding": encoding}]


def _margin(points: Sequence[Point], target: TargetLine | None, form: str, width: Width) -> int:
    """Pixels to the right of the last period, where the words stand."""
    if width == "wide":
        return 118
    return 18 + 6 * len(_target_words(target, form)) if target is not None and _holds_at_the_end(points, target) else 46


def _target(points: Sequence[Point], target: TargetLine | None, form: str, at: Axes) -> list[Spec]:
    """The line over the days it is in force; its words stand in the right margin unless it ended before."""
    span = _in_force(points, target)
    if target is None or span is None:
        return []
    start, end = span
    rows = data([{"on": start, "end": end, "value": target.value, "text": _target_words(target, form)}])
    encoding = {"x": at.x, "y": {**at.y, "field": "value"}}
    line = {"type": "rule", "color": INK, "strokeWidth": 1.5, "strokeDash": [5, 3]}
    layers: list[Spec] = [{"data": rows, "mark": line, "encoding": {**encoding, "x2": {"field": "end"}}}]
    if end < points[-1].on:
        side = {"baseline": "bottom", "dy": -4} if _is_free_above(points, target, start) else {"baseline": "top", "dy": 5}
        words = {"type": "text", "align": "left", "fontWeight": 600, **side}
        halo = {**words, "stroke": PAPER, "strokeWidth": 4, "strokeOpacity": 0.85}
        layers += [{"data": rows, "mark": mark, "encoding": {**encoding, "text": {"field": "text"}}} for mark in (halo, words)]
    return layers


def _is_free_above(points: Sequence[Point], target: TargetLine, start: date) -> bool:
    """Whether fewer points stand above the target than below it where its words begin."""
    after = [point.value for point in points if point.value is not None and point.on >= start]
    near = after[: max(3, len(points) // 3)]
    return sum(value >= target.value for value in near) < len(near) / 2


def _in_force(points: Sequence[Point], target: TargetLine | None) -> tuple[date, date] | None:
    if target is None or not points:
        return None
    start, end = max(target.start or points[0].on, points[0].on), min(target.end or points[-1].on, points[-1].on)
    return (start, end) if start <= end else None


def _holds_at_the_end(points: Sequence[Point], target: TargetLine | None) -> bool:
    span = _in_force(points, target)
    return span is not None and span[1] >= points[-1].on


def _target_words(target: TargetLine, form: str) -> str:
    return f"{in_language('target', 'meta')} {formats.alone(target.value, form)}"


def _rebases(rebases: Sequence[RebaseMark], x: Spec, width: Width) -> list[Spec]:
    if not rebases:
        return []
    long = 34 if width == "wide" else 16
    rows = data(
        [{"on": mark.on, "text": mark.reason if len(mark.reason) <= long else mark.reason[: long - 1].rstrip() + "…"} for mark in rebases]
    )
    line = {"data": rows, "mark": {"type": "rule", "color": INK_SOFT, "strokeWidth": 1, "strokeDash": [2, 3]}, "encoding": {"x": x}}
    text = {
        "data": rows,
        "mark": {"type": "text", "align": "left", "baseline": "top", "dx": 5, "y": -2, "color": INK_SOFT, "fontStyle": "italic"},
    }
    return [line, {**text, "encoding": {"x": x, "text": {"field": "text"}}}]


def _labels(
    points: Sequence[Point],
    target: TargetLine | None,
    form: str,
    at: Axes,
    width: Width,
    ahead: Sequence[Ahead],
    height: int,
) -> list[Spec]:
    """Words in the right margin: the last complete value, the average, the target; pushed apart where they would touch."""
    last = _last_whole(points)
    if last is None:
        return []
    words = _value_words(points, last, form, width, far=bool(ahead))
    if width == "wide" and last.center is not None:
        words.append((last.center, f"{in_language('average', 'promedio')} {formats.value(last.center, form)}", "center"))
    if target is not None and _holds_at_the_end(points, target):
        words.append((target.value, _target_words(target, form), "target"))
    low, high = at.y["scale"]["domain"]
    placed = apart([value for value, _, _ in words], gap=max(0.062, LINE_OF_WORDS / (height - AXIS_HEIGHT)) * (high - low))
    end = max([points[-1].on, *(one.on for one in ahead)])
    rows = [{"on": end, "value": place, "text": text, "kind": kind} for place, (_, text, kind) in zip(placed, words, strict=True)]
    mark = {"type": "text", "align": "left", "dx": 10, "baseline": "middle"}
    encoding = {"x": at.x, "y": {**at.y, "field": "value"}, "text": {"field": "text"}}
    bold = {"transform": [{"filter": "datum.kind != 'center'"}], "mark": {**mark, "fontWeight": 700}, "encoding": encoding}
    plain = {"transform": [{"filter": "datum.kind == 'center'"}], "mark": {**mark, "color": INK_SOFT}, "encoding": encoding}
    return [{"data": data(rows), **layer} for layer in (bold, plain)]


def _value_words(points: Sequence[Point], last: Point, form: str, width: Width, *, far: bool) -> list[tuple[float, str, str]]:
    """The last value as the margin says it; nothing where the last complete period has none, for the mark is then elsewhere.

    After months ahead the margin is far from it: it is called the last one there, and left out where there is no room.
    """
    newest = next((point for point in reversed(points) if point.complete), None)
    if newest is not last or (far and width == "narrow"):
        return []
    text = formats.alone(last.value or 0.0, form)
    return [(last.value or 0.0, f"{in_language('last', 'último')} {text}" if far else text, "value")]


def _last_whole(points: Sequence[Point]) -> Point | None:
    return next((point for point in reversed(points) if point.complete and point.value is not None), None)


def apart(places: Sequence[float], *, gap: float) -> list[float]:
    """The same places moved as little as needed for neighbors to be `gap` apart, in the order given.

    >>> apart([1.0, 1.1, 5.0], gap=1.0)
    [0.55, 1.55, 5.0]
    """
    groups: list[list[int]] = [[index] for index in sorted(range(len(places)), key=lambda index: places[index])]
    while True:
        centers = [sum(places[index] for index in group) / len(group) for group in groups]
        for position in range(len(groups) - 1):
            needed = gap * (len(groups[position]) + len(groups[position + 1])) / 2
            if centers[position + 1] - centers[position] < needed - 1e-12:
                groups[position : position + 2] = [groups[position] + groups[position + 1]]
                break
        else:
            break
    moved = list(places)
    for center, group in zip(centers, groups, strict=True):
        for order, index in enumerate(group):
            moved[index] = round(center + gap * (order - (len(group) - 1) / 2), 10)
    return moved
