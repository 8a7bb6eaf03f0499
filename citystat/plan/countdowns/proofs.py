"""Photos that show that an item is done: checked by content, redrawn without what a camera hides in them, seen by the staff alone."""

import io
import secrets
import warnings
from pathlib import Path

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from citystat.core.errors import InputError, NotFound
from citystat.core.home import home

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2048
FORMATS = ("JPEG", "PNG", "WEBP")


def prepared(content: bytes) -> bytes:
    """A JPEG of the picture and nothing else; raises InputError for what is no usable photo."""
    if len(content) > MOST_BYTES:
        raise InputError(_("The photo is larger than %(size)s MB: send a smaller one.") % {"size": MOST_BYTES >> 20})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise InputError(_("The photo has too many pixels: send a smaller one."))
                picture = ImageOps.exif_transpose(opened) or opened
                picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                drawn = picture.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(_("The file is not a photo that can be read: send a JPEG or PNG.")) from error
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def keep(photo: bytes) -> str:
    """Store a prepared photo and return its name; a photo is never replaced, a better one is another."""
    name = f"{secrets.token_hex(16)}.jpg"
    target = _path(name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = target.with_suffix(".partial")
    partial.write_bytes(photo)
    partial.replace(target)
    return name


def read(name: str) -> bytes:
    """The JPEG; raises NotFound when there is none."""
    try:
        return _path(name).read_bytes()
    except OSError:
        raise NotFound(_("There is no such photo.")) from None


def _path(name: str) -> Path:
    return home() / "media" / "countdowns" / name[:2] / Path(name).name
