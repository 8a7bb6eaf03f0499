"""Which measures stand on released packets and sessions, and what of a released packet has been corrected since."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from citystat.core import formats
from citystat.plan import queries as plan
from citystat.plan.registered.register import Erratum
from citystat.stat_sessions.models import Packet, Release

TABLES = (Packet, Release)
LAST = 12
SOURCES = {"overdue": "share_overdue"}


def on_packets() -> frozenset[str]:
    """Names of the measures on the last packets and session releases; empty before the first."""
    newest = tuple(table.objects.order_by("-pk").values_list("pk", flat=True).first() for table in TABLES)
    return _on(newest)


@lru_cache(maxsize=8)
def _on(newest: tuple[int | None, ...]) -> frozenset[str]:
    found: set[str] = set()
    for table in TABLES:
        for content in table.objects.order_by("-pk").values_list("content", flat=True)[:LAST]:
            found.update(named_in(content))
    return frozenset(found)


def corrected_since(row: Packet) -> list[Erratum]:
    """Corrections, made after its release, of figures of the packet's own month."""
    names = sorted(set(named_in(row.content)))
    return [
        one
        for name in names
        for one in plan.corrections(name)
        if one.period == row.month and one.published_at > row.released_at and _concerns(one, row)
    ]


def named_in(content: Any) -> Iterator[str]:
    """Every measure a frozen content names."""
    if isinstance(content, dict):
        name = content.get("measure")
        if isinstance(name, str) and name:
            yield SOURCES.get(name, name)
        for part in content.values():
            yield from named_in(part)
    elif isinstance(content, list):
        for part in content:
            yield from named_in(part)


def _concerns(one: Erratum, row: Packet) -> bool:
    """A correction of one group belongs on the packets of the city and of that group."""
    return not one.group_value or row.scope_kind == "city" or one.group_value in {row.scope_code, row.scope_name}


def errata(found: Sequence[Erratum]) -> list[tuple[str, str, str, str, str]]:
    """Corrections of a released packet: measure, period, what stood there, what is right, why."""
    language = (get_language() or "en").partition("-")[0]
    rows = []
    for one in found:
        measure = plan.measure(one.measure)
        old, new = ("–" if value is None else formats.value(value, measure.format) for value in (one.old_value, one.new_value))
        rows.append((measure.label.in_(language), " ".join(filter(None, (one.period, one.group_value))), old, new, one.why))
    return rows
