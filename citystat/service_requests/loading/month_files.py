"""Write the kept states, one Parquet file a month of opening, in one pass over them: part by part, as many months open as still miss rows.

An engine's own partitioned writing costs several times as much where months are small, and would have to be gone over again for rows left
out. The bytes of a file depend on its rows and their order alone.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from citystat.core.errors import UserError
from citystat.service_requests import schema
from citystat.service_requests.loading.row_files import RowFiles
from citystat.service_requests.loading.vocabulary import ALL_TYPES, FLAGS
from citystat.warehouse.files import file_sha256

SUPERSEDED_FOLDER: Final = "superseded"
ROWS_PER_GROUP: Final = 122_880
WRITERS: Final = 2
# More files at once than a process may have open: the rows are then passed over again for the months after them.
MOST_OPEN: Final = 300
# Stands for the month of a row that is not kept.
LEFT_OUT: Final = -1
# Rows that stand together, on average, from which on passing views of them is cheaper than copying them.
ROWS_OF_A_RUN: Final = 64
# Texts that are different in nearly every row gain nothing from a dictionary.
UNIQUE_TEXTS: Final = frozenset({"request_id", "address", "description", "parent_id"})
DICTIONARY: Final = [name for name, kind in ALL_TYPES.items() if kind == "VARCHAR" and name not in UNIQUE_TEXTS] + schema.PARTS_OF_PLACES

OUT: Final = (
    "SELECT row FROM made WHERE reason IS NOT NULL UNION ALL SELECT row FROM decided WHERE decision IN ('unchanged', 'older in this load')"
)
OLDER: Final = "SELECT row FROM decided WHERE decision = 'older in this load'"
KEPT: Final = f"SELECT month FROM made ANTI JOIN ({OUT}) AS out ON out.row = made.row"


class MonthFiles:
    """The files of a load being written; each is closed with its last row."""

    def __init__(self, folder: Path, missing: dict[str, int]) -> None:
        self._folder = folder
        self._missing = missing
        self._open: dict[str, pq.ParquetWriter] = {}
        self.checksums: dict[str, str] = {}

    def add(self, month: str, rows: pa.Table) -> int:
        """Write rows of a month; calls for one month must not overlap."""
        writer = self._open.get(month)
        if writer is None:
            # Nobody passes over parts of a landed file, so no smallest and largest values are kept. With zstd it would be a quarter
            # smaller, and writing and reading it would cost a fifth more.
            writer = self._open[month] = pq.ParquetWriter(
                self._folder / f"{month}.parquet", rows.schema, compression="lz4", use_dictionary=DICTIONARY, write_statistics=False,
                store_schema=False,
            )  # fmt: skip
        writer.write_table(rows, row_group_size=ROWS_PER_GROUP)
        self._missing[month] -= rows.num_rows
        if not self._missing[month]:
            self._open.pop(month).close()
            self.checksums[f"{month}.parquet"] = file_sha256(self._folder / f"{month}.parquet")
        return int(rows.num_rows)

    def close(self) -> None:
        """Close what an error left open."""
        for writer in self._open.values():
            writer.close()


@dataclass(frozen=True)
class Written:
    """How many rows were kept, how many of them carry each flag, and the checksum of each file by its name."""

    kept: int
    flags: dict[str, int]
    checksums: dict[str, str]


@dataclass
class Choice:
    """Which rows are kept, and which give way to a newer row of the same load; counts what is kept."""

    is_kept: npt.NDArray[np.bool_]
    is_older: npt.NDArray[np.bool_]
    flags: dict[str, int]


def write(connection: duckdb.DuckDBPyConnection, rows: RowFiles, folder: Path) -> Written:
    """Write the rows that `decided` does not leave out, and those of `moves`, into the load's folder as `<month>.parquet`."""
    counts = dict(connection.execute(f"SELECT month, count(*) FROM ({KEPT} UNION ALL SELECT month FROM moves) GROUP BY month").fetchall())
    present = [name for name in ALL_TYPES if name not in rows.constants.column_names or rows.constants[name][0].is_valid]
    moves = connection.sql(f"SELECT month, {', '.join(present)} FROM moves").to_arrow_table()
    choice = _choice(connection)
    files, expected = MonthFiles(folder, counts), sum(counts.values())
    try:
        written = sum(_write(files, rows, choice, months) for months in _in_turns(sorted(counts)))
        written += sum(files.add(month, part) for month, part in _by_month(moves))
    finally:
        files.close()
    if written != expected:
        raise UserError(f"The load was stopped: {expected:,} rows should be kept but {written:,} were written; nothing was stored.")
    if choice.is_older.any():
        _set_aside(rows, choice, folder / SUPERSEDED_FOLDER / "rows.parquet")
    return Written(int(choice.is_kept.sum()), choice.flags, dict(sorted(files.checksums.items())))


def _in_turns(months: Sequence[str]) -> Iterator[Sequence[str]]:
    return (months[first : first + MOST_OPEN] for first in range(0, len(months), MOST_OPEN))


def _choice(connection: duckdb.DuckDBPyConnection) -> Choice:
    [(count,)] = connection.execute("SELECT count(*) FROM made").fetchall()
    is_kept, is_older = np.ones(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    is_kept[_numbers(connection, OUT)] = False
    is_older[_numbers(connection, OLDER)] = True
    return Choice(is_kept, is_older, dict.fromkeys(FLAGS, 0))


def _numbers(connection: duckdb.DuckDBPyConnection, query: str) -> npt.NDArray[np.int64]:
    column = connection.sql(query).to_arrow_table().column(0)
    # Arrow's own ways to a NumPy array and back load pandas, which takes as long as reading a hundred thousand rows.
    return np.concatenate([np.empty(0, dtype=np.int64), *(np.from_dlpack(chunk) for chunk in column.chunks)])


def _write(files: MonthFiles, rows: RowFiles, choice: Choice, months: Sequence[str]) -> int:
    """Write these months; the next part is read while the last one is written."""
    written, start, waiting = 0, 0, list[Future[int]]()
    with ThreadPoolExecutor(WRITERS) as pool:
        for batch in rows.batches():
            is_kept = choice.is_kept[start : start + batch.num_rows]
            start += batch.num_rows
            months_of_part = [(month, _whole(some, rows.constants)) for month, some in _by_month(batch, is_kept) if month in months]
            for _, some in months_of_part:
                _count_flags(some, choice.flags)
            written += sum(one.result() for one in waiting)
            waiting = [pool.submit(files.add, month, some) for month, some in months_of_part]
        return written + sum(one.result() for one in waiting)


def _mask(values: npt.NDArray[np.bool_]) -> pa.BooleanArray:
    bits = pa.py_buffer(np.packbits(values, bitorder="little").tobytes())
    return pa.BooleanArray.from_buffers(pa.bool_(), len(values), [None, bits])


def _whole(part: pa.Table, constants: pa.Table) -> pa.Table:
    """The rows with every column of a state that has a value in any row of the load: who reads them takes others for empty."""
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    for name in ALL_TYPES:
        if name not in constants.column_names:
            columns[name] = part[name]
        elif constants[name][0].is_valid:
            columns[name] = pa.repeat(constants[name][0], part.num_rows)
    return pa.table(columns)


def _count_flags(part: pa.Table, flags: dict[str, int]) -> None:
    for name in flags:
        flags[name] += pc.sum(part[f"flag_{name}"]).as_py() or 0


def _set_aside(rows: RowFiles, choice: Choice, target: Path) -> None:
    """Keep the rows another row of the same load is newer than: no state of theirs was in force on a day of its own."""
    target.parent.mkdir()
    found, start = [], 0
    for batch in rows.batches():
        is_older = choice.is_older[start : start + batch.num_rows]
        start += batch.num_rows
        if is_older.any():
            found.append(_whole(batch.filter(_mask(is_older)), rows.constants))
    pq.write_table(pa.concat_tables(found), target, compression="zstd")


def _by_month(table: pa.Table, is_kept: npt.NDArray[np.bool_] | None = None) -> Iterator[tuple[str, pa.Table]]:
    """The kept rows of each month, in the order they stand in; rows of a refused one have no month."""
    encoded = table["month"].combine_chunks().dictionary_encode()
    codes = np.from_dlpack(encoded.indices.fill_null(LEFT_OUT)).astype(np.int32, copy=False)
    rows = table.drop_columns(["month"])
    if is_kept is not None and not is_kept.all():
        codes = np.where(is_kept, codes, LEFT_OUT)
    starts = np.flatnonzero(np.diff(codes, prepend=LEFT_OUT - 1))
    are_few = len(starts) * ROWS_OF_A_RUN <= len(codes)
    chosen = _slices(rows, codes, starts) if are_few else _taken(rows, codes)
    months = encoded.dictionary.to_pylist()
    yield from ((months[code], some) for code, some in chosen)


def _slices(rows: pa.Table, codes: npt.NDArray[np.int32], starts: npt.NDArray[np.int64]) -> Iterator[tuple[int, pa.Table]]:
    """Rows by code where rows of one code stand together, as in most exports: no value is copied."""
    parts: dict[int, list[pa.Table]] = {}
    for first, end in pairwise([*starts.tolist(), len(codes)]):
        parts.setdefault(int(codes[first]), []).append(rows.slice(first, end - first))
    return ((code, pa.concat_tables(some)) for code, some in sorted(parts.items()) if code != LEFT_OUT)


def _taken(rows: pa.Table, codes: npt.NDArray[np.int32]) -> Iterator[tuple[int, pa.Table]]:
    """Rows by code in any order of codes."""
    order = np.argsort(codes, kind="stable")
    found, starts = np.unique(codes[order], return_index=True)
    for code, (first, end) in zip(found.tolist(), pairwise([*starts.tolist(), len(codes)]), strict=True):
        if code != LEFT_OUT:
            numbers = np.ascontiguousarray(order[first:end])
            yield code, rows.take(pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)]))
