"""Where state lives: the folder named by CITYSTAT_HOME, `./var` by default."""

import os
from functools import lru_cache
from pathlib import Path


def home() -> Path:
    """The folder of all state, absolute; it need not exist yet."""
    given = os.environ.get("CITYSTAT_HOME") or "var"
    return _absolute(given, "" if os.path.isabs(given) else os.getcwd())


@lru_cache(maxsize=8)
def _absolute(given: str, below: str) -> Path:
    """Every page asks a dozen times, and each answer looks at every folder on the way."""
    return Path(below, Path(given).expanduser()).resolve()


def database_path() -> Path:
    """The SQLite database."""
    return home() / "citystat.sqlite3"


def warehouse_dir() -> Path:
    """Landed loads and builds."""
    return home() / "warehouse"


def quarantine_dir() -> Path:
    """Rows no load could use, one file a load."""
    return home() / "quarantine"


def reports_dir() -> Path:
    """Frozen packets."""
    return home() / "reports"


def media_dir() -> Path:
    """Uploads."""
    return home() / "media"


def make_home() -> Path:
    """Create the folder tree, readable by its owner only."""
    for folder in (home(), warehouse_dir(), quarantine_dir(), reports_dir(), media_dir()):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return home()
