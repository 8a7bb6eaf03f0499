"""Photos of requests: drawn again without the data a camera hides in them, served from a path of their own."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from citystat.core import clock, pictures, whole_files
from citystat.core.errors import InputError
from citystat.core.home import home
from citystat.core.pictures import Picture
from citystat.service_requests.models import Photo, ServiceRequest

MOST_OF_A_REQUEST = 12


def path_of(photo: Photo) -> Path:
    """Where the picture is."""
    return home() / "media" / "requests" / photo.token[:2] / f"{photo.token}.jpg"


def keep(
    request: ServiceRequest,
    picture: bytes | Picture,
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
    drawn = picture if isinstance(picture, Picture) else pictures.redrawn(picture)
    photo = Photo(
        request=request, kind=kind, width=drawn.width, height=drawn.height, added_at=clock.now(),
        added_by=by if getattr(by, "pk", None) else None, public=public, taken_at=taken_at, longitude=longitude, latitude=latitude,
    )  # fmt: skip
    target = path_of(photo)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole_files.write(target, drawn.content)
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
