"""Fixtures every test may use."""

import os
import tempfile
from pathlib import Path

import pytest

# A home of their own, made before Django reads its settings.
_TEST_HOME = Path(os.environ.setdefault("CITYSTAT_HOME", tempfile.mkdtemp(prefix="citystat-tests-")))
os.environ.setdefault("CITYSTAT_SECRET_KEY", "only-for-tests-" + "0123456789" * 5)


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
