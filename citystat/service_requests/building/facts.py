"""What only a look at all requests can tell: default points, mass closures, recurrence, reopening, and the labels in use.

Reads narrow columns of every month, also of those whose files are reused: a new load can make an old closing a mass closure.
"""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from citystat.service_requests import catalog
from citystat.service_requests.building import engine
from citystat.service_requests.building.inputs import Inputs

MASS_CLOSURES = ("mass_closed_minutes", "mass_closed_service_days", "mass_closed_department_days")
NO_RID = "SELECT CAST(NULL AS BIGINT) AS rid WHERE false"


@dataclass(frozen=True)
class Facts:
    """A month's mark changes when any fact of the month does."""

    marks: dict[str, tuple[int, int]]
    as_of_sensitive: frozenset[str]
    labels: pa.Table
    slugs: pa.Table


def gather(connection: duckdb.DuckDBPyConnection, inputs: Inputs, reviews: pa.Table) -> Facts:
    """Ask the questions of this module, leaving the tables `landed`, `superseded` and `facts` in the connection's database.

    `reviews`: the quality reviews known now; the closings they passed no longer count as closed in bulk.
    """
    engine.read_landed(connection, inputs)
    _make_or_none(connection, "superseded", inputs.has_history)
    engine.make_view(connection, "current_states")
    _look(connection, inputs)
    _keep_passed(connection, reviews)
    engine.make_table(connection, "facts")
    marks = {key: (count, mark) for key, count, mark in connection.execute(engine.statement("fact_marks")).fetchall()}
    sensitive = frozenset(key for (key,) in connection.execute(engine.statement("as_of_sensitive")).fetchall())
    labels = connection.sql(engine.statement("labels")).to_arrow_table()
    return Facts(marks, sensitive, labels, slugs_of(labels))


def _look(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    engine.make_table(connection, "default_points")
    # Four questions look at the closings: they are worked out once.
    engine.make_table(connection, "closings")
    for name in MASS_CLOSURES:
        engine.make_table(connection, name)
    _make_or_none(connection, "mass_closed", any(_has_rows(connection, name) for name in MASS_CLOSURES))
    connection.execute("DROP TABLE closings")
    # At the largest latitude a degree of longitude is shortest: boxes that are right there are wide enough elsewhere.
    cosine = connection.execute("SELECT min(cos(radians(latitude))) FROM current_states WHERE latitude BETWEEN -85 AND 85").fetchone()
    engine.set_variables(connection, {"smallest_cosine": float((cosine or (None,))[0] or 1.0)})
    engine.make_view(connection, "points")
    engine.make_table(connection, "recurred")
    _make_or_none(connection, "reopened", inputs.was_seen_twice)


def _keep_passed(connection: duckdb.DuckDBPyConnection, reviews: pa.Table) -> None:
    """The table of the closings passed, which the facts leave out of the mass closures."""
    connection.register("reviews", reviews)
    connection.execute("CREATE TEMP TABLE passed_closings AS SELECT source, request_id, closed_on FROM reviews WHERE verdict = 'passed'")
    connection.unregister("reviews")


def _make_or_none(connection: duckdb.DuckDBPyConnection, name: str, is_possible: bool) -> None:
    """Ask a question about single requests, or spare it where nothing could answer to it."""
    if is_possible:
        engine.make_table(connection, name)
    else:
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS {NO_RID}")


def _has_rows(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() is not None


def slugs_of(labels: pa.Table) -> pa.Table:
    """Service label -> slug, by the one rule of the catalog."""
    services = sorted({name for name in labels["service"].to_pylist() if name is not None})
    return pa.table({"service": pa.array(services, pa.string()), "service_slug": [catalog.service_slug(name) for name in services]})
