"""`citystat open311 ...`: keys of programs, and a report on any server."""

from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.errors import InputError
from citystat.open311 import actions, queries
from citystat.open311.conformity import report
from citystat.open311.conformity.server import Server
from citystat.service_requests import rules


class Command(CityStatCommand):
    """Programs that file requests, and servers that take them."""

    help = "Keys of programs that file requests by Open311, and a conformity report on any Open311 server."
    failures = 0
    example = "citystat open311 check https://city.example.gov/open311/v2"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word, of keys also a third."""
        words = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        key = sub_command(words, "key", "Add, list and revoke keys of programs.", "citystat open311 key add 'City app' --email a@b.gov")
        self._add_key_words(key)
        check = sub_command(
            words, "check", "Check a server against GeoReport v2.", "citystat open311 check https://city.example.gov/open311/v2 --json"
        )
        check.add_argument("url", metavar="URL", help="The base below which services and requests stand.")
        check.add_argument("--key", default="", metavar="KEY", help="A key of the server, for the checks of posting.")
        check.add_argument("--jurisdiction", default="", metavar="NAME", help="The jurisdiction_id to send.")
        check.add_argument("--send", default="", metavar="ADDRESS", help="File one real request at this address and read it back.")

    def _add_key_words(self, parser: Any) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="WORD")
        add = sub_command(words, "add", "A new key, shown once.", "citystat open311 key add 'City app' --email a@b.gov")
        add.add_argument("name", metavar="NAME", help="What people call the program.")
        add.add_argument("--email", default="", metavar="E", help="Who answers for it.")
        add.add_argument("--channel", default="mobile", choices=rules.CHANNELS, help="The channel its requests count under.")
        add.add_argument("--a-minute", type=int, default=600, metavar="N", help="Requests it may file a minute.")
        sub_command(words, "list", "The programs with a key.", "citystat open311 key list")
        revoke = sub_command(words, "revoke", "End a key at once.", "citystat open311 key revoke 'City app'")
        revoke.add_argument("name", metavar="NAME", help="The program.")

    def run(self, **options: Any) -> dict[str, Any]:
        """A key, the keys, or the report."""
        if options["what"] == "check":
            found = report.report(Server(options["url"], options["key"], options["jurisdiction"], options["send"]))
            self.failures = int(found["failed"])
            return found
        if options["word"] == "add":
            key = actions.add_key(
                by=None, name=options["name"], email=options["email"], channel=options["channel"], a_minute=options["a_minute"]
            )
            return {"name": options["name"], "key": key}
        if options["word"] == "revoke":
            actions.revoke_key(by=None, name=options["name"])
            return {"name": options["name"], "revoked": True}
        return {"programs": queries.programs()}

    def handle(self, *args: Any, **options: Any) -> None:
        """As every command; a server with failures ends it with exit code 1, after the report."""
        super().handle(*args, **options)
        if self.failures:
            raise InputError(f"The server fails {self.failures} of the checks.")

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """One line for each check or program."""
        if "checks" in result:
            for one in result["checks"]:
                self.stdout.write(f"{one['outcome']:<5} {one['name']:<28} {one['says']}{' -> ' + one['reason'] if one['reason'] else ''}")
            for note in result["notes"]:
                self.stdout.write(f"\nNote: {note}")
            self.stdout.write(f"\n{result['passed']} passed, {result['failed']} failed, {result['skipped']} skipped: {result['url']}")
        elif "programs" in result:
            for one in result["programs"]:
                state = "" if one["is_active"] else "revoked"
                self.stdout.write(f"{one['name']:<30} {one['email']:<30} {one['channel']:<8} {one['a_minute']:>6} a minute  {state}")
        elif "key" in result:
            self.stdout.write(f"{result['key']}\nKeep it: it cannot be shown again.")
        else:
            super().present(result, **options)
