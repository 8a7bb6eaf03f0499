"""Rows no load could use, in a CSV a person can correct and load again."""

import bisect
import csv
import io
import itertools
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from citystat.core.home import quarantine_dir
from citystat.service_requests.loading import states
from citystat.service_requests.loading.staging import REJECTS, Staged

ROW, REASON, FILE, LOAD, REST = "citystat_row", "citystat_reason", "citystat_file", "citystat_load", "citystat_rest"
FILE_NAME: Final = "quarantine.csv"
CHUNK: Final = 2_000


def path_of(load_id: int) -> Path:
    """Where the quarantine of a load is."""
    return quarantine_dir() / f"load-{load_id:08d}.csv"


def write(connection: duckdb.DuckDBPyConnection, inputs: Sequence[Staged], made: states.Made, load_id: int, folder: Path) -> int:
    """Write the quarantine into the load's folder: the original columns of all files, then CityStat's own; returns how many rows."""
    headers = _headers(inputs)
    count = 0
    with open(folder / FILE_NAME, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*headers.values(), FILE, ROW, REASON, REST, LOAD])
        for staged, (first, end) in zip(inputs, itertools.pairwise(made.starts), strict=True):
            own = [column for column in staged.columns if not column.is_own]
            places = [list(headers).index(column.key) for column in own]
            unreadable = _unreadable(connection, staged.number)
            numbers = [row[0] for row in unreadable]
            for row, reason, values in _refused(connection, first, end):
                writer.writerow([*_placed(values, places, len(headers)), staged.name, record_number(row, numbers), reason, "", load_id])
                count += 1
            for record, line, reason in unreadable:
                fields, rest = _fields(line or "", staged.sniffed.delimiter, len(staged.columns))
                values = [fields[column.position] for column in own]
                writer.writerow([*_placed(values, places, len(headers)), staged.name, record, reason, rest, load_id])
                count += 1
    return count


def publish(stored: Path, load_id: int) -> Path:
    """Copy the quarantine kept in a load's folder to where people look for it and may edit it; returns the copy."""
    target = path_of(load_id)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = target.with_name(f".incoming-{target.name}")
    shutil.copyfile(stored, partial)
    os.replace(partial, target)
    return target


def _headers(staged: Sequence[Staged]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for one in staged:
        for column in one.columns:
            if not column.is_own:
                headers.setdefault(column.key, column.header)
    return headers


def _unreadable(connection: duckdb.DuckDBPyConnection, number: int) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT record, line, reason FROM {REJECTS} WHERE file = {number} ORDER BY record").fetchall()


def _refused(connection: duckdb.DuckDBPyConnection, first: int, end: int) -> Iterator[tuple[int, str, list[str | None]]]:
    """Number (from 0), reason and original values of the rows of one input that could be read and not used."""
    found = connection.execute(
        f"""SELECT row - {first}, reason, original FROM made
            WHERE reason IS NOT NULL AND row >= {first} AND row < {end} ORDER BY row"""
    )
    while rows := found.fetchmany(CHUNK):
        yield from rows


def record_number(readable_row: int, unreadable: Sequence[int]) -> int:
    """Which record of the file, counted from 1, the readable row number `readable_row` (from 0) is, given the unreadable records."""
    record = readable_row + 1
    while True:
        shifted = readable_row + 1 + bisect.bisect_right(unreadable, record)
        if shifted == record:
            return record
        record = shifted


def _placed(values: Sequence[Any], places: Sequence[int], width: int) -> list[Any]:
    row: list[Any] = [""] * width
    for place, value in zip(places, values, strict=True):
        row[place] = "" if value is None else value
    return row


def _fields(line: str, delimiter: str, width: int) -> tuple[list[str], str]:
    """The fields of an unreadable line as far as they go, and what was left over."""
    try:
        fields = next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter), [])
    except csv.Error:
        fields = [line]
    rest = delimiter.join(fields[width:])
    return (fields[:width] + [""] * width)[:width], rest
