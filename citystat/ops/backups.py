"""One file with everything a city needs to start again, made while it serves, checked before it is put back.

A backup is a tar file: the database as it was at one instant, the warehouse's manifests and data, reports, photos, quarantine,
the city's own files, and `backup.json` with a checksum of each. The two keys are left out unless asked for: with them the file opens
every contact, so they belong in another place. Caches and what the set-up makes again are left out.
"""

import contextlib
import hashlib
import io
import json
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from citystat.core import clock, home
from citystat.core.errors import InputError, NotAllowed
from citystat.core.locks import exclusive
from citystat.core.progress import progress

FORMAT: Final = 1
MANIFEST: Final = "backup.json"
DATABASE: Final = "citystat.sqlite3"
KEYS: Final = ("secret.key", "contact.key")
FOLDERS: Final = ("warehouse", "reports", "media", "quarantine", "measures", "layouts")
FILES: Final = ("city.yaml", "demo.json")
LEFT_OUT: Final = ("scratch", ".incoming")
CHUNK: Final = 1 << 20


def back_up(target: Path, *, with_keys: bool = False) -> dict[str, Any]:
    """Write a backup; whole or not at all. No load or build may run meanwhile; pages go on being served."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        raise InputError("The database is PostgreSQL: back it up with pg_dump, and copy CITYSTAT_HOME with your own tool.")
    if target.exists():
        raise InputError(f"{target} exists already: name another file.")
    if not home.database_path().exists():
        raise InputError(f"{home.home()} holds no database: there is nothing to back up.")
    partial = target.with_name(f".{target.name}.partial")
    target.parent.mkdir(parents=True, exist_ok=True)
    sums: dict[str, str] = {}
    try:
        with exclusive("load"), exclusive("build"), tarfile.open(partial, "w") as tar, progress("Backing up") as step:
            for name, path in _contents(with_keys):
                sums[name] = _add(tar, name, path)
                step(len(sums))
            _add_manifest(tar, sums, with_keys)
        partial.chmod(0o600)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return {"file": str(target), "files": len(sums), "bytes": target.stat().st_size, "keys": with_keys}


def restore(source: Path) -> dict[str, Any]:
    """Put a backup into an empty CITYSTAT_HOME, after every file has been checked; nothing is written when one is damaged."""
    folder = home.home()
    if folder.exists() and any(folder.iterdir()):
        raise NotAllowed(f"{folder} is not empty, and nothing there may be lost: set CITYSTAT_HOME to an empty folder.")
    said = check(source)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _opened(source) as tar:
        tar.extractall(folder, filter="data")
    (folder / MANIFEST).unlink(missing_ok=True)
    for key in KEYS:
        if (folder / key).exists():
            (folder / key).chmod(0o600)
    missing = [key for key in KEYS if not (folder / key).exists()]
    return {"home": str(folder), "files": said["files"], "made_at": said["made_at"], "keys_missing": missing}


def check(source: Path) -> dict[str, Any]:
    """Read a whole backup and compare every file with its checksum; one sentence names the first that is wrong."""
    with _opened(source) as tar:
        members = {member.name: member for member in tar.getmembers()}
        manifest = _manifest(tar, members, source)
        for name, wanted in manifest["sha256"].items():
            member = members.get(name)
            file = tar.extractfile(member) if member is not None and member.isfile() else None
            if file is None or _sum(file) != wanted:
                raise InputError(f"{source.name} is damaged: {name} is missing or not what was backed up. Nothing was restored.")
        unknown = sorted(set(members) - set(manifest["sha256"]) - {MANIFEST})
        if unknown:
            raise InputError(f"{source.name} holds {unknown[0]}, which its list does not name. Nothing was restored.")
    return {"files": len(manifest["sha256"]), "made_at": manifest["made_at"], "keys": manifest["keys"]}


def _contents(with_keys: bool) -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        _copy_database(copy)
        yield DATABASE, copy
    for name in (*FILES, *(KEYS if with_keys else ())):
        if (home.home() / name).is_file():
            yield name, home.home() / name
    for folder_name in FOLDERS:
        root = home.home() / folder_name
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            name = path.relative_to(home.home())
            if path.is_file() and not path.is_symlink() and not any(part.startswith(LEFT_OUT) for part in name.parts):
                yield name.as_posix(), path


def _copy_database(target: Path) -> None:
    """SQLite's own copy of one instant, whatever is being written."""
    with (
        contextlib.closing(sqlite3.connect(f"file:{home.database_path()}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as file:
        info = tar.gettarinfo(arcname=name, fileobj=file)
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        tar.addfile(info, file)
        file.seek(0)
        return _sum(file)


def _add_manifest(tar: tarfile.TarFile, sums: dict[str, str], with_keys: bool) -> None:
    content = {"format": FORMAT, "made_at": clock.now().isoformat(timespec="seconds"), "keys": with_keys, "sha256": sums}
    data = json.dumps(content, indent=1).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size, info.mode = len(data), 0o600
    tar.addfile(info, io.BytesIO(data))


def _manifest(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo], source: Path) -> dict[str, Any]:
    file = tar.extractfile(members[MANIFEST]) if MANIFEST in members else None
    if file is None:
        raise InputError(f"{source.name} is no backup of CityStat, or was cut short: it has no {MANIFEST}.")
    try:
        manifest: dict[str, Any] = json.loads(file.read())
        if manifest["format"] != FORMAT or not isinstance(manifest["sha256"], dict):
            raise ValueError
        return manifest
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{source.name} was made by another version of CityStat, or its list of files is damaged.") from error


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, "r:") as tar:
            yield tar
    except OSError as error:
        raise InputError(f"{source} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error
    except tarfile.TarError as error:
        raise InputError(f"{source.name} is no backup of CityStat, or was cut short.") from error


def _sum(file: Any) -> str:
    found = hashlib.sha256()
    while chunk := file.read(CHUNK):
        found.update(chunk)
    return found.hexdigest()
