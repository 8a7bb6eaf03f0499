"""Run a piece of work as a process of its own and measure it: seconds, peak memory, what it printed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Measured:
    """One finished process; `peak_mb` is the greatest resident memory of any one process in it."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    printed: dict[str, Any]


def environment(home: Path) -> dict[str, str]:
    """Variables of every contender: the home, the settings, no others changed."""
    return {**os.environ, "CITYSTAT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "citystat.config.settings"}


def run(words: Sequence[str], home: Path, extra: Mapping[str, str] | None = None) -> Measured:
    """Run `python WORDS...` to its end; its last printed line may be a JSON object."""
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, *words], cwd=ROOT, env={**environment(home), **(extra or {})}, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        text = child.stdout.read().decode()
        _pid, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if child.returncode:
        raise SystemExit(f"`{' '.join(words)}` failed with code {child.returncode}.")
    lines = [line for line in text.splitlines() if line.startswith("{")]
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.loads(lines[-1]) if lines else {})


def mean(one: Measured, other: Measured) -> Measured:
    """Mean seconds of two runs of the same work, and the greater memory."""
    return Measured(
        (one.seconds + other.seconds) / 2, (one.cpu_seconds + other.cpu_seconds) / 2, max(one.peak_mb, other.peak_mb), one.printed
    )


def citystat(words: Sequence[str], home: Path) -> Measured:
    """Run a CityStat command."""
    return run(["-m", "citystat", *words, "--json"], home)
