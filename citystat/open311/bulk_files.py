"""GeoReport Bulk files: the same public requests as the lists, all of them, line by line."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from citystat.core.csv_cells import safe
from citystat.open311 import presenters, queries
from citystat.open311.queries import Row

CONTENT_TYPES: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}
COLUMNS: Final = (
    "service_request_id", "requested_datetime", "updated_datetime", "closed_date", "expected_datetime", "status_description",
    "status_notes", "source", "service_code", "service_name", "service_subtype", "description", "agency_responsible", "address",
    "zipcode", "lat", "long", "media_url",
)  # fmt: skip


def lines_of(rows: list[Row]) -> list[dict[str, Any]]:
    """The columns of the file, with values as the lists have them."""
    records = presenters.records(rows, queries.extras(rows, notes=False), queries.service_names(), extended=False)
    for row, record in zip(rows, records, strict=True):
        record["status_description"] = record["status"]
        record["closed_date"] = record["updated_datetime"] if record["status"] == "closed" else None
        record["source"], record["service_subtype"] = row.channel, None
    return [{name: record[name] for name in COLUMNS} for record in records]


def csv_lines(parts: Iterable[list[Row]]) -> Iterator[str]:
    """The file as CSV, a part at a time; no cell is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    yield _taken(buffer)
    for rows in parts:
        writer.writerows([safe(value) for value in line.values()] for line in lines_of(rows))
        yield _taken(buffer)


def json_lines(parts: Iterable[list[Row]]) -> Iterator[str]:
    """The file as one JSON array, a part at a time."""
    separator = "["
    for rows in parts:
        yield separator + ",\n".join(json.dumps(line, ensure_ascii=False) for line in lines_of(rows))
        separator = ",\n"
    yield "]" if separator != "[" else "[]"


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
