"""The SQL behind each kind of measure, put together from allow-listed pieces; values are always parameters.

One scan of `requests` a statement. The first columns of every result are the grouping columns `g0`, `g1`, ...
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from citystat.core.errors import InputError
from citystat.plan.build_facts import Clock
from citystat.plan.columns import AT_PERIOD_END, TABLE, TIME_COLUMNS, expression
from citystat.plan.conditions import Compiled, Condition, Filter, compile_filter, join
from citystat.plan.definitions import Measure
from citystat.plan.groups import Group
from citystat.plan.periods import Period, index_sql

# The day a request left the backlog; a request that says open has not, whatever date stands beside it.
LEFT_ON = "CASE WHEN status = 'open' THEN NULL ELSE closed_on END"
WORK_WINDOW_DAYS = 91
# How long it took, or `{age}` so far; and whether it is over.
SUMMARY_DAYS = {
    "close": ("CASE WHEN status = 'open' THEN {age} ELSE days_to_close END", "status <> 'open'"),
    "first_response": (
        f"greatest(coalesce({expression('days_to_first_response')}, days_to_close, {{age}}), 0)",
        "first_response_at IS NOT NULL",
    ),
}


@dataclass(frozen=True)
class Scope:
    """What a statement is about: the measure (of one cohort), the groups, the filter, the periods, the day and the instant the data end."""

    measure: Measure
    groups: tuple[Group, ...]
    where: Compiled
    periods: tuple[Period, ...]
    as_of: date
    fiscal_start: int
    flags: tuple[str, ...]
    clock: Clock

    @property
    def first(self) -> Period:
        """The first period."""
        return self.periods[0]

    @property
    def last(self) -> Period:
        """The last period."""
        return self.periods[-1]

    @property
    def last_day(self) -> date:
        """The last day that can count: the end of the range, or the as-of date where that is earlier."""
        return min(self.last.end, self.as_of)

    def index(self, column: str) -> str:
        """SQL of the number of the period a date column falls in."""
        return index_sql(self.first.unit, column, self.fiscal_start)

    def keys(self) -> str:
        """The grouping columns for the head of a SELECT."""
        return "".join(f"{group.column} AS g{position}, " for position, group in enumerate(self.groups))

    def names(self) -> str:
        """The same columns where an inner query has named them already."""
        return "".join(f"g{position}, " for position in range(len(self.groups)))

    def grouped_by(self, n_more: int) -> str:
        """GROUP BY by position: the keys and that many columns after them."""
        return "GROUP BY " + ", ".join(str(position) for position in range(1, len(self.groups) + n_more + 1))

    def base(self, *more: Compiled) -> Compiled:
        """The conditions every row meets: of the measure, its excluded flags, the caller's filter, and more."""
        flags = [(f"NOT coalesce({name}, FALSE)", ()) for name in self.flags]
        return join([compile_filter(static(self.measure.rows)), *flags, self.where, *more], " AND ")


def events(scope: Scope) -> Compiled:
    """Columns g*, period_index, numerator, denominator: requests with a date in each period."""
    column = expression(_time_column(scope.measure))
    between = (f"{column} BETWEEN ? AND ?", (scope.first.start, scope.last_day))
    numerator, numerator_values = compile_filter(scope.measure.numerator)
    divided = scope.measure.is_share
    inside = compile_filter(scope.measure.denominator or ()) if divided else (numerator, numerator_values)
    counted = (f"count(*) FILTER (WHERE {numerator})", numerator_values) if divided else ("count(*)", ())
    where, where_values = scope.base(inside, between)
    sql = (
        f"SELECT {scope.keys()}{scope.index(column)} AS period_index, {counted[0]} AS numerator, count(*) AS denominator "
        f"FROM {TABLE} WHERE {where} {scope.grouped_by(1)}"
    )
    return sql, counted[1] + where_values


def events_of_all(scopes: Sequence[Scope]) -> Compiled:
    """The same for several measures by one date, in one reading: columns g*, period_index, numerator_0, denominator_0, numerator_1, ..."""
    scope = scopes[0]
    column = expression(_time_column(scope.measure))
    counted: list[Compiled] = []
    for position, one in enumerate(scopes):
        numerator = compile_filter(one.measure.numerator)
        inside = one.base(compile_filter(one.measure.denominator or ()) if one.measure.is_share else numerator)
        for name, (sql, values) in (("numerator", join([inside, numerator], " AND ")), ("denominator", inside)):
            counted.append((f"count(*) FILTER (WHERE {sql}) AS {name}_{position}", values))
    shown, values = join(counted, ", ")
    sql = (
        f"SELECT {scope.keys()}{scope.index(column)} AS period_index, {shown} "
        f"FROM {TABLE} WHERE {column} BETWEEN ? AND ? {scope.grouped_by(1)}"
    )
    return sql, (*values, scope.first.start, scope.last_day)


def durations(scope: Scope) -> Compiled:
    """Columns g*, period_index, days, is_event, one row a request: time to close, or age where still open, by month opened."""
    (days, days_values), known, is_event = days_of(scope)
    between = ("opened_on BETWEEN ? AND ?", (scope.first.start, scope.last_day))
    where, values = scope.base(compile_filter(scope.measure.numerator), between, (known, ()))
    # Rows go up one by one: with clock times hardly two durations are equal, so grouping them here would cost and save nothing.
    shown = f"{scope.keys()}{scope.index('opened_on')} AS period_index, {days} AS days, {is_event} AS is_event"
    return f"SELECT {shown} FROM {TABLE} WHERE {where}", (*days_values, *values)


def days_of(scope: Scope) -> tuple[Compiled, str, str]:
    """SQL of a request's duration, of whether it is known at all, and of whether it is over.

    What is open is aged up to the as-of instant where its source records when requests are closed, else in whole days, as closings are.
    """
    days, is_event = SUMMARY_DAYS[scope.measure.duration]
    known = f"{days.format(age='age_days')} IS NOT NULL"
    age, values = age_so_far(scope.clock)
    return (days.format(age=age), values), known, is_event


def age_so_far(clock: Clock) -> Compiled:
    """SQL of the days an open request has been open by the as-of instant; null for what is not open."""
    if not clock.sources:
        return "age_days", ()
    timed = f"status = 'open' AND opened_has_time AND source IN ({', '.join('?' * len(clock.sources))})"
    elapsed = "date_diff('millisecond', opened_at, CAST(? AS TIMESTAMP)) / 86400000.0"
    return f"CASE WHEN {timed} THEN {elapsed} ELSE age_days END", (*clock.sources, clock.until)


def spans(scope: Scope) -> Compiled:
    """Columns g*, enters, numerator_enters, leaves, requests: through which periods' ends requests were open.

    A request counts at the end of every period from `enters` up to, not including, `leaves`; in the numerator from
    `numerator_enters` on (null: never; no such column where every open request is in it).
    """
    first, last = scope.first.index, scope.last.index
    where, where_values = _open_in_range(scope)
    enters = f"greatest({scope.index('opened_on')}, {first}) AS enters, "
    leaves = f"CASE WHEN status = 'open' OR closed_on > ? THEN {last + 1} ELSE {scope.index('closed_on')} END AS leaves, "
    if not scope.measure.numerator:
        sql = f"SELECT {scope.keys()}{enters}{leaves}count(*) AS requests FROM {TABLE} WHERE {where} {scope.grouped_by(2)}"
        return sql, (scope.last_day, *where_values)
    start, start_values = numerator_start(scope.measure.numerator)
    held = f"SELECT {scope.keys()}opened_on, closed_on, status, {start} AS numerator_from FROM {TABLE} WHERE {where}"
    sql = (
        f"SELECT {scope.names()}{enters}{leaves}"
        f"CASE WHEN numerator_from <= ? THEN greatest({scope.index('numerator_from')}, {first}) END AS numerator_enters, "
        f"count(*) AS requests FROM ({held}) AS held {scope.grouped_by(3)}"
    )
    return sql, (scope.last_day, scope.last_day, *start_values, *where_values)


def open_ages(scope: Scope) -> Compiled:
    """Columns g*, opened_on, leaves, requests: what is open at some period's end, by opening day and by when it leaves."""
    where, values = _open_in_range(scope)
    leaves = f"CASE WHEN status = 'open' OR closed_on > ? THEN {scope.last.index + 1} ELSE {scope.index('closed_on')} END"
    sql = f"SELECT {scope.keys()}opened_on, {leaves} AS leaves, count(*) AS requests FROM {TABLE} WHERE {where} {scope.grouped_by(2)}"
    return sql, (scope.last_day, *values)


def closings(scope: Scope) -> Compiled:
    """Columns g*, enters, leaves, requests: at which periods' ends closings lie in the 13 weeks up to it.

    A closing counts at the end of every period from `enters` up to, not including, `leaves`, as in `spans`.
    """
    since = scope.first.end - timedelta(days=WORK_WINDOW_DAYS - 1)
    between = ("closed_on BETWEEN ? AND ?", (since, scope.last_day))
    where, values = scope.base(("status <> 'open'", ()), between)
    enters = f"greatest({scope.index('closed_on')}, {scope.first.index}) AS enters"
    # The last period may end early, on the as-of date: what is past that day leaves after it, wherever its calendar puts it.
    gone = f"closed_on + {WORK_WINDOW_DAYS}"
    leaves = f"CASE WHEN {gone} > ? THEN {scope.last.index + 1} ELSE {scope.index(f'({gone})')} END AS leaves"
    sql = f"SELECT {scope.keys()}{enters}, {leaves}, count(*) AS requests FROM {TABLE} WHERE {where} {scope.grouped_by(2)}"
    return sql, (scope.last_day, *values)


def alive_groups(scope: Scope) -> Compiled:
    """Columns g*: the groups of every request, counted or not, that was opened or still open in the range."""
    alive = ("opened_on <= ? AND (closed_on IS NULL OR closed_on >= ?)", (scope.last_day, scope.first.start))
    where, values = join([scope.where, alive], " AND ")
    names = ", ".join(f"{group.column} AS g{position}" for position, group in enumerate(scope.groups))
    return f"SELECT DISTINCT {names} FROM {TABLE} WHERE {where}", values


def static(conditions: Filter) -> Filter:
    """The conditions on stored columns, without those about a period's end."""
    return tuple(condition for condition in conditions if condition.column not in AT_PERIOD_END)


def at_end(conditions: Filter) -> Filter:
    """The conditions about a period's end."""
    return tuple(condition for condition in conditions if condition.column in AT_PERIOD_END)


def _open_in_range(scope: Scope) -> Compiled:
    """Open at the end of at least one of the periods."""
    # Most requests are closed before their period ends; this keeps them out early. Longer periods end with a month too.
    first_end = "opened_on" if scope.first.unit in ("day", "week") else "last_day(opened_on)"
    opened = ("opened_on <= ?", (scope.last_day,))
    # A request closed on an unknown day fails both tests: it cannot be placed in any past backlog.
    left = (f"(status = 'open' OR (closed_on > ? AND closed_on > {first_end}))", (min(scope.first.end, scope.as_of),))
    return scope.base(opened, left)


def numerator_start(conditions: Filter) -> Compiled:
    """SQL of the first day at whose end an open request is in the numerator; null where it never is."""
    starts: list[str] = ["opened_on"]
    for condition in at_end(conditions):
        source = "opened_on" if condition.column == "age_days_at_end" else "due_on"
        starts.append(f"{source} + {_first_day_after(condition)}")
    # greatest() skips nulls, but a request without a due date is never overdue: plain comparison keeps the null.
    latest = starts[0]
    for start in starts[1:]:
        latest = f"CASE WHEN {start} >= {latest} THEN {start} WHEN {start} < {latest} THEN {latest} END"
    fixed, values = compile_filter(static(conditions))
    return (latest, ()) if not static(conditions) else (f"CASE WHEN {fixed} THEN {latest} END", values)


def _first_day_after(condition: Condition) -> int:
    if condition.operator not in ("more_than", "at_least") or not isinstance(condition.value, int):
        raise InputError(f"{condition.column} is compared with more_than or at_least and a whole number of days.")
    return condition.value + (1 if condition.operator == "more_than" else 0)


def _time_column(measure: Measure) -> str:
    if measure.time not in TIME_COLUMNS:
        raise InputError(f"{measure.name} counts by {measure.time}, which is not a date of a request.")
    return measure.time


def all_statements(scope: Scope) -> Sequence[Compiled]:
    """Every statement a measure of this kind runs."""
    kind = scope.measure.kind
    if kind == "percentile":
        return [durations(scope)]
    if kind == "stock_percentile":
        return [open_ages(scope)]
    if kind in ("stock", "stock_share"):
        return [spans(scope)]
    if kind == "weeks_of_work":
        return [spans(scope), closings(scope)]
    return [events(scope)]
