"""The database every process of a run starts from: migrated once, kept as a file, copied into memory.

All migrations together take longer than a thousand tests. The file's name is made from what a migrated database depends on (the migrations
and the models of every installed application, Django and SQLite), so that a change of any of them migrates an empty database anew.
PostgreSQL migrates as it always did.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.backends.sqlite3.creation import DatabaseCreation

from citystat.core.home import database_path

FOLDER = Path(__file__).resolve().parents[1] / ".pytest_cache" / "migrated"
# Several branches and people may share a checkout; more than these few are not worth their place.
KEPT = 4


class CopiedDatabase(DatabaseCreation):
    """Makes the database of the tests from the file, and the file where there is none yet."""

    def create_test_db(self, verbosity: int = 1, autoclobber: bool = False, serialize: bool = True, keepdb: bool = False) -> str:
        """As Django's, but without migrating what was migrated before."""
        file = kept_file()
        with alone(FOLDER):
            if not file.exists():
                name: str = super().create_test_db(verbosity, autoclobber, serialize, keepdb)
                keep(self.connection.connection, file)
                return name
            os.utime(file)
            return self._copy(file, serialize)

    def _copy(self, file: Path, serialize: bool) -> str:
        name: str = self._get_test_db_name()
        self.connection.close()
        settings.DATABASES[self.connection.alias]["NAME"] = self.connection.settings_dict["NAME"] = name
        self.connection.ensure_connection()
        source = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        source.backup(self.connection.connection)
        source.close()
        if serialize:
            self.connection._test_serialized_contents = self.serialize_db_to_string()
        return name


def start_from_a_copy() -> None:
    """From now on the test database of this process is copied."""
    connection = connections["default"]
    if connection.vendor == "sqlite":
        connection.creation = CopiedDatabase(connection)


def put_into(home: Path) -> None:
    """Give a city that is about to be set up the database its first command would take long to make; nothing where none is kept yet."""
    file = kept_file()
    if file.exists():
        home.mkdir(mode=0o700, parents=True)
        shutil.copyfile(file, home / database_path().name)


def kept_file() -> Path:
    """Where the migrated database of this state of the code is, or will be."""
    return FOLDER / f"{key()}.sqlite3"


def key() -> str:
    """Changes with everything a migrated database depends on."""
    digest = hashlib.sha256(f"{django.__version__} {sqlite3.sqlite_version}".encode())
    for file in sources():
        digest.update(f"\n{file}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:20]


def sources() -> list[Path]:
    """The migrations and the models of every application."""
    folders = [Path(config.path) for config in apps.get_app_configs()]
    return sorted(
        {file for folder in folders for pattern in ("migrations/*.py", "models.py", "models/**/*.py") for file in folder.glob(pattern)}
    )


def keep(connection: Any, file: Path) -> None:
    """Write a database to the file, whole or not at all, and take the oldest files away."""
    half = file.with_suffix(".half")
    half.unlink(missing_ok=True)
    target = sqlite3.connect(half)
    connection.backup(target)
    target.close()
    half.rename(file)
    for old in sorted(FOLDER.glob("*.sqlite3"), key=lambda one: one.stat().st_mtime)[:-KEPT]:
        old.unlink()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time: the second worker of a run waits for the first one's file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
