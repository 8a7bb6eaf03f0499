"""The tables this room gives the warehouse: requests, their states, services, departments, loads, the calendar."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pyarrow as pa

from citystat.core.home import warehouse_dir
from citystat.core.progress import progress
from citystat.service_requests import quality, schema
from citystat.service_requests.building import engine, facts, months, summaries
from citystat.service_requests.building.inputs import Inputs, gather, layer_mark, load_as_of, month_mark, whole_mark
from citystat.service_requests.center import extract as center
from citystat.warehouse.arrow import leave_pandas_out
from citystat.warehouse.build import Draft
from citystat.warehouse.manifest import DataFile, Table

__all__ = ["Extracted", "Inputs", "extract", "gather", "sources"]

# The first stands for all of them.
OF_THE_LANDING = ("services", "departments", "place_agreement", "requests", "request_states")
NEVER_SEEN_TWICE = {"reopened": "CAST(NULL AS BOOLEAN)"}


@dataclass(frozen=True)
class Extracted:
    """Tables for a build, and how much of it had to be made."""

    tables: tuple[Table, ...]
    requests: int
    months_rebuilt: int
    months_reused: int


def extract(draft: Draft, inputs: Inputs, *, rebuild_all: bool = False) -> Extracted:
    """Write the tables of the requests into a draft, reusing the months whose inputs did not change, and all of them where none did."""
    leave_pandas_out()
    reviews = quality.reviews_table()
    mark = whole_mark(inputs, reviews)
    known = None if rebuild_all else draft.unchanged(OF_THE_LANDING, mark)
    made = Extracted(known, 0, 0, len(inputs.months)) if known else _made(draft, inputs, reviews, mark, rebuild_all=rebuild_all)
    requests = next(table for table in made.tables if table.name == "requests")
    tables = (*made.tables, *_told(draft, inputs, requests), draft.add_arrow("quality_reviews", reviews))
    return replace(made, tables=tables, requests=requests.rows)


def _made(draft: Draft, inputs: Inputs, reviews: pa.Table, whole: str, *, rebuild_all: bool) -> Extracted:
    """The tables of the landing, from as many stored months as possible."""
    with closing(engine.connect(draft.folder, inputs)) as connection:
        with progress("Looking at all requests") as step:
            found = facts.gather(connection, inputs, reviews)
            step(len(inputs.files))
        marks = {month: _mark(month, inputs, found) for month in inputs.months}
        reused = {} if rebuild_all else _reusable(draft, marks)
        new = {month: mark for month, mark in marks.items() if month not in reused}
        with progress("Building months", total=len(new)) as step:
            written = months.write(connection, draft, inputs, found, new, step)
    requests = [*written.requests.values(), *(files[0] for files in reused.values())]
    states = [*written.request_states.values(), *(files[1] for files in reused.values())]
    constants = {} if inputs.was_seen_twice else NEVER_SEEN_TWICE
    tables = (
        Table("requests", tuple(months.request_columns(inputs).items()), tuple(requests), constants),
        Table("request_states", tuple(schema.REQUEST_STATE_COLUMNS.items()), tuple(states)),
        *_summaries(draft, inputs, found, requests, whole),
    )
    return Extracted(tables, 0, len(new), len(reused))


def sources(inputs: Inputs) -> dict[str, Any]:
    """What a manifest says about where the data came from."""
    loads = [
        {"load_id": load.number, "as_of": str(load_as_of(load)), "source": load.facts.get("source"), "layout": load.facts.get("layout")}
        for load in inputs.loads
    ]
    layers = [dict(zip(("kind", "version", "checksum"), layer_mark(layer), strict=False)) for layer in inputs.layers]
    return {"loads": loads, "layers": layers, "time_zone": inputs.time_zone}


def _mark(month: str, inputs: Inputs, found: facts.Facts) -> str:
    files = [file for file in inputs.files if file.month_key == month]
    return month_mark(inputs, files, is_as_of_sensitive=month in found.as_of_sensitive, facts=found.marks.get(month))


def _reusable(draft: Draft, marks: dict[str, str]) -> dict[str, tuple[DataFile, DataFile]]:
    """Months of which both files are stored, made from the same inputs."""
    found = {}
    for month, mark in marks.items():
        requests, states = draft.reusable("requests", month, mark), draft.reusable("request_states", month, mark)
        if requests and states:
            found[month] = (requests, states)
    return found


def _summaries(draft: Draft, inputs: Inputs, found: facts.Facts, requests: Sequence[DataFile], whole: str) -> list[Table]:
    """What is told of all requests together. All of `OF_THE_LANDING` is known by the inputs of these."""
    with _looking_at(draft, inputs, requests) as connection:
        agreement = summaries.place_agreement(connection, inputs)
    made = {
        "services": summaries.services(found.labels, inputs),
        "departments": summaries.departments(found.labels),
        "place_agreement": agreement,
    }
    return [draft.add_arrow(name, content, inputs=whole) for name, content in made.items()]


def _told(draft: Draft, inputs: Inputs, requests: Table) -> list[Table]:
    """The tables that take less than to find out whether they are the same."""
    with _looking_at(draft, inputs, requests.files) as connection:
        first, last = summaries.days_seen(connection)
    made = {"loads": summaries.loads(inputs), "calendar": summaries.calendar(first, last, inputs), **center.tables()}
    return [draft.add_arrow(name, content, is_content=name != "loads") for name, content in made.items()]


@contextmanager
def _looking_at(draft: Draft, inputs: Inputs, files: Sequence[DataFile]) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(engine.connect(draft.folder, inputs)) as connection:
        summaries.view_of_files(connection, [warehouse_dir() / file.path for file in files])
        yield connection
