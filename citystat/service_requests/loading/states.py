"""Compare incoming rows with what is stored and write the new and changed states, one Parquet file a month of opening.

Which row of a request is the newest within one load: the one updated last, then the one closed last, then the one further down.
"""

from collections.abc import Sequence
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
ROWS_PER_GROUP: Final = 20_480
SUPERSEDED_FOLDER: Final = "superseded"


@dataclass(frozen=True)
class Accounting:
    """What became of every row: `rows_read` is the sum of the other four."""

    rows_read: int
    loaded: int
    unchanged: int
    superseded: int
    quarantined: int
    flags: dict[str, int]


def expose(connection: duckdb.DuckDBPyConnection, inputs: Sequence[tuple[transform.Plan, Staged]]) -> None:
    """Create the view `incoming`: every staged row of every input as a request state."""
    parts = [f"SELECT {staged.number} AS file, * FROM ({transform.rows(plan, str(staged.path))})" for plan, staged in inputs]
    connection.execute(f"CREATE TEMP VIEW incoming AS {' UNION ALL '.join(parts)}")


def land(connection: duckdb.DuckDBPyConnection, folder: Path, source: str, as_of: date, load_id: int, unreadable: int) -> Accounting:
    """Write the states of the view `incoming` into a load's folder and account for every row."""
    readable, refused, distinct = _one(
        connection,
        "SELECT count(*), count(reason), count(DISTINCT hash(request_id)) FILTER (WHERE reason IS NULL) FROM incoming",
    )
    usable = readable - refused
    earlier = [str(path) for load in landing.loads(KIND) if load.facts.get("source") == source for path in load.parquet_files()]
    columns = ", ".join(ALL_TYPES)
    if distinct == usable and not earlier:
        loaded, unchanged, superseded = usable, 0, 0
        written = _write(connection, f"SELECT month, {columns} FROM incoming WHERE reason IS NULL", folder)
        expected = usable
    else:
        _decide(connection, earlier, source, as_of)
        loaded, unchanged, superseded, kept = _decided(connection)
        _write_superseded(connection, folder)
        moved = _moves(connection, source, as_of, load_id)
        query = f"SELECT month, {columns} FROM incoming SEMI JOIN kept USING (file, row) UNION ALL BY NAME SELECT * FROM moves"
        written = _write(connection, query, folder)
        expected = kept + moved
    if written != expected or loaded + unchanged + superseded != usable:
        raise UserError(
            f"The load was stopped: {usable:,} usable rows were read but {written:,} states were written instead of {expected:,}; nothing was stored."
        )
    flags = _flag_counts(connection, folder)
    return Accounting(readable + unreadable, loaded, unchanged, superseded, refused + unreadable, flags)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = connection.execute(query).fetchone()
    return tuple(int(value or 0) for value in row or ())


def _decide(connection: duckdb.DuckDBPyConnection, earlier: Sequence[str], source: str, as_of: date) -> None:
    """Create `decided`: what each usable row is, against the other rows of the load and the stored states."""
    connection.execute(
        "CREATE TEMP TABLE keys AS SELECT file, row, request_id, state_hash, updated_at, closed_at, month, opened_on FROM incoming WHERE reason IS NULL"
    )
    connection.execute("CREATE TEMP TABLE repeated AS SELECT request_id FROM keys GROUP BY request_id HAVING count(*) > 1")
    connection.execute(
        """CREATE TEMP TABLE older AS
           SELECT file, row, state_hash = first_value(state_hash) OVER newest AS is_same, row_number() OVER newest AS place
           FROM keys SEMI JOIN repeated USING (request_id)
           WINDOW newest AS (PARTITION BY request_id ORDER BY updated_at DESC NULLS LAST, closed_at DESC NULLS LAST, file DESC, row DESC)
           QUALIFY place > 1"""
    )
    connection.execute(f"CREATE TEMP TABLE stored AS {_stored(earlier, source, as_of)}")
    connection.execute(
        """CREATE TEMP TABLE decided AS
           SELECT keys.file, keys.row, keys.request_id, keys.month, keys.opened_on, stored.latest,
                  CASE WHEN older.place IS NOT NULL THEN CASE WHEN older.is_same THEN 'unchanged' ELSE 'older in this load' END
                       WHEN stored.floor_hash = keys.state_hash THEN 'unchanged'
                       WHEN stored.has_later THEN 'superseded' ELSE 'loaded' END AS decision
           FROM keys LEFT JOIN older ON older.file = keys.file AND older.row = keys.row LEFT JOIN stored ON stored.request_id = keys.request_id"""
    )
    connection.execute("CREATE TEMP TABLE kept AS SELECT file, row FROM decided WHERE decision IN ('loaded', 'superseded')")


def _stored(earlier: Sequence[str], source: str, as_of: date) -> str:
    """Of each incoming request: the state in force on the as-of date, whether a later one is stored, and the latest one."""
    if not earlier:
        return (
            "SELECT NULL::VARCHAR AS request_id, NULL::UBIGINT AS floor_hash, false AS has_later, "
            "NULL::STRUCT(as_of DATE, month VARCHAR, opened_on DATE) AS latest WHERE false"
        )
    files = ", ".join(map(quoted, earlier))
    day = f"DATE '{as_of}'"
    return f"""
        SELECT request_id, arg_max(state_hash, (as_of, load_id)) FILTER (WHERE as_of <= {day}) AS floor_hash, bool_or(as_of > {day}) AS has_later,
               arg_max({{'as_of': as_of, 'month': strftime(opened_on, '%Y-%m'), 'opened_on': opened_on}}, (as_of, load_id)) AS latest
        FROM read_parquet([{files}], union_by_name=true)
        WHERE source = {quoted(source)} AND NOT moved_away AND request_id IN (SELECT request_id FROM keys)
        GROUP BY request_id"""


def _decided(connection: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    return _one(
        connection,
        """SELECT count(*) FILTER (WHERE decision = 'loaded'), count(*) FILTER (WHERE decision = 'unchanged'),
                  count(*) FILTER (WHERE decision IN ('superseded', 'older in this load')),
                  count(*) FILTER (WHERE decision IN ('loaded', 'superseded'))
           FROM decided""",
    )


def _moves(connection: duckdb.DuckDBPyConnection, source: str, as_of: date, load_id: int) -> int:
    """Create `moves`: marker rows for months a request no longer belongs to, because its opening date changed."""
    filled = {
        "source": quoted(source), "request_id": "request_id", "opened_on": "shown_on", "load_id": str(load_id), "as_of": "shown_as_of",
        "moved_away": "true", "state_hash": "0", **{f"flag_{name}": "false" for name in FLAGS},
    }  # fmt: skip
    columns = ", ".join(f"({filled.get(name, 'NULL')})::{kind} AS {name}" for name, kind in ALL_TYPES.items())
    connection.execute(
        f"""CREATE TEMP TABLE moves AS SELECT left_month AS month, {columns} FROM (
              SELECT request_id,
                     CASE decision WHEN 'loaded' THEN latest.month ELSE month END AS left_month,
                     CASE decision WHEN 'loaded' THEN latest.opened_on ELSE opened_on END AS shown_on,
                     CASE decision WHEN 'loaded' THEN DATE '{as_of}' ELSE latest.as_of END AS shown_as_of
              FROM decided WHERE decision IN ('loaded', 'superseded') AND latest.month <> month)"""
    )
    return _one(connection, "SELECT count(*) FROM moves")[0]


def _write(connection: duckdb.DuckDBPyConnection, query: str, folder: Path) -> int:
    """Write rows as one file a month; returns how many."""
    parts = folder / "months"
    written = _one(
        connection,
        f"COPY ({query}) TO {quoted(str(parts))} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (month), ROW_GROUP_SIZE {ROWS_PER_GROUP})",
    )
    for month in sorted(parts.iterdir()) if parts.exists() else ():
        _one_file(connection, month, folder / f"{month.name.removeprefix('month=')}.parquet")
    if parts.exists():
        parts.rmdir()
    return written[0] if written else 0


def _one_file(connection: duckdb.DuckDBPyConnection, month: Path, target: Path) -> None:
    pieces = sorted(month.iterdir())
    if len(pieces) == 1:
        pieces[0].rename(target)
    else:
        connection.execute(
            f"COPY (SELECT * FROM read_parquet({quoted(str(month / '*.parquet'))}, hive_partitioning=false)) TO {quoted(str(target))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_PER_GROUP})"
        )
        for piece in pieces:
            piece.unlink()
    month.rmdir()


def _write_superseded(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Keep the rows another row of the same load is newer than; no state of theirs was ever in force on its own."""
    if not _one(connection, "SELECT count(*) FROM decided WHERE decision = 'older in this load'")[0]:
        return
    target = folder / SUPERSEDED_FOLDER / "rows.parquet"
    target.parent.mkdir()
    connection.execute(
        f"""COPY (SELECT {", ".join(ALL_TYPES)} FROM incoming
                  SEMI JOIN (SELECT file, row FROM decided WHERE decision = 'older in this load') USING (file, row))
            TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"""
    )


def _flag_counts(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    if not any(folder.glob("*.parquet")):
        return dict.fromkeys(FLAGS, 0)
    counts = ", ".join(f"count(*) FILTER (WHERE flag_{name})" for name in FLAGS)
    values = _one(connection, f"SELECT {counts} FROM read_parquet({quoted(str(folder / '*.parquet'))}) WHERE NOT moved_away")
    return dict(zip(FLAGS, values, strict=True))
