"""One series of a measure with its control chart and what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from citystat.methods.control_charts import Finding, latest_finding
from citystat.plan import series
from citystat.plan.definitions import Measure
from citystat.plan.results import MeasureRow, MeasureTable
from citystat.plan.seasons import SeasonalIndex
from citystat.plan.series import JudgedSeries


@dataclass(frozen=True, eq=False)
class MeasureChart:
    """One series with its control chart. `finding` says as data what the last complete period shows.

    `judged.limits` are the lines to draw, one point a row; `judged.chart.segments` the stretches between rebases.
    """

    measure: Measure
    table: MeasureTable
    judged: JudgedSeries
    finding: Finding

    @property
    def rows(self) -> tuple[MeasureRow, ...]:
        """The values, one a period."""
        return self.table.rows()

    @property
    def build(self) -> int:
        """The build the rows come from."""
        return self.table.build


def chart_of(table: MeasureTable, seasons: Mapping[tuple[str | None, ...], SeasonalIndex] | None = None) -> MeasureChart:
    """The chart of a table with one group."""
    table = series.with_signals(table, seasons)
    judged = series.judge(table, season=(seasons or {}).get(table.groups[0]))
    return MeasureChart(table.measure, table, judged, latest_finding(judged.chart))
