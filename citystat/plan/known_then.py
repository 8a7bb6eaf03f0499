"""The backlog of past days as known then: by the exports that had been read, beside what is known of the same days now."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.plan import computation
from citystat.plan import periods as calendar
from citystat.plan.columns import TABLE
from citystat.plan.conditions import Condition
from citystat.plan.definitions import Measure
from citystat.plan.groups import Where
from citystat.plan.statements import Scope
from citystat.warehouse.connections import Warehouse

STATES = "request_states"
LOADS = "loads"
EVERY_COUNTED = (Condition("is_counted", "is", True),)
# What ends after the day, in whatever way, was open on it; a build of that day would say so too.
OPEN_PAST = "(status = 'open' OR (status <> 'information_only' AND closed_on > {day}))"


@dataclass(frozen=True)
class OpenThen:
    """What was open at the end of `day`, as known then and as known now, and why the two differ.

    `read_on` is the day the last export read by then describes; None where none had been, and then `open_then` and the four
    causes are None too. open_then - closed_since - withdrawn_since + told_since + other_since = open_now.

    closed_since: open then, told since to have been closed by that day. withdrawn_since: told since to be cancelled, a duplicate
    or invalid. told_since: open that day, but first told in a later export. other_since: told since to be open after all
    (reopened, a date corrected), less those whose opening was moved past the day.
    """

    period: str
    day: date
    complete: bool
    read_on: date | None
    open_then: int | None
    open_now: int
    closed_since: int | None
    withdrawn_since: int | None
    told_since: int | None
    other_since: int | None
    build: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, dates as ISO 8601."""
        return asdict(self) | {"day": self.day.isoformat(), "read_on": self.read_on.isoformat() if self.read_on else None}


def is_offered(measure: Measure) -> bool:
    """Whether the measure counts every open request, which is what exports tell of the past."""
    return measure.source == "warehouse" and measure.kind == "stock" and not measure.numerator and measure.rows == EVERY_COUNTED


def open_as_known(
    measure: Measure, build: Warehouse, *, start: date, end: date, where: Where | None = None, period: str = "month"
) -> tuple[OpenThen, ...]:
    """The open requests at the end of every period that begins by the as-of date, oldest first.

    Which service, place and channel a request belongs to, and its flags, are read as known now; whether and since when it was open
    is read as known then.
    """
    if not is_offered(measure):
        raise InputError(f"{measure.name} is not a count of every open request: only such a count is told as it was known then.")
    fiscal = current_city().fiscal_year_start_month
    periods = [one for one in calendar.periods_between(period, start, end, fiscal) if one.start <= build.as_of]
    if not periods:
        return ()
    now = computation.compute(measure, build, start=start, end=periods[-1].end, where=where, period=period, interval=False)
    open_now = {row.period: int(row.numerator or 0) for row in now.rows()}
    days = {one.key: min(one.end, build.as_of) for one in periods}
    read = _read_by(build, list(days.values()))
    told = [day for day in days.values() if read[day]]
    counts = _counted(computation.scope_of(measure, build, periods, (), where or {}), build, told) if told else {}
    return tuple(
        _row(one, days[one.key], read[days[one.key]], open_now[one.key], counts.get(days[one.key], (0,) * 5), build) for one in periods
    )


def _row(one: calendar.Period, day: date, read_on: date | None, open_now: int, found: tuple[int, ...], build: Warehouse) -> OpenThen:
    complete = one.end <= build.as_of
    if read_on is None:
        return OpenThen(one.key, day, complete, None, None, open_now, None, None, None, None, build.number)
    then, closed, withdrawn, told, other = found
    return OpenThen(one.key, day, complete, read_on, then, open_now, closed, withdrawn, told, other, build.number)


def _read_by(build: Warehouse, days: Sequence[date]) -> dict[date, date | None]:
    """The day the last export read by each day describes."""
    told = [day for (day,) in build.rows(f"SELECT DISTINCT as_of FROM {LOADS} ORDER BY 1")] if build.has_table(LOADS) else []
    return {day: max((one for one in told if one <= day), default=None) for day in days}


def _counted(scope: Scope, build: Warehouse, days: Sequence[date]) -> dict[date, tuple[int, ...]]:
    if not build.has_table(STATES):
        return {}
    sql, params = statement(scope, days)
    return {row[0]: row[1:] for row in build.rows(sql, params)}


def statement(scope: Scope, days: Sequence[date]) -> tuple[str, tuple[Any, ...]]:
    """Columns day, open_then and the four causes; a day on which nothing was open has no row."""
    flags = "".join(f" AND NOT coalesce({name}, FALSE)" for name in scope.flags)
    where, values = scope.where
    # Only requests that some state shows as open past its own day can have been open then: the others need no history.
    return (
        f"""
WITH days AS (SELECT CAST(day AS DATE) AS day FROM (VALUES {", ".join(["(?)"] * len(days))}) AS given(day)),
once_open AS (
    SELECT DISTINCT source, request_id, TRUE AS was_ever
    FROM {STATES} WHERE {OPEN_PAST.format(day="as_of")}
),
chosen AS (
    SELECT source, request_id, status, opened_on, closed_on, is_counted
    FROM (SELECT * FROM {TABLE} WHERE {where}{flags}) AS fitting LEFT JOIN once_open USING (source, request_id)
    WHERE was_ever OR status = 'open' OR closed_on > ?
),
histories AS (
    SELECT source, request_id, status, opened_on, closed_on, as_of,
        lead(as_of) OVER (PARTITION BY source, request_id ORDER BY as_of, load_id) AS replaced_on
    FROM {STATES} JOIN once_open USING (source, request_id)
),
known_then AS (
    SELECT days.day, source, request_id, TRUE AS was_open
    FROM histories JOIN days ON as_of <= days.day AND coalesce(replaced_on > days.day, TRUE) AND opened_on <= days.day
        AND {OPEN_PAST.format(day="days.day")}
),
known_now AS (
    SELECT days.day, source, request_id, TRUE AS is_open
    FROM chosen JOIN days ON opened_on <= days.day AND (status = 'open' OR closed_on > days.day)
    WHERE is_counted
),
compared AS (
    SELECT day, source, request_id, coalesce(was_open, FALSE) AS was_open, coalesce(is_open, FALSE) AS is_open
    FROM known_then FULL JOIN known_now USING (day, source, request_id)
),
first_told AS (
    SELECT source, request_id, min(as_of) AS told_on
    FROM {STATES} JOIN (SELECT DISTINCT source, request_id FROM compared WHERE NOT was_open) AS unknown USING (source, request_id)
    GROUP BY 1, 2
)
SELECT day, count(*) FILTER (WHERE was_open) AS open_then,
    count(*) FILTER (WHERE was_open AND NOT is_open AND is_counted AND opened_on <= day) AS closed_since,
    count(*) FILTER (WHERE was_open AND NOT is_open AND NOT is_counted) AS withdrawn_since,
    count(*) FILTER (WHERE is_open AND NOT was_open AND coalesce(told_on > day, TRUE)) AS told_since,
    count(*) FILTER (WHERE is_open AND NOT was_open AND told_on <= day)
        - count(*) FILTER (WHERE was_open AND NOT is_open AND is_counted AND opened_on > day) AS other_since
FROM compared JOIN chosen USING (source, request_id) LEFT JOIN first_told USING (source, request_id)
GROUP BY day ORDER BY day""".strip(),
        (*days, *values, min(days)),
    )
