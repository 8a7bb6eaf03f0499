"""The secret key: from the environment, else from a private file that `citystat init` makes."""

import os
import secrets as random_source
import stat

from citystat.core.errors import Unsafe
from citystat.core.home import home

KEY_FILE = "secret.key"
MINIMUM_LENGTH = 40


def secret_key() -> str:
    """The signing key, or a sentence that says how to get one.

    Raises Unsafe when there is none, when it is too short, or when others may read the file.
    """
    key = os.environ.get("CITYSTAT_SECRET_KEY", "").strip()
    if not key:
        key = _key_from_file()
    if len(key) < MINIMUM_LENGTH:
        raise Unsafe(f"The secret key is shorter than {MINIMUM_LENGTH} characters: set CITYSTAT_SECRET_KEY to a long random value.")
    return key


def make_secret_key() -> None:
    """Write a new key file, readable by its owner only, unless one exists or the environment has a key."""
    path = home() / KEY_FILE
    if path.exists() or os.environ.get("CITYSTAT_SECRET_KEY"):
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(random_source.token_urlsafe(64))


def _key_from_file() -> str:
    path = home() / KEY_FILE
    if not path.exists():
        raise Unsafe("CityStat has no secret key yet: run `citystat init`, or set CITYSTAT_SECRET_KEY.")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Unsafe(f"Other users of this machine can read {path.name} in the CityStat home: run `chmod 600` on it.")
    return path.read_text().strip()
