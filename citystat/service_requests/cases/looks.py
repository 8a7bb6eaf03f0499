"""Who looked at residents' contact data, from the audit trail, for the officer who answers for it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from citystat.core.models import AuditEvent

ACTS: Final = ("see contact", "find caller", "look up person", "export personal data", "delete personal data")
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Look:
    """One look: when, who, what was done, at which record, and the reason given. It never says whose data they were."""

    at: datetime
    by: str
    act: str
    record: str
    why: str


def latest() -> list[Look]:
    """The newest looks, newest first; `by` is empty for the command line and for residents' own links."""
    # By key, which no change of a clock disturbs and which is indexed.
    found = AuditEvent.objects.filter(action__in=ACTS).select_related("by").order_by("-id")[:MOST_COUNTED]
    return [_look(one) for one in found]


def by_person(looks: Sequence[Look]) -> list[tuple[str, int]]:
    """How many looks each person made, most first."""
    return sorted(Counter(one.by for one in looks).items(), key=lambda one: (-one[1], one[0]))


def _look(one: AuditEvent) -> Look:
    kind, _space, number = one.target.partition(" ")
    record = one.target if kind in {"contact", "message"} and number.isdigit() else ""
    return Look(one.at, str(one.by) if one.by else "", one.action, record, str(one.details.get("why", "")))
