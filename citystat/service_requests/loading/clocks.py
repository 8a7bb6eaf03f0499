"""Clock times to instants, fast: the offset of a whole day is looked up, and only days on which it changes ask the zone's rules."""

import itertools
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

FIRST_DAY: Final = date(1990, 1, 1)
DAYS: Final = 60 * 365


def variable(zone: str) -> str:
    """The name of the SQL variable that holds a zone's offsets."""
    return "offsets_" + "".join(letter if letter.isalnum() else "_" for letter in zone.lower())


@lru_cache(maxsize=8)
def microseconds_to_utc(zone: str) -> tuple[int | None, ...]:
    """For each day from FIRST_DAY on: what to add to a clock time to have UTC, or None where the offset changes that day."""
    rules = ZoneInfo(zone)
    starts = [FIRST_DAY + timedelta(days=day) for day in range(DAYS + 1)]
    offsets = [datetime(day.year, day.month, day.day, tzinfo=rules).utcoffset() or timedelta() for day in starts]
    pairs = itertools.pairwise(offsets)
    return tuple(-int(now.total_seconds()) * 1_000_000 if now == then else None for now, then in pairs)


def prepare(connection: duckdb.DuckDBPyConnection, zone: str) -> None:
    """Set the variable of a zone; `as_utc` needs it."""
    values = ", ".join("NULL" if value is None else str(value) for value in microseconds_to_utc(zone))
    connection.execute(f"SET VARIABLE {variable(zone)} = [{values}]::BIGINT[]")


def as_utc(local: str, zone: str) -> str:
    """SQL of the instant of a clock time, in UTC without zone. Of an hour that comes twice the first reading is taken."""
    if zone == "UTC":
        return local
    day = f"(({local})::DATE - DATE '{FIRST_DAY - timedelta(days=1)}')"
    looked_up = f"make_timestamp(epoch_us({local}) + list_extract(getvariable('{variable(zone)}'), {day}))"
    by_rules = f"CASE WHEN {local} IS NOT NULL THEN timezone('UTC', timezone('{zone}', {local})) END"
    # list_extract counts a negative place from the end, so days before the table must not reach it.
    return f"coalesce(CASE WHEN {day} > 0 THEN {looked_up} END, {by_rules})"
