"""`citystat services ...`: the service catalog."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.errors import InputError, NotFound
from citystat.service_requests import catalog, catalog_actions, catalog_files
from citystat.service_requests.cases import learning
from citystat.warehouse.connections import open_build

OUTCOMES = {
    "published": "the city's own promise stands",
    "too_few": "too few closings",
    "not_reached": "fewer than 8 in 10 ever closed",
}


class Command(CityStatCommand):
    """List, load, suggest and export the service catalog."""

    help = "The service catalog: owners, promised times, and promises suggested from history."
    example = "citystat services suggest --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        sub_command(words, "list", "Show the catalog.", "citystat services list")
        load = sub_command(words, "load", "Load services from CSV.", "citystat services load services.csv")
        load.add_argument("path", type=Path, metavar="FILE")
        forms = sub_command(
            words,
            "forms",
            "Load forms (texts, keywords, questions, policies) and routing rules from YAML.",
            "citystat services forms forms.yaml",
        )
        forms.add_argument("path", type=Path, metavar="FILE")
        translate = sub_command(
            words,
            "translate",
            "Load what services, groups and questions are called in another language of the pages, from YAML; --draft prints such a file "
            "with what is still to be translated.",
            "citystat services translate --draft es > catalog_es.yaml",
        )
        translate.add_argument("path", nargs="?", type=Path, metavar="FILE")
        translate.add_argument("--draft", metavar="LANGUAGE", help="Print the file for this language instead of loading one.")
        sub_command(
            words,
            "learn",
            "Train the model that suggests a service for what a resident types on the city's own descriptions, and say how well it does.",
            "citystat services learn",
        )
        suggest = sub_command(
            words,
            "suggest",
            "Suggest a promise for each service from its history: the time by which 8 in 10 were closed (Kaplan-Meier). "
            "The city's own promises are never changed.",
            "citystat services suggest --dry-run",
        )
        suggest.add_argument("--dry-run", action="store_true", help="Show the suggestions and save nothing.")
        suggest.add_argument("--minimum", type=int, default=30, metavar="N", help="Closings a suggestion needs (30).")
        suggest.add_argument("--months", type=int, default=24, metavar="N", help="Months of history to use (24); 0 for all.")
        export = sub_command(words, "export", "Write the catalog as CSV.", "citystat services export services.csv")
        export.add_argument("path", nargs="?", type=Path, metavar="FILE", help="Standard output where left out.")

    def run(self, **options: Any) -> dict[str, Any]:
        """Call what the second word names."""
        return RUNNERS[options["action"]](options)

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Tables for people."""
        if options["action"] == "list":
            self._lines(result["services"], "There is no service in the catalog yet: run `citystat services load FILE` or `suggest`.")
        elif options["action"] == "suggest":
            suggested = [_words(one) for one in result["suggestions"] if one["outcome"] == "suggested"]
            self._lines(suggested, "No service has a history that a promise could rest on.")
            for outcome, words in OUTCOMES.items():
                others = sum(one["outcome"] == outcome for one in result["suggestions"])
                if others:
                    self.stdout.write(f"{others:,} more services: {words}.")
            self.stdout.write("Nothing was saved." if result["dry_run"] else f"{result['saved']} suggestions saved.")
        elif "draft" in result:
            self.stdout.write(result["draft"], ending="")
        elif options["action"] == "export" and result["path"] is None:
            self.stdout.write(result["csv"], ending="")
        else:
            super().present({name: value for name, value in result.items() if name != "csv"}, **options)

    def _lines(self, rows: list[dict[str, Any]], nothing: str) -> None:
        """Rows as aligned columns."""
        if not rows:
            self.stdout.write(nothing)
            return
        header = list(rows[0])
        cells = [header, *[["" if row[name] is None else str(row[name]) for name in header] for row in rows]]
        widths = [min(max(len(line[column]) for line in cells), 44) for column in range(len(header))]
        for line in cells:
            self.stdout.write("  ".join(cell[:44].ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _list(options: dict[str, Any]) -> dict[str, Any]:
    rows = [
        {
            "service": one.name,
            "department": one.department,
            "kind": one.kind,
            "promise": promise_words(one.promise_value, one.promise_unit),
            "source": one.promise_source,
            "inspection_counts_as_done": one.inspection_counts_as_done,
            "sensitive": one.sensitive,
            "in_force_from": one.in_force_from,
        }
        for one in catalog.services()
    ]
    return {"services": rows}


def promise_words(value: float | None, unit: str | None) -> str:
    """A promise in words: `3 business days`."""
    if value is None or not unit:
        return ""
    words = unit.replace("calendar_", "").replace("_", " ")
    return f"{value:g} {words.removesuffix('s') if value == 1 else words}"


def _load(options: dict[str, Any]) -> dict[str, Any]:
    return catalog_actions.load_services(options["path"])


def _suggest(options: dict[str, Any]) -> dict[str, Any]:
    if options["minimum"] < 1 or options["months"] < 0:
        raise InputError("--minimum must be at least 1 and --months not negative.")
    build = open_build()
    found = catalog_actions.suggest_promises(
        build, minimum_closings=options["minimum"], months=options["months"] or None, dry_run=options["dry_run"]
    )
    saved = 0 if options["dry_run"] else sum(one.outcome == "suggested" for one in found)
    return {"build": build.number, "dry_run": options["dry_run"], "saved": saved, "suggestions": [one.as_dict() for one in found]}


def _words(one: dict[str, Any]) -> dict[str, Any]:
    days = one["percentile_days"]
    return {
        "service": one["service"],
        "closings": one["closings"],
        "still open": one["still_open"],
        "8 in 10 within": promise_words(days, "calendar_days"),
        "promise": promise_words(one["promise_value"], one["promise_unit"]),
    }


def _export(options: dict[str, Any]) -> dict[str, Any]:
    text = catalog_files.write_services(catalog.services())
    path: Path | None = options["path"]
    if path is not None:
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"{path.name} cannot be written: {(error.strerror or 'unknown reason').lower()}.") from error
    return {"path": None if path is None else str(path), "services": text.count("\n") - 1, "csv": text}


def _forms(options: dict[str, Any]) -> dict[str, Any]:
    return catalog_actions.load_forms(options["path"])


def _translate(options: dict[str, Any]) -> dict[str, Any]:
    if (options["path"] is None) == (options["draft"] is None):
        raise InputError("Give a file to load, or --draft with a language such as es.")
    if options["draft"] is not None:
        return {"language": options["draft"], "draft": catalog_actions.draft_translation(options["draft"])}
    return catalog_actions.load_translation(options["path"])


def _learn(options: dict[str, Any]) -> dict[str, Any]:
    try:
        build = open_build()
    except NotFound:
        build = None
    return learning.learn(build)


RUNNERS = {"forms": _forms, "learn": _learn, "list": _list, "load": _load, "suggest": _suggest, "export": _export, "translate": _translate}
