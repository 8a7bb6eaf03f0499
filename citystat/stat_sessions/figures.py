"""Figures of one packet, read through the measures so that every number equals the one its measure page shows.

One `Reader` serves one packet: it asks each measure once a grouping and keeps the answer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from citystat.plan import queries as plan
from citystat.plan.charts_of_measures import MeasureChart, chart_of
from citystat.plan.periods import index_of, period_at
from citystat.plan.results import INCOMPLETE, MISSING, OK, STATES, TOO_FEW, MeasureTable
from citystat.stat_sessions.content import Value
from citystat.stat_sessions.rules import MONTHS_OF_FALL, OnTime
from citystat.warehouse.connections import Warehouse

HISTORY_MONTHS = 36
PERCENTILES = frozenset({"median_days_to_close", "p90_days_to_close"})
# Shown as a count, held by the measure of the share.
OVERDUE = "overdue"
SOURCES = {OVERDUE: "share_overdue"}
GroupKey = str | None


def month_of(text: str) -> date:
    """The first day of `2017-06`."""
    return date.fromisoformat(f"{text}-01")


def months_before(month: date, count: int) -> date:
    """The first day of the month that many months earlier."""
    return period_at("month", index_of("month", month) - count).start


def month_end(month: date) -> date:
    """The last day of the month."""
    return period_at("month", index_of("month", month)).end


def key_of(month: date) -> str:
    """`2017-06`."""
    return f"{month:%Y-%m}"


@dataclass
class Reader:
    """Reads the measures of one month and scope from one build."""

    build: Warehouse
    month: date
    where: Mapping[str, str] = field(default_factory=dict)
    _tables: dict[tuple[object, ...], MeasureTable] = field(default_factory=dict)
    _charts: dict[tuple[object, ...], MeasureChart] = field(default_factory=dict)

    @cached_property
    def start(self) -> date:
        """First month of the history charts are judged on."""
        return months_before(self.month, HISTORY_MONTHS)

    @cached_property
    def last_year(self) -> date:
        """The same month a year before."""
        return months_before(self.month, 12)

    def table(self, measure: str, by: str | None = None) -> MeasureTable:
        """The measure by month over the history, for every group of a key."""
        return self._read(measure, by, self.start, self.month)

    def value(self, measure: str, by: str | None = None, group: GroupKey = None, month: date | None = None) -> Value:
        """One figure of one month; percentiles are read for the last thirteen months only, which is much less work."""
        name, asked = SOURCES.get(measure, measure), month or self.month
        if by and not self.is_recorded(name):
            return Value()
        table = self._read(name, by, self.last_year, self.month) if name in PERCENTILES else self.table(name, by)
        found = value_at(table, group if by else None, key_of(asked), grouped=by is not None)
        return as_count(found) if measure == OVERDUE else found

    def series(self, measure: str, by: str | None = None, group: GroupKey = None, months: int = HISTORY_MONTHS + 1) -> list[float | None]:
        """Values of the last months up to the packet's, oldest first; None where a month is missing."""
        if by and not self.is_recorded(SOURCES.get(measure, measure)):
            return [None] * months
        table = self.table(SOURCES.get(measure, measure), by)
        row = _row_of(table, group, grouped=by is not None)
        if row is None:
            return [None] * months
        grid = table.numerator if measure == OVERDUE else table.value
        values = [None if math.isnan(value) else value for value in grid[row].tolist()]
        return ([None] * months + values)[-months:]

    def on_time_spans(self, by: str, group: GroupKey) -> tuple[OnTime, OnTime]:
        """Requests due and on time in the last three months, and in the same months a year before; empty where a month is not known."""
        table = self.table("closed_on_time", by)
        row = _row_of(table, group, grouped=True)
        known = [] if row is None else list(zip(table.state[row], table.numerator[row], table.denominator[row], strict=True))
        return _span(known[-MONTHS_OF_FALL:]), _span(known[-12 - MONTHS_OF_FALL : -12])

    def chart(self, measure: str, by: str | None = None, group: GroupKey = None) -> MeasureChart | None:
        """The control chart of one series, as its measure page draws it; None where the group is not there."""
        if by and not self.is_recorded(measure):
            return None
        table = self.table(measure, by)
        row = _row_of(table, group, grouped=by is not None)
        if row is None:
            return None
        key = (measure, by, group)
        if key not in self._charts:
            self._charts[key] = chart_of(table.pick([row]))
        return self._charts[key]

    @cached_property
    def has_population(self) -> bool:
        """Whether the residents of any place are known."""
        return self.build.has_table("population") and bool(self.build.rows("SELECT 1 FROM population LIMIT 1"))

    def is_recorded(self, measure: str) -> bool:
        """Whether the data say anything about a measure at all; if not, no group of it need be asked for."""
        if measure == "requests_per_1000":
            return self.has_population
        table = self.table(measure) if measure not in PERCENTILES else self._read(measure, None, self.last_year, self.month)
        return bool((table.state != MISSING).any())

    def groups(self, measure: str, by: str) -> tuple[GroupKey, ...]:
        """Every group of a key that the history holds."""
        return tuple(values[0] for values in self.table(measure, by).groups)

    def _read(self, measure: str, by: str | None, start: date, end: date) -> MeasureTable:
        key = (measure, by, start, end)
        if key not in self._tables:
            self._tables[key] = plan.measure_table(
                measure,
                start=start,
                end=month_end(end),
                by=(by,) if by else (),
                where=self.where,
                build=self.build.number,
            )
        return self._tables[key]


def value_at(table: MeasureTable, group: GroupKey, period: str, *, grouped: bool) -> Value:
    """The cell of a table as a Value; missing where the group or the period is not in it."""
    row = _row_of(table, group, grouped=grouped)
    column = next((index for index, one in enumerate(table.periods) if one.key == period), None)
    if column is None:
        return Value()
    if row is None:
        return _nothing_counted(table, column)
    numbers = [
        None if math.isnan(number) else number
        for number in (grid[row][column].item() for grid in (table.value, table.numerator, table.denominator, table.lower, table.upper))
    ]
    value, numerator, denominator, lower, upper = numbers
    state = STATES[table.state[row][column]]
    return Value(value=value, numerator=numerator, denominator=denominator, lower=lower, upper=upper, state=state)


def _nothing_counted(table: MeasureTable, column: int) -> Value:
    """Zero for counts of a group the range does not hold, where the month is known at all; missing otherwise."""
    states = table.state[:, column]
    if table.measure.kind not in ("count", "stock") or not states.size or (states == MISSING).all():
        return Value()
    return Value(0.0, 0.0, state=STATES[INCOMPLETE if (states == INCOMPLETE).any() else OK])


def as_count(value: Value) -> Value:
    """The numerator of a share as a count: known wherever the share's counts are, however few."""
    if value.state == STATES[MISSING] or value.numerator is None:
        return Value(state=STATES[MISSING])
    state = STATES[OK] if value.state == STATES[TOO_FEW] else value.state
    return Value(value.numerator, value.numerator, value.denominator, state=state)


def is_incomplete(value: Value) -> bool:
    """Whether the month is not over, or its requests have not had time enough."""
    return value.state == STATES[INCOMPLETE]


def names_present(groups: Sequence[GroupKey]) -> list[str]:
    """Groups that have a name, in order."""
    return [group for group in groups if group is not None]


def _span(months: Sequence[tuple[int, float, float]]) -> OnTime:
    """Months as counts; nothing at all where one of them is missing or not over. Too few for a figure of their own are counts still."""
    if any(state not in (OK, TOO_FEW) for state, _done, _due in months):
        return OnTime((), ())
    return OnTime(tuple(float(done) for _state, done, _due in months), tuple(float(due) for _state, _done, due in months))


def _row_of(table: MeasureTable, group: GroupKey, *, grouped: bool) -> int | None:
    if not grouped:
        return 0 if table.groups else None
    return next((index for index, values in enumerate(table.groups) if values[0] == group), None)
