"""Photos that show that an item is done, seen by the staff alone."""

import re
import secrets
from pathlib import Path

from django.utils.translation import gettext as _

from citystat.core import whole_files
from citystat.core.errors import NotFound
from citystat.core.home import home
from citystat.core.pictures import Picture

# Names the exchange format has too: no folders, and the same on every file system.
NAME = re.compile(r"[0-9a-z][0-9a-z_-]{0,99}\.jpg")


def keep(photo: Picture) -> str:
    """Store a photo and return its name; a photo is never replaced, a better one is another."""
    name = f"{secrets.token_hex(16)}.jpg"
    put(name, photo.content)
    return name


def put(name: str, content: bytes) -> Path:
    """Store a photo that has a name already, such as one that came from another city; where it lies."""
    target = _path(name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole_files.write(target, content)
    return target


def find(name: str) -> Path | None:
    """Where the photo of this name lies; None where there is none, and for what is no name of a photo."""
    path = _path(name) if NAME.fullmatch(name) else None
    return path if path is not None and path.is_file() else None


def read(name: str) -> bytes:
    """The JPEG; raises NotFound when there is none."""
    try:
        path = find(name)
        if path is not None:
            return path.read_bytes()
    except OSError:
        pass
    raise NotFound(_("There is no such photo.")) from None


def _path(name: str) -> Path:
    return home() / "media" / "countdowns" / name[:2] / name
