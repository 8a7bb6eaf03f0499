"""Clock times to instants, fast: which offset a whole day has is looked up bit by bit, and only days on which it changes ask the zone's
rules."""

import itertools
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

FIRST_DAY: Final = date(1990, 1, 1)
DAYS: Final = 60 * 365


def variable(zone: str, offset: int) -> str:
    """The name of the SQL variable that says, a bit a day, on which days a zone has an offset."""
    return "days_" + "".join(letter if letter.isalnum() else "_" for letter in f"{zone.lower()}_{offset}")


@lru_cache(maxsize=8)
def microseconds_to_utc(zone: str) -> tuple[int | None, ...]:
    """For each day from FIRST_DAY on: what to add to a clock time to have UTC, or None where the offset changes that day."""
    rules = ZoneInfo(zone)
    starts = [FIRST_DAY + timedelta(days=day) for day in range(DAYS + 1)]
    offsets = [datetime(day.year, day.month, day.day, tzinfo=rules).utcoffset() or timedelta() for day in starts]
    pairs = itertools.pairwise(offsets)
    return tuple(-int(now.total_seconds()) * 1_000_000 if now == then else None for now, then in pairs)


def _offsets(zone: str) -> list[int]:
    return sorted({offset for offset in microseconds_to_utc(zone) if offset is not None})


def prepare(connection: duckdb.DuckDBPyConnection, zone: str) -> None:
    """Set the variables of a zone; `as_utc` needs them."""
    days = microseconds_to_utc(zone)
    for offset in _offsets(zone):
        bits = "".join("1" if day == offset else "0" for day in days)
        connection.execute(f"SET VARIABLE {variable(zone, offset)} = '{bits}'::BITSTRING")


def as_utc(local: str, zone: str) -> str:
    """SQL of the instant of a clock time, in UTC without zone. Of an hour that comes twice the first reading is taken."""
    if zone == "UTC":
        return local
    # A place beyond the bits is an error, so it is kept within them even where the answer is not used.
    day = f"CAST(greatest(0, least({DAYS - 1}, ({local})::DATE - DATE '{FIRST_DAY}')) AS INTEGER)"
    by_rules = f"CASE WHEN {local} IS NOT NULL THEN {_by_rules(local, zone)} END"
    looked_up = " ".join(
        f"WHEN get_bit(getvariable('{variable(zone, offset)}'), {day}) = 1 THEN make_timestamp(epoch_us({local}) + {offset})"
        for offset in _offsets(zone)
    )
    first, last = FIRST_DAY, FIRST_DAY + timedelta(days=DAYS)
    is_known = f"{local} >= TIMESTAMP '{first}' AND {local} < TIMESTAMP '{last}'"
    return f"CASE WHEN {is_known} THEN CASE {looked_up} ELSE {by_rules} END ELSE {by_rules} END"


def _by_rules(local: str, zone: str) -> str:
    """SQL that asks the zone's rules. They take the second reading of an hour that comes twice: the first one is that with the offset of
    the day before, if it reads as the clock time again."""
    later = f"timezone('UTC', timezone('{zone}', {local}))"
    eve = f"({later} - INTERVAL 1 DAY)"
    first = f"({local} - (timezone('{zone}', timezone('UTC', {eve})) - {eve}))"
    return f"CASE WHEN timezone('{zone}', timezone('UTC', {first})) = {local} THEN {first} ELSE {later} END"
