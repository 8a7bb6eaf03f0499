"""Loads are there whole or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from citystat.core.errors import Busy, InputError, NotFound
from citystat.warehouse import landing
from citystat.warehouse.files import landing_dir


def test_begin_then_commit_makes_the_load_visible(city_home: Path) -> None:
    with landing.begin("requests") as load:
        (load.folder / "2017-06.parquet").write_bytes(b"rows")
        assert landing.loads("requests") == ()
        load.commit({"as_of": "2017-06-30"})
    (stored,) = landing.loads("requests")
    assert stored.number == 1
    assert stored.facts == {"load_id": 1, "as_of": "2017-06-30"}
    assert [path.name for path in stored.parquet_files()] == ["2017-06.parquet"]


def begin_and_fail() -> None:
    with landing.begin("requests") as load:
        (load.folder / "2017-06.parquet").write_bytes(b"rows")
        raise RuntimeError("the export ended early")


def test_begin_without_commit_leaves_nothing(city_home: Path) -> None:
    with pytest.raises(RuntimeError):
        begin_and_fail()
    assert list(landing_dir("requests").iterdir()) == []


def test_begin_gives_ids_in_order_and_never_twice(city_home: Path) -> None:
    for _ in range(3):
        with landing.begin("requests") as load:
            load.commit({})
    assert [stored.number for stored in landing.loads("requests")] == [1, 2, 3]


def test_begin_while_another_load_runs_is_refused(city_home: Path) -> None:
    with landing.begin("requests"), pytest.raises(Busy, match="already running"), landing.begin("requests"):
        pass


@pytest.mark.slow
def test_begin_clears_what_a_killed_load_left(city_home: Path) -> None:
    script = (
        "import os; from citystat.warehouse import landing\n"
        "with landing.begin('requests') as load:\n"
        "    (load.folder / '2017-06.parquet').write_bytes(b'half'); os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], env=os.environ | {"CITYSTAT_HOME": str(city_home)}, check=False)
    assert killed.returncode == -9
    assert landing.loads("requests") == ()
    with landing.begin("requests") as load:
        assert list(load.folder.iterdir()) == []
        load.commit({})
    assert [path.name for path in landing_dir("requests").iterdir()] == ["00000001"]


def test_commit_twice_is_refused(city_home: Path) -> None:
    with landing.begin("requests") as load:
        load.commit({})
        with pytest.raises(InputError, match="already stored"):
            load.commit({})


def test_read_unknown_load_is_not_found(city_home: Path) -> None:
    with pytest.raises(NotFound, match="no load 4"):
        landing.read("requests", 4)
