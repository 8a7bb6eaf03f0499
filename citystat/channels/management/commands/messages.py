"""`citystat messages ...`: send what waits, see what is stuck."""

import signal
import threading
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError, close_old_connections

from citystat.channels import actions, queries, sending
from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.errors import UserError

SECONDS_BETWEEN = 5.0


class Command(CityStatCommand):
    """Send, list and retry messages to people."""

    help = "Messages to people: send what waits, list what is stuck, try again."
    example = "citystat messages send --watch"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        send = sub_command(words, "send", "Send e-mail and text messages that are due.", "citystat messages send --watch")
        send.add_argument("--watch", action="store_true", help="Go on until interrupted, looking every five seconds.")
        listed = sub_command(words, "list", "Show messages that wait or are stuck.", "citystat messages list --stuck")
        listed.add_argument("--stuck", action="store_true", help="Only those that need a person.")
        retry = sub_command(words, "retry", "Put a stuck message back into the line.", "citystat messages retry 17")
        retry.add_argument("id", type=int, metavar="ID")

    def run(self, **options: Any) -> dict[str, Any]:
        """Call what the second word names."""
        if options["action"] == "send":
            return self._send(watch=options["watch"])
        if options["action"] == "list":
            statuses = ["stuck"] if options["stuck"] else ["waiting", "stuck"]
            return {"messages": [vars(line) for status in statuses for line in queries.outgoing(status)]}
        actions.try_again(by=None, message_id=options["id"])
        return {"retried": options["id"]}

    def _send(self, *, watch: bool) -> dict[str, Any]:
        done = sending.send_waiting()
        if watch:
            stop = stop_event()
            while not stop.wait(SECONDS_BETWEEN):
                close_old_connections()
                latest = _send_or_say_why()
                if latest.trouble and latest.trouble != done.trouble:
                    self.stderr.write(latest.trouble)
                done.trouble = ""
                done.add(latest)
        return vars(done)

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Sentences for people."""
        if options["action"] == "send":
            words = f"{result['sent']} sent, {result['failed']} to try again, {result['stuck']} stuck, {result['dropped']} dropped."
            self.stdout.write(" ".join(filter(None, (words, result["trouble"]))))
        elif options["action"] == "list":
            for line in result["messages"]:
                self.stdout.write(f"{line['id']}  {line['status']}  {line['kind']}  {line['to']}  {line['about']}  {line['last_error']}")
            if not result["messages"]:
                self.stdout.write("No message is stuck." if options["stuck"] else "No message waits.")
        else:
            super().present(result, **options)


def _send_or_say_why() -> sending.Sent:
    """One round; a database that is busy or away for a moment ends no watch."""
    try:
        return sending.send_waiting()
    except (DatabaseError, UserError) as error:
        return sending.Sent(trouble=str(error))


def stop_event() -> threading.Event:
    """Set when the command is interrupted or told to end."""
    stop = threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
    return stop
