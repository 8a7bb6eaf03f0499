"""What other rooms and pages ask of measures: definitions, rows, charts, traces, weak points, fair comparisons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from citystat.core.errors import NotFound
from citystat.methods.control_charts import Finding, latest_finding
from citystat.plan import computation, definition_files, groups, series
from citystat.plan.definitions import Measure
from citystat.plan.groups import Where
from citystat.plan.results import MeasureRow, MeasureTable
from citystat.plan.series import JudgedSeries
from citystat.warehouse.connections import Warehouse, open_build


def measures(audience: str | None = None) -> tuple[Measure, ...]:
    """Every measure by name; with audience "public" only those everyone may see."""
    return tuple(one for _, one in sorted(definition_files.load_all().items()) if audience in (None, one.audience))


def measure(name: str) -> Measure:
    """One measure; NotFound names those there are."""
    known = definition_files.load_all()
    if name not in known:
        raise NotFound(f"There is no measure {name!r}: `citystat measure list` shows the {len(known)} there are.")
    return known[name]


def measure_table(
    name: str,
    *,
    start: date,
    end: date,
    by: Sequence[str] = (),
    where: Where | None = None,
    cohort: str | None = None,
    build: int | None = None,
    period: str = "month",
    interval: bool = True,
    signals: bool = False,
) -> MeasureTable:
    """A measure over every period with a day in the range, as arrays; see `measure_rows`."""
    table = computation.compute(
        measure(name), open_build(build), start=start, end=end, by=by, where=where, cohort=cohort, period=period, interval=interval
    )
    return series.with_signals(table) if signals else table


def measure_rows(
    name: str,
    *,
    start: date,
    end: date,
    by: Sequence[str] = (),
    where: Where | None = None,
    cohort: str | None = None,
    build: int | None = None,
    period: str = "month",
    interval: bool = True,
    signals: bool = False,
) -> tuple[MeasureRow, ...]:
    """The values of a measure by period and group, in that order.

    `by`: grouping keys (service, category, department, channel, origin, status, any kind of place, `kind@version`).
    `where`: allowed values by key; None or "(none)" means not recorded. `period`: day, week, month, quarter, year,
    fiscal_year. `signals` judges each series of at least 13 complete points within the range asked for.
    Every group seen in the range has a row in every period, so a count of 0 is a row.
    """
    return measure_table(
        name, start=start, end=end, by=by, where=where, cohort=cohort, build=build, period=period, interval=interval, signals=signals
    ).rows()


def group_keys(name: str, build: int | None = None) -> tuple[str, ...]:
    """Every key a measure can be grouped by in a build."""
    return groups.allowed_keys(measure(name), open_build(build))


@dataclass(frozen=True, eq=False)
class MeasureChart:
    """One series with its control chart. `finding` says as data what the last complete period shows."""

    measure: Measure
    table: MeasureTable
    rows: tuple[MeasureRow, ...]
    judged: JudgedSeries
    finding: Finding

    @property
    def build(self) -> int:
        """The build the rows come from."""
        return self.table.build


def chart(
    name: str,
    *,
    start: date,
    end: date,
    where: Where | None = None,
    cohort: str | None = None,
    build: int | None = None,
    period: str = "month",
) -> MeasureChart:
    """One measure as a control chart, for the city or for what `where` leaves."""
    warehouse: Warehouse = open_build(build)
    table = computation.compute(measure(name), warehouse, start=start, end=end, where=where, cohort=cohort, period=period)
    table = series.with_signals(table)
    judged = series.judge(table)
    return MeasureChart(table.measure, table, table.rows(), judged, latest_finding(judged.chart))
