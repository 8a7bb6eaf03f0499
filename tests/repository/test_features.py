"""The list of features is whole, and marks name features that exist."""

import csv
import re

from tests.repository.paths import ROOT, committed

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
