"""`citystat countdown ...`: load the items of a countdown, show where each countdown stands."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.plan.countdowns import item_files, presenters, queries
from citystat.plan.countdowns.queries import Progress


class Command(CityStatCommand):
    """Load items and show countdowns."""

    help = "Countdown goals: their items from a list, where each stands."
    example = "citystat countdown load vacant-houses items.csv"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        load = sub_command(
            words,
            "load",
            "Load items from a CSV file; loading it again changes nothing.",
            "citystat countdown load vacant-houses items.csv",
        )
        load.add_argument("slug", metavar="SLUG", help="The countdown, as in the address of its page.")
        load.add_argument("path", type=Path, metavar="FILE", help="CSV with a column key; address, district, done_on, proof and others.")
        sub_command(words, "show", "Show where every countdown stands today.", "citystat countdown show --json")

    def run(self, **options: Any) -> dict[str, Any]:
        """Call what the second word names."""
        if options["action"] == "load":
            return item_files.load(by=None, countdown=queries.countdown(options["slug"]), path=options["path"]).as_dict()
        return {"countdowns": [_shown(queries.progress(one)) for one in queries.countdowns(staff=True)]}

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Lines for people."""
        for one in result.get("countdowns", ()):
            self.stdout.write(f"{one['slug']}: {one['sentence']}")
        if "rejected" in result:
            counts = ", ".join(f"{result[name]} {name.replace('_', ' ')}" for name in ("added", "changed", "unchanged", "said_done"))
            self.stdout.write(f"{result['rows']} rows: {counts}, {len(result['rejected'])} with a problem.")
            for one in result["rejected"]:
                self.stdout.write(f"  line {one['line']}: {one['reason']}")


def _shown(found: Progress) -> dict[str, Any]:
    at, end = found.standing, found.finish
    return {
        "slug": found.countdown.slug, "on": found.on, "sentence": f"{presenters.headline(found)}. {presenters.against_line(found)}",
        "done": at.done, "target": at.target, "expected": at.expected, "ahead": at.ahead, "ahead_days": at.ahead_days,
        "days_left": at.days_left, "required_per_day": at.required_per_day, "counts": found.counts, "finish": vars(end),
        "errors": vars(found.errors), "spent": str(found.money.spent),
    }  # fmt: skip
