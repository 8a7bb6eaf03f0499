"""Vega-Lite specifications to pictures: SVG for pages, PNG for downloads; drawn in one worker process, kept by content.

A specification holds its data inline; addresses in it are refused. The same specification gives the same bytes.
`usermeta.language` names the language of its dates.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from citystat.core import svg_cleaning, whole_files
from citystat.core.chart_worker import DRAWN, read_block, write_block
from citystat.core.errors import InputError, NotFound
from citystat.core.home import home

RENDERER_VERSION = f"1-{version('vl-convert-python')}"
PICTURES_IN_MEMORY = 512
PICTURES_ON_DISK = 20_000
KEY = re.compile(r"[0-9a-f]{64}")
NO_PICTURE = "This picture is no longer kept: load the page it belongs to again."
Spec = Mapping[str, Any]


def svg(spec: Spec, *, title: str = "", description: str = "") -> str:
    """The chart as SVG to stand inside a page: nothing but drawing, unique ids, named by title and description."""
    drawn = _picture(spec, "svg", 1.0).decode()
    return svg_cleaning.named(drawn, title=title, description=description)


def promise(spec: Spec) -> str:
    """The key under which `promised` gives the chart's SVG: a page need not wait for its pictures to be drawn.

    The key is the checksum of the specification with its data, so only who was shown the page can ask for its pictures.
    """
    key = key_of(spec, "svg", 1.0)
    if _memory.get(key) is None and not _path(key, "svg").exists():
        kept = json.dumps(spec, separators=(",", ":")).encode()
        _promised.put(key, kept)
        _write(key, "json", kept)
    return key


def promised(key: str) -> bytes:
    """The SVG of a promised chart; raises NotFound for a key nobody was given, or one whose specification has been cleared away."""
    if not KEY.fullmatch(key):
        raise NotFound(NO_PICTURE)
    found = _memory.get(key) or _read(key, "svg")
    if found is not None:
        return found
    kept = _promised.get(key) or _read(key, "json")
    if kept is None:
        raise NotFound(NO_PICTURE)
    drawn = _picture(json.loads(kept), "svg", 1.0)
    _path(key, "json").unlink(missing_ok=True)
    return drawn


def png(spec: Spec, scale: float = 2) -> bytes:
    """The chart as PNG on white, `scale` pixels per unit."""
    return _picture({**spec, "background": "white"}, "png", float(scale))


def warm_up() -> None:
    """Start the worker and let it load its fonts, so that the first reader does not wait."""
    spec = {"data": {"values": [{"x": 0}]}, "mark": "point", "encoding": {"x": {"field": "x", "type": "quantitative"}}}
    _worker.draw({"kind": "svg", "spec": spec, "language": "en", "scale": 1.0})


def key_of(spec: Spec, kind: str, scale: float) -> str:
    """Name of a picture in the cache: the content of its specification and everything else that shapes it."""
    canonical = json.dumps([RENDERER_VERSION, kind, scale, spec], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _picture(spec: Spec, kind: str, scale: float) -> bytes:
    key = key_of(spec, kind, scale)
    found = _memory.get(key) or _read(key, kind)
    if found is None:
        language = str((spec.get("usermeta") or {}).get("language", "en"))
        found = _worker.draw({"kind": kind, "spec": spec, "language": language, "scale": scale})
        if kind == "svg":
            found = svg_cleaning.drawing_only(found.decode(), prefix=f"c{key[:10]}").encode()
        _write(key, kind, found)
    _memory.put(key, found)
    return found


class _Memory:
    """The pictures or specifications used last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, picture: bytes) -> None:
        with self._lock:
            self._kept[key] = picture
            self._kept.move_to_end(key)
            while len(self._kept) > PICTURES_IN_MEMORY:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


def charts_dir() -> Path:
    """Pictures kept on disk, in folders by the first two letters of their key; any of them may be removed at any time."""
    return home() / "cache" / "charts"


def _path(key: str, kind: str) -> Path:
    return charts_dir() / key[:2] / f"{key}.{kind}"


def _read(key: str, kind: str) -> bytes | None:
    try:
        return _path(key, kind).read_bytes()
    except OSError:
        return None


def _write(key: str, kind: str, picture: bytes) -> None:
    """Keep a picture; a full or read-only disk is no reason to show no chart."""
    path = _path(key, kind)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole_files.write(path, picture)
        _prune(path.parent)


def _prune(folder: Path) -> None:
    """Remove the oldest pictures of one of the 256 folders once it holds its share."""
    share = PICTURES_ON_DISK // 256
    files = list(folder.iterdir())
    if len(files) <= share:
        return
    for path in sorted(files, key=lambda path: path.stat().st_mtime)[: len(files) - share]:
        path.unlink(missing_ok=True)


class _Worker:
    """The drawing process: started at the first job, again after it has died, gone when this process ends."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def draw(self, job: Mapping[str, Any]) -> bytes:
        """One picture; raises InputError when the specification cannot be drawn."""
        body = json.dumps(job, separators=(",", ":")).encode()
        with self._lock:
            try:
                answer = self._ask(body)
            except BrokenPipeError:
                answer = None
            if answer is None:
                self.stop()
                answer = self._ask(body)
            if answer is None or not answer.startswith(DRAWN):
                self.stop()  # after a failure the renderer may answer the next job with the same error
        if answer is None:
            raise InputError(
                "A chart could not be drawn: the drawing process ended twice. Try again; if it repeats, look at its specification."
            )
        if not answer.startswith(DRAWN):
            raise InputError(f"A chart could not be drawn: {answer[1:].decode(errors='replace')[:300]}")
        return answer[1:]

    def stop(self) -> None:
        """End the process; the next job starts another."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.communicate()

    def _ask(self, body: bytes) -> bytes | None:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            return None
        write_block(process.stdin, body)  # type: ignore[arg-type]
        return read_block(process.stdout)  # type: ignore[arg-type]

    def _running(self) -> subprocess.Popen[bytes]:
        """The process, never one inherited from a parent through fork."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            command = [sys.executable, "-m", "citystat.core.chart_worker", *(str(folder) for folder in font_folders())]
            # Dates without a clock time are midnight UTC, and are drawn so.
            environment = {**os.environ, "TZ": "UTC"}
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
            self._owner = os.getpid()
        return self._process


def font_folders() -> list[Path]:
    """Public Sans as installed with the front-end files; without it charts are drawn in the renderer's own sans-serif."""
    given = os.environ.get("CITYSTAT_NODE_MODULES")
    packages = Path(given) if given else Path(__file__).resolve().parents[2] / "node_modules"
    folder = packages / "@uswds" / "uswds" / "dist" / "fonts" / "public-sans"
    return [folder] if folder.is_dir() else []


_memory = _Memory()
_promised = _Memory()
_worker = _Worker()
