"""Print every feature with the tests that show its acceptance check, and write docs/reference/features.md.

Runs the tests that carry a `feature` mark (`--collect` only lists them) and counts a feature as shown when all its tests pass.
"""

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "reference" / "features.csv"
PAGE = ROOT / "docs" / "reference" / "features.md"
PLUGIN = """
import json, os
import pytest

found = {}

def pytest_collection_modifyitems(items):
    for item in items:
        numbers = [number for mark in item.iter_markers("feature") for number in mark.args]
        if numbers:
            found[item.nodeid] = {"numbers": numbers, "outcome": "not run"}
    items[:] = [item for item in items if item.nodeid in found]

def pytest_runtest_logreport(report):
    if report.nodeid in found and (report.when == "call" or report.outcome != "passed"):
        found[report.nodeid]["outcome"] = report.outcome

def pytest_sessionfinish(session):
    with open(os.environ["FEATURES_FILE"], "w") as file:
        json.dump(found, file)
"""


def features() -> list[dict[str, str]]:
    """Number, name and acceptance check of each feature, in order."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def marked_tests(collect_only: bool) -> dict[str, dict[str, object]]:
    """Tests with a `feature` mark: their numbers and outcomes (`not run` when only collected)."""
    import json

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "feature_marks.py").write_text(PLUGIN, encoding="utf-8")
        result = Path(folder) / "found.json"
        environment = {**os.environ, "PYTHONPATH": folder, "FEATURES_FILE": str(result)}
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "feature_marks",
            "-p",
            "no:xdist",
            "-q",
            "-m",
            "",
            *(["--collect-only"] if collect_only else []),
        ]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if not result.exists():
            raise SystemExit(f"The tests could not be run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        found: dict[str, dict[str, object]] = json.loads(result.read_text())
        return found


def by_feature(found: dict[str, dict[str, object]]) -> dict[str, dict[str, list[str]]]:
    """Outcome -> test names, by feature; parametrized cases of one test are one name, at its worst outcome."""
    worst = {"failed": 0, "skipped": 1, "not run": 2, "passed": 3}
    tests: dict[tuple[str, str], str] = {}
    for name, one in found.items():
        for number in one["numbers"]:  # type: ignore[attr-defined]
            key = (str(number), name.split("[")[0])
            outcome = str(one["outcome"])
            tests[key] = min(tests.get(key, outcome), outcome, key=lambda word: worst[word])
    grouped: dict[str, dict[str, list[str]]] = {}
    for (number, name), outcome in sorted(tests.items()):
        grouped.setdefault(number, {}).setdefault(outcome, []).append(name)
    return grouped


def state(outcomes: dict[str, list[str]]) -> str:
    """One word for a feature: shown only if at least one test passes and none fails."""
    if outcomes.get("failed"):
        return "failing"
    if outcomes.get("passed"):
        return "shown"
    return "not run" if outcomes else "-"


def as_markdown(rows: list[dict[str, str]], grouped: dict[str, dict[str, list[str]]]) -> str:
    """The page of all features."""
    shown = sum(state(grouped.get(row["number"], {})) == "shown" for row in rows)
    lines = [
        "# Features",
        "",
        f"{len(rows)} things a data-driven city does, and the tests that show that CityStat does them: {shown} shown so far. "
        "Written by `make features`.",
        "",
        "| number | feature | acceptance check | state | tests |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        outcomes = grouped.get(row["number"], {})
        names = [
            f"`{name.split('/', 1)[-1]}`" for outcome in ("passed", "failed", "skipped", "not run") for name in outcomes.get(outcome, [])
        ]
        lines.append(f"| {row['number']} | {row['name']} | {row['acceptance check']} | {state(outcomes)} | {'<br>'.join(names)} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Print the list, write the page; 1 when a marked test fails or names a feature that does not exist."""
    collect_only = "--collect" in arguments
    rows, grouped = features(), by_feature(marked_tests(collect_only))
    unknown = sorted(set(grouped) - {row["number"] for row in rows})
    for row in rows:
        outcomes = grouped.get(row["number"], {})
        count = sum(len(names) for names in outcomes.values())
        sys.stdout.write(f"{row['number']}  {state(outcomes):<8} {count:>3}  {row['name']}\n")
    shown = sum(state(grouped.get(row["number"], {})) == "shown" for row in rows)
    sys.stdout.write(f"{shown} of {len(rows)} features shown by passing tests.\n")
    if unknown:
        sys.stderr.write(f"Marks name features that do not exist: {', '.join(unknown)}\n")
    if not collect_only:
        PAGE.write_text(as_markdown(rows, grouped), encoding="utf-8")
    failing = [number for number, outcomes in grouped.items() if outcomes.get("failed")]
    return 1 if unknown or failing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
