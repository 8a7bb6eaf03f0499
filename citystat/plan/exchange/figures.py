"""Values and signals of every measure for a package, and rows received from another city that nobody here can work out."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from citystat.core.errors import UserError
from citystat.plan import answers, known, series
from citystat.plan import periods as calendar
from citystat.plan.definitions import Measure
from citystat.plan.exchange.tables import PersonCell, Scope
from citystat.plan.groups import NONE_WORD
from citystat.plan.models import ReceivedRow, RecordedValue
from citystat.plan.registered import tables
from citystat.plan.registered.tables import Asked
from citystat.plan.results import MeasureRow, MeasureTable
from citystat.warehouse.connections import Warehouse, current_number, open_build

MONTHS = 60
GIVEN = ("typed", "survey", "gap")
# What warehouse measures are split by in a package; more can be asked of the measure itself.
SPLIT_BY = ("council_district", "department")
Row = dict[str, Any]


def person(pk: int | None) -> PersonCell | None:
    """The cell of an account."""
    return PersonCell(pk) if pk is not None else None


def received(table: str) -> Iterator[Row]:
    """Rows of a table as another city sent them."""
    for one in ReceivedRow.objects.filter(table=table).order_by("id"):
        yield dict(one.row)


def values(scope: Scope) -> list[Row]:
    """One row a measure, period and group."""
    return _by_measure([_value(one) for one in _numbers(scope)] + _rest(scope, "values"))


def signals(scope: Scope) -> list[Row]:
    """What the control chart says of each complete value."""
    found = [{**_place(one), "signal": one.signal} for one in _numbers(scope) if one.signal]
    return _by_measure(found + _rest(scope, "signals"))


def _by_measure(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["measure"]))


def _rest(scope: Scope, table: str) -> list[Row]:
    """Received rows of measures that have no numbers of their own here."""
    own = {one.measure for one in _numbers(scope)}
    first = scope.first.isoformat() if scope.first else ""
    rows = [row for row in received(table) if row["measure"] not in own and scope.wants(row["measure"])]
    return [row for row in rows if row["period_end"] >= first]


def _numbers(scope: Scope) -> list[MeasureRow]:
    """Every row of every measure that goes out, worked out once a package."""
    if "numbers" not in scope.memory:
        warehouse = open_build() if current_number() is not None else None
        wanted = [one for name, one in sorted(known.in_use().items()) if scope.wants(name)]
        scope.memory["numbers"] = [row for one in wanted for row in _rows(one, warehouse, scope.first)]
    found: list[MeasureRow] = scope.memory["numbers"]
    return found


def _rows(measure: Measure, warehouse: Warehouse | None, first: date | None) -> Iterator[MeasureRow]:
    begin = _begin(measure)
    if begin is None:
        return
    for by in _splits(measure, warehouse):
        for row in _computed(measure, warehouse, by):
            if row.period_end >= max(begin, first or begin):
                yield row


def _begin(measure: Measure) -> date | None:
    """The first day worth a row: of what people give, the first they gave; None where they gave nothing."""
    if measure.source not in GIVEN:
        return date.min
    rows = RecordedValue.objects.filter(measure__name=measure.name).order_by("period_start")
    return rows.values_list("period_start", flat=True).first()


def _splits(measure: Measure, warehouse: Warehouse | None) -> Iterable[tuple[str, ...]]:
    if measure.source in GIVEN:
        given = RecordedValue.objects.filter(measure__name=measure.name).exclude(group_key="").values_list("group_key", flat=True)
        return [(), *((key,) for key in sorted({*given} & {*measure.groups}))]
    if warehouse is None or measure.source == "computed":
        return [()]
    able = answers.group_keys(measure, warehouse)
    return [(), *((key,) for key in SPLIT_BY if key in able)]


def _computed(measure: Measure, warehouse: Warehouse | None, by: tuple[str, ...]) -> tuple[MeasureRow, ...]:
    """The last five years with signals; nothing where this city cannot work it out."""
    try:
        table = _table(measure, warehouse, by)
    except UserError:
        return ()
    if table is None:
        return ()
    return series.with_signals(table, series.seasons_of(table) if series.has_season(table) else {}).rows()


def _table(measure: Measure, warehouse: Warehouse | None, by: tuple[str, ...]) -> MeasureTable | None:
    if measure.source in GIVEN:
        start, end = _range(tables.today())
        return tables.compute(Asked(measure, start, end, measure.period, by, {}), 0)
    if warehouse is None:
        return None
    start, end = _range(answers.last_day(measure, warehouse))
    return answers.compute(measure, warehouse, start=start, end=end, by=by)


def _range(end: date) -> tuple[date, date]:
    return calendar.period_at("month", calendar.index_of("month", end) - MONTHS + 1).start, end


def _place(row: MeasureRow) -> Row:
    key, group = next(iter(row.group.items()), ("", ""))
    return {
        "measure": row.measure, "period": row.period, "period_start": row.period_start, "period_end": row.period_end,
        "group_key": key, "group_value": NONE_WORD if group is None else group,
    }  # fmt: skip


def _value(row: MeasureRow) -> Row:
    numbers = {name: getattr(row, name) for name in ("numerator", "denominator", "value", "lower", "upper")}
    return {
        **_place(row), **numbers, "version": row.version, "state": row.state, "complete": row.complete, "build": row.build or None,
    }  # fmt: skip
