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


def measure(folder: Path, requests: int, repeats: int = 3) -> dict[str, Any]:
    """Seconds and memory of both: the turn of the middle ratio, and once the same as two commands. Leaves a home with the build."""
    csv = export(folder, requests)
    apart = _apart(folder, csv)
    pairs = _in_turns(folder, csv, repeats)
    bare, together = sorted(pairs, key=_ratio)[repeats // 2]
    return {
        "requests": requests,
        "seconds": together.seconds,
        "cpu_seconds": together.cpu_seconds,
        "peak_mb": max(one.peak_mb for one in (*apart, *(pair[1] for pair in pairs))),
        "load_seconds": apart[0].seconds,
        "build_seconds": apart[1].seconds,
        "duckdb_seconds": bare.seconds,
        "duckdb_cpu_seconds": bare.cpu_seconds,
        "duckdb_peak_mb": bare.peak_mb,
        "rows_read": together.printed.get("rows_read"),
        "ratio": _ratio((bare, together)),
        "ratios": sorted(map(_ratio, pairs)),
        "apart_ratio": sum(one.seconds for one in apart) / bare.seconds,
        # Where other work shares the cores, processor time says more than seconds.
        "cpu_ratio": together.cpu_seconds / bare.cpu_seconds,
    }


def _in_turns(folder: Path, csv: Path, repeats: int) -> list[tuple[children.Measured, children.Measured]]:
    """Each load and build with the mean of bare DuckDB right before and right after it: a machine others use too changes its pace."""
    bare = [_bare(folder, csv)]
    together = []
    for _ in range(repeats):
        together.append(_together(folder, csv))
        bare.append(_bare(folder, csv))
    return [(children.mean(before, after), one) for before, after, one in zip(bare[:-1], bare[1:], together, strict=True)]


def _ratio(pair: tuple[children.Measured, children.Measured]) -> float:
    return pair[1].seconds / pair[0].seconds


def _together(folder: Path, csv: Path) -> children.Measured:
    """`citystat load requests FILE --build`."""
    return children.citystat([*_load(csv), "--build", "--tables-only"], _new_home(folder))


def _apart(folder: Path, csv: Path) -> tuple[children.Measured, children.Measured]:
    """`citystat load requests FILE`, then `citystat build`: as much again for starting."""
    home = _new_home(folder)
    return children.citystat(_load(csv), home), children.citystat(["build", "--tables-only"], home)


def _bare(folder: Path, csv: Path) -> children.Measured:
    target = folder / "bare.parquet"
    found = children.run(["-c", BARE, str(csv), str(target)], folder)
    target.unlink()
    return found


def _load(csv: Path) -> list[str]:
    return ["load", "requests", str(csv), "--as-of", csv.stem.removeprefix("requests-"), "--layout", "citystat"]


def _new_home(folder: Path) -> Path:
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    children.citystat(["init", "--city", str(FOLDER)], home)
    return home


def rows(found: list[dict[str, Any]]) -> list[tuple[str, str, str, bool]]:
    """Lines of the table: what, result, bar, passed."""
    lines = []
    for one in found:
        size = f"{one['requests']:,}"
        text = (
            f"{one['ratio']:.1f}x ({one['seconds']:.1f} s against {one['duckdb_seconds']:.1f} s; as two commands {one['apart_ratio']:.1f}x)"
        )
        lines.append((f"load + build, {size}", text, f"at most {BAR_RATIO:.0f}x", one["ratio"] <= BAR_RATIO))
        lines.append((f"its memory, {size}", f"{one['peak_mb']:,.0f} MB", f"under {BAR_MEMORY_MB:,.0f} MB", one["peak_mb"] < BAR_MEMORY_MB))
    if len(found) > 1:
        small, large = found[0], found[-1]
        growth = (large["seconds"] / large["requests"]) / (small["seconds"] / small["requests"])
        lines.append(("seconds a request, largest against smallest", f"{growth:.2f}x", f"at most {BAR_LINEAR}x", growth <= BAR_LINEAR))
    return lines


if __name__ == "__main__":
    sys.stdout.write(str(measure(Path(sys.argv[1]), int(sys.argv[2]))) + "\n")
