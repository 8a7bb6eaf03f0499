"""Small exports and what a load stores of them."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from citystat.service_requests import actions
from citystat.service_requests.loading.vocabulary import ALL_TYPES
from citystat.warehouse import landing

AS_OF = date(2020, 6, 30)
HEADER = ("request_id", "service", "status", "opened_at", "closed_at", "channel", "latitude", "longitude")
Rows = Sequence[Sequence[str]]


def request(number: int, **changes: str) -> list[str]:
    """One request of the canonical header."""
    values = {
        "request_id": f"R{number}",
        "service": "Pothole",
        "status": "closed",
        "opened_at": "2020-05-01 09:00:00",
        "closed_at": "2020-05-03 10:30:00",
        "channel": "phone",
        "latitude": f"39.{1000 + number}",
        "longitude": "-94.5",
        **changes,
    }
    return [values[name] for name in HEADER]


def as_csv(rows: Rows, header: Sequence[str] = HEADER, **dialect: Any) -> str:
    """Rows as CSV text."""
    text = io.StringIO()
    csv.writer(text, **dialect).writerows([header, *rows])
    return text.getvalue()


@pytest.fixture
def load(city_home: Path, tmp_path: Path, db: None) -> Callable[..., dict[str, Any]]:
    """Write content to a file and load it."""

    def run(content: str | bytes, name: str = "export.csv", as_of: date | None = AS_OF, **options: Any) -> dict[str, Any]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return actions.load_requests([str(path)], as_of=as_of, **{"time_zone": "America/Chicago", **options})

    return run


@pytest.fixture
def stored(city_home: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """Query all stored states, markers aside, as `states`."""

    def run(query: str, markers: bool = False) -> list[tuple[Any, ...]]:
        files = [str(path) for one in landing.loads("requests") for path in one.parquet_files()]
        if not files:
            return []
        with duckdb.connect() as connection:
            # A load's files lack the columns that are empty in all its rows.
            empty = ", ".join(f"NULL::{kind} AS {name}" for name, kind in ALL_TYPES.items())
            connection.execute(
                f"""CREATE VIEW states AS SELECT * FROM read_parquet({files}, union_by_name=true) WHERE {markers} OR NOT moved_away
                    UNION ALL BY NAME SELECT {empty} WHERE false"""
            )
            return connection.execute(query).fetchall()

    return run
