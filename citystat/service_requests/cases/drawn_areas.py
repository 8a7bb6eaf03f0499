"""Live requests of a drawn area: those that show their place, by the point itself and not by the district it is worked in."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from citystat.service_requests import rules
from citystat.service_requests.models import ServiceRequest

MOST = 200
AT_ONCE = 500


def outstanding(area: Any, service: str = "", limit: int = MOST) -> list[ServiceRequest]:
    """Open public requests within a GeoJSON polygon, oldest first."""
    west, south, east, north = shape(area).bounds
    found = ServiceRequest.objects.filter(
        visibility="public", status__in=rules.OPEN_STATUSES, parent__isnull=True,
        longitude__gte=west, longitude__lte=east, latitude__gte=south, latitude__lte=north,
    )  # fmt: skip
    if service:
        found = found.filter(service_slug=service)
    inside: list[ServiceRequest] = []
    rows = found.select_related("service").order_by("opened_at", "pk").iterator(chunk_size=AT_ONCE)
    for chunk in _chunks(rows):
        inside += _inside(area, chunk)
        if len(inside) >= limit:
            break
    return inside[:limit]


def _chunks(rows: Iterator[ServiceRequest]) -> Iterator[list[ServiceRequest]]:
    chunk: list[ServiceRequest] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _inside(area: Any, rows: list[ServiceRequest]) -> list[ServiceRequest]:
    lies = shapely.intersects_xy(shape(area), [row.longitude for row in rows], [row.latitude for row in rows])
    return [row for row, is_inside in zip(rows, np.atleast_1d(lies), strict=True) if is_inside]


def contains(area: Any, request: ServiceRequest) -> bool:
    """Whether a request with a point lies in the polygon."""
    if request.longitude is None or request.latitude is None:
        return False
    return bool(shapely.intersects_xy(shape(area), request.longitude, request.latitude))
