"""Live requests into the warehouse: what changed since the last time is landed like any export, so both are one table of one shape."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import Q, QuerySet

from citystat.core import clock
from citystat.core.cities import current_city
from citystat.core.home import make_home, warehouse_dir
from citystat.service_requests import actions, rules
from citystat.service_requests.cases import appointment_queries, landed_texts
from citystat.service_requests.models import Appointment, ServiceRequest
from citystat.warehouse import landing

SOURCE = "action-center"
LAYOUT = "citystat"
# What changed while the last landing was read is looked at again; the same state twice is no change.
OVERLAP = timedelta(minutes=10)
ROWS_AT_ONCE = 5_000
TEXTS = (
    "request_id", "service", "service_code", "category", "department", "team", "channel", "origin", "status", "outcome",
    "opened_at", "due_at", "first_response_at", "closed_at", "updated_at", "address", "latitude", "longitude", "parent_id",
    "transfers", "description", "council_district", "neighborhood", "police_district", "zip", "appointment_on", "appointment_kept",
)  # fmt: skip
SCHEMA = pa.schema([(name, pa.string()) for name in TEXTS])


def has_requests() -> bool:
    """Whether anybody has filed a request here."""
    return ServiceRequest.objects.exists()


def today() -> date:
    """The day live requests are known up to: today, in the city's time zone."""
    return clock.now().astimezone(current_city().zone).date()


def land() -> dict[str, Any] | None:
    """Land requests changed since the last landing; None when nothing was. The load is one among the others in the data notes.

    Words removed since then go from the earlier landings first.
    """
    since = last_landing()
    if since is not None:
        landed_texts.scrub(since)
    changed = _changed_since(since)
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


def _changed_since(since: datetime | None) -> QuerySet[ServiceRequest]:
    """Requests changed since the last landing; those with an appointment once more where no landing knew of appointments yet."""
    if since is None:
        return ServiceRequest.objects.all()
    changed = Q(updated_at__gte=since - OVERLAP)
    if not _knows_appointments():
        changed |= Q(pk__in=Appointment.objects.values("request_id"))
    return ServiceRequest.objects.filter(changed)


def _knows_appointments() -> bool:
    loads = [load for load in landing.loads("requests") if load.facts.get("source") == SOURCE]
    return any("appointment_on" in pq.read_schema(path).names for load in loads for path in load.parquet_files()[:1])


def _batches(changed: QuerySet[ServiceRequest]) -> Iterator[pa.RecordBatch]:
    found = changed.select_related("service", "parent").order_by("id").iterator(ROWS_AT_ONCE)
    while batch := list(islice(found, ROWS_AT_ONCE)):
        appointments = appointment_queries.first_outcomes([request.pk for request in batch])
        rows = [_row(request, *appointments.get(request.pk, (None, None))) for request in batch]
        yield pa.RecordBatch.from_pylist(rows, SCHEMA)


def _row(request: ServiceRequest, appointment_on: date | None, appointment_kept: bool | None) -> dict[str, str | None]:
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
        "appointment_on": appointment_on,
        "appointment_kept": appointment_kept,
    }
    for name in ("opened_at", "due_at", "first_response_at", "closed_at", "updated_at"):
        instant = getattr(request, name)
        values[name] = instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None
    return {name: None if value in (None, "") else str(value) for name, value in values.items()}
