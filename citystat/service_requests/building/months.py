"""Write the rows of the months that changed: in batches of months, so that small ones share a query, on two threads."""

from collections.abc import Callable, Iterable, Sequence
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
from citystat.warehouse import sql
from citystat.warehouse.build import Draft
from citystat.warehouse.manifest import DataFile

ROWS_PER_BATCH = 150_000


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


def write(draft: Draft, inputs: Inputs, facts: Facts, marks: dict[str, str], done: Callable[[int], None]) -> MonthFiles:
    """Write the months of `marks` (month -> its inputs' checksum) and store their files; calls `done` with the months finished."""
    written = MonthFiles({}, {})
    parts = _shares(batches(inputs, marks))
    with ThreadPoolExecutor(max(1, len(parts))) as pool:
        shares = [pool.submit(_write_share, share, draft, inputs, facts, marks, done) for share in parts]
        for share in shares:
            found = share.result()
            written.requests.update(found.requests)
            written.request_states.update(found.request_states)
    return written


def _shares(all_batches: Sequence[Batch]) -> list[list[Batch]]:
    return [share for share in (list(all_batches[first :: engine.THREADS]) for first in range(engine.THREADS)) if share]


def _write_share(
    share: Sequence[Batch], draft: Draft, inputs: Inputs, facts: Facts, marks: dict[str, str], done: Callable[[int], None]
) -> MonthFiles:
    written = MonthFiles({}, {})
    with closing(engine.connect(draft.folder, inputs, memory=engine.MONTHS_MEMORY)) as connection:
        _prepare(connection, inputs, facts)
        for batch in share:
            derived = _build_batch(connection, batch, inputs)
            for month in batch.months:
                of_month = derived.filter(pc.equal(derived["month_key"], month))
                files = [file for file in batch.files if file.month_key == month]
                for name, table in rows.month_tables(inputs, files, of_month, request_columns(inputs)).items():
                    if table.num_rows:
                        getattr(written, name)[month] = _store(draft, name, month, table, marks[month])
                done(1)
    return written


def _store(draft: Draft, name: str, month: str, table: pa.Table, mark: str) -> DataFile:
    path = draft.folder / f"{name}-{month}.parquet"
    rows.write(table, path)
    return draft.add(name, month, path, mark)


def _prepare(connection: duckdb.DuckDBPyConnection, inputs: Inputs, facts: Facts) -> None:
    connection.register("slugs_given", facts.slugs)
    connection.execute("CREATE TEMP TABLE slugs AS SELECT * FROM slugs_given")
    connection.register("promises_given", answers.promise_periods(inputs.promises))
    connection.execute("CREATE TEMP TABLE promises AS SELECT * FROM promises_given")
    connection.execute(f"CREATE TEMP VIEW all_facts AS FROM read_parquet({sql.literal(str(facts.path))})")
    connection.execute(f"CREATE TEMP TABLE superseded AS FROM read_parquet({sql.literal(str(facts.superseded))})")


def _build_batch(connection: duckdb.DuckDBPyConnection, batch: Batch, inputs: Inputs) -> pa.Table:
    """What the build says of the batch's requests: `month_key`, `rid` and the derived columns, in the order of the rows."""
    engine.read_landed(connection, inputs, batch.files)
    engine.make_view(connection, "current_states")
    keys = ", ".join(map(sql.literal, batch.months))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW facts AS SELECT * FROM all_facts WHERE month_key IN ({keys})")
    questions = connection.sql(engine.statement("questions")).to_arrow_table()
    connection.register("answers", answers.answer(questions, inputs.calendar))
    derived: pa.Table = connection.sql(_derived_query()).to_arrow_table()
    connection.unregister("answers")
    return _with_labels(derived, questions, inputs)


def _derived_query() -> str:
    derived = [
        f"CAST({name} AS {kind}) AS {name}" for name, kind in schema.REQUEST_COLUMNS.items() if name in rows.DERIVED - {"service_slug"}
    ]
    order = "ORDER BY month_key, opened_at, source, request_id"
    return f"SELECT month_key, rid, {', '.join(derived)} FROM ({engine.statement('requests')}) {order}"


def _with_labels(derived: pa.Table, questions: pa.Table, inputs: Inputs) -> pa.Table:
    """Set the texts beside the numbers; a default point has no place, whatever polygon it happens to lie in."""
    asked = questions["rid"].to_numpy()
    in_order = np.argsort(asked, kind="stable")
    rows_asked = pa.array(in_order[np.searchsorted(asked, derived["rid"].to_numpy(), sorter=in_order)])
    derived = derived.append_column("service_slug", questions["service_slug"].take(rows_asked))
    # A row that is null in the selection is null in the result.
    located = pc.if_else(derived["is_located"].combine_chunks(), rows_asked, pa.scalar(None, pa.int64()))
    for name, places in answers.places(questions, inputs).items():
        derived = derived.append_column(name, places.take(located))
    return derived
