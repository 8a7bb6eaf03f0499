"""The generator: exact sizes, the same bytes from the same seed, and rows that say what truth.json says."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from citystat.core.errors import InputError
from citystat.core.progress import be_silent
from citystat.ops.demo.exports import Exports, write_exports

SIZE = 20_000


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exports]:
    be_silent(True)
    yield write_exports(tmp_path_factory.mktemp("demo"), SIZE)
    be_silent(False)


@pytest.fixture(scope="module")
def rows(exports: Exports) -> list[dict[str, str]]:
    with exports.current.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_write_exports_has_the_number_of_requests_asked_for(exports: Exports, rows: list[dict[str, str]]) -> None:
    assert len(rows) == exports.truth["rows"] == SIZE + exports.truth["repeated"]


def test_write_exports_ids_are_unique_but_for_repeated_and_missing_ones(exports: Exports, rows: list[dict[str, str]]) -> None:
    ids = [row["request_id"] for row in rows if row["request_id"]]
    assert len(ids) - len(set(ids)) == exports.truth["repeated"]


def test_write_exports_same_seed_gives_the_same_bytes(exports: Exports, tmp_path: Path) -> None:
    again = write_exports(tmp_path, SIZE)
    assert again.current.read_bytes() == exports.current.read_bytes()
    assert again.earlier.read_bytes() == exports.earlier.read_bytes()


def test_write_exports_other_seed_gives_other_rows(exports: Exports, tmp_path: Path) -> None:
    assert write_exports(tmp_path, SIZE, seed=1).current.read_bytes() != exports.current.read_bytes()


def test_write_exports_knows_nothing_after_the_as_of_date(rows: list[dict[str, str]]) -> None:
    latest = max(max(row["opened_at"], row["closed_at"]) for row in rows if row["opened_at"] != "soon")
    assert "2026-10-30" < latest < "2026-11-01"


def test_write_exports_earlier_export_ends_a_month_before(exports: Exports) -> None:
    with exports.earlier.open(encoding="utf-8", newline="") as file:
        assert max(row["closed_at"] for row in csv.DictReader(file)) < "2026-10-01"


def test_write_exports_moves_with_the_as_of_date(tmp_path: Path) -> None:
    moved = write_exports(tmp_path, 2_000, as_of=date(2025, 2, 28))
    text = moved.current.read_text(encoding="utf-8")
    assert moved.current.name == "requests-2025-02-28.csv"
    assert "2025-03-" not in text


def test_write_exports_every_duplicate_names_a_parent_in_the_file(rows: list[dict[str, str]]) -> None:
    known = {row["request_id"] for row in rows}
    duplicates = [row for row in rows if row["status"] == "duplicate"]
    assert duplicates
    assert all(row["parent_id"] in known for row in duplicates)


def test_write_exports_moved_requests_were_open_at_the_change(exports: Exports, rows: list[dict[str, str]]) -> None:
    moved = [row for row in rows if row["former_system"]]
    assert all(row["closed_at"] == "" or row["closed_at"] >= "2022-05-01" for row in moved)
    assert exports.truth["moved"] == round(SIZE * 0.006)


def test_write_exports_too_many_requests_says_the_range(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="1,000 to 10,000,000"):
        write_exports(tmp_path, 20_000_000)


def test_write_exports_truth_is_beside_the_exports(exports: Exports) -> None:
    truth = json.loads((exports.current.parent / "truth.json").read_text())
    assert truth["quarantined"] == exports.truth["quarantined"]
