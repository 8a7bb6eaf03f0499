"""`citystat demo`: a whole invented city to look at."""

from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser
from django.db import connection

from citystat.core.commands import CityStatCommand
from citystat.core.errors import NotAllowed
from citystat.ops import set_up
from citystat.ops.demo import rebuild
from citystat.ops.demo.exports import DEFAULT_SEED, write_exports


class Command(CityStatCommand):
    """Make the demo city, or only write its exports."""

    help = "Make the demo city, Calder Bend, in CITYSTAT_HOME: places, population, services, requests, build. A real city is never touched."
    example: ClassVar[str] = "citystat demo --requests 200000"

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument("--requests", type=int, default=200_000, help="Number of requests, 1,000 to 10,000,000 (200000).")
        parser.add_argument("--as-of", type=date.fromisoformat, help="Last day of the history (2026-10-31).")
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="Another seed gives another history.")
        parser.add_argument("--port", type=int, default=set_up.PORT, help="Port the pages will be served on, for the printed links (8000).")
        parser.add_argument("--again", action="store_true", help="Make it again even if it is there.")
        parser.add_argument(
            "--keep-exports", action="store_true", help="Keep the CSV exports the history was loaded from, in CITYSTAT_HOME/demo."
        )
        parser.add_argument("--write-to", type=Path, metavar="FOLDER", help="Only write the exports to FOLDER; load nothing.")

    def run(self, **options: Any) -> dict[str, Any]:
        """Make it."""
        if options["write_to"]:
            exports = write_exports(options["write_to"], options["requests"], as_of=options["as_of"], seed=options["seed"])
            return {"earlier": exports.earlier, "current": exports.current, "as_of": exports.as_of, "truth": exports.truth}
        if connection.vendor != "sqlite":
            raise NotAllowed("The demo replaces its database each time, so it is made in SQLite only: run it without DATABASE_URL.")
        return rebuild.make_demo(
            requests=options["requests"],
            as_of=options["as_of"],
            seed=options["seed"],
            again=options["again"],
            keep=options["keep_exports"],
            port=options["port"],
        )

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """What there is, and how to sign in."""
        if "made" not in result:
            super().present(result, **options)
            return
        size = f"{result['requests']:,} requests up to {result['as_of']}, build {result['build']}"
        if result["made"]:
            self.stdout.write(f"{result['city']} is ready after {result['seconds']} s: {size}.")
        else:
            self.stdout.write(f"{result['city']} is already here: {size}. `--again` remakes it.")
        self._present_links(result)

    def _present_links(self, result: dict[str, Any]) -> None:
        links: dict[str, str] = result["links"]
        if result["administrator"] in links:
            self.stdout.write(f"To sign in as {result['administrator']}, set a password through this link (works once, for three days):")
            self.stdout.write(f"  {links.pop(result['administrator'])}")
        if links:
            self.stdout.write("The same for the people of the action center:")
        for email, link in links.items():
            self.stdout.write(f"  {email:30} {link}")
