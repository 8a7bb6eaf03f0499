"""The list of features is whole, and marks name features that exist."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests import features
from tests.repository.paths import ROOT, committed
from tools import features as tool

LIST = ROOT / "docs" / "reference" / "features.csv"


def numbers() -> list[str]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return [row["number"] for row in csv.DictReader(file) if row["name"] and row["acceptance check"]]


def test_there_are_180_features_in_order() -> None:
    assert numbers() == [f"F{number:03d}" for number in range(1, 181)]


def test_marks_name_features_that_exist() -> None:
    sources = [file for file in committed() if file.parts[len(ROOT.parts)] == "tests" and file.suffix == ".py"]
    marked = {number for file in sources for number in re.findall(r'mark\.feature\("([^"]+)"\)', file.read_text(encoding="utf-8"))}
    assert marked
    assert marked <= set(numbers())


def report(when: str, outcome: str) -> Any:
    properties = [("feature", "F001")]
    return pytest.TestReport("tests/a.py::test_a", ("tests/a.py", 1, "a"), {}, outcome, None, when, user_properties=properties)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setup", "call", "teardown", "outcome"),
    [("passed", "passed", "passed", "passed"), ("passed", "failed", "passed", "failed"),
     ("skipped", None, "passed", "skipped"), ("failed", None, "passed", "failed"), ("passed", "passed", "failed", "failed")],
)  # fmt: skip
def test_outcomes_are_those_of_the_whole_test(tmp_path: Path, setup: str, call: str | None, teardown: str, outcome: str) -> None:
    file = tmp_path / "new" / "features.json"
    watched = features.Outcomes(file)
    for when, what in (("setup", setup), ("call", call), ("teardown", teardown)):
        if what:
            watched.pytest_runtest_logreport(report(when, what))
    watched.pytest_sessionfinish()
    assert json.loads(file.read_text()) == {"tests/a.py::test_a": {"numbers": ["F001"], "outcome": outcome}}


def test_outcomes_of_a_run_leave_out_what_is_gone_and_call_the_rest_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def one(outcome: str) -> dict[str, object]:
        return {"numbers": ["F001"], "outcome": outcome}

    file = tmp_path / "features.json"
    file.write_text(json.dumps({"ran": one("failed"), "gone": one("passed")}))
    monkeypatch.setattr(tool, "marked_tests", lambda *options: {"ran": one("not run"), "new": one("not run")})
    assert tool.outcomes_of_a_run(file) == {"ran": one("failed"), "new": one("not run")}


def test_outcomes_of_a_run_without_its_file_say_what_writes_it(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="`make test` writes it"):
        tool.outcomes_of_a_run(tmp_path / "none.json")


def test_make_gives_the_file_with_an_equals_sign() -> None:
    """Without one, pytest takes the file a former run left for tests to run, and finds none."""
    runs = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "pytest" in line and "--features" in line]
    assert runs
    assert all("--features=" in line for line in runs)
