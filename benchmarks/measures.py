"""Rows 2 and 3: all starter measures against idiomatic pandas, and against hand-written SQL, over the same build."""

import shutil
from pathlib import Path
from typing import Any

from benchmarks import children

BAR_PANDAS_SPEED, BAR_PANDAS_MEMORY, BAR_SQL = 5.0, 1 / 3, 2.0
CONTENDERS = ("with_citystat", "with_pandas", "with_hand_sql")
# CityStat also answers for groups without a request or a closing in a month, so only the numerators can be compared.
NUMERATOR_ONLY = ("requests_per_1000", "backlog_in_weeks")


def measure(folder: Path, requests: int, repeats: int = 2) -> dict[str, Any]:
    """Best seconds and memory of each contender, and whether their answers agree."""
    home = folder / "home"
    found: dict[str, Any] = {"requests": requests}
    answers = {}
    for name in CONTENDERS:
        runs = [run(name, home) for _ in range(repeats if name != "with_pandas" else 1)]
        best = min(runs, key=lambda one: one.printed["seconds"])
        found[name] = {"seconds": best.printed["seconds"], "peak_mb": best.peak_mb}
        answers[name] = best.printed["answers"]
    found["answers"] = len(answers["with_citystat"])
    found["disagreeing"] = sorted(
        set(differences(answers["with_citystat"], answers["with_pandas"]))
        | set(differences(answers["with_citystat"], answers["with_hand_sql"]))
    )
    return found


def run(name: str, home: Path) -> children.Measured:
    """One contender from the rows: what an earlier run or a page counted and kept is taken away first."""
    shutil.rmtree(home / "cache" / "measures", ignore_errors=True)
    return children.run(["-m", f"benchmarks.{name}"], home)


def differences(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> list[str]:
    """Questions answered differently, or by one only."""
    differing = list(ours.keys() ^ theirs.keys())
    for name in ours.keys() & theirs.keys():
        compared = 1 if name.split()[0] in NUMERATOR_ONLY else 2
        pairs = list(zip(ours[name], theirs[name], strict=True))[:compared]
        if any(abs(one - other) > 1e-6 * max(1.0, abs(one)) for one, other in pairs):
            differing.append(name)
    return differing


def rows(found: list[dict[str, Any]]) -> list[tuple[str, str, str, bool]]:
    """Lines of the table: what, result, bar, passed."""
    lines = []
    for one in found:
        size, ours, pandas, sql = f"{one['requests']:,}", one["with_citystat"], one["with_pandas"], one["with_hand_sql"]
        faster = pandas["seconds"] / ours["seconds"]
        memory = ours["peak_mb"] / pandas["peak_mb"]
        slower = ours["seconds"] / sql["seconds"]
        lines += [
            (
                f"measures against pandas, {size}",
                f"{faster:.1f}x faster ({ours['seconds']:.1f} s, {pandas['seconds']:.1f} s)",
                "at least 5x faster",
                faster >= BAR_PANDAS_SPEED,
            ),
            (
                f"their memory, {size}",
                f"{memory:.2f} of it ({ours['peak_mb']:,.0f} MB, {pandas['peak_mb']:,.0f} MB)",
                "at most a third",
                memory <= BAR_PANDAS_MEMORY,
            ),
            (
                f"measures against hand-written SQL, {size}",
                f"{slower:.2f}x ({ours['seconds']:.1f} s, {sql['seconds']:.1f} s)",
                "at most 2x",
                slower <= BAR_SQL,
            ),
            (
                f"answers that agree, {size}",
                f"{one['answers'] - len(one['disagreeing'])} of {one['answers']}",
                "all",
                not one["disagreeing"],
            ),
        ]
    return lines
