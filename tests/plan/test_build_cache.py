"""What is kept beside a build: whole or not there, damaged files are as good as none, a disk that takes nothing stops nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from citystat.plan import build_cache
from citystat.warehouse.connections import Warehouse, open_build
from tests.factories.requests import request, write_build


@pytest.fixture
def build(city_home: Path) -> Warehouse:
    write_build([request(opened_on=date(2024, 1, 5))], as_of=date(2024, 1, 31))
    return open_build()


def test_keep_arrays_come_back(build: Warehouse) -> None:
    build_cache.keep_arrays(build, "counts", {"a": np.arange(5)})
    found = build_cache.read_arrays(build, "counts")
    assert found is not None
    assert found["a"].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"not a file of arrays"])
def test_read_arrays_damaged_file_is_none(build: Warehouse, damage: bytes) -> None:
    build_cache.keep_arrays(build, "counts", {"a": np.arange(5)})
    (build_cache.folder(build) / "counts.npz").write_bytes(damage)
    assert build_cache.read_arrays(build, "counts") is None


def test_read_arrays_half_a_file_is_none(build: Warehouse) -> None:
    build_cache.keep_arrays(build, "counts", {"a": np.arange(500)})
    file = build_cache.folder(build) / "counts.npz"
    file.write_bytes(file.read_bytes()[:-40])
    assert build_cache.read_arrays(build, "counts") is None


@pytest.mark.slow
def test_keep_values_by_many_threads_at_once_is_whole(build: Warehouse) -> None:
    values = {"days": list(range(20_000))}
    with ThreadPoolExecutor(8) as pool:
        for one in [pool.submit(build_cache.keep_values, build, "facts", values) for _ in range(40)]:
            one.result()
    assert build_cache.read_values(build, "facts") == values
    assert not list(build_cache.folder(build).glob("*.partial"))


def test_keep_values_disk_that_takes_nothing_stops_nobody(build: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_full(self: Path, *words: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "open", is_full)
        build_cache.keep_values(build, "facts", {"a": 1})
    assert build_cache.read_values(build, "facts") is None
