"""Pictures people send: checked by content and drawn again, so that nothing a camera or a stranger hid in the file is kept."""

import io
import re
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from citystat.core.errors import InputError

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2048
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SCAN, END = 0xDA, 0xD9
# Parts a JPEG needs to be shown: frames, tables, scans. The two notes on its colors have one length each and no room for words.
PARTS = frozenset({*range(0xC0, 0xD0), SCAN, 0xDB, 0xDD})
NOTES = {0xE0: (b"JFIF\0", 16), 0xEE: (b"Adobe", 14)}
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG that was drawn here, with its width and height in pixels."""

    content: bytes
    width: int
    height: int


def check_size(size: int) -> None:
    """Raises InputError for more bytes than a photo may have; costs nothing, so it comes before the content is looked at."""
    if size > MOST_BYTES:
        raise InputError(_("The photo is larger than %(size)s MB: send a smaller one.") % {"size": MOST_BYTES >> 20})


def redrawn(content: bytes) -> Picture:
    """The picture and nothing else, upright and no longer than 2,048 pixels; raises InputError for what is no usable picture."""
    check_size(len(content))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                picture = ImageOps.exif_transpose(opened) or opened
                picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                drawn = picture.convert("RGB")
                # What stood beside the pixels, such as a comment, would be written into the new file.
                drawn.info = {}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(_("The photo has too many pixels: send a smaller one.")) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(_("The file is not a photo that can be read: send a JPEG or PNG.")) from error
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=82, optimize=True)
    return Picture(out.getvalue(), drawn.width, drawn.height)


def check_drawn(content: bytes) -> None:
    """Raises InputError unless this is a photo as `redrawn` makes them: a whole JPEG of usable size with nothing beside the picture."""
    check_size(len(content))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("JPEG",)) as opened:
                if max(opened.size) > LONGEST_SIDE:
                    raise InputError(_("The photo is longer than %(most)s pixels: make it smaller.") % {"most": LONGEST_SIDE})
                opened.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(_("The file is not a JPEG photo that can be read.")) from error
    if not is_bare(content):
        raise InputError(_("The photo holds hidden data, such as the place where it was taken: save it without them."))


def is_bare(content: bytes) -> bool:
    """Whether a JPEG holds what shows the picture and nothing else: no place, no camera, no words, nothing behind its end."""
    at = 2
    while content[at : at + 1] == b"\xff":
        kind = content[at + 1] if at + 1 < len(content) else 0
        if kind == END:
            return at + 2 == len(content)
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        word, exactly = NOTES.get(kind, (b"", length))
        is_known = kind in PARTS or (kind in NOTES and length == exactly and content.startswith(word, at + 4))
        if not is_known or length < 2:
            return False
        at += 2 + length
        if kind == SCAN:
            found = AFTER_SCAN.search(content, at)
            at = found.start() if found else len(content)
    return False
