"""The chart builders: gaps, hollow periods, axes that do not mislead, words that do not touch."""

from datetime import date
from typing import Any

import pytest

from citystat.core import chart_styles, charting, charts_by_group, charts_over_time
from citystat.core.chart_ahead import Ahead
from citystat.core.chart_of_closing import CurvePoint, closing_curve
from citystat.core.charts_by_group import FunnelLimit, GroupValue
from citystat.core.charts_over_time import Point, RebaseMark, TargetLine


def months(values: list[float | None], **fields: Any) -> list[Point]:
    return [Point(date(2017, index + 1, 1), value, **fields) for index, value in enumerate(values)]


def test_rows_break_the_line_at_a_missing_value() -> None:
    rows = charts_over_time._rows(months([1.0, 2.0, None, 4.0]))
    assert rows[0]["stretch"] == rows[1]["stretch"] != rows[3]["stretch"]


def test_rows_break_the_line_at_a_rebase() -> None:
    points = [Point(date(2017, 1, 1), 1.0, segment=0), Point(date(2017, 2, 1), 2.0, segment=1)]
    first, second = charts_over_time._rows(points)
    assert first["stretch"] != second["stretch"]


def test_incomplete_period_carries_no_signal() -> None:
    (row,) = charts_over_time._rows([Point(date(2017, 1, 1), 9.0, signal="concerning", complete=False)])
    assert row["signal"] == "incomplete"


@pytest.mark.parametrize(("low", "high", "start"), [(0.0, 10.0, 0.0), (4.0, 10.0, 0.0), (95.0, 100.0, 94.4)])
def test_domain_starts_at_zero_where_zero_is_near(low: float, high: float, start: float) -> None:
    assert chart_styles.domain("count", low, high)[0] == pytest.approx(start)


@pytest.mark.parametrize(("form", "high", "axis"), [("percent", 0.012, ".1%"), ("percent", 0.4, ".0%"), ("count", 2.0, ",.0f")])
def test_ticks_of_an_axis_never_read_alike(form: str, high: float, axis: str) -> None:
    drawn = chart_styles.value_axis(form, 0.0, high)["axis"]
    assert drawn["format"] == axis
    assert drawn["tickMinStep"] >= {".1%": 0.001, ".0%": 0.01, ",.0f": 1}[axis]


@pytest.mark.parametrize(("values", "baseline"), [([1.0, 2.0, 1.0, 2.0], "bottom"), ([8.0, 9.0, 8.0, 9.0], "top")])
def test_words_of_a_target_stand_where_fewer_points_are(values: list[float | None], baseline: str) -> None:
    ended = TargetLine(5.0, end=date(2017, 3, 1))
    spec = charts_over_time.control_chart(months(values), form="count", width="narrow", target=ended)
    found = [layer["mark"]["baseline"] for layer in spec["layer"] if layer["mark"].get("type") == "text" and "stroke" in layer["mark"]]
    assert found == [baseline]


def test_words_of_a_target_in_force_stand_beside_the_chart_on_a_phone_too() -> None:
    spec = charts_over_time.control_chart(months([8.0, 9.0]), form="count", width="narrow", target=TargetLine(5.0), height=150)
    in_margin = {row["text"] for layer in spec["layer"] if layer["mark"].get("dx") == 10 for row in layer["data"]["values"]}
    assert in_margin == {"9", "target 5"}
    assert not [layer for layer in spec["layer"] if "stroke" in layer["mark"] and layer["mark"]["type"] == "text"]


def test_last_value_is_not_named_where_the_last_complete_month_has_none() -> None:
    spec = charts_over_time.control_chart(months([8.0, 9.0, None]), form="count", width="wide")
    assert [row["text"] for layer in spec["layer"] if layer["mark"].get("dx") == 10 for row in layer["data"]["values"]] == []


@pytest.mark.parametrize("form", ["count", "percent", "days"])
def test_domain_of_nothing_but_zeros_has_room_for_two_ticks(form: str) -> None:
    axis = chart_styles.value_axis(form, 0.0, 0.0)
    low, high = axis["scale"]["domain"]
    assert high - low >= axis["axis"].get("tickMinStep", 0.0) > -1


def test_domain_of_a_share_stays_within_one() -> None:
    assert chart_styles.domain("percent", 0.9, 0.99)[1] == 1.0


def test_columns_and_bars_start_at_zero() -> None:
    columns = charts_over_time.columns(months([90.0, 100.0]), form="count", width="wide")
    bars = charts_by_group.bars([GroupValue("A", 90.0), GroupValue("B", 100.0)], form="count", width="wide")
    assert columns["encoding"]["y"]["scale"]["domain"][0] == 0
    assert bars["layer"][0]["encoding"]["x"]["scale"]["domain"][0] == 0


def test_bars_say_too_few_in_words_and_draw_no_bar() -> None:
    drawn = charting.svg(charts_by_group.bars([GroupValue("A", 5.0), GroupValue("B", None, state="too_few")], form="count", width="wide"))
    assert "too few to show" in drawn
    assert drawn.count('fill="#4a7ba6"') == 1


@pytest.mark.parametrize(
    ("places", "expected"),
    [([5.0, 1.0], [5.0, 1.0]), ([1.0, 1.0], [0.5, 1.5]), ([3.0, 3.2, 3.4], [2.2, 3.2, 4.2]), ([1.0, 1.5, 9.0], [0.75, 1.75, 9.0])],
)
def test_apart_moves_neighbors_as_little_as_needed(places: list[float], expected: list[float]) -> None:
    assert charts_over_time.apart(places, gap=1.0) == pytest.approx(expected)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_control_chart_draws_signal_target_rebase_and_hollow_end(width: chart_styles.Width) -> None:
    points = [
        Point(date(2017, month, 1), 80.0 + month, 84.0, 78.0, 90.0, "concerning" if month == 3 else None, month < 6)
        for month in range(1, 7)
    ]
    target, rebase = TargetLine(85.0), RebaseMark(date(2017, 4, 1), "new system")
    drawn = charting.svg(charts_over_time.control_chart(points, form="count", width=width, target=target, rebases=[rebase]))
    for expected in (chart_styles.CONCERNING, "target 85", "new system", chart_styles.BAND, f'stroke="{chart_styles.COMMON_CAUSE}"'):
        assert expected in drawn


def test_control_chart_draws_the_months_ahead_from_the_last_complete_point_on() -> None:
    points = [*months([3.0, 5.0]), Point(date(2017, 3, 1), 1.0, complete=False)]
    spec = charts_over_time.control_chart(points, form="count", width="wide", ahead=[Ahead(date(2017, 3, 1), 40.0, 30.0, 50.0)])
    (dashed,) = [layer for layer in spec["layer"] if layer["mark"].get("strokeDash") == [4, 3]]
    assert [(row["on"], row["value"]) for row in dashed["data"]["values"]] == [("2017-02-01", 5.0), ("2017-03-01", 40.0)]
    assert dashed["encoding"]["y"]["scale"]["domain"][1] >= 50
    assert ">last 5<" in charting.svg(spec)


def test_control_chart_of_nothing_is_an_empty_frame() -> None:
    assert charting.svg(charts_over_time.control_chart([], form="percent", width="wide")).startswith("<svg")


def test_funnel_names_only_outliers_among_many() -> None:
    groups = [GroupValue(f"Place {number}", 0.7, denominator=100 + number) for number in range(20)]
    groups[4] = GroupValue("Far away", 0.2, denominator=300, signal="concerning")
    limits = [FunnelLimit(size, 0.6, 0.8, 0.5, 0.9) for size in (100, 200, 300)]
    drawn = charting.svg(charts_by_group.funnel(groups, limits, center=0.7, form="percent", width="wide", size_label="due"))
    assert "Far away" in drawn
    assert "Place 3" not in drawn


def test_names_of_a_funnel_never_lie_on_each_other_or_on_a_dot() -> None:
    near = [
        ("North", 0.70, 500),
        ("South", 0.705, 505),
        ("East", 0.71, 498),
        ("West", 0.5, 100),
        ("Far away from all the others", 0.6, 1000),
    ]
    groups = [GroupValue(name, value, denominator=size) for name, value, size in near]
    limits = [FunnelLimit(size, 0.6, 0.8, 0.5, 0.9) for size in (100, 500, 1000)]
    spec = charts_by_group.funnel(groups, limits, center=0.7, form="percent", width="wide", size_label="due")
    texts = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    sides = {
        row["name"]: (layer["mark"]["align"], layer["mark"]["dy"]) for layer in texts for row in layer["data"]["values"] if "name" in row
    }
    assert sides["West"] == ("left", 0)
    assert sides["Far away from all…"] == ("right", 0)
    close = [sides[name] for name in ("North", "South", "East") if name in sides]
    assert len(close) >= 2
    assert len(set(close)) == len(close)


def test_closing_curve_reads_off_its_marks() -> None:
    curve = [CurvePoint(1.0, 0.5, 0.4, 0.6), CurvePoint(3.0, 0.8, 0.7, 0.9)]
    drawn = charting.svg(closing_curve(curve, width="narrow", marks=[(0.8, 3.0)], promise_days=2.0))
    assert "80%: 3.0 days" in drawn
    assert "promised: 2" in drawn


def test_small_multiples_share_one_scale() -> None:
    panels = [("North", months([1.0, 2.0])), ("South", months([90.0, 100.0]))]
    spec = charts_over_time.small_multiples(panels, form="count", width="wide")
    assert spec["spec"]["layer"][0]["encoding"]["y"]["scale"]["domain"][1] > 100
    assert "South" in charting.svg(spec)


def test_download_carries_title_and_data_date() -> None:
    spec = chart_styles.download(charts_over_time.control_chart(months([1.0, 2.0]), form="count", width="wide"), "Finding", ["Build 12."])
    drawn = charting.svg(spec)
    assert "Finding" in drawn
    assert "Build 12." in drawn
