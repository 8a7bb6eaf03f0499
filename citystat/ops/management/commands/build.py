"""`citystat build`: make a new build of everything loaded, or verify one."""

import time
from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.db import OperationalError

from citystat.core.commands import CityStatCommand
from citystat.core.errors import InputError
from citystat.core.progress import progress
from citystat.places import extract as places
from citystat.service_requests import extract as requests
from citystat.service_requests.cases import landing as live
from citystat.warehouse import build as builds


class Command(CityStatCommand):
    """Rooms say what their tables are, the warehouse stores them; this command joins the two."""

    help = "Make the numbers from everything loaded. Only months that changed are made again."
    example = "citystat build\n  citystat build --verify"

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument("--as-of", type=_day, metavar="DATE", help="Describe this day instead of the latest one loaded.")
        parser.add_argument("--all", action="store_true", help="Make every month again, also those that did not change.")
        parser.add_argument(
            "--verify", action="store_true", help="Make nothing: compare the files of the build that serves with their checksums."
        )
        parser.add_argument("--tables-only", action="store_true", help="Leave the weak points to the first reader who asks for them.")
        parser.add_argument("--number", type=int, metavar="BUILD", help="With --verify: the build to check.")

    def run(self, **options: Any) -> dict[str, Any]:
        """Build, or verify."""
        if options["verify"]:
            return builds.verify(options["number"])
        started = time.monotonic()
        result = make_build(options["as_of"], rebuild_all=options["all"]) | {"seconds": round(time.monotonic() - started, 2)}
        if not options["tables_only"]:
            find_weak_points(result["build"])
        return result

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """One sentence."""
        if options["verify"]:
            self.stdout.write(f"Build {result['build']} is whole: {result['files']} files agree with their checksums.")
            return
        self.stdout.write(
            f"Build {result['build']} serves: {result['requests']:,} requests as of {result['as_of']} "
            f"({result['months_rebuilt']} months made, {result['months_reused']} reused, {result['seconds']} s)."
        )


def make_build(as_of: date | None = None, *, rebuild_all: bool = False) -> dict[str, Any]:
    """Make a build from everything loaded and let it serve; returns what `citystat build --json` prints, seconds apart.

    Raises NotFound when nothing is loaded, Busy while another build runs.
    """
    try:
        if live.has_requests():
            live.land()
            as_of = as_of or live.today()
        inputs = requests.gather(as_of)
    except OperationalError as error:
        raise InputError("The database has not been set up: run `citystat init`, then `citystat build` again.") from error
    with builds.begin() as draft:
        made = requests.extract(draft, inputs, rebuild_all=rebuild_all)
        tables = [*made.tables, draft.add_arrow("places", places.places()), draft.add_arrow("population", places.population())]
        manifest = draft.publish(as_of=inputs.as_of, tables=tables, sources=requests.sources(inputs))
    return {
        "build": manifest.number,
        "as_of": manifest.as_of,
        "requests": made.requests,
        "months_rebuilt": made.months_rebuilt,
        "months_reused": made.months_reused,
        "checksum": manifest.checksum,
    }


def find_weak_points(build: int) -> None:
    """Work out the weak points once, now, so that nobody who opens the first page waits for them."""
    from citystat.plan import queries as plan

    with progress("Looking for weak points"):
        plan.weak_points(build=build, audience="public")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date: write it as 2017-12-31.") from None
