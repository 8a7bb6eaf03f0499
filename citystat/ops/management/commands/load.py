"""`citystat load ...`: bring in requests, places, addresses, records, population, the catalog, the calendar, calls, answers, costs."""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.errors import InputError, UserError
from citystat.ops import load_words


class Command(CityStatCommand):
    """Bring data in: one load is there whole or not at all."""

    help = (
        "Load requests, places, addresses, records of other systems, population, the service catalog, the business calendar, calls, "
        "callers' answers, costs, budget lines or incidents."
    )
    example = "citystat load requests export.csv.gz --as-of 2017-12-31"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        _add_requests(words)
        load_words.add_words(words)

    def run(self, **options: Any) -> dict[str, Any]:
        """Call the action of the room that owns what is loaded."""
        return RUNNERS[options["what"]](options)

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """A few lines a person reads."""
        if options["what"] == "requests":
            _present_requests(self.stdout.write, result)
        elif options["what"] in load_words.PRESENTERS:
            load_words.PRESENTERS[options["what"]](self.stdout.write, result)
        else:
            super().present(result, **options)


def day(text: str) -> date:
    """A date an option gives."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is not a date: write it as year-month-day, for example 2017-12-31.") from None


def _add_requests(words: Any) -> None:
    parser = sub_command(
        words,
        "requests",
        "Load 311 exports: CSV, JSON, JSON lines (also gzipped) or Parquet.",
        "citystat load requests 311.csv.gz --as-of 2017-12-31",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="A file; - is standard input.")
    parser.add_argument("--as-of", metavar="DATE", help="The day the export was made (may be left out for a corrected quarantine file).")
    parser.add_argument("--layout", metavar="NAME|FILE", help="The layout, where the header does not tell.")
    parser.add_argument("--source", metavar="NAME", help="The register the request ids belong to; the layout's own by default.")
    parser.add_argument("--time-zone", metavar="TZ", help="Zone of the clock times, for example America/Chicago.")
    parser.add_argument("--build", action="store_true", help="Count the requests at once, as `citystat build` does.")
    parser.add_argument("--tables-only", action="store_true", help="With --build: leave the weak points to the first reader who asks.")


def _requests(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.service_requests import actions

    as_of = day(options["as_of"]) if options["as_of"] else None
    loaded = actions.load_requests(
        options["paths"], as_of=as_of, layout=options["layout"], source=options["source"], time_zone=options["time_zone"]
    )
    return loaded | _built(tables_only=options["tables_only"]) if options["build"] else loaded


def _built(*, tables_only: bool) -> dict[str, Any]:
    """The number of a build made of all that is loaded now, and when it describes the city."""
    from citystat.ops.management.commands import build

    try:
        made = build.make_build()
    except UserError as error:
        raise InputError(f"The requests are loaded, but not counted yet: {error} Then run `citystat build`.") from error
    if not tables_only:
        build.find_weak_points(made["build"])
    return {"build": made["build"], "built": made}


def _present_requests(write: Any, result: dict[str, Any]) -> None:
    write(f"Load {result['load']}: {result['source']} as of {result['as_of']}, layout {result['layout']}.")
    for name, meaning in (
        ("rows_read", "rows read"),
        ("loaded", "loaded: new or changed"),
        ("unchanged", "unchanged: already stored"),
        ("superseded", "superseded by a newer state"),
        ("quarantined", "quarantined"),
    ):
        write(f"{result[name]:>12,}  {meaning}")
    for name, count in result["flags"].items():
        if count:
            write(f"{count:>12,}  flagged {name.replace('_', ' ')}")
    if result["quarantine_file"]:
        write(f"The quarantined rows, with the reason for each, are in {result['quarantine_file']}: correct them there and load that file.")
    for note in result["notes"]:
        write(f"Note: {note}")
    if "built" in result:
        write(f"Build {result['build']} serves: {result['built']['requests']:,} requests as of {result['built']['as_of']}.")
    else:
        write("Run `citystat build` to count them.")


RUNNERS = {"requests": _requests} | load_words.RUNNERS
