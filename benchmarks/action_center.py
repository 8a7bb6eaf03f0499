"""Live requests: Open311 posts and lists, the queue, the tracking page, and a storm of mixed clients; over HTTP, on SQLite.

Posts are measured on PostgreSQL as well where one can be started.

Statement counts are exact. Times depend on the machine; the share of the lists' speed at a million requests is a ratio of one run.
"""

import http.client
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks import children
from benchmarks.loading import FOLDER
from benchmarks.pages import _free_port, _wait
from tools import postgresql

SMALL = 20_000
CLIENTS, POST_SECONDS, LIST_SECONDS, LIST_TURNS = 8, 10.0, 4.0, 5
STORM_CLIENTS, STORM_SECONDS = 50, 60.0
BARS = {"post": 100.0, "post_postgresql": 200.0, "list": 300.0, "queue_ms": 100.0, "track_ms": 20.0, "storm_p95_ms": 1000.0}
POST_STATEMENTS, LIST_STATEMENTS, QUEUE_STATEMENTS = 6, 2, 12
WEST, SOUTH, EAST, NORTH = -93.30, 39.60, -93.20, 39.66


def measure(folder: Path, requests: int) -> dict[str, Any]:
    """All of it, at 20 thousand requests and at the size asked for."""
    home = folder / "live"
    for old in (home, folder / "live-small"):
        shutil.rmtree(old, ignore_errors=True)
    children.citystat(["init", "--city", str(FOLDER)], home)
    given = children.run(["-m", "benchmarks.live_requests", "prepare", str(SMALL)], home).printed
    beside = shutil.copytree(home, folder / "live-small")
    with serving(home) as port:
        list_speed(port)  # What a server reads once, it has read then.
        post = speed(port, lambda number: post_one(port, given["key"], number), CLIENTS, POST_SECONDS)
    children.run(["-m", "benchmarks.live_requests", "prepare", str(requests)], home)
    counted = children.run(["-m", "benchmarks.live_requests", "count"], home).printed
    small, large = lists_in_turns(beside, home)
    with serving(home) as port:
        queue = page_ms(port, "/queue/", given["session"])
        track = page_ms(port, f"/r/{given['token']}/", "")
        storm = storm_of(port, given)
    after = children.run(["-m", "benchmarks.live_requests", "check", str(storm["filed"])], home).printed
    return {
        "requests": requests, "post": post, "list_small": small, "list": large, "queue_ms": queue, "track_ms": track, "storm": storm,
        "statements": counted, "after": after, "post_postgresql": post_on_postgresql(folder),
    }  # fmt: skip


def post_on_postgresql(folder: Path) -> dict[str, Any] | None:
    """Posts against a PostgreSQL of the benchmark's own, which writes to the disk as a city's would; None where there is none."""
    home = folder / "live-postgresql"
    shutil.rmtree(home, ignore_errors=True)
    try:
        with postgresql.server(durable=True) as address:
            os.environ["DATABASE_URL"] = address
            try:
                children.citystat(["init", "--city", str(FOLDER)], home)
                given = children.run(["-m", "benchmarks.live_requests", "prepare", "0"], home).printed
                with serving(home) as port:
                    list_speed(port)  # What a server reads once, it has read then, as on SQLite.
                    return speed(port, lambda number: post_one(port, given["key"], number), CLIENTS, POST_SECONDS)
            finally:
                del os.environ["DATABASE_URL"]
    except postgresql.Missing as error:
        sys.stdout.write(f"notice: nothing was measured on PostgreSQL: {error}.\n")
        return None


@contextmanager
def serving(home: Path) -> Iterator[int]:
    """A server of its own while the block runs."""
    port = _free_port()
    environment = children.environment(home) | {"CITYSTAT_OPEN311_A_MINUTE": "0", "CITYSTAT_REPORTS_AN_HOUR": "0"}
    command = [sys.executable, "-m", "citystat", "serve", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(command, cwd=children.ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        time.sleep(2)
        yield port
    finally:
        os.kill(server.pid, signal.SIGTERM)
        server.wait(20)


def speed(port: int, work: Callable[[int], tuple[int, float]], clients: int, seconds: float) -> dict[str, Any]:
    """What so many clients get done in so many seconds: a second, errors, milliseconds at the median and at 95 of 100."""
    until, found, lock = time.monotonic() + seconds, [], threading.Lock()

    def client(first: int) -> None:
        number = first
        while time.monotonic() < until:
            one = work(number)
            number += clients
            with lock:
                found.append(one)

    threads = [threading.Thread(target=client, args=(first,)) for first in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted(taken for _, taken in found)
    return {
        "a_second": len(found) / (time.monotonic() - started), "errors": sum(status >= 400 or status == 0 for status, _ in found),
        "p50_ms": times[len(times) // 2], "p95_ms": times[int(len(times) * 0.95)], "count": len(found),
    }  # fmt: skip


_connections = threading.local()


def ask(port: int, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, float]:
    """Status and milliseconds of one exchange, on the thread's own connection; 0 for a broken one."""
    kept = getattr(_connections, "kept", None)
    if kept is None or kept[0] != port:
        kept = _connections.kept = (port, http.client.HTTPConnection("127.0.0.1", port, timeout=30))
    started = time.perf_counter()
    try:
        kept[1].request(method, path, body or None, headers or {})
        response = kept[1].getresponse()
        response.read()
        return response.status, (time.perf_counter() - started) * 1000
    except (OSError, http.client.HTTPException):
        kept[1].close()
        _connections.kept = None
        return 0, (time.perf_counter() - started) * 1000


def post_one(port: int, key: str, number: int) -> tuple[int, float]:
    """File a pothole somewhere in the city."""
    spot = random.Random(number)
    form = {
        "api_key": key, "service_code": "STR-01", "lat": f"{spot.uniform(SOUTH, NORTH):.6f}", "long": f"{spot.uniform(WEST, EAST):.6f}",
        "description": f"Hole number {number}", "email": f"r{number}@resident.example", "attribute[SIZE]": "M",
    }  # fmt: skip
    return ask(
        port, "POST", "/open311/v2/requests.json", urllib.parse.urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"}
    )


def list_speed(port: int) -> dict[str, Any]:
    """Lists of 100, by all clients at once."""
    return speed(port, lambda number: ask(port, "GET", "/open311/v2/requests.json?page_size=100"), CLIENTS, LIST_SECONDS)


def lists_in_turns(*homes: Path) -> list[dict[str, Any]]:
    """Lists from a server of each home, one after the other and around again, because the machine's pace changes within a minute."""
    with ExitStack() as stack:
        ports = [stack.enter_context(serving(home)) for home in homes]
        for port in ports:
            list_speed(port)
        turns = [[list_speed(port) for port in ports] for _ in range(LIST_TURNS)]
    return [
        {name: (sum if name in {"errors", "count"} else statistics.median)(one[name] for one in of) for name in of[0]}
        for of in zip(*turns, strict=True)
    ]


def page_ms(port: int, path: str, session: str) -> float:
    """Median milliseconds of 15 visits."""
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    found = [ask(port, "GET", path, headers=headers) for _ in range(16)][1:]
    if any(status != 200 for status, _ in found):
        raise SystemExit(f"{path} answered {found[0][0]}.")
    return statistics.median(taken for _, taken in found)


def storm_of(port: int, given: dict[str, Any]) -> dict[str, Any]:
    """Fifty clients for a minute: one in five files, the others read lists, tracking pages and the queue."""
    filed, lock = [0], threading.Lock()

    def one(number: int) -> tuple[int, float]:
        kind = number % 10
        if kind < 2:
            status, taken = post_one(port, given["key"], 10_000_000 + number)
            with lock:
                filed[0] += status == 201
            return status, taken
        if kind < 6:
            return ask(port, "GET", "/open311/v2/requests.json?page_size=100")
        if kind < 9:
            return ask(port, "GET", f"/r/{given['token']}/")
        return ask(port, "GET", "/queue/", headers={"Cookie": f"sessionid={given['session']}"})

    return speed(port, one, STORM_CLIENTS, STORM_SECONDS) | {"filed": filed[0]}


def on_postgresql(post: dict[str, Any] | None) -> list[tuple[str, str, str, bool]]:
    """The line of posts on PostgreSQL, where they were measured."""
    if post is None:
        return []
    bar = BARS["post_postgresql"]
    is_met = post["a_second"] >= bar and not post["errors"]
    return [("Open311 POST, 8 clients, PostgreSQL", f"{post['a_second']:.0f}/s", f"{bar:.0f}/s", is_met)]


def rows(found: list[dict[str, Any]]) -> list[tuple[str, str, str, bool]]:
    """Lines of the table: what, result, bar, passed."""
    lines = []
    for one in found:
        size, counted, storm, after = f"{one['requests']:,}", one["statements"], one["storm"], one["after"]
        ratio = one["list"]["a_second"] / one["list_small"]["a_second"]
        lines += [
            ("Open311 POST, statements", str(counted["post"]), f"at most {POST_STATEMENTS}", counted["post"] <= POST_STATEMENTS),
            (
                "Open311 POST, 8 clients, SQLite",
                f"{one['post']['a_second']:.0f}/s",
                f"{BARS['post']:.0f}/s",
                one["post"]["a_second"] >= BARS["post"] and not one["post"]["errors"],
            ),
            *on_postgresql(one.get("post_postgresql")),
            ("Open311 list of 100, statements", str(counted["list"]), f"at most {LIST_STATEMENTS}", counted["list"] <= LIST_STATEMENTS),
            (
                f"Open311 list of 100, {size}",
                f"{one['list']['a_second']:.0f}/s",
                f"{BARS['list']:.0f}/s",
                one["list"]["a_second"] >= BARS["list"] and not one["list"]["errors"],
            ),
            (f"the same, against {SMALL:,}", f"{ratio:.2f}x", "at least 0.8x", ratio >= 0.8),
            ("staff queue of 100, statements", str(counted["queue"]), f"at most {QUEUE_STATEMENTS}", counted["queue"] <= QUEUE_STATEMENTS),
            (
                f"staff queue of 100, {size}",
                f"{one['queue_ms']:.0f} ms",
                f"under {BARS['queue_ms']:.0f} ms",
                one["queue_ms"] < BARS["queue_ms"],
            ),
            ("tracking page", f"{one['track_ms']:.0f} ms", f"under {BARS['track_ms']:.0f} ms", one["track_ms"] < BARS["track_ms"]),
            (
                "storm, 50 clients, 60 s",
                f"{storm['count']} answers, {storm['errors']} errors, p95 {storm['p95_ms']:.0f} ms; "
                f"{after['lost']} lost, {after['doubled']} doubled",
                "none, none, under 1 s",
                not storm["errors"] and not after["lost"] and not after["doubled"] and storm["p95_ms"] < BARS["storm_p95_ms"],
            ),
        ]
    return lines


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))) + "\n")
