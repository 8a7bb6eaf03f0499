"""`citystat backup FILE`: everything a city needs to start again, in one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand
from citystat.ops import backups


class Command(CityStatCommand):
    """Write a backup while the city serves."""

    help = (
        "Write a backup of CITYSTAT_HOME while the pages are served: database, warehouse, reports, photos. The keys are left out unless "
        "asked for. With --check a backup is read and compared instead."
    )
    example = "citystat backup /backups/citystat-2027-01-31.tar"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and whether the keys go with it."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--with-keys", action="store_true", help="Put the keys in too: whoever has the file can then read every contact."
        )
        parser.add_argument("--check", action="store_true", help="Check a backup instead of making one.")

    def run(self, **options: Any) -> dict[str, Any]:
        """Make or check."""
        if options["check"]:
            return backups.check(options["file"])
        return backups.back_up(options["file"], with_keys=options["with_keys"])
