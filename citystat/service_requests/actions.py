"""Writes of this room: load requests."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

import duckdb
from django.db import connection as database
from django.db import transaction

from citystat.core import audit
from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotFound
from citystat.core.models import AuditEvent
from citystat.core.progress import progress
from citystat.service_requests.loading import layout as layouts
from citystat.service_requests.loading import plain_text, points, quarantine, recognition, sniffing, staging, states, transform
from citystat.warehouse import connections, landing
from citystat.warehouse.files import file_sha256

STANDARD_INPUT: Final = "-"
MEMORY_LIMIT: Final = "1200MB"


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
    with landing.begin(states.KIND) as load:
        work = load.folder / "work"
        work.mkdir()
        with _engine(work) as connection:
            staged, delimiters = _stage(connection, paths, work)
            chosen = [_choose(connection, one, layout) for one in staged]
            facts = _transform(connection, staged, chosen, load, as_of, source, time_zone)
            if facts["quarantined"]:
                quarantine.write(connection, staged, delimiters, load.number, load.folder)
        shutil.rmtree(work)
        facts["checksums"] = {path.name: file_sha256(path) for path in sorted(load.folder.glob("*.parquet"))}
        _commit(load, facts, by)
    return _result(facts, load.number)


@contextmanager
def _engine(work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in bounded memory, spilling into the load's own folder, reading no extension from anywhere."""
    settings = {
        "memory_limit": MEMORY_LIMIT, "temp_directory": str(work / "spill"), "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }  # fmt: skip
    connection = duckdb.connect(config=settings)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET partitioned_write_max_open_files = 2000")
        staging.prepare(connection)
        yield connection
    finally:
        connection.close()


def _stage(connection: duckdb.DuckDBPyConnection, paths: Sequence[str], work: Path) -> tuple[list[staging.Staged], dict[int, str]]:
    staged, delimiters = [], {}
    with progress("Reading", total=len(paths)) as step:
        for number, path in enumerate(paths):
            sniffed = sniffing.sniff(plain_text.from_standard_input(work) if path == STANDARD_INPUT else Path(path))
            one = staging.stage(connection, sniffed, number, work)
            if not one.rows_read:
                raise InputError(f"{one.name} has a header but no rows: there is nothing to load.")
            staged.append(one)
            delimiters[number] = sniffed.delimiter
            step(1)
    return staged, delimiters


def _choose(connection: duckdb.DuckDBPyConnection, staged: staging.Staged, layout: str | None) -> layouts.Layout:
    """The layout a person named, the one of the load a quarantine file came from, or the one its header belongs to."""
    if layout:
        return layouts.get(layout)
    earlier = _quarantined_from(connection, staged)
    if earlier:
        return layouts.checked(earlier.facts["layout_definitions"][0], f"of load {earlier.number}")
    return recognition.recognize(staged.columns, staged.name).layout


def _quarantined_from(connection: duckdb.DuckDBPyConnection, staged: staging.Staged) -> landing.Load | None:
    """The load whose quarantine this file is, if it is one."""
    column = next((one for one in staged.columns if one.header.casefold() == quarantine.LOAD), None)
    if column is None:
        return None
    found = connection.execute(
        f"SELECT max(try_cast({column.sql} AS INTEGER)) FROM read_parquet({staging.quoted(str(staged.path))})"
    ).fetchone()
    try:
        return landing.read(states.KIND, found[0]) if found and found[0] else None
    except NotFound:
        return None


def _transform(
    connection: duckdb.DuckDBPyConnection,
    staged: Sequence[staging.Staged],
    chosen: Sequence[layouts.Layout],
    load: landing.IncomingLoad,
    as_of: date | None,
    source: str | None,
    time_zone: str | None,
) -> dict[str, Any]:
    """Bind, transform, compare and write; returns what load.json says."""
    earlier = _quarantined_from(connection, staged[0])
    sources = {source or (str(earlier.facts["source"]) if earlier else one.source) for one in chosen}
    if len(sources) > 1:
        raise InputError(
            f"The files belong to different registers ({', '.join(sorted(sources))}): load each of them by itself, or name one with --source."
        )
    day = as_of or (date.fromisoformat(str(earlier.facts["as_of"])) if earlier else None)
    if day is None:
        raise InputError("Say with --as-of on which day the export was made, for example --as-of 2017-12-31.")
    register = sources.pop()
    notes: list[str] = [note for one in staged for note in one.notes]
    plans = []
    for one, layout in zip(staged, chosen, strict=True):
        zone = time_zone or layout.time_zone or current_city().time_zone
        if not zone:
            notes.append("No time zone is known (layout, city.yaml or --time-zone): clock times were read as UTC.")
        plan = transform.bind(layout, one.columns, transform.Context(register, zone or "UTC", day, load.number))
        notes += _absent(plan, one)
        plans.append(plan)
    points.register(connection, [layout.section("point")["epsg"] for layout in chosen if "epsg" in layout.section("point")])
    states.expose(connection, list(zip(plans, staged, strict=True)))
    with progress("Storing", total=sum(one.rows_read for one in staged)) as step:
        counts = states.land(connection, load.folder, register, day, load.number, sum(one.unreadable for one in staged))
        step(counts.rows_read)
    if counts.flags["opened_after_as_of"] or counts.flags["closed_after_as_of"]:
        notes.append(f"Some requests were opened or closed after {day}, the as-of date: they are flagged; check that --as-of is right.")
    if not counts.loaded + counts.unchanged + counts.superseded:
        notes.append("No row could be used: look at the reasons in the quarantine file.")
    return {
        "loaded_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": day,
        "source": register,
        "layout": ", ".join(dict.fromkeys(layout.name for layout in chosen)),
        "layout_definitions": [dict(layout.definition) for layout in {one.name: one for one in chosen}.values()],
        "time_zone": ", ".join(dict.fromkeys(plan.context.time_zone for plan in plans)),
        "files": [{"name": one.name, "rows_read": one.rows_read, "columns": [column.header for column in one.columns]} for one in staged],
        "engine": f"duckdb {duckdb.__version__}",
        **asdict(counts),
        "notes": notes,
    }


def _absent(plan: transform.Plan, staged: staging.Staged) -> list[str]:
    """Refuse a file without the columns no row can do without, or without one a person's own layout names; note the others."""
    for spellings in plan.layout.needed():
        if spellings[0] in plan.absent:
            raise InputError(
                f"{staged.name} has no column {spellings[0]!r}, from which the layout {plan.layout.name} takes the request id or the opening date: "
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
