"""A file is there whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from citystat.core import whole_files


def test_write_replaces_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"old")
    whole_files.write(file, b"new")
    assert file.read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]


def test_write_by_many_threads_leaves_one_of_them_whole(tmp_path: Path) -> None:
    file, contents = tmp_path / "a", [bytes([letter]) * 200_000 for letter in range(65, 81)]
    with ThreadPoolExecutor(8) as pool:
        for one in [pool.submit(whole_files.write, file, content) for content in contents * 5]:
            one.result()
    assert file.read_bytes() in contents
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")

    def is_full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "replace", is_full)
        with pytest.raises(OSError, match="No space"):
            whole_files.write(file, b"new")
    assert file.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
