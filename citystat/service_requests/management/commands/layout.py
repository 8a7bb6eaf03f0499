"""`citystat layout ...`: list, show, check and draft layouts."""

from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.service_requests import layout_queries


class Command(CityStatCommand):
    """Layouts say how the columns of an export become requests."""

    help = "List, show, check and draft layouts: how the columns of an export become requests."
    example = "citystat layout draft export.csv > mycity.yaml"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        sub_command(words, "list", "The layouts there are.", "citystat layout list")
        sub_command(words, "show", "One layout as YAML.", "citystat layout show kansas-city").add_argument("name", metavar="NAME")
        check = sub_command(words, "check", "Which layout a file belongs to, and what it finds there.", "citystat layout check export.csv")
        check.add_argument("file", metavar="FILE")
        check.add_argument("--layout", metavar="NAME|FILE", help="Check against this one.")
        draft = sub_command(
            words, "draft", "Propose a layout for a file no layout knows.", "citystat layout draft export.csv > mycity.yaml"
        )
        draft.add_argument("file", metavar="FILE")
        draft.add_argument("--name", help="Name of the new layout; the file's by default.")

    def run(self, **options: Any) -> dict[str, Any]:
        """One of the four questions."""
        if options["what"] == "list":
            return {"layouts": layout_queries.summaries()}
        if options["what"] == "show":
            return {"layout": layout_queries.text_of(options["name"])}
        if options["what"] == "check":
            return layout_queries.check(options["file"], options["layout"])
        return {"layout": layout_queries.draft_for(options["file"], options["name"])}

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """YAML as it is; lists one a line."""
        if options["what"] in {"show", "draft"}:
            self.stdout.write(result["layout"], ending="")
        elif options["what"] == "list":
            for one in result["layouts"]:
                self.stdout.write(f"{one['name']:<24} {one['title']}")
        else:
            self._present_check(result)

    def _present_check(self, result: dict[str, Any]) -> None:
        self.stdout.write(f"{result['layout']}: {result['reason']}")
        for field, header in result["fields"].items():
            self.stdout.write(f"  {field:<26} {header}")
        for field in result["absent"]:
            self.stdout.write(f"  not in this file: {field}")
        if result["kept_as_they_are"]:
            self.stdout.write(f"  kept as they are: {', '.join(result['kept_as_they_are'])}")
        self.stdout.write(
            "It can be loaded." if result["can_load"] else "It cannot be loaded: the request id or the opening date is missing."
        )
