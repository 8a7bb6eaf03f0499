"""What is worked out once of a build and kept beside it, in CITYSTAT_HOME/cache/measures; deleting the folder is harmless."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citystat.core.home import home, make_home
from citystat.warehouse.connections import Warehouse

# Raised whenever what is kept changes its shape or meaning.
FORMAT = 1
BUILDS_KEPT = 5
Arrays = Mapping[str, NDArray[Any]]


def folder(build: Warehouse) -> Path:
    """Where the answers about one build are kept: named by its content, so another build never finds them."""
    parts = FORMAT, build.manifest.checksum, build.as_of.isoformat()
    return home() / "cache" / "measures" / hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def read_values(build: Warehouse, name: str) -> dict[str, Any] | None:
    """Plain values kept under a name; None where there are none, or where the file is damaged."""
    try:
        found = json.loads((folder(build) / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def keep_values(build: Warehouse, name: str, values: Mapping[str, Any]) -> None:
    """Keep plain values."""
    partial = _partial(build, f"{name}.json")
    partial.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    partial.replace(folder(build) / f"{name}.json")


def read_arrays(build: Warehouse, name: str) -> dict[str, NDArray[Any]] | None:
    """Arrays kept under a name; None where there are none, or where the file is damaged."""
    try:
        with np.load(folder(build) / f"{name}.npz", allow_pickle=False) as found:
            return {key: found[key] for key in found.files}
    except (OSError, ValueError, KeyError, EOFError):
        return None


def keep_arrays(build: Warehouse, name: str, arrays: Arrays) -> None:
    """Keep arrays."""
    partial = _partial(build, f"{name}.npz")
    with partial.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    partial.replace(folder(build) / f"{name}.npz")


def _partial(build: Warehouse, name: str) -> Path:
    """The file to write before it gets its name; the first one of a build makes room by dropping the oldest builds."""
    make_home()
    kept = folder(build)
    if not kept.is_dir():
        kept.mkdir(parents=True, exist_ok=True, mode=0o700)
        _drop_oldest(kept.parent)
    return kept / f"{name}.{os.getpid()}.partial"


def _drop_oldest(parent: Path) -> None:
    kept = sorted(parent.iterdir(), key=lambda one: one.stat().st_mtime)
    for one in kept[: max(0, len(kept) - BUILDS_KEPT)]:
        shutil.rmtree(one, ignore_errors=True)
