"""The house style of charts, as Vega-Lite: colors, type, shapes of signals, axes in the reader's language.

Colors never speak alone: each signal has its own shape, and black-and-white print keeps the meaning.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import ceil, floor
from typing import Any, Literal

from django.utils.translation import get_language

Spec = dict[str, Any]
Width = Literal["wide", "narrow"]

IMPROVING = "#1f6fb8"
CONCERNING = "#b84a00"
NEUTRAL = "#6a4f9c"
COMMON_CAUSE = "#5e646d"
INK = "#1b1b1b"
INK_SOFT = "#565c65"
GRID = "#e9e7e2"
BAND = "#e1e9f0"
BAR = "#4a7ba6"
# Marks stand out from the paper and from the band by three to one or more.
BAR_QUIET = "#8391a0"
THREAD = "#747a83"
PAPER = "#ffffff"
FONT = "Public Sans, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif"

# Whole picture in pixels: narrow is a phone 390 wide less its margins, wide the text column of a desktop page.
WIDTHS: Mapping[Width, int] = {"wide": 880, "narrow": 358}
HEIGHTS: Mapping[Width, int] = {"wide": 340, "narrow": 270}
# What an axis spans where every value is zero: enough for two ticks that read differently.
FLAT_SPAN = {"percent": 0.1}
# Counts so small that their ticks are named one by one: between whole numbers there is nothing to count.
FEW_COUNTS = 5
SIGNALS = ("common_cause", "improving", "concerning", "neutral")
SIGNAL_COLORS = (COMMON_CAUSE, IMPROVING, CONCERNING, NEUTRAL)
SIGNAL_SHAPES = ("circle", "square", "triangle-up", "diamond")
SIGNAL_SIZES = (34, 80, 95, 95)
AXIS_FORMATS = {"percent": ".0%", "count": ",.0f", "days": ",~r", "rate": ",~r", "weeks": ",~r"}


def language() -> str:
    """The reader's language, `en` or `es`."""
    return (get_language() or "en").partition("-")[0]


def in_language(english: str, spanish: str) -> str:
    """One of two short words drawn in a chart."""
    return spanish if language() == "es" else english


def base(width: Width, height: int | None = None) -> Spec:
    """What every chart starts with: size of the whole picture, the house style, the language of its dates."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTHS[width],
        "height": height or HEIGHTS[width],
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 2, "right": 6, "top": 8, "bottom": 2},
        "background": None,
        "config": config(width),
        "usermeta": {"language": language()},
    }


def config(width: Width) -> Spec:
    """Type, axes and marks. Text stays at 12 to 13 pixels at either width."""
    size = 13 if width == "wide" else 12
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelFont": FONT,
            "labelFontSize": size,
            "labelColor": INK_SOFT,
            "titleFont": FONT,
            "titleFontSize": size,
            "titleFontWeight": "normal",
            "titleColor": INK_SOFT,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
            "gridColor": GRID,
            "gridWidth": 1,
        },
        "axisX": {
            "grid": False,
            "domain": True,
            "domainColor": "#8d8b86",
            "ticks": True,
            "tickColor": "#8d8b86",
            "tickSize": 4,
            "labelPadding": 3,
        },
        "text": {"font": FONT, "fontSize": size, "color": INK},
        "header": {
            "labelFont": FONT,
            "labelFontSize": size,
            "labelFontWeight": 600,
            "labelColor": INK,
            "title": None,
            "labelAnchor": "start",
        },
        "title": {"font": FONT, "subtitleFont": FONT, "anchor": "start", "fontSize": 16, "fontWeight": 700, "color": INK}
        | {"subtitleFontSize": 13, "subtitleColor": INK_SOFT, "offset": 12, "subtitlePadding": 5},
    }


def download(spec: Spec, title: str, subtitle: Sequence[str]) -> Spec:
    """The same chart to stand alone in somebody's document: its finding above, how it was measured, data date and build below that."""
    room = 44 + 18 * len(subtitle)
    height = spec["height"] + room if isinstance(spec.get("height"), int | float) and "facet" not in spec else spec.get("height")
    edge = spec.get("padding") or {}
    around = {side: 16 + edge.get(side, 0) for side in ("left", "right", "top", "bottom")}
    alone = {**spec, "title": {"text": wrapped(title, 88), "subtitle": [*subtitle]}, "padding": around}
    return alone if height is None else {**alone, "height": height}


def wrapped(text: str, length: int) -> list[str]:
    """The text in lines of at most `length` characters, broken at blanks."""
    lines: list[str] = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > length:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def data(rows: Iterable[Mapping[str, Any]]) -> Spec:
    """Inline data; dates as ISO 8601."""
    return {"values": [{name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()} for row in rows]}


def month_axis(first: date, last: date, width: Width) -> Spec:
    """A time axis whose labels never collide: years once there are many months, else months with their year."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    shown = 12 if width == "wide" else 5
    if months > shown * 3:
        years = max(1, round(months / 12 / shown))
        ticks: Any = {"interval": "year", "step": years}
        label = "timeFormat(datum.value, '%Y')"
    else:
        ticks = {"interval": "month", "step": next(step for step in (1, 2, 3, 6, 12) if months / step <= shown)}
        month, year = "timeFormat(datum.value, '%b')", "timeFormat(datum.value, '%Y')"
        label = f"month(datum.value) == 0 || datum.index == 0 ? [{month}, {year}] : {month}"
    axis = {"tickCount": ticks, "labelExpr": label, "title": None, "labelAlign": "center", "labelFlush": False, "labelBound": False}
    return {"field": "on", "type": "temporal", "axis": axis, "scale": {"type": "utc", "padding": 5}}


def value_axis(form: str, low: float, high: float, *, from_zero: bool = False) -> Spec:
    """A value axis with a few round ticks; it starts at zero when asked, or when zero is near anyway."""
    start, end = domain(form, low, high, from_zero=from_zero)
    axis = {"tickCount": 5, "title": None, **_axis_numbers(form, end - start)}
    if form == "count" and end - start < FEW_COUNTS:
        axis["values"] = list(range(ceil(start), floor(end) + 1))
    return {"type": "quantitative", "axis": axis, "scale": {"domain": [start, end], "nice": False, "zero": False}}


def _axis_numbers(form: str, span: float) -> Spec:
    """How an axis writes its numbers, and the least step: two ticks never read alike, as `1%` and `1%` would."""
    if form == "percent":
        return {"format": ".1%", "tickMinStep": 0.001} if span < 0.04 else {"format": AXIS_FORMATS[form], "tickMinStep": 0.01}
    steps = {"tickMinStep": 1} if form == "count" else {}
    return {"format": AXIS_FORMATS.get(form, ",~r"), **steps}


def domain(form: str, low: float, high: float, *, from_zero: bool = False) -> tuple[float, float]:
    """Ends of a value axis, with some air; a share stays within 0 and 1."""
    span = (high - low) or abs(high) or 1.0
    start = 0.0 if from_zero or 0 <= low <= 0.5 * high else low - 0.12 * span
    end = high + 0.12 * (high - start) if high > start else start + FLAT_SPAN.get(form, 1.0)
    if form == "percent":
        start, end = max(start, 0.0), min(end, max(1.0, high))
    return start, end


def starts_at_zero(form: str, low: float, high: float) -> bool:
    """Whether `value_axis` will begin at zero; where it does not, the page says so in words."""
    return domain(form, low, high)[0] == 0.0


def by_signal(field: str = "signal", share_of_size: float = 1.0) -> Spec:
    """Encodings that give each signal its color, shape and size (smaller where many small charts stand together)."""
    ordinary, *unusual = SIGNAL_SIZES
    sizes = [round(ordinary * share_of_size), *(round(size * share_of_size**0.5) for size in unusual)]
    return {
        "color": {"field": field, "type": "nominal", "legend": None, "scale": {"domain": [*SIGNALS], "range": [*SIGNAL_COLORS]}},
        "shape": {"field": field, "type": "nominal", "legend": None, "scale": {"domain": [*SIGNALS], "range": [*SIGNAL_SHAPES]}},
        "size": {"field": field, "type": "nominal", "legend": None, "scale": {"domain": [*SIGNALS], "range": sizes}},
    }
