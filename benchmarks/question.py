"""What every contender answers: all starter measures, by month, over four years, for the city, by district and by service."""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

GROUPS = ("city", "council_district", "service")
YEARS = 4
# Unlocated requests have no district.
NO_SENSE = frozenset({"unlocated_share council_district"})


def span(as_of: date) -> tuple[date, date]:
    """First and last day: the last 48 whole months up to the as-of date."""
    last = as_of if (as_of + timedelta(days=1)).day == 1 else as_of.replace(day=1) - timedelta(days=1)
    first_after = last + timedelta(days=1)
    return date(first_after.year - YEARS, first_after.month, 1), last


def column(group: str) -> str | None:
    """Column of `requests` behind a group."""
    return {"city": None, "council_district": "place_council_district", "service": "service_slug"}[group]


def tables_of(home: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The manifest of the build that serves, and its tables."""
    number = int((home / "warehouse" / "builds" / "CURRENT").read_text())
    manifest = json.loads((home / "warehouse" / "builds" / f"{number:08d}" / "manifest.json").read_text())
    return manifest, manifest["tables"]


def request_files(home: Path) -> list[str]:
    """Parquet files of table `requests` of the build that serves."""
    return [str(home / "warehouse" / file["path"]) for file in tables_of(home)[1]["requests"]["files"]]


def constants(home: Path) -> dict[str, Any]:
    """Values of the columns that are the same in every row and so are kept beside the files."""
    import duckdb

    kept = tables_of(home)[1]["requests"].get("constants") or {}
    return {name: duckdb.execute(f"SELECT {expression}").fetchone()[0] for name, expression in kept.items()}


def peak_megabytes() -> float:
    """Greatest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def answer(work: Callable[[], dict[str, Any]]) -> None:
    """Run the contender's work once and print its answers, seconds and peak memory as one JSON line."""
    started = time.perf_counter()
    answers = work()
    seconds = time.perf_counter() - started
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": peak_megabytes(), "answers": answers}) + "\n")
