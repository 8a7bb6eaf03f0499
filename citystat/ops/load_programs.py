"""Second words of `citystat load` for budget lines and incidents."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from citystat.core.commands import sub_command

Write = Callable[[str], Any]


def add_words(words: Any) -> None:
    """Add the sub-parsers."""
    lines = sub_command(
        words, "budget-lines", "Load budget lines with amounts by fiscal year from CSV.", "citystat load budget-lines lines.csv"
    )
    example = 'citystat load incidents responses.csv --kind "Cardiac arrest"'
    incidents = sub_command(words, "incidents", "Load incidents with response times (date, area, seconds) from CSV.", example)
    incidents.add_argument("--kind", required=True, metavar="WORDS", help="What the incidents are, such as Cardiac arrest.")
    for parser in (lines, incidents):
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--source", default="", metavar="NAME", help="Whose list it is; the name of the file by default.")


def _lines(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.plan.programs import loading

    return loading.load_budget_lines(options["path"], source=options["source"])


def _incidents(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.plan.programs import loading

    return loading.load_incidents(options["path"], kind=options["kind"], source=options["source"])


def present_lines(write: Write, result: dict[str, Any]) -> None:
    """What was loaded."""
    write(
        f"Loaded {result['lines']:,} budget lines of {result['file']}, {result['new']:,} of them new, with {result['amounts']:,} amounts."
    )
    if result["without_program"]:
        write(f"Without a program: {result['without_program']:,}.")


def present_incidents(write: Write, result: dict[str, Any]) -> None:
    """Every line accounted for."""
    write(f"Loaded {result['loaded']:,} of {result['rows_read']:,} incidents ({result['kind']}) of {result['file']}.")
    for name, meaning in (("replaced", "of the last load replaced"), ("without_time", "without a time"), ("left_out", "left out")):
        if result[name]:
            write(f"{result[name]:>12,}  {meaning}")
    for line in result["left_out_examples"]:
        write(f"Left out: {line}")


RUNNERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"budget-lines": _lines, "incidents": _incidents}
PRESENTERS: dict[str, Callable[[Write, dict[str, Any]], None]] = {"budget-lines": present_lines, "incidents": present_incidents}
