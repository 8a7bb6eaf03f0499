"""Write docs/reference/commands.md from the commands' own help; `--check` fails when it is out of date."""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "commands.md"
DJANGO_OPTIONS = {"help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color", "skip_checks"}
HEAD = """# Commands

`citystat COMMAND`, or `python -m citystat COMMAND`. State lives in the folder `CITYSTAT_HOME` names (`./var` if unset).

* `--json` prints the result of any command as one JSON object on standard output.
* Exit code 0: done. 1: one sentence on standard error says what to do. 2: the words of the command were wrong.
* Long work shows a bar on a terminal and plain lines otherwise.
* Django's own commands are there too: `citystat help`.

This page is written from the commands' own help by `tools/commands.py`.
"""


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Parser of every command of ours, by name."""
    from django.core.management import get_commands, load_command_class

    from citystat.core.commands import CityStatCommand

    found = {}
    for name, application in sorted(get_commands().items()):
        if str(application).startswith("citystat."):
            command = load_command_class(str(application), name)
            if isinstance(command, CityStatCommand):
                found[name] = command.create_parser("citystat", name)
    return found


def page() -> str:
    """The whole page."""
    sections = [HEAD]
    for name, parser in parsers().items():
        sections.append(section(f"## citystat {name}", name, parser))
        for word, below in sub_parsers(parser).items():
            sections.append(section(f"### citystat {name} {word}", f"{name} {word}", below))
    return "\n".join(sections)


def section(heading: str, words: str, parser: argparse.ArgumentParser) -> str:
    """Heading, what it does, arguments, example."""
    lines = [heading, "", str(parser.description or ""), ""]
    options = [row(action) for action in parser._actions if not hidden(action)]
    if options:
        lines += ["| argument | meaning |", "| --- | --- |", *options, ""]
    if parser.epilog:
        lines += ["```", parser.epilog.removeprefix("Example:\n").replace("\n  ", "\n").strip(), "```", ""]
    return "\n".join(lines)


def hidden(action: argparse.Action) -> bool:
    """Django's own options, the common --json, and the second words, which have sections of their own."""
    return action.dest in DJANGO_OPTIONS or action.dest == "json" or isinstance(action, argparse._SubParsersAction)


def row(action: argparse.Action) -> str:
    """One line of the table."""
    words = ", ".join(action.option_strings) or str(action.metavar or action.dest)
    if action.option_strings and action.nargs != 0:
        choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()
        words += f" {action.metavar or choices}"
    return f"| `{words.replace('|', chr(92) + '|')}` | {(action.help or '').replace('|', chr(92) + '|')} |"


def sub_parsers(parser: argparse.ArgumentParser) -> dict[str, Any]:
    """Parsers of the second words."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return {word: below for action in groups for word, below in action.choices.items()}


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    os.environ["CITYSTAT_HOME"] = tempfile.mkdtemp(prefix="citystat-commands-")
    os.environ.setdefault("CITYSTAT_SECRET_KEY", "only-for-this-page-" + "0123456789" * 4)
    os.environ["DJANGO_SETTINGS_MODULE"] = "citystat.config.settings"
    import django

    django.setup()
    text = page()
    if "--check" in arguments:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        sys.stdout.write("The page of commands is up to date.\n" if same else "Out of date: run `.venv/bin/python tools/commands.py`.\n")
        return 0 if same else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
