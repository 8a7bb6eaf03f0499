"""Photos of requests: checked by content, redrawn without the data a camera hides in them, served from a path of their own."""

import io
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from citystat.core import clock
from citystat.core.errors import InputError
from citystat.core.home import home
from citystat.service_requests.models import Photo, ServiceRequest

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2048
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_OF_A_REQUEST = 12


def prepare(content: bytes) -> tuple[bytes, int, int]:
    """A JPEG of the picture and nothing else, with its width and height; raises InputError for what is no usable picture."""
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
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise InputError(_("The file is not a photo that can be read: send a JPEG or PNG.")) from error
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue(), drawn.width, drawn.height


def path_of(photo: Photo) -> Path:
    """Where the picture is."""
    return home() / "media" / "requests" / photo.token[:2] / f"{photo.token}.jpg"


def keep(
    request: ServiceRequest,
    content: bytes,
    *,
    kind: str,
    by: Any = None,
    public: bool = False,
    taken_at: datetime | None = None,
    longitude: float | None = None,
    latitude: float | None = None,
) -> Photo:
    """Store a photo with its request, time and place. The file is there before the row that names it."""
    if Photo.objects.filter(request=request, removed_at__isnull=True).count() >= MOST_OF_A_REQUEST:
        raise InputError(_("A request holds at most %(count)s photos.") % {"count": MOST_OF_A_REQUEST})
    drawn, width, height = prepare(content)
    photo = Photo(
        request=request, kind=kind, width=width, height=height, added_at=clock.now(), added_by=by if getattr(by, "pk", None) else None,
        public=public, taken_at=taken_at, longitude=longitude, latitude=latitude,
    )  # fmt: skip
    target = path_of(photo)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = target.with_suffix(".partial")
    partial.write_bytes(drawn)
    partial.replace(target)
    photo.save()
    return photo


def read(photo: Photo) -> bytes:
    """The JPEG; raises InputError when it was removed."""
    try:
        return path_of(photo).read_bytes()
    except FileNotFoundError:
        raise InputError(_("The photo was removed.")) from None


def erase(photo: Photo, why: str) -> None:
    """Remove the picture and keep the row as a tombstone."""
    Photo.objects.filter(pk=photo.pk).update(removed_at=clock.now(), removed_why=why[:200], public=False)
    path_of(photo).unlink(missing_ok=True)
