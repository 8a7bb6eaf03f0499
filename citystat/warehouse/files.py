"""Folders and files of the warehouse: where things are, and writes that are whole or not there at all."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from citystat.core.errors import UserError
from citystat.core.home import warehouse_dir

INCOMING = ".incoming-"
NUMBER_DIGITS = 8
CHUNK_BYTES = 1 << 20
FULL_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FULL_DISK_WORDS = ("no space left", "disk quota", "max_temp_directory_size", "file too large")


def landing_dir(kind: str) -> Path:
    """The folder of the loads of one kind."""
    return warehouse_dir() / "landing" / kind


def builds_dir() -> Path:
    """The folder of numbered builds."""
    return warehouse_dir() / "builds"


def data_dir() -> Path:
    """The Parquet files builds share."""
    return warehouse_dir() / "data"


def scratch_dir() -> Path:
    """What a build in progress writes, and where large queries spill; nothing in it outlives its process."""
    return warehouse_dir() / "scratch"


def number_name(number: int) -> str:
    """The folder name of a load or build number."""
    return f"{number:0{NUMBER_DIGITS}d}"


def numbers_in(folder: Path) -> list[int]:
    """The numbered folders inside, ascending; anything else is passed over."""
    if not folder.is_dir():
        return []
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit() and path.is_dir())


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Sync every file of a folder and the folder itself."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)


def rename_whole(source: Path, target: Path) -> None:
    """Rename, after syncing what is renamed; a reader sees the old state or the complete new one."""
    sync_tree(source) if source.is_dir() else sync(source)
    os.replace(source, target)
    sync(target.parent)


def write_whole(path: Path, text: str) -> None:
    """Replace a small file in one step."""
    partial = path.with_name(f"{INCOMING}{path.name}")
    partial.write_text(text, encoding="utf-8")
    rename_whole(partial, path)


def remove_incoming(folder: Path) -> int:
    """Remove what interrupted processes left behind; call it under the lock of the folder. Returns how many."""
    left = list(folder.glob(f"{INCOMING}*")) if folder.is_dir() else []
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return len(left)


@contextmanager
def full_disk_in_words(work: str) -> Iterator[None]:
    """Turn the many ways a full disk shows into one sentence; other errors pass."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if not is_disk_full(error):
            raise
        sentence = f"The disk is full, so the {work} was stopped; nothing already stored was lost. Free space and try again."
        raise UserError(sentence) from error


def is_disk_full(error: Exception) -> bool:
    """Whether an error of the system or of DuckDB means that no space is left."""
    if isinstance(error, OSError):
        return error.errno in FULL_DISK_ERRORS
    words = str(error).lower()
    return isinstance(error, duckdb.Error) and any(sign in words for sign in FULL_DISK_WORDS)
