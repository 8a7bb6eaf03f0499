"""`citystat mail ...`: take e-mail in."""

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from citystat.channels import actions, mailbox, receiving
from citystat.channels.management.commands.messages import stop_event
from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.errors import InputError


class Command(CityStatCommand):
    """Fetch e-mail from a mailbox, receive it as a server, wipe old messages."""

    help = "E-mail to the city: fetch it from a mailbox, receive it as a mail server, wipe what is old."
    example = "citystat mail fetch"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        sub_command(words, "fetch", "Take in new messages of the IMAP mailbox.", "citystat mail fetch")
        receive = sub_command(
            words, "receive", "Receive mail for CITYSTAT_MAIL_DOMAIN until interrupted.", "citystat mail receive --port 8025"
        )
        receive.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="Address to listen on (127.0.0.1).")
        receive.add_argument("--port", type=int, default=8025, metavar="N", help="Port to listen on (8025).")

        tidy = sub_command(
            words, "tidy", "Wipe words and senders of messages that were dealt with long ago.", "citystat mail tidy --days 90"
        )
        tidy.add_argument("--days", type=int, default=90, metavar="N", help="How long they are kept (90).")

    def run(self, **options: Any) -> dict[str, Any]:
        """Fetch once, receive until told to end, or tidy."""
        if options["action"] == "fetch":
            found = mailbox.fetch()
            return {"fetched": sum(found.values()), **dict(sorted(found.items()))}
        if options["action"] == "tidy":
            if options["days"] < 1:
                raise InputError("--days must be at least 1.")
            return {"wiped": actions.tidy(before=timezone.now() - timedelta(days=options["days"]))}
        return {"received": receiving.serve(options["host"], options["port"], stop_event())}
