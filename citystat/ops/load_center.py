"""Second words of `citystat load` for the contact center: calls, caller-survey, center-costs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from citystat.core.commands import sub_command

Write = Callable[[str], Any]
LAYOUT_HELP = "The layout, where the header does not tell: a name or your own YAML file."
SOURCE_HELP = "The system the rows come from; files of one system carry the same name. The layout's own by default."


def add_words(words: Any) -> None:
    """Add the sub-parsers."""
    calls = sub_command(
        words, "calls", "Load call volumes from a telephone system's CSV, plain or gzipped.", "citystat load calls june.csv.gz"
    )
    survey = sub_command(words, "caller-survey", "Load callers' answers from CSV.", "citystat load caller-survey answers.csv")
    for parser in (calls, survey):
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--layout", metavar="NAME|FILE", help=LAYOUT_HELP)
        parser.add_argument("--source", metavar="NAME", help=SOURCE_HELP)
    example = "citystat load center-costs costs.csv"
    costs = sub_command(words, "center-costs", "Load what the center's posts cost, and who pays, from CSV.", example)
    costs.add_argument("path", type=Path, metavar="FILE")


def _calls(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.service_requests.center import loading

    return loading.load_calls(options["path"], layout=options["layout"], source=options["source"])


def _survey(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.service_requests.center import loading

    return loading.load_survey(options["path"], layout=options["layout"], source=options["source"])


def _costs(options: dict[str, Any]) -> dict[str, Any]:
    from citystat.service_requests.center import loading

    return loading.load_costs(options["path"])


def present(write: Write, result: dict[str, Any]) -> None:
    """Every row accounted for, with the reason of each that was rejected."""
    write(f"Load {result['load']}: {result['file']}, layout {result['layout']}, source {result['source']}.")
    for name, meaning in (
        ("rows_read", "rows read"),
        ("loaded", "loaded: new or changed"),
        ("unchanged", "unchanged: already stored"),
        ("superseded", "superseded by a later row of the same file"),
        ("rejected", "rejected"),
    ):
        write(f"{result[name]:>12,}  {meaning}")
    for row in result["rejected_rows"]:
        write(f"Line {row['line']}: {row['reason']}.")
    if result["rejected"] > len(result["rejected_rows"]):
        for reason, count in sorted(result["reasons"].items(), key=lambda item: -item[1]):
            write(f"{count:>12,}  {reason}")
    write("Run `citystat build` to bring the months into the packet.")


RUNNERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"calls": _calls, "caller-survey": _survey, "center-costs": _costs}
PRESENTERS: dict[str, Callable[[Write, dict[str, Any]], None]] = dict.fromkeys(RUNNERS, present)
