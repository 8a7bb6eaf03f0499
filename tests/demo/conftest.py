"""The demo city, made once for these tests by the real command in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REQUESTS = 60_000


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What `citystat demo --json` printed; CITYSTAT_HOME is the demo's home while these tests run."""
    home = tmp_path_factory.mktemp("demo-home") / "var"
    environment = {**os.environ, "CITYSTAT_HOME": str(home)}
    command = [sys.executable, "-m", "citystat", "demo", "--requests", str(REQUESTS), "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    before = os.environ["CITYSTAT_HOME"]
    os.environ["CITYSTAT_HOME"] = str(home)
    try:
        yield {**json.loads(done.stdout.splitlines()[-1]), "home": Path(home)}
    finally:
        os.environ["CITYSTAT_HOME"] = before
