"""Any input as rows of text columns `c0, c1, ...`, read by DuckDB with an explicit dialect: nothing is guessed from the rows.

CSV and Parquet are read where they are; JSON is first written out as Parquet, its keys being known only after reading all of it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import duckdb

from citystat.core.errors import InputError
from citystat.service_requests.loading import plain_text
from citystat.service_requests.loading.blanks import EVERY, Blanks, of_csv
from citystat.service_requests.loading.headers import Column, columns_of
from citystat.service_requests.loading.sniffing import MAXIMUM_LINE_BYTES, Sniffed

REJECTS: Final = "unreadable"
REASONS: Final = {
    "MISSING COLUMNS": "the row has fewer fields than the header",
    "TOO MANY COLUMNS": "the row has more fields than the header",
    "UNQUOTED VALUE": "a quotation mark is not closed, or stands inside a quoted value",
    "LINE SIZE OVER MAXIMUM": f"the row is longer than {MAXIMUM_LINE_BYTES >> 20} MB",
    "INVALID ENCODING": "the row has bytes that are not text",
    "INVALID STATE": "the quotation marks of the row do not match",
}
MAXIMUM_OBJECT_JSON_BYTES: Final = 64 << 20
# Left alone, the reader takes sixteen longest lines at once: a quarter of a gigabyte, through which one thread goes while the other waits.
SIZES: Final = f"max_line_size={MAXIMUM_LINE_BYTES}, buffer_size={2 * MAXIMUM_LINE_BYTES}"
ROWS_GO_BY: Final = ("records", "rows", "results", "items", "requests", "service_requests", "issues", "data")


@dataclass(frozen=True)
class Staged:
    """One input: its columns, and SQL of its rows.

    `first_pass` reads like `rows` and also records what could not be read (`keep_rejects` takes it from there). `plain` is the CSV file
    both read, `blanks` what its texts may end in.
    """

    number: int
    name: str
    columns: tuple[Column, ...]
    first_pass: str
    rows: str
    sniffed: Sniffed
    notes: tuple[str, ...] = field(default=())
    plain: Path | None = None
    blanks: Blanks = EVERY


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table of unreadable rows; `record` counts the rows of its file from 1."""
    connection.execute(f"CREATE TABLE {REJECTS} (file INTEGER, record BIGINT, line VARCHAR, reason VARCHAR)")


def stage(connection: duckdb.DuckDBPyConnection, sniffed: Sniffed, number: int, folder: Path) -> Staged:
    """Make the rows of one sniffed input available; converted copies go to `folder`."""
    if sniffed.format == "parquet":
        return _parquet(connection, sniffed, number)
    source = plain_text.plain(sniffed, folder)
    if sniffed.format == "csv":
        return _csv(sniffed, source, number)
    staged = _json(connection, sniffed, source, number, folder)
    if source != sniffed.path:
        source.unlink()
    return staged


def _copy(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> int:
    rows = connection.execute(f"COPY ({query}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION lz4_raw)").fetchone()
    return int(rows[0]) if rows else 0


def _csv(sniffed: Sniffed, source: Path, number: int) -> Staged:
    columns = columns_of([*sniffed.headers, *[""] * sniffed.extra_fields])
    types = ", ".join(f"'{column.sql}': 'VARCHAR'" for column in columns)
    dialect = (
        f"{quoted(str(source))}, auto_detect=false, header=true, columns={{{types}}}, delim={quoted(sniffed.delimiter)}, "
        f"quote='\"', escape='\"', compression='none', {SIZES}, ignore_errors=true, "
        f"skip={sniffed.lines_before}, strict_mode={str(sniffed.is_strict).lower()}"
    )
    rejects = f"store_rejects=true, rejects_limit=0, rejects_table='rejects_{number}', rejects_scan='scans_{number}'"
    rows = f"SELECT * FROM read_csv({dialect})"
    notes = (*_encoding_notes(sniffed), *_start_notes(sniffed))
    first_pass = f"SELECT * FROM read_csv({dialect}, {rejects})"
    found = of_csv(source) if sniffed.is_strict else EVERY
    return Staged(number, sniffed.path.name, columns, first_pass, rows, sniffed, notes, source, found)


def _encoding_notes(sniffed: Sniffed) -> Sequence[str]:
    if sniffed.encoding == "mixed":
        return [f"{sniffed.path.name} is not all UTF-8: lines that are not were read as Windows-1252."]
    return [f"{sniffed.path.name} was read as {sniffed.encoding.upper()}."] if sniffed.encoding != "utf-8" else []


def _start_notes(sniffed: Sniffed) -> Sequence[str]:
    if not sniffed.lines_before:
        return []
    lines = "The line" if sniffed.lines_before == 1 else f"The {sniffed.lines_before} lines"
    return [f"{lines} of {sniffed.path.name} before its header {'was' if sniffed.lines_before == 1 else 'were'} read past."]


def with_other_encoding(connection: duckdb.DuckDBPyConnection, staged: Staged, folder: Path) -> Staged | None:
    """After the first pass: the input again where bytes turned up that are not UTF-8, None where all went well."""
    if staged.sniffed.format != "csv" or staged.sniffed.encoding == "mixed":
        return None
    found = connection.execute(f"SELECT count(*) FROM rejects_{staged.number} WHERE error_type = 'INVALID ENCODING'").fetchone()
    if not found or not found[0]:
        return None
    return stage(connection, replace(staged.sniffed, encoding="mixed"), staged.number, folder)


def less_strict(connection: duckdb.DuckDBPyConnection, staged: Staged, folder: Path) -> Staged:
    """The input again for a reader that takes mixed line ends and loose quotation marks."""
    forget_rejects(connection, staged)
    return stage(connection, replace(staged.sniffed, is_strict=False), staged.number, folder)


def forget_rejects(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Drop what a first pass recorded, before another one."""
    connection.execute(f"DROP TABLE IF EXISTS rejects_{staged.number}")
    connection.execute(f"DROP TABLE IF EXISTS scans_{staged.number}")


def keep_rejects(connection: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    """Move DuckDB's rejects, several a row, to ours, one a row; it counts lines of the file. Returns how many rows of the input."""
    if staged.sniffed.format == "csv":
        reason = " ".join(f"WHEN {quoted(kind)} THEN {quoted(text)}" for kind, text in REASONS.items())
        connection.execute(
            f"""INSERT INTO {REJECTS}
                SELECT {staged.number}, line - {1 + staged.sniffed.lines_before}, any_value(ltrim(csv_line, chr(10) || chr(13))),
                       any_value(CASE error_type::VARCHAR {reason} ELSE 'the row could not be read' END ORDER BY error_type)
                FROM rejects_{staged.number} GROUP BY line"""
        )
        forget_rejects(connection, staged)
    found = connection.execute(f"SELECT count(*) FROM {REJECTS} WHERE file = {staged.number}").fetchone()
    return int(found[0]) if found else 0


def _from_parquet(path: Path, parts: Sequence[str]) -> str:
    return f"SELECT {', '.join(parts)} FROM read_parquet({quoted(str(path))})"


def _parquet(connection: duckdb.DuckDBPyConnection, sniffed: Sniffed, number: int) -> Staged:
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(str(sniffed.path))})").fetchall()
    except duckdb.Error as error:
        raise InputError(f"{sniffed.path.name} is a damaged Parquet file: {_first_line(error)}; nothing of it was loaded.") from error
    columns = columns_of([row[0] for row in described])
    parts = [f"{_as_text(row[0], row[1])} AS {column.sql}" for row, column in zip(described, columns, strict=True)]
    rows = _from_parquet(sniffed.path, parts)
    return Staged(number, sniffed.path.name, columns, rows, rows, sniffed)


def _as_text(name: str, kind: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    is_nested = kind.startswith(("STRUCT", "MAP", "UNION")) or kind.endswith("]")
    return f"to_json({column})::VARCHAR" if is_nested else f"{column}::VARCHAR"


def _json(connection: duckdb.DuckDBPyConnection, sniffed: Sniffed, source: Path, number: int, folder: Path) -> Staged:
    if sniffed.format == "json-object":
        source = _records_of_object(source, sniffed.path.name, folder)
    relation = _json_lines(source) if sniffed.format != "json" else _json_array(source)
    target = folder / f"staged-{number}.parquet"
    try:
        keys = _stage_objects(connection, relation, number, target)
    except duckdb.InvalidInputException as error:
        raise InputError(
            f"{sniffed.path.name} is not complete JSON ({_first_line(error)}): it was probably cut short; "
            "download it again. Nothing of it was loaded."
        ) from error
    if not keys:
        raise InputError(f"{sniffed.path.name} is JSON without a single request in it: there is nothing to load.")
    columns = columns_of(keys)
    rows = _from_parquet(target, [column.sql for column in columns])
    return Staged(number, sniffed.path.name, columns, rows, rows, sniffed, tuple(_encoding_notes(sniffed)))


def _json_lines(source: Path) -> str:
    return (
        f"(SELECT line AS text, json_valid(line) AS is_valid FROM read_csv({quoted(str(source))}, auto_detect=false, header=false, "
        f"columns={{'line': 'VARCHAR'}}, delim=chr(1), quote='', escape='', compression='none', "
        f"{SIZES}, strict_mode=false) "
        "WHERE line IS NOT NULL AND trim(line, E' \\t\\r,') <> '')"
    )


def _json_array(source: Path) -> str:
    return (
        f"(SELECT json::VARCHAR AS text, true AS is_valid FROM read_json_objects({quoted(str(source))}, format='array', "
        f"compression='uncompressed', maximum_object_size={MAXIMUM_LINE_BYTES}))"
    )


def _stage_objects(connection: duckdb.DuckDBPyConnection, relation: str, number: int, target: Path) -> list[str]:
    """Write each object's values, by the keys of all objects, which it returns; what is no object is unreadable."""
    texts = target.with_name(f"objects-{number}.parquet")
    _copy(
        connection, f"SELECT text, is_valid AND CASE WHEN is_valid THEN json_type(text) = 'OBJECT' END AS is_object FROM {relation}", texts
    )
    objects = f"read_parquet({quoted(str(texts))}, file_row_number=true)"
    try:
        connection.execute(
            f"""INSERT INTO {REJECTS} SELECT {number}, file_row_number + 1, text, 'the line is not a JSON object'
                FROM {objects} WHERE is_object IS NOT TRUE"""
        )
        found = connection.execute(
            f"""SELECT key FROM (SELECT unnest(json_keys(text)) AS key, file_row_number AS row FROM {objects} WHERE is_object)
                GROUP BY key ORDER BY min(row), key"""
        ).fetchall()
        keys = [row[0] for row in found]
        pointers = ", ".join(quoted("/" + key.replace("~", "~0").replace("/", "~1")) for key in keys)
        values = ", ".join(f"v[{position + 1}] AS c{position}" for position in range(len(keys))) or "NULL AS c0"
        _copy(
            connection,
            f"SELECT {values} FROM (SELECT json_extract_string(text, [{pointers}]) AS v FROM {objects} WHERE is_object)"
            if keys
            else f"SELECT NULL::VARCHAR AS c0 FROM {objects} WHERE is_object",
            target,
        )
    finally:
        texts.unlink(missing_ok=True)
    return keys


def _records_of_object(source: Path, name: str, folder: Path) -> Path:
    """Records inside one JSON object (GeoJSON features, or the list under a key) as JSON lines."""
    if source.stat().st_size > MAXIMUM_OBJECT_JSON_BYTES:
        raise InputError(f"{name} is one large JSON object: export the requests as a JSON array, as JSON lines or as CSV.")
    try:
        content = json.loads(source.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise InputError(f"{name} is not valid JSON: {error}. Nothing of it was loaded.") from error
    records = _records_in(content)
    if records is None and isinstance(content, dict) and not {"error", "errors"} & set(content):
        records = [content]
    if records is None:
        said = content.get("message") or content.get("description") if isinstance(content, dict) else None
        words = f" (it says: {said})" if said else ""
        raise InputError(f"{name} is a JSON answer without requests{words}: export a JSON array, JSON lines or CSV.")
    target = folder / f"records-{source.name}.jsonl"
    target.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return target


def _records_in(content: Any) -> list[dict[str, Any]] | None:
    if not isinstance(content, dict):
        return None
    if isinstance(content.get("features"), list):
        # A map server calls them attributes unless it is asked for GeoJSON.
        return [
            {**(one.get("properties") or one.get("attributes") or {}), "geometry": one.get("geometry")}
            for one in content["features"]
            if isinstance(one, dict)
        ]
    table = _table_in(content)
    if table is not None:
        return table
    lists = {
        name: value for name, value in content.items() if isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
    }
    # A portal's answer describes its fields in a list too, often before the rows.
    best = next((name for name in ROWS_GO_BY if name in lists), max(lists, key=lambda name: len(lists[name]), default=None))
    if best is not None:
        return lists[best]
    return next((inner for inner in map(_records_in, content.values()) if inner), None)


def _table_in(content: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Rows that come as lists of values beside a list of columns, as portals of the Socrata kind offer for download."""
    rows = content.get("data")
    view = content["meta"].get("view") if isinstance(content.get("meta"), dict) else None
    columns = view.get("columns") if isinstance(view, dict) else content.get("columns")
    if not isinstance(rows, list) or not isinstance(columns, list) or not all(isinstance(row, list) for row in rows):
        return None
    names = [str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in columns]
    return [{name: _value_in(value) for name, value in zip(names, row, strict=False)} for row in rows]


def _value_in(value: Any) -> Any:
    """A place as such portals write it, address, latitude, longitude and more in a list, as the object their other answers have."""
    if isinstance(value, list) and len(value) >= 3:
        return {"latitude": value[1], "longitude": value[2]}
    return value


def _first_line(error: Exception) -> str:
    text = str(error).splitlines()[0].split(": ", 1)[-1]
    return re.sub(r"""(,? (in|at end of|of)) file ["'][^"']*["']""", "", text)[:160].rstrip(". ")
