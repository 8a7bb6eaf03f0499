"""Words that were removed from live requests go from the loads they were landed in, so that the next build no longer has them."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from citystat.service_requests.cases import removal
from citystat.service_requests.models import Event
from citystat.warehouse import landing, sql
from citystat.warehouse.landing import Load

KIND, SOURCE = "requests", "action-center"
OPTIONS = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 40960"
# What was removed while the last landing was read is looked at again.
OVERLAP = timedelta(minutes=10)


def scrub(since: datetime | None) -> int:
    """Empty landed words of requests whose words were removed after an instant (None: ever); gives how many rows. Safe to repeat."""
    texts, addresses = _removed(since)
    if not texts and not addresses:
        return 0
    return sum(_scrub(load, texts, addresses) for load in landing.loads(KIND) if load.facts.get("source") == SOURCE)


def _removed(since: datetime | None) -> tuple[list[str], list[str]]:
    """Numbers of requests whose words, and whose address, were removed."""
    events = Event.objects.filter(kind__in=(removal.TEXT, "redacted")).select_related("request").order_by("pk")
    if since is not None:
        events = events.filter(at__gte=since - OVERLAP)
    texts, addresses = set(), set()
    for event in events.iterator(2_000):
        if event.kind == removal.TEXT or event.data.get("what") == "description":
            texts.add(event.request.number)
        elif event.data.get("what") == "address":
            addresses.add(event.request.number)
    return sorted(texts), sorted(addresses)


def _scrub(load: Load, texts: list[str], addresses: list[str]) -> int:
    """Rewrite the load's files that still have such words; the others keep their content and their checksum."""
    rows, written = 0, {}
    work = load.folder / "scrubbed"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("CREATE TABLE texts AS SELECT unnest(?::VARCHAR[]) AS request_id", [texts])
        connection.execute("CREATE TABLE addresses AS SELECT unnest(?::VARCHAR[]) AS request_id", [addresses])
        for path in load.parquet_files():
            found = _scrub_file(connection, path, work)
            if found:
                rows, written[path.name] = rows + found, work / path.name
    if written:
        landing.replace(load, written)
    return rows


def _scrub_file(connection: duckdb.DuckDBPyConnection, path: Path, work: Path) -> int:
    file = f"read_parquet({sql.literal(str(path))})"
    going = f"""SELECT count(*) FROM {file}
        WHERE (description IS NOT NULL AND request_id IN (FROM texts)) OR (address IS NOT NULL AND request_id IN (FROM addresses))"""
    row = connection.execute(going).fetchone()
    count = int(row[0]) if row else 0
    if count:
        work.mkdir(exist_ok=True, mode=0o700)
        connection.execute(
            f"""COPY (SELECT * REPLACE (
                    CASE WHEN request_id IN (FROM texts) THEN NULL ELSE description END AS description,
                    CASE WHEN request_id IN (FROM addresses) THEN NULL ELSE address END AS address)
                FROM {file}) TO {sql.literal(str(work / path.name))} ({OPTIONS})"""
        )
    return count
