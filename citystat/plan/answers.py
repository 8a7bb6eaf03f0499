"""One question for every source: the table of a measure, from the warehouse, from recorded values or from other measures."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from citystat.plan import computation, known
from citystat.plan.definitions import Measure
from citystat.plan.groups import Where, allowed_keys
from citystat.plan.registered import computed, tables
from citystat.plan.registered.tables import Asked
from citystat.plan.results import MeasureTable
from citystat.warehouse.connections import Warehouse


def compute(
    measure: Measure,
    build: Warehouse,
    *,
    start: date,
    end: date,
    by: Sequence[str] = (),
    where: Where | None = None,
    cohort: str | None = None,
    period: str | None = None,
    interval: bool = True,
    as_known_on: datetime | None = None,
    within: tuple[str, ...] = (),
) -> MeasureTable:
    """The measure over every period with a day in the range, without signals.

    `period` None is the period the measure is given by, the month for the warehouse's. `as_known_on` is for what people gave: the
    values that stood at that instant; the warehouse keeps its past as builds. `within` names the computed measures asked for it.
    """
    unit = period or measure.period
    if measure.source == "warehouse":
        return computation.compute(measure, build, start=start, end=end, by=by, where=where, cohort=cohort, period=unit, interval=interval)
    measure.cohort(cohort)
    asked = Asked(measure, start, end, unit, tuple(by), where or {}, as_known_on)
    if measure.source != "computed":
        return _without_interval(tables.compute(asked, build.number), interval)
    computed.check_cycle(measure.name, within)

    def read(name: str) -> MeasureTable:
        shared: dict[str, Any] = {"start": start, "end": end, "by": by, "where": where, "period": unit, "as_known_on": as_known_on}
        return compute(known.find(name), build, **shared, interval=False, within=(*within, measure.name))

    return _without_interval(computed.compute(asked, build.number, read), interval)


def group_keys(measure: Measure, build: Warehouse) -> tuple[str, ...]:
    """Every key the measure can be split by."""
    return allowed_keys(measure, build) if measure.source == "warehouse" else measure.groups


def last_day(measure: Measure, build: Warehouse, within: tuple[str, ...] = ()) -> date:
    """The last day that can be known: the build's for what is counted from the warehouse, today for what people give."""
    if measure.source in {"typed", "survey", "gap"}:
        return tables.today()
    if measure.source == "computed":
        names = {one.measure for one in computed.operands(Asked(measure, build.as_of, build.as_of, measure.period, (), {}))}
        computed.check_cycle(measure.name, within)
        return min((last_day(known.find(name), build, (*within, measure.name)) for name in names), default=build.as_of)
    return build.as_of


def _without_interval(table: MeasureTable, interval: bool) -> MeasureTable:
    if interval:
        return table
    blank = np.full(table.value.shape, np.nan)
    return MeasureTable(**{**table.__dict__, "lower": blank, "upper": blank.copy()})
