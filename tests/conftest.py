"""Fixtures every test may use."""

import os
from pathlib import Path

import pytest


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
