"""Files that are there whole or not at all, whoever else reads or writes them at the same moment.

Nothing is synced to disk: what must outlive a power cut is the warehouse's, which writes its files with `warehouse.files`.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def appearing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write into that takes its name at the end; its folder must be there. Whatever is raised leaves what was there before."""
    partial = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    except BaseException:
        # What was begun on a full disk would only take more of it.
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def write(path: Path, content: bytes) -> None:
    """Give a file its content in one step. Raises OSError, and leaves what was there before as it was."""
    with appearing(path) as file:
        file.write(content)
