"""What is worked out once of a build and kept beside it, in CITYSTAT_HOME/cache/measures; deleting the folder is harmless."""

import hashlib
import io
import json
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citystat.core import whole_files
from citystat.core.home import home, make_home
from citystat.warehouse.connections import Warehouse

# Raised whenever what is kept changes its shape or meaning.
FORMAT = 2
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
    """Keep plain values; where they cannot be written they are worked out again next time."""
    _keep(build, f"{name}.json", json.dumps(values, ensure_ascii=False).encode())


def read_arrays(build: Warehouse, name: str) -> dict[str, NDArray[Any]] | None:
    """Arrays kept under a name; None where there are none, or where the file is damaged."""
    try:
        with np.load(folder(build) / f"{name}.npz", allow_pickle=False) as found:
            return {key: found[key] for key in found.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None


def keep_arrays(build: Warehouse, name: str, arrays: Arrays, *, compressed: bool = True) -> None:
    """Keep arrays; where they cannot be written they are worked out again next time. Long ones are read faster as they are."""
    packed = io.BytesIO()
    write: Any = np.savez_compressed if compressed else np.savez
    write(packed, **arrays)
    _keep(build, f"{name}.npz", packed.getvalue())


def _keep(build: Warehouse, name: str, content: bytes) -> None:
    """The first file of a build makes room by dropping the oldest builds; a full disk must not stop a page."""
    make_home()
    kept = folder(build)
    with suppress(OSError):
        if not kept.is_dir():
            kept.mkdir(parents=True, exist_ok=True, mode=0o700)
            _drop_oldest(kept.parent)
        whole_files.write(kept / name, content)


def _drop_oldest(parent: Path) -> None:
    kept = sorted(parent.iterdir(), key=lambda one: one.stat().st_mtime)
    for one in kept[: max(0, len(kept) - BUILDS_KEPT)]:
        shutil.rmtree(one, ignore_errors=True)
