"""Landed loads straight from row dicts, for tests of the build that need no export file.

    land([state(request_id="A", opened_on=date(2017, 6, 1), status="open")], as_of=date(2017, 6, 30))
    land([state(request_id="A", opened_on=date(2017, 6, 1), closed_on=date(2017, 7, 2))], as_of=date(2017, 7, 31))

Needs a home of its own: use the `city_home` fixture.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from citystat.service_requests import schema
from citystat.warehouse import landing
from tests.factories.requests import write_parquet

TIME_ZONE = "America/Chicago"
_ids = count(1)
Row = dict[str, Any]


def instant(day: date, clock: time = time()) -> datetime:
    """A local day and clock time as the stored UTC instant."""
    return datetime.combine(day, clock, tzinfo=ZoneInfo(TIME_ZONE)).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def state(**values: Any) -> Row:
    """One request state as a load writes it: days become instants at local midnight unless a clock time (`closed_clock=`) is given."""
    row: Row = {
        "source": "test-city",
        "request_id": f"S{next(_ids):06d}",
        "service": "Pothole",
        "category": "Streets",
        "department": "Public Works",
        "channel": "phone",
        "origin": "resident",
        "opened_on": date(2017, 6, 1),
        "status": "closed" if values.get("closed_on") else "open",
        "address": f"{next(_ids)} Main St",
        "recorded_places": {},
        "extra": {},
        "moved_away": False,
    }
    row |= dict.fromkeys(schema.ROW_FLAGS, False) | values
    for name in ("opened", "due", "closed", "first_response"):
        day, clock = row.get(f"{name}_on"), row.pop(f"{name}_clock", None)
        row.setdefault(f"{name}_at", instant(day, clock or time()) if day else None)
        row.setdefault(f"{name}_has_time", clock is not None if day else None)
    return row


def land(rows: Iterable[Row], *, as_of: date, columns: Mapping[str, str] = schema.STATE_COLUMNS, **facts: Any) -> landing.Load:
    """Write the rows as one load of that as-of date, with all columns of a state or fewer."""
    by_month: dict[str, list[Row]] = defaultdict(list)
    with landing.begin("requests") as load:
        for row in rows:
            key = f"{row['opened_on']:%Y-%m}" if row["opened_on"] else "none"
            by_month[key].append({"load_id": load.number, "as_of": as_of, "state_hash": crc32(str(row).encode())} | row)
        for key, states in by_month.items():
            write_parquet(load.folder / f"{key}.parquet", columns, states)
        loaded = sum(map(len, by_month.values()))
        counts = {"rows_read": loaded, "loaded": loaded, "unchanged": 0, "superseded": 0, "quarantined": 0}
        told = {"as_of": as_of, "source": "test-city", "layout": "test", "time_zone": TIME_ZONE, "loaded_at": "2017-12-31T12:00:00+00:00"}
        return load.commit(told | counts | {"flags": {}, "files": []} | facts)


def days(first: date, number: int) -> list[date]:
    """So many days in a row."""
    return [first + timedelta(days=shift) for shift in range(number)]
