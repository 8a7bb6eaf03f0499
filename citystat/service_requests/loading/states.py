"""Make request states of all rows, compare them with each other and with what is stored, and say which of them are kept.

All rows are made in one pass over the input and kept in the load's work folder; what comes after asks the view `made` of what decides
about each row. Which row of a request is the newest within one load: the one updated last, then the one closed last, then
the one with the greater content number (so the order of rows and files does not matter).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from citystat.service_requests.loading import row_files, transform
from citystat.service_requests.loading.staging import Staged, quoted
from citystat.service_requests.loading.vocabulary import ALL_TYPES, FLAGS
from citystat.warehouse import landing

KIND: Final = "requests"


@dataclass(frozen=True)
class Made:
    """How many rows are usable and how many were refused, the place of each input's first row with the end, and where the rows are."""

    usable: int
    refused: int
    starts: tuple[int, ...]
    files: row_files.RowFiles


@dataclass(frozen=True)
class Decided:
    """What became of the usable rows, and how many states are kept: the loaded ones, and superseded ones of an older day."""

    loaded: int
    unchanged: int
    superseded: int
    kept: int


def make(connection: duckdb.DuckDBPyConnection, inputs: Sequence[tuple[transform.Plan, Staged]], work: Path) -> Made:
    """Keep every row that can be read, in the order of the inputs, with the month it belongs to or the reason it is refused."""
    constants = _constants(inputs)
    varying = ", ".join(f"{name}::{kind} AS {name}" for name, kind in ALL_TYPES.items() if name not in constants)
    starts = [0]
    one_row = row_files.constant_table(connection, ((name, value, ALL_TYPES[name]) for name, value in constants.items()))
    with row_files.Writer(work, one_row) as writer:
        for plan, staged in inputs:
            texts = ", ".join(column.sql for column in staged.columns if not column.is_own)
            found = transform.rows(plan, staged.first_pass, other=f"{texts}, ", blanks=staged.blanks)
            original = f"CASE WHEN reason IS NOT NULL THEN [{texts}] END AS original"
            query = f"SELECT month, reason::VARCHAR AS reason, {original}, {varying} FROM ({found})"
            starts.append(starts[-1] + writer.add(connection.sql(query).to_arrow_reader(row_files.ROWS_AT_ONCE)))
    connection.execute(f"CREATE OR REPLACE VIEW made AS {writer.files.view()}")
    usable = _one(connection, "SELECT count(*) FROM made WHERE reason IS NULL")[0]
    return Made(usable, starts[-1] - usable, tuple(starts), writer.files)


def _constants(inputs: Sequence[tuple[transform.Plan, Staged]]) -> dict[str, str]:
    """What is the same in every row of all inputs."""
    first, *others = [transform.constants(plan) for plan, _ in inputs]
    return {name: value for name, value in first.items() if all(other.get(name) == value for other in others)}


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = connection.execute(query).fetchone()
    return tuple(int(value or 0) for value in row or ())


def decide(connection: duckdb.DuckDBPyConnection, source: str, as_of: date, load_id: int, usable: int) -> Decided:
    """Compare the usable rows with each other and with what is stored: `decided` are those not simply new."""
    earlier = [str(path) for load in landing.loads(KIND) if load.facts.get("source") == source for path in load.parquet_files()]
    connection.execute(
        """CREATE VIEW keys AS SELECT row, month, request_id, state_hash, flag_unknown_status, updated_at, closed_at, opened_on
           FROM made WHERE reason IS NULL"""
    )
    _compare(connection, earlier, source, as_of)
    unchanged, superseded, older = _one(
        connection,
        """SELECT count(*) FILTER (WHERE decision = 'unchanged'), count(*) FILTER (WHERE decision = 'superseded'),
                  count(*) FILTER (WHERE decision = 'older in this load') FROM decided""",
    )
    _mark_moves(connection, source, as_of, load_id)
    return Decided(usable - unchanged - superseded - older, unchanged, superseded + older, usable - unchanged - older)


def _compare(connection: duckdb.DuckDBPyConnection, earlier: Sequence[str], source: str, as_of: date) -> None:
    """Create `decided`: what a usable row is that is not simply new, against the other rows of the load and the stored states."""
    # The hash decides only whether to look closer: two ids with one hash cost time, never a row.
    connection.execute("CREATE TABLE suspects AS SELECT hash(request_id) AS id FROM keys GROUP BY id HAVING count(*) > 1")
    connection.execute(
        """CREATE TABLE older AS
           SELECT row, state_hash = first_value(state_hash) OVER newest AS is_same, row_number() OVER newest AS place
           FROM (SELECT * FROM keys WHERE hash(request_id) IN (FROM suspects))
           WINDOW newest AS (PARTITION BY request_id ORDER BY updated_at DESC NULLS LAST, closed_at DESC NULLS LAST, state_hash, row)
           QUALIFY place > 1"""
    )
    connection.execute(f"CREATE TABLE stored AS {_stored(earlier, source, as_of)}")
    connection.execute(
        """CREATE TABLE decided AS
           SELECT keys.row, keys.request_id, keys.month, keys.opened_on, stored.latest,
                  CASE WHEN older.place IS NOT NULL THEN CASE WHEN older.is_same THEN 'unchanged' ELSE 'older in this load' END
                       WHEN stored.floor_hash = keys.state_hash AND stored.floor_unknown = keys.flag_unknown_status THEN 'unchanged'
                       WHEN stored.has_later THEN 'superseded' ELSE 'loaded' END AS decision
           FROM keys LEFT JOIN older ON older.row = keys.row LEFT JOIN stored ON stored.request_id = keys.request_id
           WHERE older.row IS NOT NULL OR stored.request_id IS NOT NULL"""
    )


def _stored(earlier: Sequence[str], source: str, as_of: date) -> str:
    """Of each incoming request: the state in force on the as-of date, whether a later one is stored, and the latest one.

    The number of a row's content leaves out the flags; but a status whose word a layout has come to know is another state.
    """
    if not earlier:
        return (
            "SELECT NULL::VARCHAR AS request_id, NULL::UBIGINT AS floor_hash, NULL::BOOLEAN AS floor_unknown, false AS has_later, "
            "NULL::STRUCT(as_of DATE, month VARCHAR, opened_on DATE) AS latest WHERE false"
        )
    files = ", ".join(map(quoted, earlier))
    day = f"DATE '{as_of}'"
    latest = "{'as_of': as_of, 'month': strftime(opened_on, '%Y-%m'), 'opened_on': opened_on}"
    return f"""
        SELECT request_id, arg_max(state_hash, (as_of, load_id)) FILTER (WHERE as_of <= {day}) AS floor_hash,
               arg_max(flag_unknown_status, (as_of, load_id)) FILTER (WHERE as_of <= {day}) AS floor_unknown,
               bool_or(as_of > {day}) AS has_later, arg_max({latest}, (as_of, load_id)) AS latest
        FROM read_parquet([{files}], union_by_name=true)
        WHERE source = {quoted(source)} AND NOT moved_away AND request_id IN (SELECT request_id FROM keys)
        GROUP BY request_id"""


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


def first_opened_on(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day of the earliest usable row."""
    row = connection.execute("SELECT min(opened_on) FROM made WHERE reason IS NULL").fetchone()
    return row[0] if row else None
