"""`citystat restore FILE`: a backup put into an empty CITYSTAT_HOME."""

from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand
from citystat.ops import backups


class Command(CityStatCommand):
    """Put a backup back."""

    help = "Put a backup into an empty CITYSTAT_HOME, after each of its files has been checked. Set the keys beside it before serving."
    example: ClassVar[str] = "citystat restore /backups/citystat-2027-01-31.tar"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path, metavar="FILE")

    def run(self, **options: Any) -> dict[str, Any]:
        """Check, then write."""
        return backups.restore(options["file"])

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """What was restored, and what is still needed."""
        self.stdout.write(f"{result['files']} files of {result['made_at']} are in {result['home']}.")
        if result["keys_missing"]:
            self.stdout.write(
                f"Put {' and '.join(result['keys_missing'])} there too, or set the keys in the environment, before you serve."
            )
