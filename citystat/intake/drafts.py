"""Photos of a report that is not sent yet: kept while its writer corrects a field or looks at reports nearby, then removed.

A browser cannot give a file back to a form, so it is kept here under a name nobody can guess, already without the camera's data.
"""

import re
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from citystat.core.home import media_dir

KEPT_SECONDS = 24 * 3600
MOST_DRAFTS = 1_000
TOKEN = re.compile(r"^[A-Za-z0-9_-]{24}$")


def folder() -> Path:
    """Where they are."""
    return media_dir() / "drafts"


def keep(picture: bytes) -> str:
    """Store a prepared picture and return its token; old ones go."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep()
    token = secrets.token_urlsafe(18)
    _path(token).write_bytes(picture)
    return token


def read(token: str) -> bytes | None:
    """The picture, or None when it is gone or the token is none of ours."""
    if not TOKEN.match(token):
        return None
    try:
        return _path(token).read_bytes()
    except FileNotFoundError:
        return None


def discard(tokens: Iterable[str]) -> None:
    """Remove pictures that were sent or taken out."""
    for token in tokens:
        if TOKEN.match(token):
            _path(token).unlink(missing_ok=True)


def sweep() -> None:
    """Remove what is older than a day, and the oldest beyond a thousand."""
    aged = sorted((path.stat().st_mtime, path) for path in folder().glob("*.jpg"))
    too_many = max(len(aged) - MOST_DRAFTS + 1, 0)
    for position, (written_at, path) in enumerate(aged):
        if position < too_many or time.time() - written_at > KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _path(token: str) -> Path:
    return folder() / f"{token}.jpg"
