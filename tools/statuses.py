"""Write docs/reference/request-statuses.md from the rules: `python tools/statuses.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "request-statuses.md"
sys.path.insert(0, str(ROOT))


def page() -> str:
    """The page as it should be."""
    from citystat.service_requests import rules

    steps = [(one, other) for one, others in rules.TRANSITIONS.items() for other in sorted(others) if other != one]
    arrows = [f"    {one} --> {other}" for one, other in steps]
    clock = dict.fromkeys(rules.OPEN_STATUSES, "runs") | dict.fromkeys(sorted(rules.PAUSING), "stands still")
    statuses = [
        f"| `{status}` | {rules.STATUS_WORDS[status]} | {rules.public_status(status)} | {clock.get(status, 'ended')} |"
        for status in rules.CASE_STATUSES
    ]
    word = {True: "yes", False: "no"}
    endings = [
        f"| `{one.name}` | {one.sentence} | {word[one.is_resolved]} | `{one.measured_as}` | {word[one.needs_note]} |"
        for one in rules.RESOLUTIONS.values()
    ]
    return "\n".join(
        [
            "# Statuses of a live request",
            "",
            "Made from `citystat/service_requests/rules.py` by `python tools/statuses.py`.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> new",
            *arrows,
            "```",
            "",
            "| status | in words | Open311 | its clock |",
            "| --- | --- | --- | --- |",
            *statuses,
            "",
            "## How a request ends",
            "",
            "| resolution | what the public is told | counts as resolved | in the measures | needs a reason |",
            "| --- | --- | --- | --- | --- |",
            *endings,
            "",
        ]
    )


if __name__ == "__main__":
    from django.conf import settings

    settings.configure()
    PAGE.write_text(page(), encoding="utf-8")
