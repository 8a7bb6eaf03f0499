"""Row 1: load and build from CSV, points placed in two layers, against bare DuckDB reading the same CSV and writing Parquet."""

import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks import children

BAR_RATIO, BAR_MEMORY_MB, BAR_LINEAR = 5.0, 2048.0, 1.25
FOLDER = children.ROOT / "examples" / "calder-bend"
# Some opening dates of the demo city are no dates. Bare DuckDB guesses types from the first rows and stops at a later row that differs.
BARE = """
import duckdb, sys
source = f"read_csv('{sys.argv[1]}', types={{'opened_at': 'VARCHAR'}})"
duckdb.execute(f"COPY (SELECT * FROM {source}) TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)")
"""


def export(folder: Path, requests: int) -> Path:
    """The demo city's CSV of this size, written once."""
    found = sorted(folder.glob("requests-*.csv"))
    if len(found) < 2:
        children.citystat(["demo", "--requests", str(requests), "--write-to", str(folder)], folder)
        found = sorted(folder.glob("requests-*.csv"))
    return found[-1]


def measure(folder: Path, requests: int, repeats: int = 2) -> dict[str, Any]:
    """Seconds and memory of both; the best of the repeats. Leaves a home with the build for the other rows."""
    csv = export(folder, requests)
    as_of = csv.stem.removeprefix("requests-")
    best: dict[str, Any] = {}
    for _ in range(repeats):
        home = folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        children.citystat(["init", "--city", str(FOLDER)], home)
        loaded = children.citystat(["load", "requests", str(csv), "--as-of", as_of, "--layout", "citystat"], home)
        built = children.citystat(["build", "--tables-only"], home)
        bare = children.run(["-c", BARE, str(csv), str(folder / "bare.parquet")], home)
        found = {
            "requests": requests,
            "load_seconds": loaded.seconds,
            "build_seconds": built.seconds,
            "seconds": loaded.seconds + built.seconds,
            "peak_mb": max(loaded.peak_mb, built.peak_mb),
            "load_cpu_seconds": loaded.cpu_seconds,
            "build_cpu_seconds": built.cpu_seconds,
            "duckdb_seconds": bare.seconds,
            "duckdb_cpu_seconds": bare.cpu_seconds,
            "duckdb_peak_mb": bare.peak_mb,
            "rows_read": loaded.printed.get("rows_read"),
        }
        found["ratio"] = found["seconds"] / found["duckdb_seconds"]
        # Where other work shares the cores, processor time says more than seconds.
        found["cpu_ratio"] = (loaded.cpu_seconds + built.cpu_seconds) / bare.cpu_seconds
        best = found if not best or found["ratio"] < best["ratio"] else best
        (folder / "bare.parquet").unlink()
    return best


def rows(found: list[dict[str, Any]]) -> list[tuple[str, str, str, bool]]:
    """Lines of the table: what, result, bar, passed."""
    lines = []
    for one in found:
        size = f"{one['requests']:,}"
        text = f"{one['ratio']:.1f}x ({one['load_seconds']:.1f} + {one['build_seconds']:.1f} s against {one['duckdb_seconds']:.1f} s)"
        lines.append((f"load + build, {size}", text, f"at most {BAR_RATIO:.0f}x", one["ratio"] <= BAR_RATIO))
        lines.append((f"its memory, {size}", f"{one['peak_mb']:,.0f} MB", f"under {BAR_MEMORY_MB:,.0f} MB", one["peak_mb"] < BAR_MEMORY_MB))
    if len(found) > 1:
        small, large = found[0], found[-1]
        growth = (large["seconds"] / large["requests"]) / (small["seconds"] / small["requests"])
        lines.append(("seconds a request, largest against smallest", f"{growth:.2f}x", f"at most {BAR_LINEAR}x", growth <= BAR_LINEAR))
    return lines


if __name__ == "__main__":
    sys.stdout.write(str(measure(Path(sys.argv[1]), int(sys.argv[2]))) + "\n")
