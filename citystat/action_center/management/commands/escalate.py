"""`citystat escalate`: the nightly step of overdue requests up the reporting line."""

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand
from citystat.service_requests.cases import escalations


class Command(CityStatCommand):
    """Run it once a night; a second run within the interval raises nothing again."""

    help = "Raise overdue requests one step up the reporting line, at most three steps, each step one event."
    example = "citystat escalate --days 1"

    def add_arguments(self, parser: CommandParser) -> None:
        """The interval and the bound."""
        parser.add_argument("--days", type=float, default=1.0, metavar="N", help="Days between two steps of a request (1).")
        parser.add_argument("--most", type=int, default=escalations.MOST_OF_A_RUN, metavar="N", help="Requests raised by one run (1000).")

    def run(self, **options: Any) -> dict[str, Any]:
        """Raise them."""
        return escalations.escalate_overdue(interval=timedelta(days=options["days"]), most=options["most"])

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """A sentence."""
        self.stdout.write(f"{result['escalated']:,} overdue requests were raised one step; {result['left']:,} wait for the next run.")
