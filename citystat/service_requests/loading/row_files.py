"""The rows of a load, kept in its work folder until all of them are known: whole in an Arrow file, what decides about them in Parquet.

An engine's own table costs as much as reading the export: it gathers statistics of every column that nobody asks for, and what it gives
back has to be made into Arrow again. A batch is written while the engine makes the next one.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from citystat.warehouse.sql import literal

ROWS_AT_ONCE: Final = 204_800
# What decides whether a row is kept; `original` are the texts of a refused row.
KEYS: Final = ("month", "reason", "original", "request_id", "state_hash", "flag_unknown_status", "updated_at", "closed_at", "opened_on")
OF_REFUSED: Final = ("reason", "original")


@dataclass(frozen=True)
class RowFiles:
    """Both files, in the same order of rows, and the one value of each column that is the same in every row."""

    whole: Path
    keys: Path
    constants: pa.Table

    def batches(self) -> Iterator[pa.Table]:
        """All rows with their month, refused ones too, part by part, with the columns that vary."""
        with pa.OSFile(str(self.whole)) as file, pa.ipc.open_file(file) as reader:
            count = reader.num_record_batches
        for number in range(count):
            # The file is mapped anew for each part: the memory of a part is given back when the part is.
            with pa.memory_map(str(self.whole)) as file, pa.ipc.open_file(file) as reader:
                yield pa.Table.from_batches([reader.get_batch(number)])

    def view(self) -> str:
        """SQL of the keys with `row`, the number of each row from 0."""
        columns = (name if name not in self.constants.column_names else f"{self._constant(name)} AS {name}" for name in KEYS)
        return f"SELECT {', '.join(columns)}, file_row_number AS row FROM read_parquet({literal(str(self.keys))}, file_row_number = true)"

    def _constant(self, name: str) -> str:
        value = self.constants[name][0].as_py()
        return "NULL" if value is None else literal(str(value))


class Writer:
    """Writes both files; each batch by another thread."""

    def __init__(self, folder: Path, constants: pa.Table) -> None:
        self.files = RowFiles(folder / "rows.arrow", folder / "keys.parquet", constants)
        self.rows = 0
        self._writers: tuple[pa.RecordBatchFileWriter, pq.ParquetWriter] | None = None
        self._pool = ThreadPoolExecutor(1)
        self._waiting: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown()
        for writer in self._writers or ():
            writer.close()
        if self._waiting is not None and error is None:
            self._waiting.result()

    def add(self, batches: pa.RecordBatchReader) -> int:
        """Write the rows of one input; returns how many."""
        before = self.rows
        if self._writers is None:
            self._writers = self._open(batches.schema)
        for batch in _read(batches):
            if self._waiting is not None:
                self._waiting.result()
            self._waiting = self._pool.submit(_write, *self._writers, batch)
            self.rows += batch.num_rows
        return self.rows - before

    def _open(self, schema: pa.Schema) -> tuple[pa.RecordBatchFileWriter, pq.ParquetWriter]:
        keys = pa.schema([schema.field(name) for name in KEYS if name in schema.names])
        whole = pa.ipc.new_file(str(self.files.whole), pa.schema([field for field in schema if field.name not in OF_REFUSED]))
        options = {"compression": "lz4", "use_dictionary": ["month"], "write_statistics": False, "store_schema": False}
        return whole, pq.ParquetWriter(self.files.keys, keys, **options)


def _write(whole: pa.RecordBatchFileWriter, keys: pq.ParquetWriter, batch: pa.RecordBatch) -> None:
    whole.write_batch(batch.select([name for name in batch.schema.names if name not in OF_REFUSED]))
    keys.write_batch(batch.select([name for name in KEYS if name in batch.schema.names]))


def _read(batches: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """The engine's batches, and its errors as its own: Arrow hands them on as errors of the system that have no number."""
    try:
        yield from batches
    except (OSError, pa.ArrowException) as error:
        if getattr(error, "errno", None) is not None:
            raise
        raise duckdb.Error(str(error)) from error


def constant_table(connection: duckdb.DuckDBPyConnection, values: Iterable[tuple[str, str, str]]) -> pa.Table:
    """One row of the values (name, SQL, type) that are the same in every row of a load."""
    found: pa.Table = connection.sql(f"SELECT {', '.join(f'({sql})::{kind} AS {name}' for name, sql, kind in values)}").to_arrow_table()
    return found
