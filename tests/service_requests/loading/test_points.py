"""Projected coordinates converted from several DuckDB threads at once."""

import subprocess
import sys

MANY_THREADS = """
import duckdb
from citystat.service_requests.loading import points
for _ in range(8):
    connection = duckdb.connect(config={"threads": 4})
    points.register(connection, [2263])
    connection.execute("CREATE TABLE pairs AS SELECT 1000000.0 + i % 5000 AS x, 190000.0 + i % 3000 AS y FROM range(400000) r(i)")
    found = connection.execute("SELECT count((from_plane_2263(x, y)).latitude) FROM pairs").fetchone()[0]
    assert found == 400000, found
    connection.close()
"""


def test_register_converts_on_many_threads_without_a_crash():
    # A process of its own: the failure this guards against ends the interpreter.
    finished = subprocess.run([sys.executable, "-c", MANY_THREADS], capture_output=True, text=True, timeout=200, check=False)
    assert finished.returncode == 0, finished.stderr[-500:]
