"""Run a command beside a PostgreSQL of its own, which is made for it and taken away afterwards.

    python tools/postgresql.py pytest -n 2        the tests on PostgreSQL

The address is in CITYSTAT_TEST_DATABASE_URL, which the settings of the tests read. The programs of PostgreSQL are those in the folder
CITYSTAT_TEST_POSTGRESQL, else the newest under /usr/lib/postgresql, else those on the PATH. Without any, a notice
says so.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "CITYSTAT_TEST_DATABASE_URL"
FOLDER_VARIABLE = "CITYSTAT_TEST_POSTGRESQL"
SERVERS = Path("/usr/lib/postgresql")
OWNER = "postgres"
USER = "citystat"
DATABASE = "citystat"
SETTINGS = {"max_connections": "200", "listen_addresses": "", "shared_buffers": "256MB"}
# What tests write is thrown away, so nothing need survive a power cut.
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Missing(Exception):
    """There is no PostgreSQL here that could be started; the message says why."""


def programs() -> Path:
    """The folder of initdb and pg_ctl; raises Missing."""
    found = shutil.which("initdb")
    newest = sorted(SERVERS.glob("*/bin"), key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0)
    asked = os.environ.get(FOLDER_VARIABLE, "")
    folders = [Path(asked)] if asked else [*reversed(newest), *([Path(found).resolve().parent] if found else [])]
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise Missing("no initdb and pg_ctl were found (Debian: install the package postgresql)")


def as_owner() -> list[str]:
    """What to write before a command: PostgreSQL refuses to run as root. Raises Missing."""
    if os.geteuid() != 0:
        return []
    known = subprocess.run(["id", "-u", OWNER], capture_output=True, check=False).returncode == 0
    if not known or not shutil.which("runuser"):
        raise Missing(f"root may not run it, and there is no user {OWNER} to run it as")
    return ["runuser", "-u", OWNER, "--"]


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """The address of an empty database while the block runs; `durable` as in a city, else as fast as it goes. Raises Missing."""
    folder, before = programs(), as_owner()
    place = Path(tempfile.mkdtemp(prefix="citystat-pg-", dir="/tmp"))  # the name of a socket may not be long
    if before:
        shutil.chown(place, OWNER)
    data = place / "data"
    settings = SETTINGS if durable else SETTINGS | UNSAFE
    start = " ".join([f"-k {place}", *(f"-c {name}='{value}'" for name, value in settings.items())])
    try:
        _run(before, folder / "initdb", "-D", data, "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        _run(before, folder / "pg_ctl", "-D", data, "-l", place / "log", "-o", start, "-w", "start")
        try:
            _run(before, folder / "createdb", "-h", place, "-U", USER, DATABASE)
            yield f"postgresql://{USER}@/{DATABASE}?host={place}"
        finally:
            _run(before, folder / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _run(before: list[str], program: Path, *words: str | Path) -> None:
    command = [*before, str(program), *map(str, words)]
    made = subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if made.returncode:
        raise Missing(f"{program.name} did not work: {' '.join(made.stderr.split())[:400]}")


def main(words: list[str]) -> int:
    """Run the command; its own code, or 0 with a notice where there is no PostgreSQL."""
    try:
        with server() as address:
            return subprocess.run(words, env={**os.environ, VARIABLE: address}, check=False).returncode
    except Missing as error:
        sys.stdout.write(f"notice: nothing was run on PostgreSQL: {error}.\n")
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
