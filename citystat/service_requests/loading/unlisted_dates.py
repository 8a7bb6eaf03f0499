"""Dates an export writes otherwise than its layout says: a spreadsheet, a script or another tool has been at them. The first rows tell."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import duckdb

from citystat.service_requests.loading import expressions as sql
from citystat.service_requests.loading.date_formats import (
    EPOCHS,
    EXCEL_SERIAL,
    ISO,
    formats_of,
    is_either_way,
    serial_formats_of,
    share_read,
)
from citystat.service_requests.loading.headers import Column
from citystat.service_requests.loading.layout import Layout
from citystat.service_requests.loading.staging import Staged

SAMPLE_ROWS: Final = 2_000
MOST_VALUES: Final = 300
# One number may be a slip of the pen; a column of them is not.
FEWEST_NUMBERS: Final = 20
FEWEST_TURNED: Final = 3
UTC_DOUBT: Final = " They count from 1970 in UTC: look at the hours of a few requests, since some scripts take the city's clock for UTC."
NUMBERS: Final = {*EPOCHS, EXCEL_SERIAL}


def completed(connection: duckdb.DuckDBPyConnection, staged: Staged, layout: Layout, zone: str) -> tuple[Layout, list[str]]:
    """The layout with the formats the file's dates need beside its own, and a note for each."""
    dates, notes = [str(form) for form in layout.listed("dates")], list[str]()
    for column, values in _values(connection, staged, layout):
        left = _unread(connection, values, dates, zone)
        turned = _turned(values, left, dates)
        added = turned or _added(left, dates)
        if not added:
            continue
        dates = [*added, *(form for form in dates if not (turned and form.startswith("%m/%d")))]
        said = "the day first" if turned else ", ".join(added)
        doubt = UTC_DOUBT if EPOCHS.keys() & set(added) else ""
        example = f"dates in {column.header} such as {left[0][:40]!r}, which the layout does not list"
        notes.append(f"{staged.name}: {example}, were read as {said}.{doubt}")
    if not notes:
        return layout, []
    return replace(layout, definition={**layout.definition, "dates": dates}), notes


def _values(connection: duckdb.DuckDBPyConnection, staged: Staged, layout: Layout) -> list[tuple[Column, list[str]]]:
    """Different values of each column of dates in the first rows."""
    columns = layout.date_columns(staged.columns)
    texts = ", ".join(sql.cleaned(column.sql, layout.listed("missing")) for column in columns)
    try:
        rows = connection.execute(f"SELECT {texts} FROM ({staged.rows}) LIMIT {SAMPLE_ROWS}").fetchall() if columns else []
    except duckdb.InvalidInputException:
        return []  # The pass over all rows says what is wrong with the file, or reads it less strictly.
    found = (sorted({row[place] for row in rows} - {None}) for place in range(len(columns)))
    return list(zip(columns, (_evenly(values) for values in found), strict=True))


def _evenly(values: list[str]) -> list[str]:
    return values[:: max(1, -(-len(values) // MOST_VALUES))]


def _unread(connection: duckdb.DuckDBPyConnection, values: Sequence[str], dates: Sequence[str], zone: str) -> list[str]:
    """The values no format of the layout reads."""
    # The loader reads more than Python does; it is asked only where Python finds something to ask.
    doubtful = [value for value in values if not share_read([value], [ISO, *dates])]
    if not doubtful:
        return []
    local = sql.local_time(sql.from_serial("value", dates), [form for form in dates if form != EXCEL_SERIAL], zone)
    found = connection.execute(f"SELECT value FROM (SELECT unnest(?) AS value) WHERE ({local}) IS NULL ORDER BY 1", [doubtful]).fetchall()
    return [row[0] for row in found]


def _added(left: Sequence[str], dates: Sequence[str]) -> list[str]:
    """The formats that read what was left; none that could be meant otherwise, and numbers only where there are many."""
    found = formats_of(left) or serial_formats_of(left)
    if not found or (NUMBERS & set(found) and len(left) < FEWEST_NUMBERS):
        return []
    says_month_first = any(form.startswith("%m/%d") for form in dates)
    if not says_month_first and is_either_way(left, found):
        return []
    return [form for form in found if form != ISO]


def _turned(values: Sequence[str], left: Sequence[str], dates: Sequence[str]) -> list[str]:
    """The day-first formats that read nearly all values of a column, where the layout says that the month comes first and many do not."""
    if len(left) < FEWEST_TURNED or len(left) < 0.3 * len(values) or not any(form.startswith("%m/%d") for form in dates):
        return []
    found = [form for form in formats_of(left) if form.startswith("%d/%m")]
    return found if found and share_read(values, found) >= 0.95 else []
