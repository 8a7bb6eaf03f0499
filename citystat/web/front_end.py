"""Front-end files installed from npm at set-up: which of them are served, and what to say when they are not there."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.checks import CheckMessage, Warning, register
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from citystat.core.errors import Unsafe
from citystat.web import component_styles

# Folder under /static/ -> folder of the package, and the files of it that are served.
# The style sheet is collected cut to the components in use (`component_styles`); the pictures it then names must be there.
SERVED: dict[str, tuple[str, tuple[str, ...]]] = {
    "uswds": (
        "@uswds/uswds/dist",
        (
            component_styles.SHEET,
            *(f"fonts/public-sans/PublicSans-{cut}.woff2" for cut in ("Regular", "Italic", "Bold")),
            "img/*.svg",
            "img/usa-icons/*.svg",
            "img/usa-icons-bg/*.svg",
        ),
    ),
    "maplibre": (
        "maplibre-gl/dist",
        ("maplibre-gl.mjs", "maplibre-gl-shared.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css"),
    ),
}
MISSING = "The style and map files of the pages are not installed: run `make setup`, or `npm ci` in the folder of package.json."


def packages_dir() -> Path:
    """The folder npm installed into: CITYSTAT_NODE_MODULES, else `node_modules` beside the package."""
    given = os.environ.get("CITYSTAT_NODE_MODULES")
    return Path(given) if given else Path(__file__).resolve().parents[2] / "node_modules"


def is_installed() -> bool:
    """Whether every package with served files is there."""
    return all((packages_dir() / folder).is_dir() for folder, _ in SERVED.values())


def check_installed() -> None:
    """Raise Unsafe, saying what to run, when the front-end files are missing; `serve` asks before it starts."""
    if not is_installed():
        raise Unsafe(MISSING)


@register("citystat")
def warn_when_missing(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Django system check: pages work without the files but look bare."""
    return [] if is_installed() else [Warning(MISSING, id="citystat.W001")]


class CollectedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Collected files with a hash in their name; a file not collected yet is named as it is, and found where it lies."""

    # Source maps are not served, so their addresses in style sheets are left alone.
    patterns = (("*.css", tuple(pattern for pattern in HashedFilesMixin.patterns[0][1] if "sourceMappingURL" not in str(pattern))),)

    def stored_name(self, name: str) -> str:
        """The name under which a page asks for the file."""
        known = self.hash_key(self.clean_name(name)) in self.hashed_files
        return str(super().stored_name(name)) if known else name


class PackageFiles(FileSystemStorage):
    """One package's folder, seen by collectstatic under its prefix; the components' style sheet is read cut to what pages use."""

    def __init__(self, prefix: str, folder: Path) -> None:
        super().__init__(location=str(folder))
        self.prefix = prefix

    def get_modified_time(self, name: str) -> datetime:
        """When the file last changed; what is read of the style sheet changes with the list of components too."""
        changed = super().get_modified_time(name)
        if name != component_styles.SHEET:
            return changed
        return max(changed, datetime.fromtimestamp(Path(component_styles.__file__).stat().st_mtime, UTC))

    def open(self, name: str, mode: str = "rb") -> "File[Any]":
        """The file as it lies, or the style sheet cut."""
        if name != component_styles.SHEET:
            return super().open(name, mode)
        return ContentFile(component_styles.cut(Path(self.path(name)).read_text(encoding="utf-8")).encode(), name)


class FrontEndFinder(BaseFinder):
    """Finds the served files of the installed packages, and nothing else of them."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Nothing of its own: `warn_when_missing` says it once."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Absolute path of one served file; an empty list when it is not one."""
        prefix, _, inner = path.replace(os.sep, "/").partition("/")
        if prefix not in SERVED or inner not in served_files(prefix, packages_dir()):
            return []
        found = str(packages_dir() / SERVED[prefix][0] / inner)
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        """Every served file with the storage that opens it."""
        for prefix, (folder, _) in SERVED.items():
            storage = PackageFiles(prefix, packages_dir() / folder)
            for path in sorted(served_files(prefix, packages_dir())):
                yield path, storage


@cache
def served_files(prefix: str, packages: Path) -> frozenset[str]:
    """Paths, inside the package's folder, of the files served under a prefix."""
    folder, patterns = SERVED[prefix]
    base = packages / folder
    return frozenset(path.relative_to(base).as_posix() for pattern in patterns for path in base.glob(pattern))
