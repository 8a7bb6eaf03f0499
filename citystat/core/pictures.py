"""Pictures people send: checked by content and drawn again, so that nothing a camera or a stranger hid in the file is kept."""

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from citystat.core.errors import InputError

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2048
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


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
