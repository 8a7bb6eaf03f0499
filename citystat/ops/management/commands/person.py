"""`citystat person ...`: give out or delete what the city holds of one person."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from citystat.core.commands import CityStatCommand, sub_command
from citystat.core.errors import InputError
from citystat.core.personal_data import Person
from citystat.service_requests.cases import person_requests


class Command(CityStatCommand):
    """Export or delete."""

    help = "What the city holds of one person, found by e-mail address or telephone number: export it, or delete it."
    example = "citystat person export --email ana@example.org --why 'letter of May 3' --out ana.zip"

    def add_arguments(self, parser: CommandParser) -> None:
        """The second word and its options."""
        words = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        export = sub_command(words, "export", "Write everything linked to the contact into a ZIP archive.", self.example)
        export.add_argument("--out", type=Path, required=True, metavar="FILE", help="The archive to write; it must not exist.")
        example = "citystat person delete --phone '(816) 555-0100' --why 'letter of May 3' --dry-run"
        delete = sub_command(words, "delete", "Delete contact data; requests stay, without identity.", example)
        delete.add_argument("--words", action="store_true", help="Also remove what the person wrote and their photos.")
        delete.add_argument("--dry-run", action="store_true", help="Count only.")
        delete.add_argument("--yes", action="store_true", help="Do not ask.")
        for one in (export, delete):
            _who(one)

    def run(self, **options: Any) -> dict[str, Any]:
        """Do it, and say what was done."""
        person = person_requests.person(email=options["email"], phone=options["phone"])
        return _export(person, options) if options["action"] == "export" else self._delete(person, options)

    def _delete(self, person: Person, options: dict[str, Any]) -> dict[str, Any]:
        found = person_requests.preview(by=None, person=person, with_words=options["words"])
        if options["dry_run"]:
            return {"dry_run": True, **found}
        if not options["yes"]:
            self._confirm(found)
        return {"dry_run": False, **person_requests.delete(by=None, person=person, why=options["why"], with_words=options["words"])}

    def _confirm(self, found: dict[str, int]) -> None:
        if not sys.stdin.isatty():
            raise InputError("Nothing was deleted: give --yes, or --dry-run to see what would go.")
        for name, count in found.items():
            self.stderr.write(f"{name.replace('_', ' ')}: {count}")
        if input("This cannot be undone. Type delete to go on: ").strip() != "delete":
            raise InputError("Nothing was deleted.")


def _who(parser: ArgumentParser) -> None:
    parser.add_argument("--email", default="", metavar="ADDRESS", help="The person's e-mail address.")
    parser.add_argument("--phone", default="", metavar="NUMBER", help="Or their telephone number.")
    parser.add_argument("--why", default="", metavar="TEXT", help="Such as the date of their letter; kept in the audit trail.")


def _export(person: Person, options: dict[str, Any]) -> dict[str, Any]:
    """The file is readable by its owner only, and an existing one is never overwritten."""
    target: Path = options["out"]
    if target.exists():
        raise InputError(f"{target} exists already: name another file.")
    content = person_requests.export(by=None, person=person, why=options["why"])
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {(error.strerror or 'unknown reason').lower()}.") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return {"file": str(target), "bytes": len(content)}
