"""`citystat retention ...`: remove personal data past their time, nightly, and put requests on hold from it."""

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from citystat.channels import actions as channels
from citystat.core import outbox
from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.errors import InputError
from citystat.service_requests.cases import queries, retention


class Command(CityStatCommand):
    """Run, hold, end a hold, list holds."""

    help = "How long personal data are kept: remove what is past its time, keep what the law holds."
    example = "citystat retention run --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        run = sub_command(words, "run", "Remove contact data, photos and free text past their time.", self.example)
        run.add_argument("--dry-run", action="store_true", help="Count only.")
        run.add_argument("--limit", type=int, default=50_000, metavar="N", help="Requests looked at for each kind of data (50000).")
        run.add_argument("--messages", type=int, default=90, metavar="DAYS", help="How long messages in and out keep their words (90).")
        example = "citystat retention hold 26-000123 --reason 'Claim 12'"
        hold = sub_command(words, "hold", "Keep everything of a request until the hold ends.", example)
        hold.add_argument("number", metavar="NUMBER")
        hold.add_argument("--reason", required=True, metavar="TEXT")
        end = sub_command(words, "end-hold", "End a hold.", "citystat retention end-hold 26-000123")
        end.add_argument("number", metavar="NUMBER")
        sub_command(words, "holds", "List holds in force.", "citystat retention holds")

    def run(self, **options: Any) -> dict[str, Any]:
        """Call what the second word names."""
        if options["action"] == "run":
            return _run(options)
        if options["action"] == "holds":
            return {"holds": [{"number": one.request.number, "since": one.placed_at, "reason": one.reason} for one in retention.holds()]}
        request = queries.by_number(options["number"])
        if options["action"] == "hold":
            retention.hold(by=None, request_id=request.pk, reason=options["reason"])
            return {"held": request.number}
        retention.end_hold(by=None, request_id=request.pk)
        return {"free": request.number}


def _run(options: dict[str, Any]) -> dict[str, Any]:
    if options["limit"] < 1 or options["messages"] < 1:
        raise InputError("--limit and --messages must be at least 1.")
    done = vars(retention.run(dry_run=options["dry_run"], limit=options["limit"]))
    if options["dry_run"]:
        return {"dry_run": True, **done}
    before = timezone.now() - timedelta(days=options["messages"])
    return {"dry_run": False, **done, "messages_out": outbox.wipe_old(before), "messages_in": channels.tidy(before=before)}
