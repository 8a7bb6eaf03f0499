"""A backup holds everything, is checked before it is put back, and never overwrites a city."""

import io
import json
import sqlite3
import tarfile
from pathlib import Path

import pytest
from django.db import connection

from citystat.core.errors import InputError, NotAllowed
from citystat.ops import backups

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="backups are of SQLite; that PostgreSQL is refused is in tests/ops/test_postgresql.py"
)


@pytest.fixture
def city(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "city"
    (folder / "warehouse" / "data").mkdir(parents=True)
    (folder / "warehouse" / "scratch").mkdir()
    (folder / "media" / "requests").mkdir(parents=True)
    (folder / "cache").mkdir()
    with sqlite3.connect(folder / "citystat.sqlite3") as database:
        database.execute("CREATE TABLE facts (name TEXT)")
        database.execute("INSERT INTO facts VALUES ('kept')")
    database.close()
    for name, text in {
        "warehouse/data/2026-01.parquet": "rows", "warehouse/scratch/half": "x", "media/requests/a.jpg": "photo", "cache/page": "x",
        "city.yaml": "name: X", "secret.key": "s" * 50, "contact.key": "c" * 50,
    }.items():  # fmt: skip
        (folder / name).write_text(text)
    monkeypatch.setenv("CITYSTAT_HOME", str(folder))
    return folder


def names_in(path: Path) -> set[str]:
    with tarfile.open(path) as tar:
        return set(tar.getnames())


def rewritten(path: Path, changes: dict[str, bytes | None]) -> Path:
    """The backup with some files changed, or left out where None."""
    target = path.with_name("changed.tar")
    with tarfile.open(path) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            data = changes.get(member.name, old.extractfile(member).read())
            if data is not None:
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
        for name in set(changes) - set(old.getnames()):
            info = tarfile.TarInfo(name)
            info.size = len(changes[name])
            new.addfile(info, io.BytesIO(changes[name]))
    return target


def test_back_up_holds_what_cannot_be_made_again_and_no_key(city, tmp_path):
    said = backups.back_up(tmp_path / "b.tar")
    wanted = {"citystat.sqlite3", "city.yaml", "warehouse/data/2026-01.parquet", "media/requests/a.jpg", "backup.json"}
    assert names_in(tmp_path / "b.tar") == wanted
    assert (said["files"], said["keys"]) == (4, False)
    assert (tmp_path / "b.tar").stat().st_mode & 0o077 == 0


def test_restore_gives_the_same_city(city, tmp_path, monkeypatch):
    backups.back_up(tmp_path / "b.tar", with_keys=True)
    monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / "again"))
    said = backups.restore(tmp_path / "b.tar")
    with sqlite3.connect(tmp_path / "again" / "citystat.sqlite3") as database:
        assert database.execute("SELECT name FROM facts").fetchall() == [("kept",)]
    database.close()
    assert (tmp_path / "again" / "media" / "requests" / "a.jpg").read_text() == "photo"
    assert said["keys_missing"] == []


def test_restore_without_keys_says_which_are_missing(city, tmp_path, monkeypatch):
    backups.back_up(tmp_path / "b.tar")
    monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / "again"))
    assert backups.restore(tmp_path / "b.tar")["keys_missing"] == ["secret.key", "contact.key"]


def test_restore_over_a_city_is_refused(city, tmp_path):
    backups.back_up(tmp_path / "b.tar")
    with pytest.raises(NotAllowed, match="not empty"):
        backups.restore(tmp_path / "b.tar")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"city.yaml": b"name: Other"}, "city.yaml is missing or not what"),
        ({"media/requests/a.jpg": None}, "a.jpg is missing or not what"),
        ({"../evil": b"x"}, "which its list does not name"),
        ({"backup.json": None}, "no backup.json"),
        ({"backup.json": json.dumps({"format": 99, "sha256": {}}).encode()}, "another version"),
    ],
)
def test_restore_of_a_damaged_backup_writes_nothing(city, tmp_path, monkeypatch, changes, said):
    backups.back_up(tmp_path / "b.tar")
    monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / "again"))
    with pytest.raises(InputError, match=said):
        backups.restore(rewritten(tmp_path / "b.tar", changes))
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("content", [b"", b"no tar at all", b"\0" * 4096])
def test_check_of_something_else_is_one_sentence(tmp_path, content):
    path = tmp_path / "x.tar"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no backup of CityStat"):
        backups.check(path)


def test_back_up_over_a_file_is_refused_and_keeps_it(city, tmp_path):
    (tmp_path / "b.tar").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        backups.back_up(tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_text() == "mine"
