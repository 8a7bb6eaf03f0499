"""Fixtures every test may use."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long one example takes says more about the machine than about the code.
settings.register_profile("citystat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("citystat")

# Left out of the quick run: whole cities, whole exports, processes that are killed, second implementations row by row.
SLOW_FOLDERS = ("tests/demo/", "tests/ops/")
SLOW_FILES = (
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests, before marks choose what runs."""
    root = Path(__file__).resolve().parents[1]
    for item in items:
        name = item.path.relative_to(root).as_posix()
        if name.startswith(SLOW_FOLDERS) or name in SLOW_FILES:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def shared_data() -> Path:
    """Real city data beside the checkout; a test that needs it is skipped, with a notice, where it is absent."""
    folder = Path(os.environ.get("CITYSTAT_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no real city data beside this checkout (set CITYSTAT_SHARED_DATA to its folder)")
    return folder


@pytest.fixture
def city_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty CITYSTAT_HOME for one test."""
    folder = tmp_path / "var"
    monkeypatch.setenv("CITYSTAT_HOME", str(folder))
    return folder
