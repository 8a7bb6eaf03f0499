"""Row 4: a measure page and the explorer over HTTP, one worker, first and later visits."""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import children

BAR_COLD_MS, BAR_WARM_MS = 300.0, 30.0
WARM_VISITS = 15
# Each address is a first visit once; all measures are different pages, all filters different questions.
MEASURE_PAGES = tuple(
    f"/measures/{name}/"
    for name in (
        "closed_on_time",
        "open_backlog",
        "requests_opened",
        "median_days_to_close",
        "share_overdue",
        "requests_per_1000",
        "unlocated_share",
    )
)
EXPLORER_PAGES = (
    "/explore/",
    "/explore/?status=open",
    "/explore/?service=pothole",
    "/explore/?place=council_district:4",
    "/explore/?from=2025-01-01&to=2025-06-30",
    "/explore/?status=open&place=council_district:2",
    "/explore/cells.json?zoom=12&box=-93.40,39.50,-93.10,39.72",
)
# Imports, templates and the translation files are read once per process, whatever page comes first.
FIRST = "/data-notes/"


def measure(folder: Path, requests: int) -> dict[str, Any]:
    """Median milliseconds of first and later visits of both kinds of page."""
    home, port = folder / "home", _free_port()
    children.citystat(["init"], home)
    # As a city builds: with the weak points, which the server would otherwise look for while the first pages are asked for.
    children.citystat(["build"], home)
    server = subprocess.Popen(
        [sys.executable, "-m", "citystat", "serve", "--port", str(port)],
        cwd=children.ROOT,
        env=children.environment(home),
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        visit(port, FIRST)
        found = {"requests": requests, "measure_page": _kind(port, MEASURE_PAGES), "explorer": _kind(port, EXPLORER_PAGES)}
    finally:
        os.kill(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
    return found


def _kind(port: int, pages: tuple[str, ...]) -> dict[str, Any]:
    cold = {page: visit(port, page) for page in pages}
    warm = {page: statistics.median(visit(port, page) for _ in range(WARM_VISITS)) for page in pages}
    return {"cold_ms": statistics.median(cold.values()), "warm_ms": statistics.median(warm.values()), "cold": cold, "warm": warm}


def visit(port: int, page: str) -> float:
    """Milliseconds until the whole page has come; anything but 200 ends the benchmark."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    started = time.perf_counter()
    connection.request("GET", page)
    response = connection.getresponse()
    response.read()
    elapsed = (time.perf_counter() - started) * 1000
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{page} answered {response.status}.")
    return elapsed


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The server did not start.")


def rows(found: list[dict[str, Any]]) -> list[tuple[str, str, str, bool]]:
    """Lines of the table: what, result, bar, passed."""
    lines = []
    for one in found:
        for kind in ("measure_page", "explorer"):
            cold, warm = one[kind]["cold_ms"], one[kind]["warm_ms"]
            text, bar = f"{cold:.0f} ms / {warm:.0f} ms", f"under {BAR_COLD_MS:.0f} / {BAR_WARM_MS:.0f} ms"
            lines.append(
                (f"{kind.replace('_', ' ')}, cold / warm median, {one['requests']:,}", text, bar, cold < BAR_COLD_MS and warm < BAR_WARM_MS)
            )
    return lines
