"""Writes of this room: load requests."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

import duckdb
from django.db import connection as database
from django.db import transaction

from citystat.core import audit, clock
from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotFound, UserError
from citystat.core.models import AuditEvent
from citystat.core.progress import progress
from citystat.service_requests.loading import (
    clocks,
    lost_lines,
    month_files,
    plain_text,
    points,
    quarantine,
    recognition,
    sniffing,
    staging,
    states,
    transform,
    unlisted_dates,
)
from citystat.service_requests.loading import layout as layouts
from citystat.warehouse import connections, landing
from citystat.warehouse.arrow import leave_pandas_out

STANDARD_INPUT: Final = "-"
MEMORY_LIMIT: Final = "1200MB"
# A list of more than a few words would become a join, through which every column of every row goes, also where a CASE asks it of no row.
IN_AS_JOIN: Final = "in_clause"
# Later exports would count as older, and every age would run to that day: a slip of the pen that no later load could mend.
FARTHEST_AS_OF_DAYS: Final = 366
NO_ZONE: Final = "No time zone is known (layout, city.yaml or --time-zone): clock times were read as UTC."
MIXED_LINES: Final = "state machine reached an invalid state"
Inputs = list[tuple[transform.Plan, staging.Staged]]


def load_requests(
    paths: Sequence[str],
    *,
    as_of: date | None,
    by: Any = None,
    layout: str | None = None,
    source: str | None = None,
    time_zone: str | None = None,
) -> dict[str, Any]:
    """Load exports as one load, whole or not at all; returns its accounting, layout, load number and notes.

    `as_of` may be left out only for a quarantine file that comes back: it then keeps the day of its load.
    """
    if not paths:
        raise InputError("Give at least one file to load, or - for standard input.")
    if time_zone and time_zone not in available_timezones():
        raise InputError(f"{time_zone!r} is not a time zone: use a name such as America/Chicago.")
    leave_pandas_out()
    with landing.begin(states.KIND) as load:
        work = load.folder / "work"
        work.mkdir()
        with _engine(work) as connection:
            staged = _stage(connection, paths, work)
            inputs, facts = _bind(connection, staged, load.number, layout, as_of, source, time_zone)
            facts |= _store(connection, inputs, load, facts)
        shutil.rmtree(work)
        _commit(load, facts, by)
    return _result(facts, load.number)


@contextmanager
def _engine(work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in bounded memory, spilling into the load's own folder, reading no extension from anywhere."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT, "temp_directory": str(work / "spill"), "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false", "disabled_optimizers": IN_AS_JOIN,
    }  # fmt: skip
    connection = duckdb.connect(config=settings)
    try:
        staging.prepare(connection)
        yield connection
    finally:
        connection.close()


def _stage(connection: duckdb.DuckDBPyConnection, paths: Sequence[str], work: Path) -> list[staging.Staged]:
    staged = []
    for number, path in enumerate(paths):
        sniffed = sniffing.sniff(plain_text.from_standard_input(work) if path == STANDARD_INPUT else Path(path))
        staged.append(staging.stage(connection, sniffed, number, work))
    return staged


def _choose(connection: duckdb.DuckDBPyConnection, staged: staging.Staged, layout: str | None) -> layouts.Layout:
    """The layout a person named, the one of the load a quarantine file came from, or the one its header belongs to."""
    if layout:
        return layouts.get(layout)
    earlier = _quarantined_from(connection, staged)
    if earlier:
        return layouts.checked(earlier.facts["layout_definitions"][0], f"of load {earlier.number}")
    return recognition.recognize(staged.columns, str(staged.sniffed.path)).layout


def _quarantined_from(connection: duckdb.DuckDBPyConnection, staged: staging.Staged) -> landing.Load | None:
    """The load whose quarantine this file is, if it is one."""
    column = next((one for one in staged.columns if one.header.casefold() == quarantine.LOAD), None)
    if column is None:
        return None
    found = connection.execute(f"SELECT max(try_cast({column.sql} AS INTEGER)) FROM ({staged.rows})").fetchone()
    try:
        return landing.read(states.KIND, found[0]) if found and found[0] else None
    except NotFound:
        return None


def _bind(
    connection: duckdb.DuckDBPyConnection,
    staged: Sequence[staging.Staged],
    load_id: int,
    layout: str | None,
    as_of: date | None,
    source: str | None,
    time_zone: str | None,
) -> tuple[Inputs, dict[str, Any]]:
    """Choose and bind layouts; returns the plans and what load.json says of them."""
    chosen = [_choose(connection, one, layout) for one in staged]
    earlier = _quarantined_from(connection, staged[0])
    sources = {source or (str(earlier.facts["source"]) if earlier else one.source) for one in chosen}
    if len(sources) > 1:
        names = ", ".join(sorted(sources))
        raise InputError(f"The files belong to different registers ({names}): load each of them by itself, or name one with --source.")
    day = as_of or (date.fromisoformat(str(earlier.facts["as_of"])) if earlier else None)
    if day is None:
        raise InputError("Say with --as-of on which day the export was made, for example --as-of 2017-12-31.")
    if day > clock.today() + timedelta(days=FARTHEST_AS_OF_DAYS):
        raise InputError(f"The as-of date {day} is more than a year ahead: give the day on which the export was made.")
    register = sources.pop()
    notes: list[str] = []
    completed: list[layouts.Layout] = []
    inputs = []
    for one, its_layout in zip(staged, chosen, strict=True):
        zone = time_zone or its_layout.time_zone or current_city().time_zone
        if not zone and NO_ZONE not in notes:
            notes.append(NO_ZONE)
        its_layout, said = unlisted_dates.completed(connection, one, its_layout, zone or "UTC")
        notes += said
        completed.append(its_layout)
        plan = transform.bind(its_layout, one.columns, transform.Context(register, zone or "UTC", day, load_id))
        notes += _absent(plan, one)
        inputs.append((plan, one))
    return inputs, {
        "loaded_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": day,
        "source": register,
        "layout": ", ".join(dict.fromkeys(one.name for one in chosen)),
        "layout_definitions": [dict(one.definition) for one in {one.name: one for one in completed}.values()],
        "time_zone": ", ".join(dict.fromkeys(plan.context.time_zone for plan, _ in inputs)),
        "engine": f"duckdb {duckdb.__version__}",
        "notes": notes,
    }


def _store(connection: duckdb.DuckDBPyConnection, inputs: Inputs, load: landing.IncomingLoad, facts: dict[str, Any]) -> dict[str, Any]:
    """Transform, compare and write; returns the accounting, which must hold to the row."""
    points.register(connection, [plan.layout.section("point")["epsg"] for plan, _ in inputs if "epsg" in plan.layout.section("point")])
    _set_clocks(connection, inputs)
    with progress("Loading") as step:
        made, inputs = _make(connection, inputs, load.folder / "work")
        unreadable = [staging.keep_rejects(connection, one) for _, one in inputs]
        for (_, one), (first, end), count in zip(inputs, pairwise(made.starts), unreadable, strict=True):
            lost_lines.refuse(connection, one, end - first, count)
        rows_read = made.usable + made.refused + sum(unreadable)
        if not rows_read:
            raise InputError(f"{inputs[0][1].name} has a header but no rows: there is nothing to load.")
        quarantined = 0
        if rows_read > made.usable:
            quarantined = quarantine.write(connection, [one for _, one in inputs], made, load.number, load.folder)
        decided = states.decide(connection, facts["source"], facts["as_of"], load.number, made.usable)
        written = month_files.write(connection, made.files, load.folder)
        step(rows_read)
    _refuse_wrong_day(connection, made, facts["as_of"])
    accounting = {
        "rows_read": rows_read,
        "loaded": decided.loaded,
        "unchanged": decided.unchanged,
        "superseded": decided.superseded,
        "quarantined": quarantined,
    }
    if written.kept != decided.kept or rows_read != decided.loaded + decided.unchanged + decided.superseded + quarantined:
        raise UserError(
            f"The load was stopped because its rows do not add up ({accounting}, {written.kept:,} states kept): nothing was stored."
        )
    notes = [*facts["notes"], *(note for _, one in inputs for note in one.notes), *_doubts(accounting, written.flags, facts["as_of"])]
    files = [{"name": one.name, "columns": [column.header for column in one.columns]} for _, one in inputs]
    return {**accounting, "flags": written.flags, "files": files, "notes": notes, "checksums": written.checksums}


def _refuse_wrong_day(connection: duckdb.DuckDBPyConnection, made: states.Made, as_of: date) -> None:
    """An export cannot have been made before its first request: every age would be less than nothing."""
    first = states.first_opened_on(connection) if made.usable else None
    if first and first > as_of + timedelta(days=1):
        raise InputError(
            f"Every request was opened after {as_of}, the as-of date, the first on {first}: give with --as-of the day the export was made."
        )


def _set_clocks(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """What the statements of a load need of a connection."""
    connection.execute("SET TimeZone = 'UTC'")
    for zone in {plan.context.time_zone for plan, _ in inputs}:
        clocks.prepare(connection, zone)


def _make(connection: duckdb.DuckDBPyConnection, inputs: Inputs, work: Path) -> tuple[states.Made, Inputs]:
    """The first pass, and another one where line ends are mixed or bytes turned up that are not UTF-8."""
    try:
        made = states.make(connection, inputs, work)
    except duckdb.Error as error:
        if MIXED_LINES not in str(error):
            raise
        inputs = [(plan, staging.less_strict(connection, one, work)) for plan, one in inputs]
        made = states.make(connection, inputs, work)
    again = [(plan, staging.with_other_encoding(connection, one, work)) for plan, one in inputs]
    if not any(other for _, other in again):
        return made, inputs
    inputs = [(plan, other or one) for (plan, one), (_, other) in zip(inputs, again, strict=True)]
    for _, one in inputs:
        staging.forget_rejects(connection, one)
    return states.make(connection, inputs, work), inputs


def _doubts(accounting: dict[str, int], flags: dict[str, int], as_of: date) -> list[str]:
    """What a person should look at."""
    notes = []
    if as_of > clock.today() + timedelta(days=1):
        notes.append(f"The as-of date {as_of} is still to come: every export of an earlier day will count as older than this one.")
    if flags["opened_after_as_of"] or flags["closed_after_as_of"]:
        notes.append(f"Some requests were opened or closed after {as_of}, the as-of date: they are flagged; check that --as-of is right.")
    if accounting["quarantined"] == accounting["rows_read"]:
        notes.append("No row could be used: look at the reasons in the quarantine file.")
    return notes


def _absent(plan: transform.Plan, staged: staging.Staged) -> list[str]:
    """Refuse a file without the columns no row can do without, or without one a person's own layout names; note the others."""
    for spellings in plan.layout.needed():
        if spellings[0] in plan.absent:
            raise InputError(
                f"{staged.name} has no column {spellings[0]!r}, where the layout {plan.layout.name} looks for the id or the opening date: "
                f"correct the layout, or see `citystat layout check {staged.name}`."
            )
    if plan.absent and plan.layout.is_own_file:
        raise InputError(
            f"{staged.name} has no column {plan.absent[0]!r}, which the layout {plan.layout.name} names: "
            f"correct or remove it in the layout; the file has {', '.join(column.header for column in staged.columns[:8])}, ..."
        )
    return [f"{staged.name} lacks {', '.join(plan.absent)}: what the layout takes from there stays empty."] if plan.absent else []


def _commit(load: landing.IncomingLoad, facts: dict[str, Any], by: Any) -> None:
    """Make the load visible with its audit event, then put its quarantine where people look."""
    with transaction.atomic() if _has_audit() else _nothing():
        if _has_audit():
            details = {name: facts[name] for name in ("source", "layout", "rows_read", "loaded", "unchanged", "superseded", "quarantined")}
            audit.record(by=by, action="load requests", target=f"load {load.number}", details=details)
        landed = load.commit(facts)
    if facts["quarantined"]:
        quarantine.publish(landed.folder / quarantine.FILE_NAME, load.number)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _has_audit() -> bool:
    """Whether the database has been set up; loading works before `citystat init` too."""
    return AuditEvent._meta.db_table in database.introspection.table_names()


def _result(facts: dict[str, Any], number: int) -> dict[str, Any]:
    names = ("rows_read", "loaded", "unchanged", "superseded", "quarantined", "flags", "layout", "source", "as_of", "notes")
    result = {name: facts[name] for name in names}
    quarantined = str(quarantine.path_of(number)) if facts["quarantined"] else None
    return {**result, "load": number, "build": connections.current_number(), "quarantine_file": quarantined}
