"""Print every feature with the tests that show its acceptance check, and write docs/reference/features.md.

Runs the tests that carry a `feature` mark (`--collect` only lists them; `--from FILE` takes what `make test` found) and counts
a feature as shown when all its tests pass.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "reference" / "features.csv"
PAGE = ROOT / "docs" / "reference" / "features.md"
Found = dict[str, dict[str, object]]


def features() -> list[dict[str, str]]:
    """Number, name and acceptance check of each feature, in order."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def marked_tests(*options: str) -> Found:
    """Tests with a `feature` mark: their numbers and outcomes (`not run` when only collected)."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "found.json"
        command = [sys.executable, "-m", "pytest", "-m", "feature", f"--features={result}", *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if not result.exists():
            raise SystemExit(f"The tests could not be run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return read(result)


def outcomes_of_a_run(file: Path) -> Found:
    """The same from the file a whole run has written; a marked test it does not name is not run, one that is gone is left out."""
    if not file.is_file():
        raise SystemExit(f"There is no file {file}: `make test` writes it.")
    known, run = marked_tests("--collect-only"), read(file)
    return {name: {**one, "outcome": run.get(name, one)["outcome"]} for name, one in known.items()}


def read(file: Path) -> Found:
    """What `pytest --features=FILE` wrote."""
    found: Found = json.loads(file.read_text(encoding="utf-8"))
    return found


def by_feature(found: Found) -> dict[str, dict[str, list[str]]]:
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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--collect", action="store_true", help="list the tests without running them")
    parser.add_argument("--from", dest="file", type=Path, help="the outcomes `make test` wrote")
    given = parser.parse_args(arguments)
    collect_only = given.collect
    found = outcomes_of_a_run(given.file) if given.file else marked_tests(*(["--collect-only"] if collect_only else []))
    rows, grouped = features(), by_feature(found)
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
