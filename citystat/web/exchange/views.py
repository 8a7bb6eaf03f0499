"""The page of the performance data and their download."""

import threading
import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citystat.core import formats
from citystat.core.access import rule
from citystat.core.home import home
from citystat.plan import queries as plan
from citystat.plan.exchange import writing
from citystat.plan.exchange.tables import VERSION
from citystat.stat_sessions import exchange

SECONDS_KEPT = 600.0


class _Kept:
    """The public package as made last: making it asks for five years of every measure."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: Any = None
        self._until = 0.0
        self._made: tuple[writing.Package, bytes] | None = None

    def get(self) -> tuple[writing.Package, bytes]:
        """The package and its ZIP, no older than ten minutes and of the build that serves."""
        key = (str(home()), plan.version_shown())
        with self._lock:
            if self._made is None or self._key != key or time.monotonic() > self._until:
                made = exchange.package()
                self._made, self._key, self._until = (made, writing.zipped(made)), key, time.monotonic() + SECONDS_KEPT
            return self._made


kept = _Kept()


@rule("public")
@require_safe
def performance(request: HttpRequest) -> HttpResponse:
    """What the performance data hold, table by table."""
    made, content = kept.get()
    tables = [(one.name, one.about, made.counts[one.name]) for one in exchange.TABLES]
    size = formats.number(max(1, len(content) // 1024))
    return render(request, "web/exchange/performance.html", {"tables": tables, "kilobytes": size, "version": VERSION})


@rule("public")
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The package as one ZIP file."""
    headers = {"Content-Disposition": 'attachment; filename="performance-data.zip"'}
    return HttpResponse(kept.get()[1], content_type="application/zip", headers=headers)
