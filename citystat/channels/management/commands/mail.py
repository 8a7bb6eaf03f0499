"""`citystat mail ...`: take e-mail in."""

from typing import Any

from django.core.management.base import CommandParser

from citystat.channels import mailbox, receiving
from citystat.channels.management.commands.messages import stop_event
from citystat.core.commands import CityStatCommand, sub_command


class Command(CityStatCommand):
    """Fetch e-mail from a mailbox, or receive it as a server."""

    help = "E-mail to the city: fetch it from a mailbox, or receive it as a mail server."
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

    def run(self, **options: Any) -> dict[str, Any]:
        """Fetch once, or receive until told to end."""
        if options["action"] == "fetch":
            found = mailbox.fetch()
            return {"fetched": sum(found.values()), **dict(sorted(found.items()))}
        return {"received": receiving.serve(options["host"], options["port"], stop_event())}
