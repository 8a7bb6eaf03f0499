"""Numbered builds: swapped in whole, shared files, pruned, verified, safe when killed or out of space."""

import errno
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from citystat.core.errors import Busy, InputError, UserError
from citystat.core.home import warehouse_dir
from citystat.warehouse import build as builds
from citystat.warehouse import manifest as manifests
from citystat.warehouse.connections import current_number, forget_builds, open_build
from citystat.warehouse.files import builds_dir, data_dir, numbers_in, scratch_dir
from citystat.warehouse.manifest import Manifest, Table
from tests.factories.requests import request, write_build


def publish(values: list[int], as_of: date = date(2017, 12, 31), **sources: object) -> Manifest:
    """A build of one table with one column."""
    with builds.begin() as draft:
        return draft.publish(as_of=as_of, tables=[draft.add_arrow("numbers", pa.table({"value": values}))], sources=sources)


def data_files() -> list[str]:
    return sorted(str(path.relative_to(warehouse_dir())) for path in data_dir().rglob("*.parquet"))


def test_publish_numbers_builds_and_lets_the_last_one_serve(city_home: Path) -> None:
    assert [publish([n]).number for n in (1, 2, 3)] == [1, 2, 3]
    assert current_number() == 3
    assert open_build(2).rows("SELECT value FROM numbers") == [(2,)]


def test_publish_same_content_has_the_same_checksum_and_files(city_home: Path) -> None:
    first, other, again = publish([1]), publish([2]), publish([1])
    assert again.checksum == first.checksum != other.checksum
    assert again.tables["numbers"].files[0].path == first.tables["numbers"].files[0].path


def test_publish_another_as_of_date_changes_the_checksum(city_home: Path) -> None:
    assert publish([1]).checksum != publish([1], as_of=date(2018, 1, 1)).checksum


def test_publish_nothing_new_keeps_the_build_that_serves(city_home: Path) -> None:
    assert publish([1]).number == publish([1]).number == 1
    assert publish([1], loads=2).number == 2


def test_manifest_reads_back_as_it_was_published(city_home: Path) -> None:
    published = publish([1, 2, 3], loads=[1])
    assert manifests.read(1) == published
    assert published.tables["numbers"].rows == 3
    assert published.code_version


def test_manifest_changed_by_hand_is_refused(city_home: Path) -> None:
    publish([1])
    path = manifests.manifest_path(1)
    path.write_text(path.read_text().replace('"rows": 1', '"rows": 7'))
    with pytest.raises(InputError, match="changed after it was written"):
        manifests.read(1)


def test_reusable_finds_the_file_made_from_the_same_inputs_only(city_home: Path) -> None:
    with builds.begin() as draft:
        table = draft.add_arrow("numbers", pa.table({"value": [1]}))
        draft.publish(as_of=date(2017, 1, 1), tables=[table])
    inputs = table.files[0].inputs
    with builds.begin() as draft:
        assert draft.reusable("numbers", "all", inputs) == table.files[0]
        assert draft.reusable("numbers", "all", "other inputs") is None
        assert draft.reusable("letters", "all", inputs) is None


def test_reusable_passes_over_a_file_that_is_gone(city_home: Path) -> None:
    file = publish([1]).tables["numbers"].files[0]
    (warehouse_dir() / file.path).unlink()
    with builds.begin() as draft:
        assert draft.reusable("numbers", "all", file.inputs) is None


def publish_two(inputs: str) -> Manifest:
    """A build of two tables, the first of which tells the inputs of both."""
    with builds.begin() as draft:
        first = draft.add_arrow("letters", pa.table({"value": ["a"]}), inputs=inputs)
        return draft.publish(as_of=date(2017, 1, 1), tables=[first, draft.add_arrow("numbers", pa.table({"value": [1]}))])


def test_unchanged_finds_the_tables_made_from_the_same_inputs_only(city_home: Path) -> None:
    tables = publish_two("loads 1").tables
    with builds.begin() as draft:
        assert draft.unchanged(["letters", "numbers"], "loads 1") == (tables["letters"], tables["numbers"])
        assert draft.unchanged(["letters", "numbers"], "loads 1 and 2") is None
        assert draft.unchanged(["letters", "words"], "loads 1") is None


def test_unchanged_passes_over_tables_of_which_a_file_is_gone(city_home: Path) -> None:
    (warehouse_dir() / publish_two("loads 1").tables["numbers"].files[0].path).unlink()
    with builds.begin() as draft:
        assert draft.unchanged(["letters", "numbers"], "loads 1") is None


def test_publish_same_content_of_other_inputs_is_known_by_those_from_then_on(city_home: Path) -> None:
    before, after = publish_two("loads 1"), publish_two("loads 1 and a promise nobody was made")
    assert (after.number, after.checksum) == (before.number, before.checksum)
    assert manifests.read(before.number) == after
    with builds.begin() as draft:
        assert draft.unchanged(["letters"], "loads 1 and a promise nobody was made")


def test_constants_stand_in_for_what_files_hold(city_home: Path) -> None:
    with builds.begin() as draft:
        table = draft.add_arrow("numbers", pa.table({"value": [1, 2]}))
        fixed = Table("numbers", table.columns, table.files, {"value": "CAST(NULL AS BIGINT)"})
        draft.publish(as_of=date(2017, 1, 1), tables=[fixed])
    assert open_build().rows("SELECT count(*), count(value) FROM numbers") == [(2, 0)]


@pytest.mark.slow
def test_publish_keeps_the_last_ten_builds(city_home: Path) -> None:
    for value in range(builds.KEEP_BUILDS + 3):
        publish([value])
    assert numbers_in(builds_dir()) == list(range(4, 14))
    assert len(data_files()) == builds.KEEP_BUILDS


@pytest.mark.slow
def test_pin_keeps_a_build_and_its_files_for_good(city_home: Path) -> None:
    publish([100])
    builds.pin(1, "packet 2017-06")
    for value in range(builds.KEEP_BUILDS + 1):
        publish([value])
    assert 1 in numbers_in(builds_dir())
    assert open_build(1).rows("SELECT value FROM numbers") == [(100,)]
    assert builds.pinned() == {1}


def test_prune_removes_files_no_build_names(city_home: Path) -> None:
    publish([1])
    stray = data_dir() / "numbers" / "all-0000.parquet"
    stray.write_bytes(b"left by a killed build")
    publish([2])
    assert not stray.exists()
    assert len(data_files()) == 2


def test_verify_whole_build(city_home: Path) -> None:
    write_build([request(), request(opened_on=date(2017, 7, 1))], by_month=True)
    result = builds.verify()
    assert result["build"] == 1
    assert result["files"] == 10
    assert result["damaged"] == 0


def test_verify_names_a_damaged_file(city_home: Path) -> None:
    path = warehouse_dir() / publish([1]).tables["numbers"].files[0].path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"data/numbers/all-.* is missing or changed"):
        builds.verify()


def test_begin_while_another_build_runs_is_refused(city_home: Path) -> None:
    with builds.begin(), pytest.raises(Busy, match="already running"), builds.begin():
        pass


def begin_and_fail() -> None:
    with builds.begin() as draft:
        (draft.folder / "half.parquet").write_bytes(b"x")
        raise RuntimeError


def test_begin_leaves_no_scratch(city_home: Path) -> None:
    with pytest.raises(RuntimeError):
        begin_and_fail()
    assert not (scratch_dir() / "build").exists()


KILLED_AT = """
import os, sys
from citystat.warehouse import files
from tests.warehouse.test_build import publish
left, rename = int(sys.argv[1]), os.replace
def counted(*args):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), 9)
    rename(*args)
os.replace = counted
publish([2])
"""


# The moment between the two renames in each run; before and after them in `make test`.
@pytest.mark.parametrize("renames", [pytest.param(0, marks=pytest.mark.slow), 1, pytest.param(2, marks=pytest.mark.slow)])
def test_publish_killed_before_any_rename_leaves_the_last_build_serving(city_home: Path, renames: int) -> None:
    publish([1])
    environment = os.environ | {"CITYSTAT_HOME": str(city_home)}
    killed = subprocess.run([sys.executable, "-c", KILLED_AT, str(renames)], env=environment, cwd=Path.cwd(), check=False)
    assert killed.returncode == -9
    forget_builds()
    assert open_build().rows("SELECT value FROM numbers") == [(1,)]
    built = publish([3])
    assert open_build().rows("SELECT value FROM numbers") == [(3,)]
    assert builds.verify()["build"] == built.number
    assert not list(warehouse_dir().rglob(".incoming-*"))


FULL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from citystat.core.errors import UserError
from tests.warehouse.test_build import publish
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    publish(list(range(0, 10_000_000, 7)))
except UserError as error:
    sys.exit(str(error))
"""


def test_publish_where_no_space_is_left_says_so_and_loses_nothing(city_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    publish([1])
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", is_full)
        with pytest.raises(UserError, match="The disk is full, so the build was stopped"):
            publish([2])
    assert open_build().rows("SELECT value FROM numbers") == [(1,)]
    assert builds.verify()["damaged"] == 0


@pytest.mark.slow
def test_publish_on_a_full_disk_says_so_and_loses_nothing(city_home: Path) -> None:
    publish([1])
    environment = os.environ | {"CITYSTAT_HOME": str(city_home)}
    stopped = subprocess.run([sys.executable, "-c", FULL_DISK], env=environment, check=False, capture_output=True, text=True)
    assert stopped.stderr.strip().startswith("The disk is full, so the build was stopped")
    assert open_build().rows("SELECT value FROM numbers") == [(1,)]
    assert builds.verify()["damaged"] == 0
