"""Progress of long work: a bar on a terminal, plain lines otherwise, nothing when a machine reads."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Step = Callable[[int], None]
SECONDS_BETWEEN_LINES = 5.0
_silent = False


def be_silent(silent: bool = True) -> None:
    """Print no progress from now on (the result is read by a machine)."""
    global _silent
    _silent = silent


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Step]:
    """Report progress on standard error while the block runs; call the step with the units done since the last call."""
    if _silent:
        yield lambda done: None
    elif sys.stderr.isatty():
        yield from _bar(title, total)
    else:
        yield from _lines(title, total)


def _bar(title: str, total: int | None) -> Iterator[Step]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.advance(task, done)


def _lines(title: str, total: int | None) -> Iterator[Step]:
    started = said = time.monotonic()
    count = 0

    def step(done: int) -> None:
        nonlocal count, said
        count += done
        now = time.monotonic()
        if now - said >= SECONDS_BETWEEN_LINES:
            said = now
            of_total = f" of {total:,}" if total else ""
            sys.stderr.write(f"{title}: {count:,}{of_total} after {now - started:.0f} s\n")

    yield step
    sys.stderr.write(f"{title}: {f'{count:,} ' if count else ''}done in {time.monotonic() - started:.1f} s\n")
