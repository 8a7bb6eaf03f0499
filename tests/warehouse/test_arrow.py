"""Arrow leaves pandas alone until somebody asks for it."""

import subprocess
import sys

PROGRAM = """
import sys
import numpy as np
import pyarrow as pa
from citystat.warehouse.arrow import leave_pandas_out
{before}
pa.array(np.arange(3)), pa.scalar(1), pa.nulls(2, pa.string()).fill_null("x")
print("pandas" in sys.modules, any(type(one).__name__ == "_NoPandas" for one in sys.meta_path), len(pa.table({{"a": [1]}}).to_pandas()))
"""


def said(before: str) -> str:
    """What a process of its own prints."""
    program = PROGRAM.format(before=before)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_arrow_does_not_load_pandas_and_finds_it_when_asked():
    assert said("leave_pandas_out()\nleave_pandas_out()") == "False False 1"


def test_arrow_left_to_itself_loads_pandas():
    assert said("") == "True False 1"
