"""Weak points worked out once per build and set of definitions, kept in CITYSTAT_HOME/cache; deleting the folder is harmless."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, astuple
from datetime import date
from functools import lru_cache
from pathlib import Path

from citystat.core import whole_files
from citystat.core.cities import current_city
from citystat.core.home import home, make_home
from citystat.plan import known, weak_points
from citystat.plan.definitions import Measure, Text
from citystat.plan.weak_points import WeakPoint
from citystat.warehouse.connections import Warehouse

# Raised whenever a rule or its words change, so that what was worked out before is not read again.
RULES_VERSION = 4
FILES_KEPT = 50


def remembered(measures: Sequence[Measure], build: Warehouse, as_of: date) -> tuple[WeakPoint, ...]:
    """The weak points from memory or file, else worked out and kept."""
    path = cache_folder() / f"{key(measures, build, as_of)}.json"
    try:
        return tuple(_point(values) for values in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        found = weak_points.find(measures, build, as_of)
        _keep(path, found)
        return found


def remembered_given(names: tuple[str, ...], build: Warehouse, stamp: object, day: date) -> tuple[WeakPoint, ...]:
    """The weak points of measures people give, worked out once for what the register and the build say on a day."""
    return _given(names, _Build(build), repr(stamp), day, repr(astuple(current_city())))


class _Build:
    """A build that is equal to another of the same number and content."""

    def __init__(self, build: Warehouse) -> None:
        self.build, self.key = build, (build.number, build.manifest.checksum)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Build) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=8)
def _given(names: tuple[str, ...], build: _Build, stamp: str, day: date, city: str) -> tuple[WeakPoint, ...]:
    known_now = known.in_use()
    return weak_points.find_given([known_now[name] for name in names if name in known_now], build.build)


def cache_folder() -> Path:
    """Where they are kept."""
    return home() / "cache" / "weak_points"


def key(measures: Sequence[Measure], build: Warehouse, as_of: date) -> str:
    """A name that changes with anything the weak points depend on."""
    parts = [RULES_VERSION, build.number, build.manifest.checksum, as_of, astuple(current_city()), *(astuple(one) for one in measures)]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _keep(path: Path, found: Sequence[WeakPoint]) -> None:
    """A full or read-only disk is no reason to show nothing: they are then found anew the next time."""
    make_home()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        older = sorted(path.parent.glob("*.json"), key=lambda one: one.stat().st_mtime)
        for one in older[: max(0, len(older) - FILES_KEPT + 1)]:
            one.unlink(missing_ok=True)
        whole_files.write(path, json.dumps([asdict(point) for point in found], ensure_ascii=False).encode())


def _point(values: dict[str, object]) -> WeakPoint:
    sentence = values["sentence"]
    if not isinstance(sentence, dict) or not isinstance(values["also"], list):
        raise TypeError("not a weak point")
    return WeakPoint(**{**values, "also": tuple(values["also"]), "sentence": Text(**sentence)})  # type: ignore[arg-type]
