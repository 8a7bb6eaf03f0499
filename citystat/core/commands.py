"""The base of every CityStat command: help with an example, `--json`, errors as one sentence."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandParser

from citystat.core.progress import be_silent


class CityStatCommand(BaseCommand):
    """Subclass, set `help` and `example`, implement `run` (returns a dict) and, if the default will not do, `present`."""

    example: ClassVar[str] = ""
    requires_system_checks: ClassVar[list[str]] = []  # type: ignore[misc]

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Argument parser whose help ends with the example."""
        kwargs.setdefault("epilog", f"Example:\n  {self.example}" if self.example else None)
        kwargs["formatter_class"] = RawDescriptionHelpFormatter
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="Print the result as one JSON object.")
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, then present the result for a person or a machine."""
        be_silent(bool(options.get("json")))
        result = self.run(**options)
        if options.get("json"):
            self.stdout.write(json.dumps(result, default=plain, ensure_ascii=False))
        else:
            self.present(result, **options)

    def run(self, **options: Any) -> dict[str, Any]:
        """Do the work and return what `--json` prints."""
        raise NotImplementedError

    def present(self, result: dict[str, Any], **options: Any) -> None:
        """Print the result for a person: one `name: value` line each unless a command does better."""
        for name, value in result.items():
            self.stdout.write(f"{name.replace('_', ' ')}: {value}")


def sub_command(parsers: Any, name: str, help: str, example: str) -> ArgumentParser:
    """Add a second word (`load requests`) with its own help, example and `--json`."""
    parser: ArgumentParser = parsers.add_parser(
        name, help=help, description=help, epilog=f"Example:\n  {example}", formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", default=False, help="Print the result as one JSON object.")
    return parser


def plain(value: Any) -> Any:
    """JSON form of the values results carry: dates as ISO 8601, mappings and sequences as such."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if hasattr(value, "as_dict"):
        return value.as_dict()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    if hasattr(value, "item"):
        return value.item()
    return str(value)
