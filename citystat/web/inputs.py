"""What residents said, as pages of goals and of measures show it."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from citystat.core.texts import said

KINDS: dict[str, str | Promise] = {
    "survey": gettext_lazy("Survey"),
    "requests": gettext_lazy("311 requests"),
    "meeting": gettext_lazy("Meeting"),
    "advice": gettext_lazy("Advice of a board"),
}


def input_lines(rows: Any) -> list[dict[str, Any]]:
    """What residents said, with kind, day and source."""
    return [
        {"kind": KINDS[one.kind], "text": said(one, "text"), "source": one.source, "url": one.url, "on": one.received_on}
        for one in rows.distinct()[:50]
    ]
