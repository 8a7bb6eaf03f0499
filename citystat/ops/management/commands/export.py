"""citystat export performance."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.cities import current_city
from citystat.core.commands import CityStatCommand, sub_command
from citystat.plan import periods
from citystat.plan.exchange import writing
from citystat.stat_sessions import exchange

EXAMPLE = "citystat export performance --out performance.zip"


class Command(CityStatCommand):
    """Give data to others in an open format."""

    help = "Export what others can use."
    example = EXAMPLE

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word."""
        parsers = parser.add_subparsers(dest="word", required=True, metavar="performance")
        about = "Write plan, measures, values, targets, sessions, decisions and commitments as a Data Package."
        performance: ArgumentParser = sub_command(parsers, "performance", about, EXAMPLE)
        performance.add_argument("--out", required=True, metavar="PATH", help="A folder, or a file that ends in .zip.")
        performance.add_argument("--from", dest="first", metavar="PERIOD", help="Values from this period on, for example 2024-01.")
        performance.add_argument(
            "--measure", action="append", default=[], metavar="NAME", help="Values of this measure only; may be repeated."
        )
        performance.add_argument("--staff", action="store_true", help="Everything, with names: not for publication.")

    def run(self, **options: Any) -> dict[str, Any]:
        """Write the package."""
        made = exchange.package(staff=options["staff"], chosen=options["measure"], first=_first(options["first"]))
        writing.store(made, Path(options["out"]))
        audience = "staff" if options["staff"] else "public"
        return {"path": options["out"], "audience": audience, "rows": dict(made.counts), "photos_missing": list(made.photos_missing)}

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Where it is, and how much of what."""
        self.stdout.write(f"{result['path']}: {sum(result['rows'].values()):,} rows for the {result['audience']}.")
        for name, count in result["rows"].items():
            self.stdout.write(f"  {name}: {count:,}")
        if result["photos_missing"]:
            self.stdout.write(f"Photos that items name and that are not here: {', '.join(result['photos_missing'])}.")


def _first(period: str | None) -> date | None:
    return periods.parse_period(period, current_city().fiscal_year_start_month).start if period else None
