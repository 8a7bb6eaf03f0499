"""Write the kept states, one Parquet file a month of opening, in one pass over them: part by part, as many months open as still miss rows.

An engine's own partitioned writing costs several times as much where months are small, and would have to be gone over again for rows left
out. The bytes of a file depend on its rows and their order alone.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from citystat.core.errors import UserError
from citystat.service_requests import schema
from citystat.service_requests.loading.states import COLUMNS
from citystat.service_requests.loading.vocabulary import ALL_TYPES
from citystat.warehouse.files import file_sha256

ROWS_AT_ONCE: Final = 204_800
ROWS_PER_GROUP: Final = 122_880
WRITERS: Final = 2
# More files at once than a process may have open: their rows are then brought into the order of the months first.
MOST_OPEN: Final = 300
# Texts that are different in nearly every row gain nothing from a dictionary.
UNIQUE_TEXTS: Final = frozenset({"request_id", "address", "description", "parent_id"})
DICTIONARY: Final = [name for name, kind in ALL_TYPES.items() if kind == "VARCHAR" and name not in UNIQUE_TEXTS] + schema.PARTS_OF_PLACES


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


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, str]:
    """Write the views `kept` and `moves` into the load's folder as `<month>.parquet`; returns the checksum of each file by its name."""
    every = f"SELECT month, row, {COLUMNS} FROM kept UNION ALL SELECT month, NULL, {COLUMNS} FROM moves"
    counts: dict[str, int] = dict(connection.execute(f"SELECT month, count(*) FROM ({every}) GROUP BY month").fetchall())
    order = "ORDER BY month, row" if len(counts) > MOST_OPEN else ""
    files, rows = MonthFiles(folder, dict(counts)), sum(counts.values())
    try:
        written = _write(files, connection.sql(f"SELECT month, {COLUMNS} FROM ({every}) {order}").to_arrow_reader(ROWS_AT_ONCE))
    finally:
        files.close()
    if written != rows:
        raise UserError(f"The load was stopped: {rows:,} rows should be kept but {written:,} were written; nothing was stored.")
    return dict(sorted(files.checksums.items()))


def _write(files: MonthFiles, batches: pa.RecordBatchReader) -> int:
    """The next part is read while the last one is written."""
    written, waiting = 0, list[Future[int]]()
    with ThreadPoolExecutor(WRITERS) as pool:
        for batch in batches:
            parts = list(_by_month(pa.Table.from_batches([batch])))
            written += sum(one.result() for one in waiting)
            waiting = [pool.submit(files.add, month, rows) for month, rows in parts]
        return written + sum(one.result() for one in waiting)


def _by_month(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each month, in the order they stand in."""
    encoded = table["month"].combine_chunks().dictionary_encode()
    # Arrow's own ways to a NumPy array and back load pandas, which takes as long as reading a hundred thousand rows.
    codes, rows = np.from_dlpack(encoded.indices), table.drop_columns(["month"])
    if np.any(codes[1:] < codes[:-1]):
        rows = rows.take(pc.array_sort_indices(encoded.indices))
        codes = np.sort(codes)
    starts = [*np.searchsorted(codes, np.arange(len(encoded.dictionary))), len(codes)]
    for place, month in enumerate(encoded.dictionary.to_pylist()):
        yield month, rows.slice(starts[place], starts[place + 1] - starts[place])
