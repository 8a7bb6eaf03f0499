"""A small build straight from row dicts, for tests of what reads the warehouse.

    build = factories.requests.write_build(
        [request(service="Pothole", opened_on=date(2017, 6, 1), closed_on=date(2017, 6, 4), due_on=date(2017, 6, 3))],
        as_of=date(2017, 12, 31),
        places=[{"kind": "council_district", "version": "2012", "code": "1", "name": "District 1"}],
    )
    open_build().rows("SELECT count(*) FROM requests")

Derived columns follow the contract; a value given in the row wins. `place_council_district="1"` adds a place column.
Needs a home of its own: use the `city_home` fixture. Rows without a `request_id` are numbered, anew in each test (tests/conftest.py): those
of two tests that make the same rows are alike, so that a build is copied rather than written for each of them.
"""

import atexit
import hashlib
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from citystat.core.home import make_home, warehouse_dir
from citystat.service_requests import schema
from citystat.warehouse import build as builds
from citystat.warehouse import connections
from citystat.warehouse.manifest import Manifest, Table

Row = dict[str, Any]
_ids = count(1)
# What a test makes is numbered apart from what a module made when it was imported.
FIRST_OF_A_TEST = 500_001
# Not begun again: two builds that differ never have files of the same checksum.
_files = count(1)
# First builds of a home by what they hold: None once written, then the build and the folder it is copied from.
_first_builds: dict[str, tuple[Manifest, Path] | None] = {}
# What reads the named ones.
_readers: dict[str, connections.Warehouse] = {}

PLACE_COLUMNS = {
    "kind": "VARCHAR", "version": "VARCHAR", "code": "VARCHAR", "name": "VARCHAR", "in_force_from": "DATE", "in_force_to": "DATE",
    "area_km2": "DOUBLE", "is_current": "BOOLEAN",
}  # fmt: skip
POPULATION_COLUMNS = {
    "kind": "VARCHAR", "version": "VARCHAR", "code": "VARCHAR", "year": "INTEGER", "population": "DOUBLE", "source": "VARCHAR",
}  # fmt: skip
CALENDAR_COLUMNS = {"day": "DATE", "is_business_day": "BOOLEAN", "business_day_number": "INTEGER"}
OTHER_TABLES = {
    "request_states": schema.REQUEST_STATE_COLUMNS,
    "services": schema.SERVICE_COLUMNS,
    "departments": schema.DEPARTMENT_COLUMNS,
    "places": PLACE_COLUMNS,
    "population": POPULATION_COLUMNS,
    "place_agreement": schema.PLACE_AGREEMENT_COLUMNS,
    "loads": schema.LOAD_COLUMNS,
    "calendar": CALENDAR_COLUMNS,
}
# Written only where a test gives them: a city without calls has no such table.
OPTIONAL_TABLES = {
    "call_months": {
        "month": "DATE", "offered": "BIGINT", "answered": "BIGINT", "abandoned": "BIGINT", "wait_seconds": "DOUBLE", "wait_calls": "BIGINT",
        "in_target": "DOUBLE", "target_calls": "BIGINT", "target_seconds": "INTEGER", "days_known": "INTEGER", "days": "INTEGER",
        "is_complete": "BOOLEAN",
    },
    "caller_survey_months": {
        "month": "DATE", "question": "VARCHAR", "answers": "BIGINT", "satisfied": "BIGINT",
        "respondents": "BIGINT", "calls_answered": "BIGINT",
    },
}  # fmt: skip


def number_anew() -> None:
    """The next row is the first of a test."""
    global _ids
    _ids = count(FIRST_OF_A_TEST)


def slug(label: str) -> str:
    """The URL key of a label."""
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")


def request(**values: Any) -> Row:
    """One request as recorded, with ordinary defaults: a pothole reported by phone on 2017-06-01, closed if it has a closing date."""
    opened_on = values.get("opened_on", date(2017, 6, 1))
    defaults: Row = {
        "source": "test-city", "request_id": f"T{next(_ids):06d}", "service": "Pothole",
        "category": "Streets", "department": "Public Works",
        "channel": "phone", "channel_recorded": "PHONE", "origin": "resident", "status": "closed" if values.get("closed_on") else "open",
        "opened_on": opened_on, "address": "1 Main St", "latitude": 39.1, "longitude": -94.58, "load_id": 1,
        "recorded_places": {}, "extra": {},
    }  # fmt: skip
    return defaults | values


def finished(row: Row, as_of: date) -> Row:
    """The row with every derived column of the contract; what it already has stays."""
    full = dict.fromkeys(schema.REQUEST_COLUMNS) | dict.fromkeys(schema.FLAGS, False) | row
    for name in ("opened", "due", "first_response", "closed"):
        instant, day = full[f"{name}_at"], full[f"{name}_on"]
        full[f"{name}_on"] = day or (instant.date() if instant else None)
        full[f"{name}_at"] = instant or (datetime.combine(day, time()) if day else None)
    for name in ("opened", "due", "closed"):
        if full[f"{name}_on"] is not None and full[f"{name}_has_time"] is None:
            full[f"{name}_has_time"] = row.get(f"{name}_at") is not None
    return _derived(full, as_of) | {name: value for name, value in row.items() if value is not None}


def _derived(full: Row, as_of: date) -> Row:
    opened, closed, due, is_open = full["opened_on"], full["closed_on"], full["due_on"], full["status"] == "open"
    located = full["latitude"] is not None and full["longitude"] is not None
    return full | {
        "as_of": as_of,
        "opened_month": opened.replace(day=1),
        "closed_recorded_on": closed,
        "is_counted": full["status"] not in ("cancelled", "duplicate", "invalid"),
        "is_field_service": full["status"] != "information_only",
        "service_slug": slug(full["service"]) if full["service"] else None,
        "due_source": "recorded" if due else "none",
        "days_to_close": _days(full) if closed else None,
        "age_days": float((as_of - opened).days) if is_open else None,
        "on_time": _on_time(full, as_of),
        "is_overdue": bool(is_open and due and due < as_of),
        "recurred": False if located and closed else None,
        "is_located": located,
    }


def _on_time(full: Row, as_of: date) -> bool | None:
    due, closed = full["due_on"], full["closed_on"]
    if full["status"] == "open":
        return False if due and due < as_of else None
    if due and closed:
        both = full["closed_has_time"] and full["due_has_time"]
        return bool(full["closed_at"] <= full["due_at"] if both else closed <= due)
    return full["on_time_recorded"] if full["status"] == "closed" and not due else None


def _days(full: Row) -> float | None:
    if full["closed_on"] < full["opened_on"]:
        return None
    if full["opened_has_time"] and full["closed_has_time"]:
        return max(0.0, (full["closed_at"] - full["opened_at"]).total_seconds() / 86400)
    return float(max(0, (full["closed_on"] - full["opened_on"]).days))


def write_build(
    rows: Iterable[Mapping[str, Any]] | Callable[[], Iterable[Mapping[str, Any]]],
    *,
    as_of: date = date(2017, 12, 31),
    by_month: bool = False,
    named: str = "",
    **tables: Sequence[Mapping[str, Any]],
) -> Manifest:
    """Write and publish a build of these requests; other tables by name as row dicts, else derived or empty.

    `by_month` writes a file for each month, as `citystat build` does: every question then opens all of them, which takes most of the time
    of a test that asks many. That both answer alike is a test of its own (tests/plan/test_month_files.py).
    The first build of a home is copied where this process has written the same one twice: writing it takes a second, copying none.
    `named`, for many tests over one city, stands for all that is given: the rows, made by a function, are neither made nor compared again,
    the build is copied from the second time on, and all copies are read through one connection. Its tests do not damage its files.
    """
    if any(path.is_file() for path in warehouse_dir().rglob("*")):
        return _written(_given(rows), as_of, by_month, tables)
    given = [] if named else _given(rows)
    key = named or hashlib.sha256(repr((given, as_of, by_month, sorted(tables.items()))).encode()).hexdigest()
    kept = _first_builds.get(key)
    if kept is not None:
        make_home()
        shutil.copytree(kept[1], warehouse_dir(), dirs_exist_ok=True)
        if named:
            _read_through_one_connection(key, kept[0].number)
        return kept[0]
    built = _written(given or _given(rows), as_of, by_month, tables)
    _first_builds[key] = (built, _kept(key)) if named or key in _first_builds else None
    return built


def keep_answers(home: Path) -> None:
    """Let this home keep what it works out of builds where the other tests of the process do, by the content of the build: all ask for
    much the same. Not for tests of what is kept, or of how often a table is read."""
    (home / "cache").mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("measures", "weak_points"):
        (_folder_of_answers() / name).mkdir(exist_ok=True)
        (home / "cache" / name).symlink_to(_folder_of_answers() / name, target_is_directory=True)


@cache
def _folder_of_answers() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="citystat-answers-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _given(rows: Iterable[Mapping[str, Any]] | Callable[[], Iterable[Mapping[str, Any]]]) -> list[Row]:
    return [dict(row) for row in (rows() if callable(rows) else rows)]


def _read_through_one_connection(key: str, number: int) -> None:
    """Opening a connection and its views takes longer than most tests ask of it."""
    if key not in _readers:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CITYSTAT_HOME", str(_folder_of_builds() / key))
            _readers[key] = connections.open_build(number)
    connections._opened[warehouse_dir(), number] = _readers[key]


def _kept(key: str) -> Path:
    """A copy of the warehouse as it is now, which no test is given to write to."""
    return Path(shutil.copytree(warehouse_dir(), _folder_of_builds() / key / "warehouse"))


@cache
def _folder_of_builds() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="citystat-builds-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _written(given: Sequence[Row], as_of: date, by_month: bool, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Manifest:
    requests = [finished(row, as_of) for row in given]
    rows_of = {"services": services_of(requests), "departments": departments_of(requests), "request_states": requests} | dict(tables)
    columns = schema.REQUEST_COLUMNS | {name: "VARCHAR" for row in requests for name in row if name.startswith("place_")}
    with builds.begin() as draft:
        months = sorted({row["opened_month"] for row in requests}) if by_month else []
        parts = {f"{month:%Y-%m}": [row for row in requests if row["opened_month"] == month] for month in months} or {"all": requests}
        written = [_table(draft, "requests", columns, parts)]
        written += [_table(draft, name, kinds, {"all": list(rows_of.get(name, ()))}) for name, kinds in OTHER_TABLES.items()]
        written += [_table(draft, name, kinds, {"all": list(rows_of[name])}) for name, kinds in OPTIONAL_TABLES.items() if name in rows_of]
        return draft.publish(as_of=as_of, tables=written, sources={"made_by": "tests.factories.requests"})


def _table(draft: builds.Draft, name: str, columns: Mapping[str, str], parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> Table:
    files = []
    for key, rows in parts.items():
        path = draft.folder / f"{name}-{key}.parquet"
        write_parquet(path, columns, rows)
        files.append(draft.add(name, key, path, f"factory-{path.stat().st_size}-{next(_files)}"))
    return Table(name, tuple(columns.items()), tuple(files))


def write_parquet(path: Path, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as a Parquet file with exactly these columns and DuckDB types."""
    arrays = {}
    for name, kind in columns.items():
        values = [row.get(name) for row in rows]
        if kind == schema.MAP:
            arrays[name] = pa.array([list((value or {}).items()) for value in values], pa.map_(pa.string(), pa.string()))
        else:
            arrays[name] = pa.array(values) if rows else pa.array([], pa.null())
    select = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in columns.items())
    connection = _writer()
    connection.register("given", pa.table(arrays))
    connection.execute(f"COPY (SELECT {select} FROM given) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    connection.unregister("given")


@cache
def _writer() -> duckdb.DuckDBPyConnection:
    """One connection for all files: opening one costs more than a test's writes."""
    return duckdb.connect(config={"threads": 1})


def services_of(requests: Sequence[Mapping[str, Any]]) -> list[Row]:
    """One catalog row per service in the requests, without a promise."""
    found: dict[str, Row] = {}
    for row in requests:
        entry = found.setdefault(
            row["service"],
            {name: row.get(name) for name in ("service", "service_slug", "service_code", "category", "department")}
            | {"kind": "field" if row["is_field_service"] else "information", "promise_source": "none", "requests": 0},
        )
        entry["requests"] += 1
    return list(found.values())


def departments_of(requests: Sequence[Mapping[str, Any]]) -> list[Row]:
    """One row per department in the requests."""
    named = Counter(row["department"] for row in requests if row["department"])
    return [{"department": name, "department_slug": slug(name), "requests": named[name]} for name in sorted(named)]
