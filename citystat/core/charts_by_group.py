"""Charts that compare groups: bars from zero, dots with intervals, the funnel plot. Groups come in the order given, never as a ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citystat.core import formats
from citystat.core.chart_styles import (
    BAND,
    BAR,
    BAR_QUIET,
    COMMON_CAUSE,
    HEIGHTS,
    INK,
    INK_SOFT,
    THREAD,
    WIDTHS,
    Spec,
    Width,
    base,
    by_signal,
    data,
    in_language,
    value_axis,
)

ROW_HEIGHT = 30
LABEL_ROOM = {"wide": 230, "narrow": 128}
LABEL_LETTERS = {"wide": 34, "narrow": 18}


@dataclass(frozen=True)
class GroupValue:
    """One group: its name, value (None with a state that says why), interval, denominator, signal."""

    name: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    denominator: float | None = None
    state: str = "ok"
    signal: str | None = None
    highlighted: bool = True


@dataclass(frozen=True)
class FunnelLimit:
    """Limits around the average at one size of the denominator."""

    denominator: float
    lower_95: float
    upper_95: float
    lower_998: float
    upper_998: float


def bars(groups: Sequence[GroupValue], *, form: str, width: Width) -> Spec:
    """Horizontal bars from zero with their values; too few or missing is a word, never a bar of length zero."""
    high = max((group.value or 0 for group in groups), default=1) or 1
    x = value_axis(form, 0, high * 1.08, from_zero=True) | {"field": "value"}
    x["axis"] = None
    y = _names(groups, width)
    shown = {"transform": [{"filter": "isValid(datum.value)"}]}
    color = {"condition": {"test": "datum.highlighted", "value": BAR}, "value": BAR_QUIET}
    bar = {**shown, "mark": {"type": "bar", "height": 18}, "encoding": {"x": x, "y": y, "color": color}}
    text = {"mark": {"type": "text", "align": "left", "dx": 6, "baseline": "middle", "fontWeight": 600}}
    values = {**shown, **text, "encoding": {"x": x, "y": y, "text": {"field": "text"}}}
    return _rows_chart(groups, form, width, [bar, values, *_words(y)], bottom=2)


def intervals(groups: Sequence[GroupValue], *, form: str, width: Width, reference: float | None = None, reference_name: str = "") -> Spec:
    """A dot and its interval for each group, with the whole city as a line; groups whose interval meets the line do not differ."""
    numbers = [number for group in groups for number in (group.value, group.lower, group.upper) if number is not None]
    if reference is not None:
        numbers.append(reference)
    x = value_axis(form, min(numbers, default=0.0), max(numbers, default=1.0)) | {"field": "value"}
    y = _names(groups, width)
    shown = [{"filter": "isValid(datum.value)"}]
    line = {"transform": shown, "mark": {"type": "rule", "strokeWidth": 3, "color": THREAD, "strokeCap": "round"}}
    line["encoding"] = {"x": {**x, "field": "lower"}, "x2": {"field": "upper"}, "y": y}
    dot = {"transform": shown, "mark": {"type": "point", "filled": True, "opacity": 1}, "encoding": {"x": x, "y": y, **by_signal()}}
    dot["encoding"]["size"] = {"value": 85}  # type: ignore[index]
    return _rows_chart(groups, form, width, [*_reference(reference, reference_name, form, x), line, dot, *_words(y)], bottom=2, top=22)


# Where a name may stand beside its dot: how it is aligned and moved, in pixels. The best place first.
SIDES = {"right": ("left", 8, 0), "left": ("right", -8, 0), "above": ("center", 0, -13), "below": ("center", 0, 13)}
LETTER = 6.8
# Pixels of a funnel that are axis, not plot: across and down.
FUNNEL_FRAME = (52, 48)


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, down from the top."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether the two share a point."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


def funnel(groups: Sequence[GroupValue], limits: Sequence[FunnelLimit], *, center: float, form: str, width: Width, size_label: str) -> Spec:
    """Values against the size of their denominator, on the limits chance alone would give (95% and 99.8%); outliers carry their name."""
    shown = [group for group in groups if group.value is not None and group.denominator is not None]
    largest = max([limit.denominator for limit in limits] + [group.denominator or 0 for group in shown], default=1.0)
    values = [group.value for group in shown if group.value is not None]
    edges = [number for limit in limits[len(limits) // 12 :] for number in (limit.lower_998, limit.upper_998)]
    x: Spec = {
        "field": "n",
        "type": "quantitative",
        "axis": {"title": size_label, "format": ",~r", "tickCount": 5 if width == "wide" else 3},
    }
    x["scale"] = {"domain": [0, largest * 1.06], "nice": False}
    y = value_axis(form, min(values + edges, default=0.0), max(values + edges, default=1.0))
    low, high = y["scale"]["domain"]
    layers = [*_funnel_limits(limits, x, y, low, high), *_center(center, form, y), *_funnel_points(shown, x, y, width)]
    spec = base(width)
    spec["padding"] = {**spec["padding"], "right": 12}
    return {**spec, "layer": layers}


def _funnel_limits(limits: Sequence[FunnelLimit], x: Spec, y: Spec, low: float, high: float) -> list[Spec]:
    def held(number: float) -> float:
        return min(max(number, low), high)

    rows = [
        {
            "n": limit.denominator,
            "a": held(limit.lower_95),
            "b": held(limit.upper_95),
            "c": held(limit.lower_998),
            "d": held(limit.upper_998),
        }
        for limit in limits
    ]
    outer = {"mark": {"type": "area", "color": "#eff3f6"}, "encoding": {"x": x, "y": {**y, "field": "c"}, "y2": {"field": "d"}}}
    inner = {"mark": {"type": "area", "color": BAND}, "encoding": {"x": x, "y": {**y, "field": "a"}, "y2": {"field": "b"}}}
    return [{"data": data(rows), **layer} for layer in (outer, inner)]


def _center(center: float, form: str, y: Spec) -> list[Spec]:
    rows = data([{"value": center, "text": f"{in_language('city', 'ciudad')} {formats.value(center, form)}"}])
    at = {"y": {**y, "field": "value"}}
    line = {"data": rows, "mark": {"type": "rule", "color": COMMON_CAUSE}, "encoding": at}
    words = {"data": rows, "mark": {"type": "text", "align": "left", "baseline": "bottom", "dy": -3, "x": 4, "color": INK_SOFT}}
    return [line, {**words, "encoding": {**at, "text": {"field": "text"}}}]


def _funnel_points(groups: Sequence[GroupValue], x: Spec, y: Spec, width: Width) -> list[Spec]:
    rows = [
        {"n": group.denominator, "value": group.value, "name": _short(group.name, "narrow"), "signal": group.signal or "common_cause"}
        for group in groups
    ]
    at = {"x": x, "y": {**y, "field": "value"}}
    dots = {"data": data(rows), "mark": {"type": "point", "filled": True, "opacity": 1}, "encoding": {**at, **by_signal()}}
    named = [row for row in rows if len(rows) <= 8 or row["signal"] != "common_cause"]
    words = {"encoding": {**at, "text": {"field": "name"}}}
    return [dots, *({"data": data(side_rows), "mark": mark, **words} for mark, side_rows in _beside(named, x, y, width))]


def _beside(rows: Sequence[dict[str, Any]], x: Spec, y: Spec, width: Width) -> list[tuple[Spec, list[dict[str, Any]]]]:
    """Names to the right of their dots or, where another dot or name or the frame's end is in the way, to the left, above or below.

    Outliers come first and keep their name; another one without room on any side is left out: the table beside the chart has it.
    """
    (x_low, x_high), (y_low, y_high) = x["scale"]["domain"], y["scale"]["domain"]
    across, down = WIDTHS[width] - FUNNEL_FRAME[0], HEIGHTS[width] - FUNNEL_FRAME[1]
    places = [(across * (row["n"] - x_low) / (x_high - x_low), down * (y_high - row["value"]) / (y_high - y_low)) for row in rows]
    taken = [Box(h - 5, v - 5, h + 5, v + 5) for h, v in places]
    found: dict[str, list[dict[str, Any]]] = {side: [] for side in SIDES}
    for row, (h, v) in sorted(zip(rows, places, strict=True), key=lambda one: one[0]["signal"] == "common_cause"):
        long = LETTER * len(row["name"])
        for side, (align, dx, dy) in SIDES.items():
            start = h + dx - {"left": 0.0, "right": long, "center": long / 2}[align]
            box = Box(start, v + dy - 7, start + long, v + dy + 7)
            if box.left >= 0 and box.right <= across and not any(box.meets(other) for other in taken):
                taken.append(box)
                found[side].append(row)
                break
        else:
            found["right"] += [row] if row["signal"] != "common_cause" else []
    return [
        ({"type": "text", "align": align, "dx": dx, "dy": dy, "baseline": "middle"}, found[side])
        for side, (align, dx, dy) in SIDES.items()
        if found[side]
    ]


def _rows_chart(groups: Sequence[GroupValue], form: str, width: Width, layers: list[Spec], *, bottom: int, top: int = 2) -> Spec:
    rows = [
        {
            "name": _short(group.name, width),
            "value": group.value,
            "lower": group.lower if group.lower is not None else group.value,
            "upper": group.upper if group.upper is not None else group.value,
            "text": formats.value(group.value, form) if group.value is not None else "",
            "words": "" if group.value is not None else _state_words(group.state),
            "signal": group.signal or "common_cause",
            "highlighted": group.highlighted,
        }
        for group in groups
    ]
    spec = base(width, ROW_HEIGHT * max(len(groups), 1) + top + bottom + 26)
    spec["padding"] = {"left": 2, "right": 40, "top": top, "bottom": bottom}
    return {**spec, "data": data(rows), "layer": layers}


def _names(groups: Sequence[GroupValue], width: Width) -> Spec:
    axis = {"title": None, "labelLimit": LABEL_ROOM[width], "labelColor": INK, "domain": False}
    return {"field": "name", "type": "nominal", "sort": [_short(group.name, width) for group in groups], "axis": axis}


def _reference(value: float | None, name: str, form: str, x: Spec) -> list[Spec]:
    if value is None:
        return []
    rows = data([{"value": value, "text": f"{name or in_language('city', 'ciudad')} {formats.value(value, form)}"}])
    line = {"data": rows, "mark": {"type": "rule", "color": INK, "strokeDash": [5, 3]}, "encoding": {"x": x}}
    words = {
        "data": rows,
        "mark": {"type": "text", "baseline": "bottom", "y": -4, "color": INK_SOFT},
        "encoding": {"x": x, "text": {"field": "text"}},
    }
    return [line, words]


def _words(y: Spec) -> list[Spec]:
    mark: dict[str, Any] = {"type": "text", "align": "left", "x": 4, "color": INK_SOFT, "fontStyle": "italic", "baseline": "middle"}
    return [{"transform": [{"filter": "datum.words != ''"}], "mark": mark, "encoding": {"y": y, "text": {"field": "words"}}}]


def _state_words(state: str) -> str:
    words = {"too_few": ("too few to show", "muy pocos para mostrar"), "missing": ("not recorded", "sin registrar")}
    return in_language(*words.get(state, ("not complete yet", "aún incompleto")))


def _short(name: str, width: str) -> str:
    letters = LABEL_LETTERS[width]
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "…"
