"""Photos that show that an item is done, seen by the staff alone."""

import secrets
from pathlib import Path

from django.utils.translation import gettext as _

from citystat.core import whole_files
from citystat.core.errors import NotFound
from citystat.core.home import home
from citystat.core.pictures import Picture


def keep(photo: Picture) -> str:
    """Store a photo and return its name; a photo is never replaced, a better one is another."""
    name = f"{secrets.token_hex(16)}.jpg"
    target = _path(name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole_files.write(target, photo.content)
    return name


def read(name: str) -> bytes:
    """The JPEG; raises NotFound when there is none."""
    try:
        return _path(name).read_bytes()
    except OSError:
        raise NotFound(_("There is no such photo.")) from None


def _path(name: str) -> Path:
    return home() / "media" / "countdowns" / name[:2] / Path(name).name
