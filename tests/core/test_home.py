"""Where state lives."""

from pathlib import Path

import pytest

from citystat.core.home import home


def test_home_follows_the_environment_and_the_working_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        monkeypatch.setenv("CITYSTAT_HOME", str(tmp_path / name))
        assert home() == (tmp_path / name).resolve()
        monkeypatch.setenv("CITYSTAT_HOME", "state")
        assert home() == (tmp_path / name / "state").resolve()
        monkeypatch.delenv("CITYSTAT_HOME")
        assert home() == (tmp_path / name / "var").resolve()


def test_home_reads_the_tilde_as_the_persons_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CITYSTAT_HOME", "~/city")
    assert home() == (tmp_path / "city").resolve()
