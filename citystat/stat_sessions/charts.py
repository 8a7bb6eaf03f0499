"""Small charts of a packet as Vega-Lite specifications: a trend with its limits, bars, intervals beside a reference."""

from typing import Any

from citystat.core import formats
from citystat.plan.periods import parse_period
from citystat.stat_sessions.content import Bar, PacketContent, Picture, Trend

Spec = dict[str, Any]
INK, SOFT, LINE, LIMITS, GREY = "#1b1d21", "#565c65", "#d6d9de", "#e3e8ed", "#7d848d"
ROLE_COLORS = {"improving": "#1f6fb8", "concerning": "#b84a00", "neutral": "#6a4f9c"}
ROLE_SHAPES = {"improving": "triangle-up", "concerning": "diamond", "neutral": "square"}
FONT = "Public Sans, Liberation Sans, Arial, sans-serif"
LABELS_PER_CHART = 5


def pictures(content: PacketContent) -> dict[str, Spec]:
    """Every chart of the packet by the key its place in the templates asks for."""
    language = content.language
    specs: dict[str, Spec] = {}
    for index, line in enumerate((*content.headlines, *content.own)):
        if line.trend:
            specs[f"headline-{index}"] = trend_spec(line.trend, language, width=176, height=46, axes=False)
    for index, topic in enumerate(content.topics):
        if topic.picture:
            specs[f"topic-{index}"] = picture_spec(topic.picture, language)
    if content.districts and content.districts.funnel:
        specs["funnel"] = _funnel_spec(content, language)
    return specs


def picture_spec(picture: Picture, language: str) -> Spec:
    """The chart of a topic: the trend it tells of, or its bars."""
    if picture.trend:
        return trend_spec(picture.trend, language, width=310, height=130, axes=True)
    return bars_spec(picture.bars, picture.unit, language, picture.reference, picture.reference_label)


def trend_spec(trend: Trend, language: str, *, width: int, height: int, axes: bool) -> Spec:
    """Months in order: limits as a band, the center as a thin line, signals in color and shape, an incomplete month hollow."""
    values = [
        {
            "period": _first_day(point.period),
            "value": point.value,
            "center": point.center,
            "lower": point.lower,
            "upper": point.upper,
            "role": point.role if point.complete else "incomplete",
        }
        for point in trend.points
    ]
    x = {"field": "period", "type": "temporal", "axis": _month_axis(trend, language) if axes else None, "scale": {"padding": 4}}
    y_axis = {"format": _axis_format(trend.unit), "tickCount": 4, "title": None} if axes else None
    # A line may start above zero where it carries no axis; one with an axis of counts starts there.
    scale = {"zero": axes and trend.unit != "percent", "nice": axes}
    layers: list[Spec] = [
        {"mark": {"type": "area", "color": LIMITS}, "encoding": {"y": _y("lower", y_axis, scale), "y2": {"field": "upper"}}},
        {"mark": {"type": "line", "color": GREY, "strokeWidth": 1}, "encoding": {"y": _y("center", y_axis, scale)}},
        {"mark": {"type": "line", "color": INK, "strokeWidth": 1.5}, "encoding": {"y": _y("value", y_axis, scale)}},
        _points(y_axis, scale, 46 if axes else 22, axes),
    ]
    if trend.target is not None:
        # Without data and place of its own it would be drawn once at every month, as a fence.
        line = {"type": "rule", "color": INK, "strokeDash": [4, 3]}
        layers.append({"data": {"values": [{}]}, "mark": line, "encoding": {"x": None, "y": {"datum": trend.target}}})
    return _spec(values, {"layer": layers, "encoding": {"x": x}}, width, height, language)


def bars_spec(bars: tuple[Bar, ...], unit: str, language: str, reference: float | None = None, reference_label: str = "") -> Spec:
    """Bars from zero with their number at the end; the one the topic is about is dark."""
    values = [
        {"label": bar.label, "value": bar.value, "highlight": bar.highlight, "text": _number(bar.value, unit, language)} for bar in bars
    ]
    y = {"field": "label", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 165, "domain": False, "ticks": False}}
    x = {"field": "value", "type": "quantitative", "axis": None, "scale": {"zero": True, "nice": False}}
    color = {"condition": {"test": "datum.highlight", "value": ROLE_COLORS["concerning"]}, "value": "#a9b2bc"}
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": 14}, "encoding": {"color": color}},
        {"mark": {"type": "text", "align": "left", "dx": 4, "color": INK}, "encoding": {"text": {"field": "text"}}},
    ]
    if reference is not None:
        layers.append(_reference(reference, reference_label))
    return _spec(values, {"layer": layers, "encoding": {"x": x, "y": y}}, 150, 20 * len(bars), language)


def _funnel_spec(content: PacketContent, language: str) -> Spec:
    districts = content.districts
    if districts is None:
        return {}
    values = [
        {
            "label": bar.label,
            "value": bar.value,
            "lower": bar.lower,
            "upper": bar.upper,
            "highlight": bar.highlight,
            "text": _number(bar.value, "percent", language),
        }
        for bar in districts.funnel
    ]
    city = next((page.city_on_time for page in districts.pages if page.city_on_time and page.city_on_time.is_known), None)
    y = {"field": "label", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 140, "domain": False, "ticks": False}}
    x_axis = {"format": ".0%", "title": None, "tickCount": 5, "grid": True}
    x = {"field": "value", "type": "quantitative", "axis": x_axis, "scale": {"zero": False, "nice": True}}
    color = {"condition": {"test": "datum.highlight", "value": ROLE_COLORS["concerning"]}, "value": INK}
    layers: list[Spec] = [
        {"mark": {"type": "rule", "color": SOFT, "strokeWidth": 2}, "encoding": {"x": {**x, "field": "lower"}, "x2": {"field": "upper"}}},
        {"mark": {"type": "point", "filled": True, "size": 55, "opacity": 1}, "encoding": {"x": x, "color": color}},
    ]
    if city and city.value is not None:
        layers.append(_reference(city.value, f"{content.city}: {_number(city.value, 'percent', language)}"))
    return _spec(values, {"layer": layers, "encoding": {"y": y}}, 400, 20 * len(values) + 6, language)


def _reference(value: float, label: str) -> Spec:
    rule = {"mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]}}
    text = {"mark": {"type": "text", "align": "left", "baseline": "bottom", "dx": 3, "dy": -2, "color": INK, "text": label}}
    place = {"x": {"datum": value}, "y": {"value": 0}}
    return {"data": {"values": [{}]}, "layer": [{**rule, "encoding": {"x": {"datum": value}, "y": None}}, {**text, "encoding": place}]}


def _y(field: str, axis: Spec | None, scale: Spec) -> Spec:
    return {"field": field, "type": "quantitative", "axis": axis, "scale": scale}


def _points(y_axis: Spec | None, scale: Spec, size: int, ordinary: bool) -> Spec:
    roles = [*ROLE_COLORS, "common_cause", "incomplete"]
    colors = [*ROLE_COLORS.values(), INK, INK]
    shapes = [*ROLE_SHAPES.values(), "circle", "circle"]
    small = size * 0.45 if ordinary else 0
    encoding = {
        "y": _y("value", y_axis, scale),
        "color": {"field": "role", "type": "nominal", "legend": None, "scale": {"domain": roles, "range": colors}},
        "shape": {"field": "role", "type": "nominal", "legend": None, "scale": {"domain": roles, "range": shapes}},
        "size": {"condition": {"test": "datum.role == 'common_cause'", "value": small}, "value": size},
        "fill": {"condition": {"test": "datum.role == 'incomplete'", "value": "#ffffff"}, "value": None},
    }
    encoding.pop("fill")
    filled = {"mark": {"type": "point", "filled": True, "opacity": 1}, "encoding": encoding}
    hollow = {"mark": {"type": "point", "filled": False, "opacity": 1, "strokeWidth": 1.5}, "encoding": encoding}
    judged = {"transform": [{"filter": "datum.role != 'incomplete'"}], **filled}
    return {"layer": [judged, {"transform": [{"filter": "datum.role == 'incomplete'"}], **hollow}]}


def _month_axis(trend: Trend, language: str) -> Spec:
    """At most five months or quarters are named, in the packet's language."""
    step = max(1, -(-len(trend.points) // LABELS_PER_CHART))
    named = [point.period for point in reversed(trend.points)][::step]
    labels = {_first_day(period): period_label(period, language) for period in named}
    names = "{" + ",".join(f"'{day[:7]}': '{text}'" for day, text in sorted(labels.items())) + "}"
    return {"title": None, "values": sorted(labels), "labelExpr": f"({names})[utcFormat(datum.value, '%Y-%m')]", "grid": False}


def period_label(period: str, language: str | None = None) -> str:
    """`Jun 2017`, `Q2 2017`; the year, or the key of a week, as it is."""
    one = parse_period(period)
    if one.unit == "month":
        return formats.short_month(one.key, language)
    return formats.short_quarter(one.start, language) if one.unit == "quarter" else period


def _first_day(period: str) -> str:
    return parse_period(period).start.isoformat()


def _axis_format(unit: str) -> str:
    """Whole where the unit is; `0.5` and `1` of days, weeks or percent would both read `1` otherwise."""
    return {"percent": ".2~%", "count": ",.0f"}.get(unit, ",~r")


def _number(value: float, unit: str, language: str) -> str:
    if unit == "percent":
        return formats.percent(value, language=language)
    return formats.number(value, 0 if unit == "count" or abs(value) >= 10 else 1, language=language)


def _spec(values: list[Spec], body: Spec, width: int, height: int, language: str) -> Spec:
    axis = {"labelColor": SOFT, "labelFontSize": 11, "gridColor": LINE, "domainColor": GREY, "tickColor": GREY, "labelFont": FONT}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "background": None,
        "padding": {"left": 2, "right": 34 if "bar" in str(body) else 4, "top": 4, "bottom": 2},
        "data": {"values": values},
        "config": {"font": FONT, "view": {"stroke": None}, "axis": axis, "text": {"fontSize": 11, "font": FONT}},
        "usermeta": {"language": language},
        **body,
    }
