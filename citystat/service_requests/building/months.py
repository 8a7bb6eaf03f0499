"""Write the rows of the months that changed: in batches of months, so that small ones share a query, on a few threads."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from citystat.service_requests import schema
from citystat.service_requests.building import answers, engine, rows
from citystat.service_requests.building.facts import Facts
from citystat.service_requests.building.inputs import Inputs, StateFile
from citystat.warehouse.build import Draft
from citystat.warehouse.manifest import DataFile

ROWS_PER_BATCH = 120_000
# One more than the engine's threads: while one waits for its turn in Python, the engine works for the others.
WRITERS = engine.THREADS + 1


@dataclass(frozen=True)
class Batch:
    """Months written together."""

    number: int
    months: tuple[str, ...]
    files: tuple[StateFile, ...]
    rows: int


@dataclass(frozen=True)
class MonthFiles:
    """What one month's requests and states became; a month everybody moved away from has no requests."""

    requests: dict[str, DataFile]
    request_states: dict[str, DataFile]


def place_columns(inputs: Inputs) -> dict[str, str]:
    """Columns of `requests` that follow the loaded layers."""
    names = {f"place_{layer.kind}" for layer in inputs.layers} | {layer.column for layer in inputs.layers}
    return dict.fromkeys(sorted(names), "VARCHAR")


def request_columns(inputs: Inputs) -> dict[str, str]:
    """Columns and types of `requests`, in order."""
    return schema.REQUEST_COLUMNS | place_columns(inputs)


def batches(inputs: Inputs, months: Iterable[str]) -> list[Batch]:
    """The months in batches of about so many rows, in order."""
    found: list[Batch] = []
    waiting: list[str] = []
    count = 0
    wanted = sorted(months)
    for month in wanted:
        waiting.append(month)
        count += sum(pq.read_metadata(file.path).num_rows for file in inputs.files if file.month_key == month)
        if count >= ROWS_PER_BATCH or month == wanted[-1]:
            files = tuple(file for file in inputs.files if file.month_key in set(waiting))
            found.append(Batch(len(found), tuple(waiting), files, count))
            waiting, count = [], 0
    return found


def write(
    connection: duckdb.DuckDBPyConnection, draft: Draft, inputs: Inputs, facts: Facts, marks: dict[str, str], done: Callable[[int], None]
) -> MonthFiles:
    """Write the months of `marks` (month -> its inputs' checksum) and store their files; calls `done` with the months finished.

    `connection` is the one the facts were gathered with.
    """
    written = MonthFiles({}, {})
    parts = _shares(batches(inputs, marks))
    _prepare(connection, inputs, facts)
    with ThreadPoolExecutor(max(1, len(parts))) as pool:
        shares = [pool.submit(_write_share, connection, share, draft, inputs, marks, done) for share in parts]
        for share in shares:
            found = share.result()
            written.requests.update(found.requests)
            written.request_states.update(found.request_states)
    return written


def _shares(all_batches: Sequence[Batch]) -> list[list[Batch]]:
    return [share for share in (list(all_batches[first::WRITERS]) for first in range(WRITERS)) if share]


def _write_share(
    connection: duckdb.DuckDBPyConnection,
    share: Sequence[Batch],
    draft: Draft,
    inputs: Inputs,
    marks: dict[str, str],
    done: Callable[[int], None],
) -> MonthFiles:
    written = MonthFiles({}, {})
    with closing(engine.share(connection, inputs)) as own:
        for batch in share:
            for month, derived in _build_batch(own, batch, inputs).items():
                files = [file for file in batch.files if file.month_key == month]
                for name, table in rows.month_tables(inputs, files, derived, request_columns(inputs)).items():
                    if table.num_rows:
                        getattr(written, name)[month] = _store(draft, name, month, table, marks[month])
                done(1)
    return written


def _store(draft: Draft, name: str, month: str, table: pa.Table, mark: str) -> DataFile:
    path = draft.folder / f"{name}-{month}.parquet"
    rows.write(table, path)
    return draft.add(name, month, path, mark)


def _prepare(connection: duckdb.DuckDBPyConnection, inputs: Inputs, facts: Facts) -> None:
    for name, table in (("slugs", facts.slugs), ("promises", answers.promise_periods(inputs.promises))):
        connection.register("given", table)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        connection.unregister("given")


def _build_batch(connection: duckdb.DuckDBPyConnection, batch: Batch, inputs: Inputs) -> dict[str, pa.Table]:
    """What the build says of the requests of each month: `rid` and the derived columns, in the order of the rows."""
    engine.choose_months(connection, batch.months)
    engine.make_view(connection, "current_states")
    questions = connection.sql(engine.statement("questions")).to_arrow_table()
    connection.register("answered", answers.answered(questions, inputs.calendar))
    derived: pa.Table = connection.sql(_derived_query()).to_arrow_table()
    connection.unregister("answered")
    for name, column in {"service_slug": questions["service_slug"], **_places(derived, questions, inputs)}.items():
        derived = derived.append_column(name, column)
    return dict(_by_month(questions["month_key"], derived, batch.months))


def _derived_query() -> str:
    derived = [
        f"CAST({name} AS {kind}) AS {name}" for name, kind in schema.REQUEST_COLUMNS.items() if name in rows.DERIVED - {"service_slug"}
    ]
    return f"SELECT rid, {', '.join(derived)} FROM ({engine.statement('requests')})"


def _places(derived: pa.Table, questions: pa.Table, inputs: Inputs) -> dict[str, pa.Array]:
    """Place column -> code; a default point has no place, whatever polygon it happens to lie in."""
    # A row that is null in the selection is null in the result.
    here = pa.array(np.arange(questions.num_rows))
    located = pc.if_else(derived["is_located"].combine_chunks(), here, pa.scalar(None, pa.int64()))
    return {name: places.take(located) for name, places in answers.places(questions, inputs).items()}


def _by_month(keys: pa.ChunkedArray, derived: pa.Table, months: Sequence[str]) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each month, also of one without any; the keys are in order."""
    counts = {one["values"]: one["counts"] for one in pc.value_counts(keys).to_pylist()}
    start = 0
    for month in months:
        yield month, derived.slice(start, counts.get(month, 0))
        start += counts.get(month, 0)
