"""Write request states, one Parquet file a month of opening, compare them with what is stored, and keep only what is new.

All rows are written in one pass over the input; only where a request comes twice in a load, or an earlier load knows it, are months
looked at again. Which row of a request is the newest within one load: the one updated last, then the one closed last, then the one
with the greater content number (so the order of rows and files does not matter).
"""

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from citystat.core.errors import UserError
from citystat.service_requests.loading import transform
from citystat.service_requests.loading.staging import Staged, quoted
from citystat.service_requests.loading.vocabulary import ALL_TYPES, FLAGS
from citystat.warehouse import landing

KIND: Final = "requests"
ROWS_PER_GROUP: Final = 40_960
REFUSED: Final = "refused"
SUPERSEDED_FOLDER: Final = "superseded"
WRITERS: Final = 2
OPTIONS: Final = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_PER_GROUP}"


@dataclass(frozen=True)
class Written:
    """What the first pass wrote: usable rows as month files, and how many rows were refused with a reason."""

    usable: int
    refused: int


@dataclass(frozen=True)
class Decided:
    """What became of the usable rows, and how many states are kept: the loaded ones, and superseded ones of an older day."""

    loaded: int
    unchanged: int
    superseded: int
    kept: int


def write(connection: duckdb.DuckDBPyConnection, inputs: Sequence[tuple[transform.Plan, Staged]], folder: Path) -> Written:
    """Write every usable row of every input into the load's folder as `<month>.parquet`."""
    columns = ", ".join(ALL_TYPES)
    queries = [
        f"SELECT coalesce(CASE WHEN reason IS NOT NULL THEN '{REFUSED}' END, month) AS month, {columns} "
        f"FROM ({transform.rows(plan, staged.first_pass)})"
        for plan, staged in inputs
    ]
    parts = folder / "months"
    shutil.rmtree(parts, ignore_errors=True)
    total = _one(connection, f"COPY ({' UNION ALL '.join(queries)}) TO {quoted(str(parts))} ({OPTIONS}, PARTITION_BY (month))")[0]
    months = sorted(parts.iterdir()) if parts.exists() else []
    refused = 0
    for month in months:
        name = month.name.removeprefix("month=")
        if name == REFUSED:
            refused = _one(connection, f"SELECT count(*) FROM read_parquet({quoted(str(month / '*.parquet'))}, hive_partitioning=false)")[0]
        else:
            _one_file(connection, month, folder / f"{name}.parquet")
    shutil.rmtree(parts, ignore_errors=True)
    return Written(total - refused, refused)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = connection.execute(query).fetchone()
    return tuple(int(value or 0) for value in row or ())


def _one_file(connection: duckdb.DuckDBPyConnection, month: Path, target: Path) -> None:
    pieces = sorted(month.iterdir())
    if len(pieces) == 1:
        pieces[0].rename(target)
    else:
        source = f"read_parquet({quoted(str(month / '*.parquet'))}, hive_partitioning=false)"
        connection.execute(f"COPY (SELECT * FROM {source}) TO {quoted(str(target))} ({OPTIONS})")


def decide(connection: duckdb.DuckDBPyConnection, folder: Path, source: str, as_of: date, load_id: int, usable: int) -> Decided:
    """Compare the written states with each other and with what is stored; keep the new and changed ones only."""
    earlier = [str(path) for load in landing.loads(KIND) if load.facts.get("source") == source for path in load.parquet_files()]
    if not usable:
        return Decided(0, 0, 0, 0)
    written = f"read_parquet({quoted(str(folder / '*.parquet'))}, file_row_number=true)"
    rows, distinct = _one(connection, f"SELECT count(*), count(DISTINCT hash(request_id)) FROM {written}")
    if rows != usable:
        raise UserError(f"The load was stopped: {usable:,} usable rows were read but {rows:,} were written; nothing was stored.")
    if distinct == usable and not earlier:
        return Decided(usable, 0, 0, usable)
    _compare(connection, written, earlier, source, as_of)
    loaded, unchanged, superseded, kept = _one(
        connection,
        """SELECT count(*) FILTER (WHERE decision = 'loaded'), count(*) FILTER (WHERE decision = 'unchanged'),
                  count(*) FILTER (WHERE decision IN ('superseded', 'older in this load')),
                  count(*) FILTER (WHERE decision IN ('loaded', 'superseded')) FROM decided""",
    )
    _keep_superseded(connection, written, folder)
    _mark_moves(connection, source, as_of, load_id)
    _keep_decided(connection, folder)
    return Decided(loaded, unchanged, superseded, kept)


def _compare(connection: duckdb.DuckDBPyConnection, written: str, earlier: Sequence[str], source: str, as_of: date) -> None:
    """Create `decided`: what each usable row is, against the other rows of the load and the stored states."""
    connection.execute(
        f"""CREATE TABLE keys AS
            SELECT strftime(opened_on, '%Y-%m') AS month, file_row_number AS row, request_id, state_hash, updated_at, closed_at, opened_on
            FROM {written}"""
    )
    connection.execute("CREATE TABLE repeated AS SELECT request_id FROM keys GROUP BY request_id HAVING count(*) > 1")
    connection.execute(
        """CREATE TABLE older AS
           SELECT month, row, state_hash = first_value(state_hash) OVER newest AS is_same, row_number() OVER newest AS place
           FROM keys SEMI JOIN repeated USING (request_id)
           WINDOW newest AS (PARTITION BY request_id ORDER BY updated_at DESC NULLS LAST, closed_at DESC NULLS LAST, state_hash, row)
           QUALIFY place > 1"""
    )
    connection.execute(f"CREATE TABLE stored AS {_stored(earlier, source, as_of)}")
    connection.execute(
        """CREATE TABLE decided AS
           SELECT keys.row, keys.request_id, keys.month, keys.opened_on, stored.latest,
                  CASE WHEN older.place IS NOT NULL THEN CASE WHEN older.is_same THEN 'unchanged' ELSE 'older in this load' END
                       WHEN stored.floor_hash = keys.state_hash THEN 'unchanged'
                       WHEN stored.has_later THEN 'superseded' ELSE 'loaded' END AS decision
           FROM keys LEFT JOIN older ON older.month = keys.month AND older.row = keys.row
                     LEFT JOIN stored ON stored.request_id = keys.request_id"""
    )


def _stored(earlier: Sequence[str], source: str, as_of: date) -> str:
    """Of each incoming request: the state in force on the as-of date, whether a later one is stored, and the latest one."""
    if not earlier:
        return (
            "SELECT NULL::VARCHAR AS request_id, NULL::UBIGINT AS floor_hash, false AS has_later, "
            "NULL::STRUCT(as_of DATE, month VARCHAR, opened_on DATE) AS latest WHERE false"
        )
    files = ", ".join(map(quoted, earlier))
    day = f"DATE '{as_of}'"
    latest = "{'as_of': as_of, 'month': strftime(opened_on, '%Y-%m'), 'opened_on': opened_on}"
    return f"""
        SELECT request_id, arg_max(state_hash, (as_of, load_id)) FILTER (WHERE as_of <= {day}) AS floor_hash,
               bool_or(as_of > {day}) AS has_later, arg_max({latest}, (as_of, load_id)) AS latest
        FROM read_parquet([{files}], union_by_name=true)
        WHERE source = {quoted(source)} AND NOT moved_away AND request_id IN (SELECT request_id FROM keys)
        GROUP BY request_id"""


def _keep_superseded(connection: duckdb.DuckDBPyConnection, written: str, folder: Path) -> None:
    """Set aside the rows another row of the same load is newer than: no state of theirs was in force on a day of its own."""
    if not _one(connection, "SELECT count(*) FROM decided WHERE decision = 'older in this load'")[0]:
        return
    target = folder / SUPERSEDED_FOLDER / "rows.parquet"
    target.parent.mkdir()
    connection.execute(
        f"""COPY (SELECT {", ".join(f"written.{name}" for name in ALL_TYPES)} FROM {written} AS written
                  SEMI JOIN (SELECT month, row FROM decided WHERE decision = 'older in this load') AS older
                  ON older.month = strftime(written.opened_on, '%Y-%m') AND older.row = written.file_row_number)
            TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"""
    )


def _mark_moves(connection: duckdb.DuckDBPyConnection, source: str, as_of: date, load_id: int) -> None:
    """Create `moves`: marker rows for months a request no longer belongs to, because its opening date changed."""
    filled = {
        "source": quoted(source), "request_id": "request_id", "opened_on": "shown_on", "load_id": str(load_id), "as_of": "shown_as_of",
        "moved_away": "true", "state_hash": "0", **{f"flag_{name}": "false" for name in FLAGS},
    }  # fmt: skip
    columns = ", ".join(f"({filled.get(name, 'NULL')})::{kind} AS {name}" for name, kind in ALL_TYPES.items())
    connection.execute(
        f"""CREATE TABLE moves AS SELECT left_month AS month, {columns} FROM (
              SELECT request_id,
                     CASE decision WHEN 'loaded' THEN latest.month ELSE month END AS left_month,
                     CASE decision WHEN 'loaded' THEN latest.opened_on ELSE opened_on END AS shown_on,
                     CASE decision WHEN 'loaded' THEN DATE '{as_of}' ELSE latest.as_of END AS shown_as_of
              FROM decided WHERE decision IN ('loaded', 'superseded') AND latest.month <> month)"""
    )


def _keep_decided(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Rewrite the months of which not every row is kept, or which get markers; remove those of which nothing is."""
    months = connection.execute(
        """SELECT month, count(*) FILTER (WHERE kind = 'all'), count(*) FILTER (WHERE kind = 'kept'),
                  count(*) FILTER (WHERE kind = 'move')
           FROM (SELECT month, unnest(CASE WHEN decision IN ('loaded', 'superseded') THEN ['all', 'kept'] ELSE ['all'] END) AS kind
                 FROM decided
                 UNION ALL SELECT month, 'move' FROM moves)
           GROUP BY month"""
    ).fetchall()
    changed = [(month, kept, moves) for month, all_rows, kept, moves in months if kept != all_rows or moves]
    # Single files are written by single threads.
    with ThreadPoolExecutor(WRITERS) as pool:
        for share in [pool.submit(_rewrite, connection.cursor(), folder, changed[first::WRITERS]) for first in range(WRITERS)]:
            share.result()


def _rewrite(connection: duckdb.DuckDBPyConnection, folder: Path, months: Sequence[tuple[str, int, int]]) -> None:
    with closing(connection):
        for month, kept, moves in months:
            path = folder / f"{month}.parquet"
            parts = [f"SELECT {', '.join(ALL_TYPES)} FROM moves WHERE month = {quoted(month)}"] if moves else []
            if kept:
                parts.insert(0, _kept_of(path))
            if parts:
                rewritten = folder / f"rewritten-{month}"
                connection.execute(f"COPY ({' UNION ALL '.join(parts)}) TO {quoted(str(rewritten))} ({OPTIONS})")
                rewritten.replace(path)
            else:
                path.unlink()


def _kept_of(path: Path) -> str:
    columns = ", ".join(f"month.{name}" for name in ALL_TYPES)
    return f"""SELECT {columns} FROM read_parquet({quoted(str(path))}, file_row_number=true) AS month
        SEMI JOIN (SELECT row FROM decided WHERE month = {quoted(path.stem)} AND decision IN ('loaded', 'superseded')) AS kept
        ON kept.row = month.file_row_number"""


def flag_counts(connection: duckdb.DuckDBPyConnection, folder: Path) -> tuple[int, dict[str, int]]:
    """How many states the load's folder holds, markers aside, and how many carry each flag."""
    if not any(folder.glob("*.parquet")):
        return 0, dict.fromkeys(FLAGS, 0)
    counts = ", ".join(f"count(*) FILTER (WHERE flag_{name})" for name in FLAGS)
    rows, *values = _one(
        connection, f"SELECT count(*), {counts} FROM read_parquet({quoted(str(folder / '*.parquet'))}) WHERE NOT moved_away"
    )
    return rows, dict(zip(FLAGS, values, strict=True))
