"""What measures must know of a build as a whole: which columns are filled, when the data begin and how far they go, which promises were
suggested."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from citystat.core.cities import current_city
from citystat.plan import build_cache
from citystat.plan.columns import CLOCK_TIMES, STORED, TABLE
from citystat.warehouse.connections import Warehouse

NAME = "facts"
BUILDS_KNOWN = 5
ALSO_ASKED_FOR = frozenset({"first_response_at"})

CLOCK_COLUMNS = frozenset({"source", "status", "opened_at", "opened_on", "opened_has_time", "closed_at", "closed_on", "closed_has_time"})


@dataclass(frozen=True)
class Clock:
    """The as-of instant (UTC, without zone) and the sources whose closings have clock times: their open requests are aged up to it."""

    until: datetime | None = None
    sources: tuple[str, ...] = ()


def clock(build: Warehouse) -> Clock:
    """The last moment recorded up to the end of the as-of day; where nothing is recorded on that day, its begin in the city.

    The export was made on the as-of day and not before the last thing it tells: to age open requests any further would claim to have
    seen them open longer than anybody looked.
    """
    found = _facts(build)
    if not found["clocked"]:
        return Clock()
    begins = datetime.combine(build.as_of, time(), current_city().zone).astimezone(UTC).replace(tzinfo=None)
    return Clock(max(begins, datetime.fromisoformat(found["last_recorded"])), tuple(found["clocked"]))


def filled_columns(build: Warehouse, names: Sequence[str]) -> frozenset[str]:
    """Which of the columns of `requests` hold at least one value."""
    return frozenset(names).intersection(_facts(build)["filled"])


def first_day(build: Warehouse) -> date | None:
    """The day the data begin: the first opening that is not a default date."""
    found = _facts(build)["first_day"]
    return date.fromisoformat(found) if found else None


def share_suggested(build: Warehouse) -> float:
    """Share of the due dates that rest on a promise suggested from history, which the city never made."""
    found = _facts(build)
    return found["suggested"] / found["due"] if found["due"] else 0.0


# Facts of a build never change, and there are few builds. Pages are made by several threads.
_one_at_a_time = threading.Lock()
_known: dict[str, dict[str, Any]] = {}


def _facts(build: Warehouse) -> dict[str, Any]:
    key = str(build_cache.folder(build))
    with _one_at_a_time:
        if key not in _known:
            while len(_known) >= BUILDS_KNOWN:
                _known.pop(next(iter(_known)))
            found = build_cache.read_values(build, NAME)
            if found is None:
                found = _ask(build)
                build_cache.keep_values(build, NAME, found)
            _known[key] = found
        return _known[key]


def _ask(build: Warehouse) -> dict[str, Any]:
    """All facts in one reading of the table."""
    stored = set(build.columns(TABLE))
    names = sorted(stored & (STORED | ALSO_ASKED_FOR))
    begins = "min(CASE WHEN NOT coalesce(flag_default_date, FALSE) THEN opened_on END)"
    promises = "count(due_on)", "count(*) FILTER (WHERE due_source = 'suggested')" if "due_source" in stored else "0"
    counted = [f"count(CASE WHEN {name} THEN 1 END)" if name in CLOCK_TIMES else f"count({name})" for name in names]
    day, due, suggested, *counts = build.rows(f"SELECT {', '.join([begins, *promises, *counted])} FROM {TABLE}")[0]
    filled = [name for name, count in zip(names, counts, strict=True) if count]
    facts = {"first_day": day.isoformat() if day else "", "due": due, "suggested": suggested, "filled": filled}
    return facts | (_ask_clock(build) if stored >= CLOCK_COLUMNS else {"clocked": [], "last_recorded": ""})


def _ask_clock(build: Warehouse) -> dict[str, Any]:
    """Sources most of whose closings have clock times, and the last moment they record by the end of the as-of day."""
    closed = "status <> 'open' AND closed_on IS NOT NULL"
    sql = f"""SELECT source,
                     count(*) FILTER (WHERE {closed} AND closed_has_time AND opened_has_time) * 2 > count(*) FILTER (WHERE {closed}),
                     greatest(max(closed_at) FILTER (WHERE {closed} AND closed_has_time AND closed_on <= ?),
                              max(opened_at) FILTER (WHERE opened_has_time AND opened_on <= ?))
              FROM {TABLE} GROUP BY source"""
    found = [(source, last) for source, clocked, last in build.rows(sql, (build.as_of, build.as_of)) if clocked and last is not None]
    return {"clocked": sorted(source for source, _ in found), "last_recorded": max((last.isoformat() for _, last in found), default="")}
