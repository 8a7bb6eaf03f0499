"""Fixtures every test may use."""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests import features, migrated

ROOT = Path(__file__).resolve().parents[1]

# How long one example takes says more about the machine than about the code.
settings.register_profile("citystat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("citystat")

# Left out of the quick run: whole cities, whole exports, processes that are killed, second implementations row by row.
SLOW_FOLDERS = ("tests/demo/", "tests/ops/")
SLOW_FILES = (
    "tests/open311/test_fuzz.py",
    "tests/places/test_real_cities.py",
    "tests/places/test_slow_twin.py",
    "tests/plan/test_slow_twin.py",
    "tests/plan/test_weak_points.py",
    "tests/service_requests/loading/test_bad_input.py",
    "tests/service_requests/loading/test_formats.py",
    "tests/service_requests/loading/test_points.py",
    "tests/service_requests/loading/test_real_files.py",
    "tests/service_requests/test_extract_months.py",
    "tests/service_requests/test_quality_builds.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make test` and `tools/features.py` ask for."""
    parser.addoption(
        "--features",
        metavar="FILE",
        help="write what became of the tests that show features; with an equals sign, else a file that exists is taken for tests",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Once the options are known."""
    features.watch(config)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Named files and tests run in this process, where starting workers would cost more; all tests on every core."""
    if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return None
    is_whole = config.args_source is not pytest.Config.ArgsSource.ARGS and not config.option.collectonly
    return len(os.sched_getaffinity(0)) if is_whole else 0


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Tests that name measures while they are collected have no database yet.

    What is imported here stays to the end: looking through it for what could be thrown away takes a fifth of the collection.
    """
    from citystat.plan.registered import register

    register.kept.start_empty()
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests, before marks choose what runs; say which features a test shows."""
    for item in items:
        name = item.path.relative_to(ROOT).as_posix()
        if name.startswith(SLOW_FOLDERS) or name in SLOW_FILES:
            item.add_marker(pytest.mark.slow)
        features.tell(item)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The quick run does not even import slow files; one that is named is collected, and its tests are left out by their mark."""
    if "not slow" not in str(config.option.markexpr):
        return None
    name = collection_path.relative_to(ROOT).as_posix() + ("/" if collection_path.is_dir() else "")
    return True if name.startswith(SLOW_FOLDERS) or name in SLOW_FILES else None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Just before the database is made: not by migrating it once more."""
    migrated.start_from_a_copy()


@pytest.fixture
def shared_data() -> Path:
    """Real city data beside the checkout; a test that needs it is skipped, with a notice, where it is absent."""
    folder = Path(os.environ.get("CITYSTAT_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no real city data beside this checkout (set CITYSTAT_SHARED_DATA to its folder)")
    return folder


@pytest.fixture
def city_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty CITYSTAT_HOME for one test."""
    folder = tmp_path / "var"
    monkeypatch.setenv("CITYSTAT_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def numbered_anew() -> None:
    """The same rows made in two tests are the same, and so is their build, which then is copied."""
    from tests.factories import requests

    requests.number_anew()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page read in Spanish, by a test or by what its file shares, leaves nothing behind for the next test of its process."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def empty_register() -> Iterator[None]:
    """Nothing read of the register of measures in one test is kept for the next; what a test writes is read at once."""
    from citystat.plan import weak_point_files
    from citystat.plan.registered import register

    register.kept.start_empty()
    # Tests may read builds that are alike, with registers that are not.
    weak_point_files._given.cache_clear()
    yield
    register.kept.start_empty()


@pytest.fixture(autouse=True)
def ordinary_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page asks for what a server keeps for seconds, the emergency switch, notices, translations: none until a test makes one."""
    from django.db.models.signals import post_save

    from citystat.service_requests.cases import emergency, notices, offers
    from citystat.service_requests.models import CatalogTranslation, EmergencySwitch, Notice

    known = ((emergency._state, EmergencySwitch, None), (notices._out, Notice, ()), (offers._words_version, CatalogTranslation, 0))
    for kept, table, nothing in known:
        made: list[Any] = []
        post_save.disconnect(sender=table, dispatch_uid=f"ordinary {table.__name__}")
        post_save.connect(lambda made=made, **_told: made.append(1), sender=table, weak=False, dispatch_uid=f"ordinary {table.__name__}")
        read = kept._read
        monkeypatch.setattr(kept, "_read", lambda made=made, read=read, nothing=nothing: read() if made else nothing)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium, one a process: the driver cannot be started twice in one."""
    from tests.browser.conftest import CHROMIUM, OFFLINE, QUIET, WEBGL

    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM} (Debian: install the package chromium, or set CITYSTAT_TEST_CHROMIUM)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET, *OFFLINE, *WEBGL])
        yield browser
        browser.close()
