"""Pages of the room: the explorer and its data, the reality check, the data notes, the quarantine."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citystat.core.access import has_right, rule
from citystat.core.csv_cells import safe
from citystat.core.errors import InputError, NotFound
from citystat.core.home import quarantine_dir
from citystat.core.page_cache import kept_until_changed
from citystat.places import queries as place_queries
from citystat.service_requests import presenters, staff_presenters
from citystat.service_requests.explorer import queries as explorer
from citystat.service_requests.explorer.filters import parse
from citystat.warehouse.connections import current_number, open_build


@rule("public")
@require_safe
@kept_until_changed(current_number)
def explore(request: HttpRequest) -> HttpResponse:
    """The explorer: filters, counts, timeline, map, list."""
    warehouse = open_build()
    context = presenters.explorer_page(warehouse, request.GET, exact=_exact(request))
    if has_right(request.user, "save_analysis"):
        context |= {"save_url": reverse("web:save_search"), "save_query": context["query"]}
    return render(request, "service_requests/explore.html", context)


@rule("public")
@require_safe
@kept_until_changed(current_number)
def explore_cells(request: HttpRequest) -> JsonResponse:
    """What the map shows inside `box` (west,south,east,north) at `zoom`."""
    box, zoom = _box(request.GET.get("box", "")), _number(request.GET.get("zoom", "11"))
    found = explorer.cells(open_build(), parse(request.GET), box, min(max(zoom, 0.0), 22.0))
    properties = presenters.told([one["properties"] for one in found["features"]])
    features = [one | {"properties": told} for one, told in zip(found["features"], properties, strict=True)]
    return JsonResponse(found | {"features": features})


@rule("public")
@require_safe
@kept_until_changed(current_number)
def explore_outline(request: HttpRequest, kind: str) -> JsonResponse:
    """Outlines of the places of a kind, simplified for a map."""
    response = JsonResponse(place_queries.outline(kind))
    response["Cache-Control"] = "public, max-age=3600"
    return response


@rule("public")
@require_safe
def explore_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list as CSV."""
    batches = explorer.download(open_build(), parse(request.GET), exact=_exact(request))
    response = StreamingHttpResponse(_csv_lines(batches), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="requests.csv"'
    return response


@rule("public")
@require_safe
def explore_json(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list as a JSON array."""
    batches = explorer.download(open_build(), parse(request.GET), exact=_exact(request))
    response = StreamingHttpResponse(_json_lines(batches), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="requests.json"'
    return response


@rule("see_reality_check")
@require_safe
def reality_check(request: HttpRequest) -> HttpResponse:
    """Does closed mean fixed?"""
    context = staff_presenters.reality_page(open_build()) | {"may_review": has_right(request.user, "review_quality")}
    return render(request, "service_requests/reality_check.html", context)


@rule("public")
@require_safe
@kept_until_changed(current_number)
def notes(request: HttpRequest) -> HttpResponse:
    """What to know about the data."""
    return render(request, "service_requests/data_notes.html", staff_presenters.notes_page(open_build()))


@rule("see_quarantine")
@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """Rows no load could use, one file a load."""
    files = [presenters.quarantine_file(path) for path in sorted(quarantine_dir().glob("load-*.csv"), reverse=True)]
    return render(request, "service_requests/quarantine.html", {"files": files})


@rule("see_quarantine")
@require_safe
def quarantine_file(request: HttpRequest, load: int) -> FileResponse:
    """One quarantine file to repair and load again."""
    path = quarantine_dir() / f"load-{load:08d}.csv"
    if not path.is_file():
        raise NotFound(_("Load %(load)s left no row in quarantine.") % {"load": load})
    return FileResponse(Path(path).open("rb"), as_attachment=True, filename=path.name, content_type="text/csv")


def _exact(request: HttpRequest) -> bool:
    return has_right(request.user, "trace_rows")


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value != value or abs(value) > 1e6:
        raise InputError(_("“%(value)s” is not a number.") % {"value": text[:40]})
    return value


def _box(text: str) -> tuple[float, float, float, float]:
    parts = text.split(",")
    if len(parts) != 4:
        raise InputError(_("A map box is four numbers: west, south, east, north."))
    west, south, east, north = (_number(part) for part in parts)
    return west, south, east, north


def _csv_lines(batches: Iterator[pa.RecordBatch]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for number, batch in enumerate(batches):
        if not number:
            writer.writerow(batch.schema.names)
        writer.writerows([safe(value) for value in row.values()] for row in batch.to_pylist())
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _json_lines(batches: Iterator[pa.RecordBatch]) -> Iterator[str]:
    separator = "["
    for batch in batches:
        lines = [json.dumps(row, default=str, ensure_ascii=False) for row in batch.to_pylist()]
        if lines:
            yield separator + ",\n".join(lines)
            separator = ",\n"
    yield "]" if separator != "[" else "[]"
