"""The SQL that gives the rows behind one value, one row a request."""

from datetime import date, timedelta

from citystat.plan.columns import TABLE, expression
from citystat.plan.conditions import Compiled, compile_filter
from citystat.plan.statements import WORK_WINDOW_DAYS, Scope, days_of, numerator_start

SHOWN = "source, request_id, service, department, status, opened_on, due_on, closed_on, address"
ORDER = "ORDER BY opened_on, source, request_id"


def rows_behind(scope: Scope) -> Compiled:
    """Columns of SHOWN, then in_numerator, in_denominator, days and is_event (null where the kind has none)."""
    kind = scope.measure.kind
    if kind == "percentile":
        return _durations(scope)
    if kind in ("stock", "stock_share", "stock_percentile"):
        return _open(scope)
    if kind == "weeks_of_work":
        return _work(scope)
    return _events(scope)


def _select(numerator: str, denominator: str, days: str, is_event: str, where: str) -> str:
    extra = f"{numerator} AS in_numerator, {denominator} AS in_denominator, {days} AS days, {is_event} AS is_event"
    return f"SELECT {SHOWN}, {extra} FROM {TABLE} WHERE {where}"


def _events(scope: Scope) -> Compiled:
    column, measure = expression(scope.measure.time), scope.measure
    between = (f"{column} BETWEEN ? AND ?", (scope.first.start, scope.last_day))
    numerator, values = compile_filter(measure.numerator)
    if not measure.is_share:
        where, where_values = scope.base((numerator, values), between)
        return f"{_select('TRUE', 'FALSE', 'NULL', 'NULL', where)} {ORDER}", where_values
    where, where_values = scope.base(compile_filter(measure.denominator or ()), between)
    return f"{_select(f'({numerator})', 'TRUE', 'NULL', 'NULL', where)} {ORDER}", (*values, *where_values)


def _durations(scope: Scope) -> Compiled:
    (days, days_values), known, is_event = days_of(scope)
    between = ("opened_on BETWEEN ? AND ?", (scope.first.start, scope.last_day))
    where, values = scope.base(compile_filter(scope.measure.numerator), between, (known, ()))
    return f"{_select(is_event, 'TRUE', days, is_event, where)} {ORDER}", (*days_values, *values)


def _open(scope: Scope) -> Compiled:
    start, start_values = numerator_start(scope.measure.numerator)
    day = scope.last_day
    age = "date_diff('day', opened_on, CAST(? AS DATE))"
    where, where_values = scope.base(_open_on(day))
    everything = scope.measure.kind != "stock"
    inner = _select(f"coalesce(({start}) <= ?, FALSE)", "TRUE" if everything else "FALSE", age, "NULL", where)
    wanted = "" if everything else "WHERE in_numerator "
    return f"SELECT * FROM ({inner}) AS held {wanted}{ORDER}", (*start_values, day, day, *where_values)


def _work(scope: Scope) -> Compiled:
    day = scope.last_day
    is_open, open_values = _open_on(day)
    closed = "(status <> 'open' AND closed_on BETWEEN ? AND ?)"
    window: tuple[date, ...] = (day - timedelta(days=WORK_WINDOW_DAYS - 1), day)
    where, values = scope.base((f"({is_open} OR {closed})", (*open_values, *window)))
    return f"{_select(f'({is_open})', closed, 'NULL', 'NULL', where)} {ORDER}", (*open_values, *window, *values)


def _open_on(day: date) -> Compiled:
    return "(opened_on <= ? AND (status = 'open' OR closed_on > ?))", (day, day)
