"""An installation on PostgreSQL, from the first command to a filed request."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.repository.paths import ROOT
from tools import postgresql

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run a command of CityStat in a home whose database is on PostgreSQL."""
    home = tmp_path_factory.mktemp("postgresql") / "var"
    try:
        with postgresql.server() as address:

            def command(*words: str) -> subprocess.CompletedProcess[str]:
                environment = {**os.environ, "CITYSTAT_HOME": str(home), "DATABASE_URL": address}
                environment["DJANGO_SETTINGS_MODULE"] = "citystat.config.settings"
                return subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

            yield command
    except postgresql.Missing as error:
        pytest.skip(f"no PostgreSQL here: {error}")


def test_init_twice_then_requests_are_filed(run: Run) -> None:
    first = json.loads(run("-m", "citystat", "init", "--city", "examples/calder-bend", "--json").stdout)
    again = json.loads(run("-m", "citystat", "init", "--json").stdout)
    filled = run("-m", "benchmarks.live_requests", "prepare", "0")

    assert (first["database"], again["database"]) == ("created", "up to date")
    assert filled.returncode == 0, filled.stderr
    assert json.loads(filled.stdout)["requests"] > 100
    assert not Path(first["home"], "citystat.sqlite3").exists()


def test_demo_is_refused_and_says_why(run: Run) -> None:
    done = run("-m", "citystat", "demo", "--requests", "1000")
    assert done.returncode != 0
    assert "without DATABASE_URL" in done.stdout + done.stderr


def test_backup_is_refused_and_says_what_to_use(run: Run, tmp_path: Path) -> None:
    done = run("-m", "citystat", "backup", str(tmp_path / "b.tar"))
    assert done.returncode != 0
    assert "pg_dump" in done.stdout + done.stderr
    assert not (tmp_path / "b.tar").exists()
