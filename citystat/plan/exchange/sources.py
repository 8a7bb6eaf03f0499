"""Where a package lies: a folder or a ZIP file. Tables are read at once, photos one by one, none larger than allowed."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from citystat.plan.exchange.tables import PackageError

MOST_BYTES = 1_000_000_000
TEXTS = (".csv", ".json")


def texts(path: Path) -> dict[str, bytes]:
    """Tables and descriptions by their path in the package. Raises PackageError for what is no package, is damaged, or is too large."""
    if path.is_dir():
        found = [one for one in sorted(path.rglob("*")) if one.suffix in TEXTS]
        _check_sum(path, sum(one.stat().st_size for one in found))
        return {one.relative_to(path).as_posix(): one.read_bytes() for one in found}
    with _opened(path) as archive:
        entries = [one for one in archive.infolist() if one.filename.endswith(TEXTS)]
        _check_sum(path, sum(one.file_size for one in entries))
        return {one.filename: archive.read(one) for one in entries}


def read_each(path: Path, names: Sequence[str], *, most: int) -> Iterator[tuple[str, bytes]]:
    """The bytes of files one after the other. Raises PackageError for one that is not there or is larger than allowed."""
    if path.is_dir():
        for name in names:
            file = path / name
            _check_file(name, file.stat().st_size if file.is_file() else None, most)
            yield name, file.read_bytes()
        return
    with _opened(path) as archive:
        sizes = {one.filename: one.file_size for one in archive.infolist()}
        for name in names:
            _check_file(name, sizes.get(name), most)
            yield name, archive.read(name)


def _check_sum(path: Path, size: int) -> None:
    if size > MOST_BYTES:
        raise PackageError(_("%(path)s unpacks to more than 1 GB, which is no performance data.") % {"path": path.name})


def _check_file(name: str, size: int | None, most: int) -> None:
    if size is None:
        raise PackageError(_("The package names %(path)s and does not hold it.") % {"path": name})
    if size > most:
        raise PackageError(_("%(path)s is larger than %(size)s MB: make it smaller.") % {"path": name, "size": most >> 20})


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever unpacking says, the file cannot be used."""
    if not path.is_file():
        raise PackageError(_("There is no file or folder %(path)s.") % {"path": path})
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise PackageError(_("%(path)s is not a ZIP file, or it is damaged: get it again.") % {"path": path.name}) from error
    except Exception as error:
        # zlib.error has no base of its own.
        if type(error).__name__ != "error":
            raise
        raise PackageError(_("%(path)s is not a ZIP file, or it is damaged: get it again.") % {"path": path.name}) from error
