"""Whether every line of a CSV file is in one of the rows read: what an unclosed quotation mark swallows may be in none of them.

A quotation mark that is never closed makes one row of all that follows, of which the engine keeps the start alone; a line longer than its
buffer it passes over without a word. Both show in the count of lines, which costs next to nothing: only where there are more lines than
rows is looked closer, for line ends inside of texts are ordinary.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from citystat.core.errors import InputError
from citystat.service_requests.loading.sniffing import MAXIMUM_LINE_BYTES
from citystat.service_requests.loading.staging import REJECTS, Staged

CHUNK_BYTES: Final = 1 << 22
# A row that cannot be read may be a text of a few lines; more is a quotation mark that swallows other rows.
MOST_LINES_OF_A_REJECT: Final = 20
ONE_LINE_END: Final = r"'\n\s*\n', chr(10), 'g'"


def refuse(connection: duckdb.DuckDBPyConnection, staged: Staged, rows: int, unreadable: int) -> None:
    """Raise InputError where lines of a CSV file are in none of its rows.

    `rows` were read, `unreadable` others are in the table of rejects.
    """
    if staged.plain is None or _line_ends(staged.plain) <= rows + unreadable:
        return
    filled = sum(1 for line in _lines(staged.plain) if not line.isspace()) - staged.sniffed.lines_before - 1
    first, of_rejects = _of_rejects(connection, staged)
    lost = filled - rows - _inside_texts(connection, staged) - of_rejects
    if lost > 0:
        where = f"a quotation mark in or after line {first + 1 + staged.sniffed.lines_before:,} is not closed" if first else _long_line()
        lines = "A line" if lost == 1 else f"{lost:,} lines"
        raise InputError(
            f"{lines} of {staged.name} would be in none of its rows: {where}. Correct the file and load it again; nothing of it was loaded."
        )


def _long_line() -> str:
    return f"one is longer than {MAXIMUM_LINE_BYTES >> 20} MB, or a quotation mark is not closed"


def _line_ends(path: Path) -> int:
    """Line ends before the last line; the one of the header makes up for the one the last row may lack."""
    return (_count(path, b"\n") or _count(path, b"\r")) - 1


def _count(path: Path, end: bytes) -> int:
    with open(path, "rb") as file:
        return sum(chunk.count(end) for chunk in iter(lambda: file.read(CHUNK_BYTES), b""))


def _lines(path: Path) -> Iterator[bytes]:
    """Lines by whatever end, a long one in pieces of which the first alone counts."""
    with open(path, encoding="latin-1", newline=None) as file:
        is_start = True
        while piece := file.readline(CHUNK_BYTES):
            if is_start:
                yield piece.encode("latin-1")
            is_start = piece.endswith("\n")


def _inside_texts(connection: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    """Lines that begin inside of texts, empty ones apart."""
    texts = (f"coalesce(regexp_replace({column.sql}, {ONE_LINE_END}), '')" for column in staged.columns)
    count = " + ".join(f"(length({text}) - length(replace({text}, chr(10), '')))" for text in texts)
    row = connection.execute(f"SELECT sum({count}) FROM ({staged.rows})").fetchone()
    return int((row and row[0]) or 0)


def _of_rejects(connection: duckdb.DuckDBPyConnection, staged: Staged) -> tuple[int, int]:
    """Number of the first unreadable row, 0 where there is none, and the lines of all of them, a few each at most."""
    lines = connection.execute(f"SELECT record, line FROM {REJECTS} WHERE file = {staged.number} ORDER BY record").fetchall()
    counts = (sum(1 for line in (text or "").splitlines() if line.strip()) for _, text in lines)
    return (int(lines[0][0]) if lines else 0), sum(max(1, min(count, MOST_LINES_OF_A_REJECT)) for count in counts)
