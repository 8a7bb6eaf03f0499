"""`citystat commitments ...`: reminders and escalations, and how commitments stand."""

from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.stat_sessions.commitments import mail, presenters, queries
from citystat.stat_sessions.commitments.queries import Choice


class Command(CityStatCommand):
    """Remind owners, raise what is overdue, list."""

    help = "Commitments: remind owners and raise what is overdue (once a day), list how they stand."
    example = "citystat commitments remind"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        sub_command(
            words, "remind", "Write reminders that are due and raise what is overdue; again the same day does nothing.", self.example
        )
        listing = sub_command(words, "list", "List commitments.", "citystat commitments list --state overdue")
        listing.add_argument("--state", default="unfinished", metavar="STATE", help="unfinished, overdue, in_review, finished ...")
        listing.add_argument("--department", default="", metavar="NAME")

    def run(self, **options: Any) -> dict[str, Any]:
        """Call what the second word names."""
        if options["action"] == "remind":
            return {"reminded": mail.remind(), "raised": mail.escalate_overdue()}
        rows = queries.commitments(Choice(state=options["state"], department=options["department"]), staff=True)
        lines = [presenters.line(row, staff=True) for row in rows[:500]]
        return {
            "commitments": [
                {"number": one.number, "text": one.text, "owner": one.owner, "due_on": one.due_on, "state": one.state} for one in lines
            ]
        }

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Lines for people."""
        if "commitments" not in result:
            super().present(result, **options)
            return
        for one in result["commitments"]:
            self.stdout.write(f"{one['number']}  {one['due_on']}  {one['state']:<18} {one['owner']}: {one['text']}")
        self.stdout.write(f"{len(result['commitments'])} commitments.")
