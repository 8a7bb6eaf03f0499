"""Files that are there whole or not at all, whoever else reads or writes them at the same moment.

Nothing is synced to disk: what must outlive a power cut is the warehouse's, which writes its files with `warehouse.files`.
"""

import os
import threading
from contextlib import suppress
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Give a file its content in one step; its folder must be there. Raises OSError, and leaves what was there before as it was."""
    partial = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError:
        # What was begun on a full disk would only take more of it.
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
