"""One writer at a time, across processes."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from citystat.core.errors import Busy
from citystat.core.home import make_home


@contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Hold the lock `name` while the block runs; raise Busy, naming the holder, when another process has it.

    The operating system frees it when the process ends, however it ends.
    """
    path = make_home() / f".{name}.lock"
    with open(path, "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "another process"
            raise Busy(f"A {name} is already running ({holder}): wait until it has finished, then try again.") from None
        file.truncate(0)
        file.write(f"process {os.getpid()} since {datetime.now().astimezone():%H:%M}")
        file.flush()
        yield
