"""citystat import performance."""

# ruff: noqa: N999 - the word of the command is a word of the language

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.stat_sessions import exchange

EXAMPLE = "citystat import performance performance.zip --dry-run"


class Command(CityStatCommand):
    """Take data of others in an open format."""

    help = "Import what another city exported."
    example = EXAMPLE

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word."""
        parsers = parser.add_subparsers(dest="word", required=True, metavar="performance")
        about = "Read performance data from a folder or a ZIP file; a mistake is named with file and line, and nothing is stored then."
        performance: ArgumentParser = sub_command(parsers, "performance", about, EXAMPLE)
        performance.add_argument("path", metavar="PATH", help="A folder with datapackage.json, or a ZIP file.")
        performance.add_argument("--dry-run", action="store_true", help="Try everything and store nothing.")
        performance.add_argument(
            "--values-as-typed", action="store_true", help="Also keep numbers of the other city's warehouse as measures people give."
        )

    def run(self, **options: Any) -> dict[str, Any]:
        """Read, check, store."""
        path = Path(options["path"])
        rows = exchange.load(path, values_as_typed=options["values_as_typed"], dry_run=options["dry_run"])
        return {"path": options["path"], "is_dry_run": options["dry_run"], "rows": rows}

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """How much of what; tables the package does not have are not named."""
        done = "could be imported; nothing was stored" if result["is_dry_run"] else "imported"
        self.stdout.write(f"{result['path']}: {done}.")
        for name, count in result["rows"].items():
            if count:
                self.stdout.write(f"  {name}: {count:,}")
