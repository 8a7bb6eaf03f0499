"""What SQL cannot answer about a batch of requests: the place of each point, and the end of each promise."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from citystat.methods.durations import BusinessCalendar, PromiseUnit, due_instants
from citystat.places import locating
from citystat.service_requests.building.inputs import Inputs

UNITS: Final[tuple[PromiseUnit, ...]] = get_args(PromiseUnit)
HOUR_UNITS: Final = ("business_hours", "calendar_hours")
FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class PromisePeriod:
    """One row of the catalog with the days on which it decides."""

    row: dict[str, Any]
    first_day: date
    last_day: date


def promise_periods(promises: pa.Table) -> pa.Table:
    """The catalog as periods that never overlap within a service: each row ends where the next one starts."""
    periods = [period for slug in _slugs(promises) for period in _periods_of(slug)]
    columns = {name: [period.row[name] for period in periods] for name in promises.column_names}
    fields = {name: pa.array(values, promises.schema.field(name).type) for name, values in columns.items()}
    first = pa.array([period.first_day for period in periods], pa.date32())
    last = pa.array([period.last_day for period in periods], pa.date32())
    return pa.table(fields | {"first_day": first, "last_day": last})


def _slugs(promises: pa.Table) -> list[list[dict[str, Any]]]:
    by_slug: dict[str, list[dict[str, Any]]] = {}
    for row in promises.to_pylist():
        by_slug.setdefault(row["service_slug"], []).append(row)
    return list(by_slug.values())


def _periods_of(rows: list[dict[str, Any]]) -> list[PromisePeriod]:
    rows = sorted(rows, key=lambda row: row["in_force_from"] or FIRST_DAY)
    starts = [row["in_force_from"] or FIRST_DAY for row in rows]
    ends = [start - timedelta(days=1) if start > FIRST_DAY else FIRST_DAY for start in starts[1:]] + [LAST_DAY]
    return [PromisePeriod(row, start, min(end, row["in_force_to"] or LAST_DAY)) for row, start, end in zip(rows, starts, ends, strict=True)]


def answered(questions: pa.Table, calendar: BusinessCalendar) -> pa.Table:
    """The questions, and when the promise of each request ends: what the statement `requests` asks."""
    for name, column in _promised(questions, calendar).items():
        questions = questions.append_column(name, column)
    return questions


def _promised(questions: pa.Table, calendar: BusinessCalendar) -> dict[str, pa.Array]:
    asked = pc.and_(pc.is_valid(questions["promised_from"]), pc.is_valid(questions["promise_value"]))
    count = questions.num_rows
    due = np.full(count, np.datetime64("NaT"), dtype="datetime64[us]")
    has_time = np.zeros(count, dtype=bool)
    for unit in UNITS if pc.any(asked).as_py() else ():
        rows = np.flatnonzero(pc.fill_null(pc.and_(asked, pc.equal(questions["promise_unit"], unit)), False).to_numpy())
        if rows.size:
            opened = questions["promised_from"].take(pa.array(rows)).to_numpy().astype("datetime64[us]")
            due[rows] = due_instants(opened, questions["promise_value"].take(pa.array(rows)).to_numpy(), unit, calendar)
            has_time[rows] = unit in HOUR_UNITS or calendar.due_clock != "end_of_day"
    return _instants(due, has_time, calendar.zone)


def _instants(due: np.ndarray[Any, Any], has_time: np.ndarray[Any, Any], zone: ZoneInfo) -> dict[str, pa.Array]:
    missing = np.isnat(due)
    at = pa.array(due, pa.timestamp("us"), mask=missing)
    local = pc.local_timestamp(pc.assume_timezone(at, "UTC").cast(pa.timestamp("us", zone.key)))
    return {"promised_at": at, "promised_on": local.cast(pa.date32(), safe=False), "promised_has_time": pa.array(has_time, mask=missing)}


def places(questions: pa.Table, inputs: Inputs) -> dict[str, pa.Array]:
    """Place column -> code of the place of each point: by each version of a kind, and by the one in force on the opening day."""
    longitudes = questions["longitude"].to_numpy(zero_copy_only=False).astype(np.float64)
    latitudes = questions["latitude"].to_numpy(zero_copy_only=False).astype(np.float64)
    by_version = {layer.column: locating.assign(longitudes, latitudes, layer) for layer in inputs.layers}
    by_kind: dict[str, pa.Array] = {}
    for layer in inputs.layers:
        column, found = f"place_{layer.kind}", by_version[layer.column]
        if layer.in_force_from is None and layer.in_force_to is None:
            by_kind[column] = found
        else:
            so_far = _decoded(by_kind.get(column, pa.nulls(questions.num_rows, pa.string())))
            by_kind[column] = pc.if_else(_in_force(questions["opened_on"], layer), _decoded(found), so_far)
    return dict(sorted((by_kind | by_version).items()))


def _decoded(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column


def _in_force(opened_on: pa.ChunkedArray, layer: locating.LayerShapes) -> pa.ChunkedArray:
    first = pc.greater_equal(opened_on, pa.scalar(layer.in_force_from or FIRST_DAY, pa.date32()))
    last = pc.less_equal(opened_on, pa.scalar(layer.in_force_to or LAST_DAY, pa.date32()))
    return pc.fill_null(pc.and_(first, last), False)
