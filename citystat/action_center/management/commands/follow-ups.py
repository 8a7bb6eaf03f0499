"""`citystat follow-ups draw`: draw closed requests for a look whether they were done."""
# ruff: noqa: N999 - the word of the command has a hyphen

from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.service_requests.cases import follow_ups


class Command(CityStatCommand):
    """What a look found is said by people on the supervisor's page; the command line only draws."""

    help = "Looks at closed requests: draw some at random for a check whether they were done."
    example = "citystat follow-ups draw --size 20 --seed 7"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        draw = sub_command(words, "draw", "Draw requests closed in the last thirty days.", "citystat follow-ups draw --size 20 --seed 7")
        draw.add_argument("--size", type=int, default=20, metavar="N", help="Closed requests to draw (20).")
        draw.add_argument("--seed", type=int, default=1, metavar="S", help="The same seed draws the same ones again (1).")

    def run(self, **options: Any) -> dict[str, Any]:
        """Draw."""
        drawn = follow_ups.draw(by=None, size=options["size"], seed=options["seed"])
        return {"drawn": len(drawn), "requests": [one.request.number for one in drawn]}

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """A sentence and the numbers."""
        self.stdout.write(f"{result['drawn']:,} closed requests were drawn for a look. {', '.join(result['requests'])}".strip())
