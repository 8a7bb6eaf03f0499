"""Second words of `citystat load` for lists with addresses: addresses, place-names, records."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from citystat.core.commands import sub_command
from citystat.core.errors import InputError

Write = Callable[[str], Any]
KINDS = ("permit", "license", "inspection", "work_order")
WORDS = {
    "address": "addresses", "place_name": "place names", "permit": "permits", "license": "licenses", "inspection": "inspections",
    "work_order": "work orders",
}  # fmt: skip


def add_words(words: Any) -> None:
    """Add the sub-parsers."""
    addresses = sub_command(
        words,
        "addresses",
        "Load the city's address file: CSV, GeoJSON or JSON, plain or gzipped.",
        "citystat load addresses address_points.csv.gz --as-of 2026-05-01",
    )
    example = "citystat load place-names parks.geojson --kind park"
    names = sub_command(words, "place-names", "Load names of places and corners of streets: CSV, GeoJSON or JSON.", example)
    example = 'citystat load records permits.csv --kind permit --source "Permit office" --public'
    records = sub_command(words, "records", "Load permits, licenses, inspections or work orders of another system.", example)
    records.add_argument("--kind", required=True, choices=KINDS, help="What the rows are.")
    records.add_argument("--source", required=True, metavar="NAME", help="Whose list it is, as pages should name it.")
    records.add_argument("--public", action="store_true", help="Show its rows to everyone; without it, to staff only.")
    names.add_argument("--kind", default="", metavar="WORD", help="What all rows are, such as park, where no column says.")
    for parser in (addresses, names):
        parser.add_argument("--source", default="", metavar="NAME", help="Whose list it is, as pages should name it.")
    for parser in (addresses, names, records):
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--as-of", metavar="DATE", help="The day the list was made; the day of the file by default.")
        parser.add_argument("--crs", metavar="EPSG:n", help="Projection of the coordinates, where they are not longitude and latitude.")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"{text!r} is not a date: write it as year-month-day, for example 2026-05-01.") from None


def _addresses(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.places import list_actions

    return list_actions.load_addresses(options["path"], source=options["source"], as_of=_day(options["as_of"]), crs=options["crs"])


def _place_names(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.places import list_actions

    return list_actions.load_place_names(
        options["path"], source=options["source"], as_of=_day(options["as_of"]), kind=options["kind"], crs=options["crs"]
    )


def _records(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.places import list_actions

    chosen = {name: options[name] for name in ("kind", "source", "public", "crs")}
    return list_actions.load_records(options["path"], as_of=_day(options["as_of"]), **chosen)


def present(write: Write, result: dict[str, Any]) -> None:
    """Every row accounted for, and where those left out are."""
    what = f"{WORDS[result['kind']]} of {result['source']} as of {result['as_of']}"
    if result["outcome"] == "unchanged":
        write(f"Already loaded: {what}.")
        return
    write(f"Loaded: {what}.")
    for name, meaning in (
        ("rows_read", "rows read"),
        ("loaded", "new"),
        ("changed", "changed"),
        ("unchanged", "unchanged"),
        ("repeated", "twice in the file"),
        ("rejected", "left out"),
        ("absent", "no longer in the file: kept, with the day of the last file that had them"),
    ):
        if result[name] or name == "rows_read":
            write(f"{result[name]:>12,}  {meaning}")
    if result["rejected_file"]:
        write(f"The rows left out, with the reason for each, are in {result['rejected_file']}.")
    for note in result["notes"]:
        write(f"Note: {note}")


RUNNERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "addresses": _addresses,
    "place-names": _place_names,
    "records": _records,
}
PRESENTERS: dict[str, Callable[[Write, dict[str, Any]], None]] = dict.fromkeys(RUNNERS, present)
