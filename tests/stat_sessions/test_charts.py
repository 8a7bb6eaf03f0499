"""Charts of a packet as specifications."""

import json
import re

import pytest

from citystat.stat_sessions import charts
from citystat.stat_sessions.content import Picture, Trend, TrendPoint


@pytest.mark.parametrize(
    ("period", "language", "text"),
    [
        ("2017-06", "en", "Jun 2017"),
        ("2017-Q2", "en", "Q2 2017"),
        ("2017-Q2", "es", "T2 2017"),
        ("2017", "en", "2017"),
        ("FY2016-17", "en", "FY2016-17"),
    ],
)
def test_period_label(period: str, language: str, text: str) -> None:
    assert charts.period_label(period, language) == text


def test_picture_spec_of_quarters_stands_each_on_its_first_day() -> None:
    points = tuple(TrendPoint(f"2026-Q{n}", 0.6 + n / 100, 0.6, 0.5, 0.7, "common_cause", True) for n in (1, 2, 3))
    spec = charts.picture_spec(Picture("trend", "Streets", "", "", "percent", Trend("percent", points, None, "Streets")), "en")

    assert [row["period"] for row in spec["data"]["values"]] == ["2026-01-01", "2026-04-01", "2026-07-01"]
    assert "'2026-04': 'Q2 2026'" in spec["encoding"]["x"]["axis"]["labelExpr"]


def test_picture_spec_small_percentages_are_told_apart_on_the_axis() -> None:
    points = tuple(TrendPoint(f"2026-0{n}", n / 200, 0.01, 0.0, 0.02, "common_cause", True) for n in (1, 2, 3))
    spec = charts.picture_spec(Picture("trend", "Reopened", "", "", "percent", Trend("percent", points, None, "Reopened")), "en")
    axes = re.findall(r'"format": "([^"]+)"', json.dumps(spec))

    # Half a percent and one percent would both read 1% without a decimal.
    assert set(axes) == {".2~%"}
