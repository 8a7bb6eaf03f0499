"""citystat measure list | show | known | trace | lint | ask | load | status | health."""

import csv
from argparse import ArgumentParser
from dataclasses import fields
from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.cities import current_city
from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.csv_cells import safe
from citystat.core.errors import InputError
from citystat.plan import manual, queries
from citystat.plan import periods as calendar
from citystat.plan.definitions import Measure
from citystat.plan.known_then import OpenThen
from citystat.plan.registered.command_words import RegisterWords

MONTHS_SHOWN = 24
FORMATS = ("table", "json", "csv")
KNOWN_CAUSES = {
    "closed_since": "closed, told since",
    "withdrawn_since": "withdrawn since",
    "told_since": "opened, told since",
    "other_since": "reopened or corrected",
}
TYPES = ("volume", "timeliness", "backlog", "quality", "equity", "output", "efficiency", "effectiveness", "outcome")


class Command(RegisterWords, CityStatCommand):
    """Measures: their definitions, their values, the rows behind a value, and what is wrong with a definition."""

    help = "List measures, show their values, trace a value to its rows, check definitions."
    example = "citystat measure show closed_on_time --from 2016-01 --to 2017-12 --by council_district"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second words."""
        parsers = parser.add_subparsers(
            dest="word", required=True, metavar="list | show | known | trace | lint | ask | load | status | health"
        )
        listing = sub_command(parsers, "list", "List the measures.", "citystat measure list --json")
        listing.add_argument("--type", choices=TYPES, help="Only measures of this type.")
        listing.add_argument("--markdown", action="store_true", help="Print the manual page of all measures.")
        show = sub_command(parsers, "show", "Show the values of a measure.", self.example)
        _add_choice(show)
        show.add_argument("--by", action="append", default=[], metavar="GROUP", help="Group by service, department, council_district, ...")
        _add_range(show)
        known = sub_command(
            parsers, "known", "Show a backlog as known then, and why it differs from what is known now.",
            "citystat measure known open_backlog --from 2017-01",
        )  # fmt: skip
        known.add_argument("name", help="A measure that counts every open request: open_backlog.")
        _add_range(known)
        known.add_argument("--where", action="append", default=[], metavar="GROUP=VALUE", help="Only these, for example service=pothole.")
        known.add_argument("--build", type=int, help="The build to read (default: the one that serves).")
        trace = sub_command(parsers, "trace", "Show the rows behind one value.", "citystat measure trace closed_on_time --period 2017-06")
        _add_choice(trace)
        trace.add_argument("--period", required=True, help="The period: 2017-06, 2017-Q2, 2017, FY2016-17, 2017-06-30.")
        trace.add_argument("--limit", type=int, default=20, help="Rows shown.")
        trace.add_argument("--offset", type=int, default=0, help="Rows left out before them.")
        lint = sub_command(parsers, "lint", "Say what is wrong with definitions.", "citystat measure lint")
        lint.add_argument("--accept", action="store_true", help="Record the definitions as they are now as the known ones.")
        self.add_register_words(parsers)

    def handle(self, *args: Any, **options: Any) -> None:
        """`--format json` is `--json`."""
        super().handle(*args, **options | {"json": options.get("json") or options.get("format") == "json"})

    def run(self, **options: Any) -> dict[str, Any]:
        """Run the second word."""
        result: dict[str, Any] = getattr(self, f"run_{options['word']}")(**options)
        return result

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Print for a person: a table, or what the second word prints."""
        getattr(self, f"present_{options['word']}")(result, **options)

    def run_list(self, **options: Any) -> dict[str, Any]:
        """Name, version, label, type, unit, direction and cohorts of every measure."""
        chosen = [one for one in queries.measures() if options.get("type") in (None, one.type)]
        return {"measures": [_summary(one) for one in chosen]}

    def present_list(self, result: dict[str, Any], **options: Any) -> None:
        """One line a measure, or the manual page."""
        if options.get("markdown"):
            self.stdout.write(manual.reference(tuple(one for one in queries.measures() if one.source == "warehouse")), ending="")
            return
        rows = [[one["name"], one["type"], one["direction"], one["label"]["en"]] for one in result["measures"]]
        self.print_table(["measure", "type", "wanted", "label"], rows)

    def run_show(self, **options: Any) -> dict[str, Any]:
        """The rows, with a signal for every point of a series that is long enough."""
        start, end = _range(options["start"], options["end"], queries.last_day(options["name"], options["build"]))
        queries.check_named(options["name"], _where(options["where"]), options["build"])
        rows = queries.measure_rows(
            options["name"],
            start=start,
            end=end,
            by=_keys(options["by"]),
            where=_where(options["where"]),
            cohort=options["cohort"],
            build=options["build"],
            period=options["unit"],
            signals=True,
        )
        return {"rows": [row.as_dict() for row in rows]}

    def present_show(self, result: dict[str, Any], **options: Any) -> None:
        """A table, or CSV with one column a grouping key."""
        keys, rows = _keys(options["by"]), result["rows"]
        if options["format"] == "csv":
            self.print_csv(keys, rows)
            return
        measure = queries.measure(options["name"])
        self.stdout.write(_heading(measure, options["cohort"]))
        heads = ["period", *keys, "numerator", "denominator", "value", "95 % interval", "state", "signal"]
        self.print_table(heads, [_cells(row, keys, measure) for row in rows])

    def run_known(self, **options: Any) -> dict[str, Any]:
        """One row a period: open as known then, open as known now, and the four causes between them."""
        start, end = _range(options["start"], options["end"], queries.last_day(options["name"], options["build"]))
        queries.check_named(options["name"], _where(options["where"]), options["build"])
        rows = queries.open_as_known(
            options["name"], start=start, end=end, where=_where(options["where"]), build=options["build"], period=options["unit"] or "month"
        )
        return {"rows": [row.as_dict() for row in rows]}

    def present_known(self, result: dict[str, Any], **options: Any) -> None:
        """A table, or CSV with every field."""
        rows = result["rows"]
        if options["format"] == "csv":
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerows([[field.name for field in fields(OpenThen)], *(list(row.values()) for row in rows)])
            return
        heads = ["period", "export read", "open then", "open now", *KNOWN_CAUSES.values()]
        names = ("period", "read_on", "open_then", "open_now", *KNOWN_CAUSES)
        self.print_table(heads, [["" if row[name] is None else str(row[name]) for name in names] for row in rows])

    def run_trace(self, **options: Any) -> dict[str, Any]:
        """The definition, the build, the recomputed value and the rows."""
        period = calendar.parse_period(options["period"], current_city().fiscal_year_start_month)
        queries.check_named(options["name"], _where(options["where"]), options["build"])
        found = queries.trace(
            options["name"],
            period=period.key,
            group=_where(options["where"]),
            cohort=options["cohort"],
            build=options["build"],
            limit=options["limit"],
            offset=options["offset"],
        )
        return found.as_dict()

    def present_trace(self, result: dict[str, Any], **options: Any) -> None:
        """The sentence, the two values, then the rows."""
        self.stdout.write(result["description"])
        value, again = (
            _written(result[name], queries.measure(options["name"])) or result["state"].replace("_", " ")
            for name in ("value", "recomputed")
        )
        self.stdout.write(f"value {value}, recomputed from {result['n_rows']} rows: {again} (build {result['build']})")
        rows = result["rows"]
        heads = list(rows[0]) if rows else []
        self.print_table(heads, [["" if row[name] is None else str(row[name]) for name in heads] for row in rows])

    def run_lint(self, **options: Any) -> dict[str, Any]:
        """Every problem found; with --accept the definitions become the known ones."""
        problems = queries.lint_all(accept=options["accept"])
        return {"measures": len(queries.measures()), "problems": [problem.as_dict() for problem in problems]}

    def present_lint(self, result: dict[str, Any], **options: Any) -> None:
        """One line a problem."""
        for problem in result["problems"]:
            self.stdout.write(f"{problem['measure']}: {problem['sentence']} [{problem['rule']}]")
        self.stdout.write(f"{result['measures']} measures, {len(result['problems'])} problems.")

    def print_table(self, heads: list[str], rows: list[list[str]]) -> None:
        """Columns padded to their widest cell."""
        widths = [max(len(row[index]) for row in [heads, *rows]) for index in range(len(heads))]
        for row in [heads, *rows]:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def print_csv(self, keys: list[str], rows: list[dict[str, Any]]) -> None:
        """One header line, one line a row; empty means none."""
        names = [name for name in rows[0] if name != "group"] if rows else []
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow([*names[:6], *keys, *names[6:]])
        for row in rows:
            values = [row[name] for name in names]
            writer.writerow([*values[:6], *(safe(row["group"][key]) for key in keys), *values[6:]])


def _add_choice(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="The measure, for example closed_on_time.")
    parser.add_argument("--where", action="append", default=[], metavar="GROUP=VALUE", help="Only these, for example service=pothole.")
    parser.add_argument("--cohort", help="For measures with cohorts: due, closed, opened, outcome_known.")
    parser.add_argument("--build", type=int, help="The build to read (default: the one that serves).")


def _add_range(parser: ArgumentParser) -> None:
    parser.add_argument("--from", dest="start", metavar="PERIOD", help="First period, for example 2016-01 (default: two years back).")
    parser.add_argument("--to", dest="end", metavar="PERIOD", help="Last period, for example 2017-12 (default: the as-of date's).")
    parser.add_argument(
        "--every", "--period", dest="unit", choices=calendar.UNITS, default=None, help="Length of a period (default: its own)."
    )
    parser.add_argument("--format", choices=FORMATS, default="table", help="json is the same as --json.")


def _keys(values: list[str]) -> list[str]:
    return [key.strip() for value in values for key in value.split(",") if key.strip()]


def _where(values: list[str]) -> dict[str, list[str | None]]:
    where: dict[str, list[str | None]] = {}
    for item in values:
        key, sign, value = item.partition("=")
        if not sign or not value.strip():
            raise InputError(f"--where {item!r} needs the form GROUP=VALUE, for example service=pothole; (none) stands for not recorded.")
        where.setdefault(key.strip(), []).append(value.strip())
    return where


def _range(start: str | None, end: str | None, newest: date) -> tuple[date, date]:
    fiscal = current_city().fiscal_year_start_month
    last = calendar.parse_period(end, fiscal).end if end else newest
    if start:
        first_day = calendar.parse_period(start, fiscal).start
        if not end and first_day > newest:
            raise InputError(f"The data end on {newest}, before {start}: choose an earlier --from, or name --to as well.")
        return first_day, last
    first = calendar.index_of("month", last) - MONTHS_SHOWN + 1
    return calendar.period_at("month", first).start, last


def _summary(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.name,
        "version": measure.version,
        "label": {"en": measure.label.en, "es": measure.label.es},
        "type": measure.type,
        "kind": measure.kind,
        "source": measure.source,
        "unit": measure.unit.en,
        "direction": measure.direction,
        "audience": measure.audience,
        "groups": list(measure.groups),
        "cohorts": [cohort.name for cohort in measure.cohorts],
    }


def _heading(measure: Measure, cohort: str | None) -> str:
    chosen = measure.cohort(cohort)
    return f"{measure.label.en} ({measure.unit.en})" + (f", {chosen.label.en}" if chosen else "")


def _cells(row: dict[str, Any], keys: list[str], measure: Measure) -> list[str]:
    group = [row["group"][key] or "(none)" for key in keys]
    interval = f"{_written(row['lower'], measure)} to {_written(row['upper'], measure)}" if row["lower"] is not None else ""
    numbers = ["" if row[name] is None else f"{row[name]:,.10g}" for name in ("numerator", "denominator")]
    state = row["state"].replace("_", " ")
    return [row["period"], *group, *numbers, _written(row["value"], measure), interval, state, row["signal"] or ""]


def _written(value: float | None, measure: Measure) -> str:
    if value is None:
        return ""
    if measure.format == "percent":
        return f"{100 * value:.1f} %"
    return f"{value:,.10g}" if measure.format == "count" else f"{value:,.2f}"
