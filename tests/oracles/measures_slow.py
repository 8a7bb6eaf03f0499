"""A second way to every measure: plain Python over row dicts, one request at a time; no SQL, no arrays, no shared code.

Only definitions (data) are shared with `citystat.plan`. Slow on purpose: each rule is written the way it is said.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from citystat.plan.conditions import Condition
from citystat.plan.definitions import Measure

Row = Mapping[str, Any]
Value = tuple[float, float | None, float | None]


def months(start: date, end: date) -> Iterator[tuple[str, date, date]]:
    """Key, first and last day of every month with a day in the range."""
    year, month = start.year, start.month
    while (year, month) <= (end.year, end.month):
        yield f"{year:04d}-{month:02d}", date(year, month, 1), date(year, month, monthrange(year, month)[1])
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def values(
    measure: Measure, rows: Sequence[Row], *, as_of: date, start: date, end: date, by: Sequence[str] = ()
) -> dict[tuple[str, tuple[str | None, ...]], Value]:
    """(numerator, denominator, value) by month and group; only groups and months with something in them."""
    found = {}
    eligible = [row for row in rows if holds_all(measure.rows, row) and not any(row.get(flag) for flag in measure.exclude_flags)]
    for key, first, last in months(start, end):
        if first > as_of:
            continue
        for group in {group_of(row, by) for row in eligible}:
            chosen = [row for row in eligible if group_of(row, by) == group]
            found[(key, group)] = value_of(measure, chosen, first, min(last, as_of))
    return found


def group_of(row: Row, by: Sequence[str]) -> tuple[str | None, ...]:
    return tuple(row.get(key if key in row else f"place_{key}") for key in by)


def value_of(measure: Measure, rows: Sequence[Row], first: date, last: date) -> Value:
    if measure.kind in ("count", "share"):
        return _events(measure, rows, first, last)
    if measure.kind == "percentile":
        return _time_to_close(measure, [row for row in rows if first <= row["opened_on"] <= last and holds_all(measure.numerator, row)])
    if measure.kind == "stock_percentile":
        ages = sorted((last - row["opened_on"]).days for row in rows if is_open_on(row, last))
        return len(ages), len(ages), _smallest_reaching(ages, measure.probability or 0.5)
    held = [row for row in rows if is_open_on(row, last)]
    counted = [row for row in held if holds_all(measure.numerator, row | {"END": last})]
    if measure.kind == "stock":
        return len(counted), None, len(counted)
    if measure.kind == "stock_share":
        return len(counted), len(held), len(counted) / len(held) if held else None
    window = last - timedelta(days=91)
    weekly = sum(1 for row in rows if row["status"] != "open" and row["closed_on"] and window < row["closed_on"] <= last) / 13
    return len(counted), weekly, len(counted) / weekly if weekly else None


def is_open_on(row: Row, day: date) -> bool:
    if row["opened_on"] > day:
        return False
    if row["status"] == "open":
        return True
    return row["closed_on"] is not None and row["closed_on"] > day


def _events(measure: Measure, rows: Sequence[Row], first: date, last: date) -> Value:
    dated = [row for row in rows if (day := column(row, measure.time)) is not None and first <= day <= last]
    if measure.kind == "count":
        number = sum(1 for row in dated if holds_all(measure.numerator, row))
        return number, None, number
    below = [row for row in dated if holds_all(measure.denominator or (), row)]
    above = sum(1 for row in below if holds_all(measure.numerator, row))
    return above, len(below), above / len(below) if below else None


def _time_to_close(measure: Measure, rows: Sequence[Row]) -> Value:
    """Product-limit estimate, one closing time after the other."""
    cases = [(row["age_days"], False) if row["status"] == "open" else (row["days_to_close"], True) for row in rows]
    cases = [(days, closed) for days, closed in cases if days is not None]
    survival, reached = 1.0, None
    for time in sorted({days for days, closed in cases if closed}):
        at_risk = sum(1 for days, _ in cases if days >= time)
        closing = sum(1 for days, closed in cases if closed and days == time)
        survival *= 1 - closing / at_risk
        if survival <= 1 - (measure.probability or 0.5) + 1e-9:
            reached = time
            break
    return sum(1 for _, closed in cases if closed), len(cases), reached


def _smallest_reaching(ages: Sequence[float], share: float) -> float | None:
    for age in ages:
        if sum(1 for other in ages if other <= age) >= share * len(ages) - 1e-9:
            return age
    return None


def column(row: Row, name: str) -> Any:
    if name == "judged_on":
        if row["due_on"] is not None:
            return row["due_on"]
        return row["closed_on"] if row["on_time"] is not None else None
    if name == "is_open":
        return row["status"] == "open"
    if name == "age_days_at_end":
        return (row["END"] - row["opened_on"]).days
    if name == "days_overdue_at_end":
        return (row["END"] - row["due_on"]).days if row["due_on"] is not None else None
    return row[name]


def holds_all(conditions: Sequence[Condition], row: Row) -> bool:
    return all(holds(condition, row) for condition in conditions)


def holds(condition: Condition, row: Row) -> bool:
    if condition.any_of:
        return any(holds(part, row) for part in condition.any_of)
    value, wanted = column(row, condition.column), condition.value
    if condition.operator == "is":
        return {"null": value is None, "not_null": value is not None}.get(str(wanted), value is wanted)
    listed = wanted if isinstance(wanted, tuple) else (wanted,)
    if condition.operator == "not_in":
        return value is None or value not in listed
    if condition.operator == "contains_none":
        return value is None or not any(str(word).lower() in value.lower() for word in listed)
    if value is None:
        return False
    return {
        "equals": lambda: value == wanted,
        "in": lambda: value in listed,
        "contains_any": lambda: any(str(word).lower() in value.lower() for word in listed),
        "at_least": lambda: value >= wanted,
        "more_than": lambda: value > wanted,
        "at_most": lambda: value <= wanted,
        "less_than": lambda: value < wanted,
    }[condition.operator]()
