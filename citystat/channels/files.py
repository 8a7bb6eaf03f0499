"""What was attached to a message, kept in the home folder until the message is filed or discarded."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from django.db import transaction

from citystat.channels.letters import Enclosure
from citystat.channels.models import InboundFile, InboundMessage
from citystat.core.errors import InputError, NotFound
from citystat.core.home import home
from citystat.core.pictures import redrawn


def checked(enclosures: Sequence[Enclosure]) -> tuple[list[Enclosure], int]:
    """Pictures drawn anew without what a camera hides in them, other files as they are, and how many pictures were no pictures."""
    kept, broken = [], 0
    for one in enclosures:
        if one.kind != "picture":
            kept.append(one)
            continue
        try:
            kept.append(Enclosure("picture", "image/jpeg", redrawn(one.content).content))
        except InputError:
            broken += 1
    return kept, broken


def keep(message: InboundMessage, enclosures: Sequence[Enclosure]) -> None:
    """Store files with their message. Each file is there before the row that names it."""
    for one in enclosures:
        row = InboundFile(message=message, kind=one.kind, media_type=one.media_type, size=len(one.content))
        target = path_of(row)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.write_bytes(one.content)
        row.save()


def path_of(file: InboundFile) -> Path:
    """Where the file is."""
    return home() / "media" / "inbound" / file.token[:2] / file.token


def read(file: InboundFile) -> bytes:
    """Its content; raises NotFound when it was removed."""
    try:
        return path_of(file).read_bytes()
    except FileNotFoundError:
        raise NotFound("The file was removed.") from None


def pictures_of(message: InboundMessage) -> list[bytes]:
    """Pictures of a message, oldest first."""
    return [read(file) for file in message.files.all() if file.kind == InboundFile.Kind.PICTURE]


def remove_pictures(message: InboundMessage) -> None:
    """Take its pictures away, because a request has them now; recordings and faxes stay, because they are the message."""
    _remove([file for file in message.files.all() if file.kind == InboundFile.Kind.PICTURE])


def remove(message: InboundMessage) -> None:
    """Take every file of a message away."""
    _remove(list(message.files.all()))


def _remove(found: list[InboundFile]) -> None:
    """Rows now, files once the rows are gone for good."""
    for file in found:
        path = path_of(file)
        file.delete()
        transaction.on_commit(partial(path.unlink, missing_ok=True))
