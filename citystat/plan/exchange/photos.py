"""Photos of a package: files of their own beside the tables, each with its checksum, read and written one at a time."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from citystat.core import pictures
from citystat.core.errors import InputError
from citystat.plan.countdowns import proofs
from citystat.plan.exchange import sources
from citystat.plan.exchange.tables import PackageError

FOLDER = "photos/"
ITEMS, COLUMN = "countdown_items", "proof_file"


@dataclass(frozen=True)
class Photo:
    """A photo that goes out: where it lies here, and what the descriptor says of it."""

    path: Path
    size: int
    digest: str


def content(path: Path) -> bytes:
    """The bytes that leave the city; a photo kept with words inside, as older versions did, is drawn again. Raises InputError, OSError."""
    kept = path.read_bytes()
    return kept if pictures.is_bare(kept) else pictures.redrawn(kept).content


def going_out(rows: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Photo], tuple[str, ...]]:
    """Photos of these items by path in the package, and the names of those that are not here or cannot be read."""
    found: dict[str, Photo] = {}
    missing = []
    for name in sorted({str(row[COLUMN]) for row in rows if row.get(COLUMN)}):
        path = proofs.find(name)
        try:
            written = content(path) if path is not None else None
        except (InputError, OSError):
            written = None
        if path is None or written is None:
            missing.append(name)
        else:
            found[FOLDER + name] = Photo(path, len(written), _digest(written))
    return found, tuple(missing)


def check(source: Path, resources: Sequence[Mapping[str, Any]], items: Sequence[Any]) -> None:
    """Raises PackageError with the first photo that is missing, changed, no photo, hides something, or belongs to no item."""
    named = {row.cells[COLUMN] for row in items}
    for path, found in read(source, resources):
        if path.removeprefix(FOLDER) not in named:
            raise PackageError(_("%(path)s is the photo of no item in countdown_items.csv.") % {"path": path})
        try:
            pictures.check_drawn(found)
        except InputError as error:
            raise PackageError(f"{path}: {error}") from error


def read(source: Path, resources: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each photo, compared with its checksum."""
    sums = {one["path"]: one["hash"] for one in resources}
    for path, found in sources.read_each(source, list(sums), most=pictures.MOST_BYTES):
        if _digest(found) != sums[path]:
            raise PackageError(
                _("%(path)s does not have the checksum of datapackage.json: it was changed or damaged on the way.") % {"path": path}
            )
        yield path, found


def keep(source: Path, resources: Sequence[Mapping[str, Any]]) -> list[Path]:
    """Store the photos under their names; those that are new here. When one cannot be stored, none of them stays."""
    made: list[Path] = []
    try:
        for path, found in read(source, resources):
            name = path.removeprefix(FOLDER)
            here = proofs.find(name)
            if here is None:
                made.append(proofs.put(name, found))
            elif here.read_bytes() != found:
                raise PackageError(_("%(path)s is here already and shows something else.") % {"path": path})
    except Exception:
        remove(made)
        raise
    return made


def remove(made: Sequence[Path]) -> None:
    """Take photos away again whose rows were not stored."""
    for path in made:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _digest(written: bytes) -> str:
    return f"sha256:{hashlib.sha256(written).hexdigest()}"
