"""Write the rows of the months that changed: batches of months, each on one thread so that its files are the same bytes every time."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from citystat.service_requests import schema
from citystat.service_requests.building import answers, engine
from citystat.service_requests.building.facts import Facts
from citystat.service_requests.building.inputs import Inputs, StateFile
from citystat.warehouse import sql
from citystat.warehouse.build import Draft
from citystat.warehouse.manifest import DataFile

ROWS_PER_BATCH = 150_000
ROWS_PER_GROUP = 122_880


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
    rows = 0
    wanted = sorted(months)
    for month in wanted:
        waiting.append(month)
        rows += sum(pq.read_metadata(file.path).num_rows for file in inputs.files if file.month_key == month)
        if rows >= ROWS_PER_BATCH or month == wanted[-1]:
            files = tuple(file for file in inputs.files if file.month_key in set(waiting))
            found.append(Batch(len(found), tuple(waiting), files, rows))
            waiting, rows = [], 0
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
            _write_batch(connection, batch, draft.folder, inputs)
            for name, files in (("requests", written.requests), ("request_states", written.request_states)):
                files.update(_store(draft, name, _folder(draft.folder, name, batch), marks))
            done(len(batch.months))
    return written


def _prepare(connection: duckdb.DuckDBPyConnection, inputs: Inputs, facts: Facts) -> None:
    connection.register("slugs_given", facts.slugs)
    connection.execute("CREATE TEMP TABLE slugs AS SELECT * FROM slugs_given")
    connection.register("promises_given", answers.promise_periods(inputs.promises))
    connection.execute("CREATE TEMP TABLE promises AS SELECT * FROM promises_given")
    connection.execute(f"CREATE TEMP VIEW all_facts AS FROM read_parquet({sql.literal(str(facts.path))})")
    connection.execute(f"CREATE TEMP TABLE superseded AS FROM read_parquet({sql.literal(str(facts.superseded))})")


def _write_batch(connection: duckdb.DuckDBPyConnection, batch: Batch, scratch: Path, inputs: Inputs) -> None:
    engine.read_landed(connection, inputs, batch.files)
    engine.make_view(connection, "current_states")
    months = ", ".join(map(sql.literal, batch.months))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW facts AS SELECT * FROM all_facts WHERE month_key IN ({months})")
    questions = connection.sql(engine.statement("questions")).to_arrow_table()
    connection.register("answers", answers.answer(questions, inputs))
    _copy(connection, _requests_query(inputs), _folder(scratch, "requests", batch))
    connection.unregister("answers")
    _copy(connection, engine.statement("request_states"), _folder(scratch, "request_states", batch))


def _requests_query(inputs: Inputs) -> str:
    """The statement with its columns in order; a default point has no place, whatever polygon it happens to lie in."""
    places = place_columns(inputs)
    columns = [
        f"CASE WHEN is_located THEN {sql.identifier(name)} END AS {sql.identifier(name)}"
        if name in places
        else f"CAST({sql.identifier(name)} AS {kind}) AS {sql.identifier(name)}"
        for name, kind in request_columns(inputs).items()
    ]
    order = "ORDER BY month_key, opened_at, source, request_id"
    return f"SELECT {', '.join(columns)}, month_key FROM ({engine.statement('requests')}) {order}"


def _copy(connection: duckdb.DuckDBPyConnection, query: str, folder: Path) -> None:
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_PER_GROUP}, PARTITION_BY (month_key)"
    connection.execute(f"COPY ({query}) TO {sql.literal(str(folder))} ({options})")


def _folder(scratch: Path, name: str, batch: Batch) -> Path:
    return scratch / f"{name}-{batch.number:06d}"


def _store(draft: Draft, name: str, folder: Path, marks: dict[str, str]) -> dict[str, DataFile]:
    stored = {}
    for month in sorted(folder.iterdir()) if folder.is_dir() else ():
        key = month.name.removeprefix("month_key=")
        (piece,) = month.iterdir()
        stored[key] = draft.add(name, key, piece, marks[key])
    return stored
