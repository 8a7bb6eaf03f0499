"""Second words of `citystat load` besides requests: places, population, services, calendar."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from citystat.core.commands import sub_command
from citystat.core.errors import InputError
from citystat.ops import load_center, load_lists, load_programs


def add_words(words: Any) -> None:
    """Add the sub-parsers."""
    load_center.add_words(words)
    load_lists.add_words(words)
    load_programs.add_words(words)
    _add_places(words)
    _add_population(words)
    services = sub_command(words, "services", "Load the service catalog from CSV.", "citystat load services services.csv")
    services.add_argument("path", type=Path, metavar="FILE")
    calendar = sub_command(words, "calendar", "Load the business calendar from YAML.", "citystat load calendar calendar.yaml")
    calendar.add_argument("path", type=Path, metavar="FILE")


def _add_places(words: Any) -> None:
    example = "citystat load places council_districts_2012.geojson --kind council_district --code DISTRICT"
    parser = sub_command(words, "places", "Load boundaries from GeoJSON, plain or gzipped.", example)
    parser.add_argument("path", type=Path, metavar="FILE")
    parser.add_argument("--kind", required=True, metavar="KIND", help="Your word for these places, such as council_district.")
    parser.add_argument("--code", required=True, metavar="PROP", help="The property that identifies a place.")
    parser.add_argument("--name", metavar="PROP", help="The property to show; `name` where there is one, else the code.")
    parser.add_argument("--version", metavar="NAME", help="Name of this version; the year in the file's name by default.")
    parser.add_argument("--from", dest="in_force_from", metavar="DATE", help="Since when it is in force.")
    parser.add_argument("--to", dest="in_force_to", metavar="DATE", help="Its last day in force.")
    parser.add_argument("--crs", metavar="EPSG:n", help="Projection of the coordinates, where they are not longitude and latitude.")


def _add_population(words: Any) -> None:
    example = "citystat load population districts.csv --kind council_district --code DISTRICT --population POP --year 2020"
    parser = sub_command(words, "population", "Load population by place and year from CSV or JSON, plain or gzipped.", example)
    parser.add_argument("path", type=Path, metavar="FILE")
    parser.add_argument("--kind", required=True, metavar="KIND", help="Kind of place; `city` is the whole city.")
    parser.add_argument("--code", metavar="COLUMN", help="The column with the code or name of the place.")
    parser.add_argument("--population", metavar="COLUMN", help="The column with the population.")
    parser.add_argument("--year", metavar="YEAR|COLUMN", help="The year of the figures, or the column that holds it.")
    parser.add_argument("--year-columns", metavar="PATTERN", help="Columns of several years, such as POPESTIMATE{year}.")
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", help="Keep these rows only (may be repeated).")
    parser.add_argument("--version", metavar="NAME", help="Version of the boundaries; the one in force in the year by default.")
    parser.add_argument("--code-map", type=Path, metavar="FILE", help="CSV of two columns: the file's code, the place's code.")


def _places(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.places import actions

    names = ("kind", "code", "name", "version", "crs")
    chosen: dict[str, Any] = {name: options[name] for name in names}
    chosen |= {name: _day(options[name]) for name in ("in_force_from", "in_force_to")}
    return actions.load_layer(options["path"], **chosen)


def _population(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.places import actions

    names = ("kind", "code", "population", "year", "year_columns", "where", "version", "code_map")
    return actions.load_population(options["path"], **{name: options[name] for name in names})


def _services(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.service_requests import catalog_actions

    return catalog_actions.load_services(options["path"])


def _calendar(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.service_requests import catalog_actions

    return catalog_actions.load_calendar(options["path"])


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"{text!r} is not a date: write it as year-month-day, for example 2017-12-31.") from None


def present_places(write: Callable[[str], Any], result: dict[str, Any]) -> None:
    """What was loaded, and every note."""
    word = {"loaded": "Loaded", "replaced": "Replaced", "unchanged": "Already loaded"}[result["outcome"]]
    write(f"{word}: {_count(result['places'], 'place')} of {result['kind']}, version {result['version']}.")
    _notes(write, result)


def present_population(write: Callable[[str], Any], result: dict[str, Any]) -> None:
    """How many figures, and what did not match."""
    figures = f"{result['loaded']:,} new, {result['updated']:,} changed, {result['unchanged']:,} unchanged"
    write(f"Population of {result['kind']} for {', '.join(map(str, result['years']))}: {figures}.")
    if result["left_out"]:
        write(f"Left out for want of a code or a number: {_count(result['left_out'], 'row')}.")
    if result["unmatched"]:
        write(f"{_count(result['unmatched'], 'code')} of no known place, such as {', '.join(result['unmatched_examples'])}.")
    _notes(write, result)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _notes(write: Callable[[str], Any], result: dict[str, Any]) -> None:
    for note in result["notes"]:
        write(f"Note: {note}")
    write("Run `citystat build` to count by them.")


RUNNERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "places": _places,
    "population": _population,
    "services": _services,
    "calendar": _calendar,
    **load_center.RUNNERS,
    **load_lists.RUNNERS,
    **load_programs.RUNNERS,
}
PRESENTERS: dict[str, Callable[[Callable[[str], Any], dict[str, Any]], None]] = {
    "places": present_places,
    "population": present_population,
    **load_center.PRESENTERS,
    **load_lists.PRESENTERS,
    **load_programs.PRESENTERS,
}
