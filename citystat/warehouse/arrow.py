"""Arrow without pandas: asked for its first value, Arrow looks whether there is a pandas and loads it, for 0.6 seconds and 60 MB.

Nothing here hands rows to pandas. A later `to_pandas()` of Arrow looks again and finds it.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

import pyarrow as pa


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Say of pandas that it is not there, and nothing of other modules."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


def leave_pandas_out() -> None:
    """Let Arrow look for pandas now and find none; without effect where something loaded it before, or on a second call."""
    if "pandas" in sys.modules:
        return
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(finder)
