"""The city every page test of the room reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web import pages


@pytest.fixture(scope="session")
def city_of_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home with one build for all of them."""
    with pages.city(tmp_path_factory.mktemp("pages") / "var") as folder:
        yield folder


@pytest.fixture
def city(city_of_pages: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CITYSTAT_HOME", str(city_of_pages))
    return city_of_pages
