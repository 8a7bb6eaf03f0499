"""Run the benchmarks and print the table: `make bench`, or `python -m benchmarks.run --requests 200000 --only load pages`."""

import argparse
import json
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import action_center, children, loading, measures, packet, pages

RESULTS = children.ROOT / "bench" / "results" / "latest.json"
WORK = children.ROOT / "var-bench"
SIZES = (1_000_000, 5_000_000)
PARTS = ("load", "measures", "packet", "pages", "requests")
LARGEST_FOR_PAGES = 1_000_000


def main(arguments: list[str] | None = None) -> int:
    """Run, print, keep; 0 when every bar is met."""
    options = _options(arguments)
    results: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "parts": {}}
    parts: dict[str, tuple[Callable[[Path, int], dict[str, Any]], Callable[[list[dict[str, Any]]], list[tuple[str, str, str, bool]]]]] = {
        "load": (loading.measure, loading.rows),
        "measures": (measures.measure, measures.rows),
        "packet": (packet.measure, packet.rows),
        "pages": (pages.measure, pages.rows),
        "requests": (action_center.measure, action_center.rows),
    }
    for requests in options.requests:
        folder = options.work / str(requests)
        folder.mkdir(parents=True, exist_ok=True)
        for name in options.only:
            if name in {"packet", "pages", "requests"} and requests > LARGEST_FOR_PAGES:
                continue
            results["parts"].setdefault(name, []).append(parts[name][0](folder, requests))
    table = [row for name in options.only if name in results["parts"] for row in parts[name][1](results["parts"][name])]
    results["table"] = [{"work": work, "result": text, "bar": bar, "passed": passed} for work, text, bar, passed in table]
    options.results.parent.mkdir(parents=True, exist_ok=True)
    options.results.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(as_text(table))
    return 0 if all(passed for *_, passed in table) else 1


def as_text(table: list[tuple[str, str, str, bool]]) -> str:
    """The table with aligned columns."""
    lines = [("work", "result", "bar", ""), *((work, text, bar, "pass" if passed else "FAIL") for work, text, bar, passed in table)]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    import os

    import duckdb
    import pandas

    return {"cores": os.cpu_count(), "python": platform.python_version(), "duckdb": duckdb.__version__, "pandas": pandas.__version__}


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, nargs="+", default=list(SIZES), help="Sizes of the generated city.")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=list(PARTS), help="Parts to run; measures and pages use the home that load left."
    )
    parser.add_argument("--work", type=Path, default=WORK, help="Folder for generated cities.")
    parser.add_argument("--results", type=Path, default=RESULTS, help="Where the results are kept.")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
