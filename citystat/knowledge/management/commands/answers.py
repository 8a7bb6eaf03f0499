"""`citystat answers ...`: articles from a file, and what people looked for in vain."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from citystat.core.commands import CityStatCommand, sub_command
from citystat.knowledge import actions, article_files, queries


class Command(CityStatCommand):
    """Load articles, list unanswered searches."""

    help = "Answers people look up: load them from a file, list searches that found none."
    example = "citystat answers load answers.yaml"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        load = sub_command(words, "load", "Load articles from YAML; loading again changes them.", "citystat answers load answers.yaml")
        load.add_argument("path", type=Path, metavar="FILE")
        sub_command(words, "unanswered", "Show searches that found no article, most frequent first.", "citystat answers unanswered")

    def run(self, **options: Any) -> dict[str, Any]:
        """Call what the second word names."""
        if options["action"] == "unanswered":
            return {"searches": [{"words": one.words, "language": one.language, "count": one.count} for one in queries.unanswered()[:200]]}
        found = article_files.read(options["path"])
        with transaction.atomic():
            for slug, content in found.items():
                actions.save(by=None, content=content, slug=slug)
        return {"articles": len(found), "texts": sum(len(one.texts) for one in found.values())}

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Lines for people."""
        if "searches" not in result:
            super().present(result, **options)
            return
        for one in result["searches"]:
            self.stdout.write(f"{one['count']:>5}  {one['language']}  {one['words']}")
        if not result["searches"]:
            self.stdout.write("Every search found an answer.")
