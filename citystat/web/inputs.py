"""What residents said, as pages of goals and of measures show it."""

from typing import Any

from citystat.core.texts import said
from citystat.plan.goals.words import KINDS


def input_lines(rows: Any) -> list[dict[str, Any]]:
    """What residents said, with kind, day and source."""
    return [
        {"kind": KINDS[one.kind], "text": said(one, "text"), "source": one.source, "url": one.url, "on": one.received_on}
        for one in rows.distinct()[:50]
    ]
