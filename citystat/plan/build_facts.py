"""What measures must know of a build as a whole: which columns are filled, when the data begin, which promises were suggested."""

import threading
from collections.abc import Sequence
from datetime import date
from typing import Any

from citystat.plan import build_cache
from citystat.plan.columns import CLOCK_TIMES, STORED, TABLE
from citystat.warehouse.connections import Warehouse

NAME = "facts"
BUILDS_KNOWN = 5
ALSO_ASKED_FOR = frozenset({"first_response_at"})


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
    return {"first_day": day.isoformat() if day else "", "due": due, "suggested": suggested, "filled": filled}
