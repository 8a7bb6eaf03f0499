"""Live requests into the warehouse: what changed since the last time is landed like any export, so both are one table of one shape."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone

from citystat.core.cities import current_city
from citystat.core.home import make_home, warehouse_dir
from citystat.service_requests import actions, rules
from citystat.service_requests.cases import landed_texts
from citystat.service_requests.models import ServiceRequest
from citystat.warehouse import landing

SOURCE = "action-center"
LAYOUT = "citystat"
# What changed while the last landing was read is looked at again; the same state twice is no change.
OVERLAP = timedelta(minutes=10)
ROWS_AT_ONCE = 5_000
TEXTS = (
    "request_id", "service", "service_code", "category", "department", "team", "channel", "origin", "status", "outcome",
    "opened_at", "due_at", "first_response_at", "closed_at", "updated_at", "address", "latitude", "longitude", "parent_id",
    "transfers", "description", "council_district", "neighborhood", "police_district", "zip",
)  # fmt: skip
SCHEMA = pa.schema([(name, pa.string()) for name in TEXTS])


def has_requests() -> bool:
    """Whether anybody has filed a request here."""
    return ServiceRequest.objects.exists()


def today() -> date:
    """The day live requests are known up to: today, in the city's time zone."""
    return timezone.now().astimezone(current_city().zone).date()


def land() -> dict[str, Any] | None:
    """Land requests changed since the last landing; None when nothing was. The load is one among the others in the data notes.

    Words removed since then go from the earlier landings first.
    """
    since = last_landing()
    if since is not None:
        landed_texts.scrub(since)
    changed = ServiceRequest.objects.filter(updated_at__gte=since - OVERLAP) if since else ServiceRequest.objects.all()
    if not changed.exists():
        return None
    make_home()
    warehouse_dir().mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=warehouse_dir(), prefix=".live-") as folder:
        path = Path(folder) / "requests.parquet"
        with pq.ParquetWriter(path, SCHEMA) as writer:
            for batch in _batches(changed):
                writer.write_batch(batch)
        return actions.load_requests([str(path)], as_of=today(), layout=LAYOUT, source=SOURCE, time_zone=current_city().time_zone or "UTC")


def last_landing() -> datetime | None:
    """When live requests were landed last, in UTC."""
    found = [load.facts["loaded_at"] for load in landing.loads("requests") if load.facts.get("source") == SOURCE]
    return datetime.fromisoformat(max(found)).astimezone(UTC) if found else None


def _batches(changed: Any) -> Iterator[pa.RecordBatch]:
    rows: list[dict[str, str | None]] = []
    for request in changed.select_related("service", "parent").order_by("id").iterator(ROWS_AT_ONCE):
        rows.append(_row(request))
        if len(rows) == ROWS_AT_ONCE:
            yield pa.RecordBatch.from_pylist(rows, SCHEMA)
            rows = []
    if rows:
        yield pa.RecordBatch.from_pylist(rows, SCHEMA)


def _row(request: ServiceRequest) -> dict[str, str | None]:
    service, places = request.service, request.places
    values: dict[str, Any] = {
        "request_id": request.number,
        "service": service.name,
        "service_code": service.code,
        "category": service.category,
        "department": request.department,
        "team": request.team,
        "channel": request.channel,
        "origin": request.origin,
        "status": rules.measured_status(request.status, request.resolution),
        "outcome": request.resolution,
        "address": request.address,
        "latitude": request.latitude,
        "longitude": request.longitude,
        "parent_id": request.parent.number if request.parent else None,
        "transfers": request.transfers,
        "description": request.description,
        "council_district": places.get("council_district"),
        "neighborhood": places.get("neighborhood"),
        "police_district": places.get("police_district"),
        "zip": request.zipcode or places.get("zip"),
    }
    for name in ("opened_at", "due_at", "first_response_at", "closed_at", "updated_at"):
        instant = getattr(request, name)
        values[name] = instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None
    return {name: None if value in (None, "") else str(value) for name, value in values.items()}
