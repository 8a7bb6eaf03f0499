"""Counts, list, timeline and map cells of the explorer, all under one condition."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

import pyarrow as pa

from citystat.core.home import warehouse_dir
from citystat.service_requests.explorer.conditions import Condition, condition, place_column
from citystat.service_requests.explorer.filters import Filters
from citystat.warehouse.connections import Warehouse

Answer = TypeVar("Answer")
BUILDS_KNOWN = 5
ROWS_PER_PAGE = 50
POINTS_AT_MOST = 400
CELLS_AT_MOST = 4_000
PIXELS_PER_CELL = 48
PIXELS_OF_WORLD = 512
# Default dates such as 1900 would stretch the timeline over a century of empty months.
EARLIEST_MONTH = date(1990, 1, 1)


@dataclass(frozen=True)
class Summary:
    """How many requests the filters select, and how many of them have no point or no place."""

    total: int
    unlocated: int
    not_counted: int
    open: int
    overdue: int
    first_opened_on: date | None
    last_opened_on: date | None
    by_status: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Month:
    """Requests opened in one month, and whether the asked-for dates take it in."""

    month: date
    requests: int
    selected: bool


@dataclass(frozen=True)
class Choice:
    """One value a filter may take, with how many requests it has under the other filters."""

    value: str
    label: str
    requests: int


def _once(warehouse: Warehouse, name: str, ask: Callable[[], Answer]) -> Answer:
    """What a build says of itself is asked once: it never changes, and there are few builds."""
    key = str(warehouse_dir()), warehouse.number, warehouse.manifest.checksum
    if key not in _known:
        while len(_known) >= BUILDS_KNOWN:
            _known.pop(next(iter(_known)), None)
        _known[key] = {}
    if name not in _known[key]:
        _known[key][name] = ask()
    return _known[key][name]  # type: ignore[no-any-return]


_known: dict[tuple[str, int, str], dict[str, Any]] = {}


def _where(warehouse: Warehouse, filters: Filters) -> Condition:
    return condition(filters, warehouse.columns("requests"))


@dataclass(frozen=True)
class Overview:
    """What the explorer says about the requests under the filters; `months` and `places` as the functions of their names say."""

    summary: Summary
    months: tuple[Month, ...]
    places: tuple[Choice, ...]
    # Requests with an opening time by month opened, newest first: says how far back a page of the list reaches.
    by_month: tuple[tuple[date, int], ...]

    def reaches_back_to(self, rows: int) -> date | None:
        """The first day of the month that holds the last of so many newest requests; None where there are not so many."""
        for month, requests in self.by_month:
            rows -= requests
            if rows <= 0:
                return month
        return None


def overview(warehouse: Warehouse, filters: Filters, kind: str = "") -> Overview:
    """Totals, months and places of a kind ("" for none) under the filters, in one reading of the table."""
    columns = warehouse.columns("requests")
    where = _where(warehouse, _without_dates(filters))
    inside = condition(Filters(opened_from=filters.opened_from, opened_to=filters.opened_to), columns)
    place = place_column(kind, columns) if kind else "CAST(NULL AS VARCHAR)"
    found = warehouse.dicts(
        f"""WITH asked AS (SELECT opened_month, status, {place} AS place, opened_on, opened_at, is_located, is_counted, is_overdue,
                                  {inside.sql} AS inside
                           FROM requests WHERE {where.sql})
            SELECT opened_month, status, place, count(*) AS everything, count(*) FILTER (WHERE inside) AS requests,
                   count(*) FILTER (WHERE inside AND NOT is_located) AS unlocated,
                   count(*) FILTER (WHERE inside AND NOT is_counted) AS not_counted,
                   count(*) FILTER (WHERE inside AND is_overdue) AS overdue,
                   count(opened_at) FILTER (WHERE inside) AS timed,
                   min(opened_on) FILTER (WHERE inside) AS first_on, max(opened_on) FILTER (WHERE inside) AS last_on
            FROM asked GROUP BY ALL""",
        (*inside.parameters, *where.parameters),
    )
    return Overview(_summary(found), _months(found, filters), _places(warehouse, found, kind) if kind else (), _newest_first(found))


def _summary(found: list[dict[str, Any]]) -> Summary:
    by_status = Counter[str]()
    for row in found:
        by_status[row["status"]] += row["requests"]
    return Summary(
        total=sum(by_status.values()),
        unlocated=sum(row["unlocated"] for row in found),
        not_counted=sum(row["not_counted"] for row in found),
        open=by_status["open"],
        overdue=sum(row["overdue"] for row in found),
        first_opened_on=min((row["first_on"] for row in found if row["first_on"]), default=None),
        last_opened_on=max((row["last_on"] for row in found if row["last_on"]), default=None),
        by_status=tuple(sorted(((name, count) for name, count in by_status.items() if count), key=lambda one: (-one[1], one[0]))),
    )


def _months(found: list[dict[str, Any]], filters: Filters) -> tuple[Month, ...]:
    """Requests by month over the whole history under the other filters, so that a range can be drawn."""
    counts = Counter[date]()
    for row in found:
        if row["opened_month"]:
            counts[row["opened_month"]] += row["everything"]
    if not counts:
        return ()
    every = _every_month(max(min(counts), EARLIEST_MONTH), max(counts))
    return tuple(Month(month, counts.get(month, 0), _touches(filters, month)) for month in every)


def _places(warehouse: Warehouse, found: list[dict[str, Any]], kind: str) -> tuple[Choice, ...]:
    """Requests by place of a kind, the ones in no place last; adds up to the total."""
    counts = Counter[str | None]()
    for row in found:
        counts[row["place"]] += row["requests"]
    names = dict(place_names(warehouse, kind))
    coded = sorted((code for code, count in counts.items() if code is not None and count), key=_in_natural_order)
    choices = [Choice(code, names.get(code, code), counts[code]) for code in coded]
    return (*choices, Choice("", "", counts[None])) if counts[None] else tuple(choices)


def _in_natural_order(code: str) -> tuple[bool, int, str]:
    """Numbers by size, then words."""
    return not code.isdecimal(), int(code) if code.isdecimal() else 0, code


def _newest_first(found: list[dict[str, Any]]) -> tuple[tuple[date, int], ...]:
    counts = Counter[date]()
    for row in found:
        if row["opened_month"]:
            counts[row["opened_month"]] += row["timed"]
    return tuple(sorted(counts.items(), reverse=True))


def _without_dates(filters: Filters) -> Filters:
    return replace(filters, opened_from=None, opened_to=None)


def _touches(filters: Filters, month: date) -> bool:
    first, last = filters.opened_from, filters.opened_to
    return (not first or month_end(month) >= first) and (not last or month <= last)


def _every_month(first: date, last: date) -> Iterator[date]:
    month = first
    while month <= last:
        yield month
        month = _next_month(month)


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_end(month: date) -> date:
    """The last day of the month."""
    return date.fromordinal(_next_month(month).toordinal() - 1)


def place_names(warehouse: Warehouse, kind: str) -> tuple[tuple[str, str], ...]:
    """Code and name of every current place of a kind, numbers in their own order."""
    return _once(warehouse, f"names of {kind}", lambda: _place_names(warehouse, kind))


def _place_names(warehouse: Warehouse, kind: str) -> tuple[tuple[str, str], ...]:
    rows = warehouse.rows(
        """SELECT code, coalesce(any_value(name), code) FROM places WHERE kind = ? AND is_current
           GROUP BY code ORDER BY try_cast(code AS INTEGER), code""",
        (kind,),
    )
    return tuple(rows)


def bounds(warehouse: Warehouse) -> tuple[float, float, float, float] | None:
    """West, south, east, north of nearly all located requests, a few far points left out; None when none is located."""
    return _once(warehouse, "bounds", lambda: _find_bounds(warehouse))


def _find_bounds(warehouse: Warehouse) -> tuple[float, float, float, float] | None:
    row = warehouse.rows(
        """SELECT quantile_cont(longitude, 0.002), quantile_cont(latitude, 0.002),
                  quantile_cont(longitude, 0.998), quantile_cont(latitude, 0.998)
           FROM requests WHERE is_located AND NOT flag_off_city AND NOT flag_default_point USING SAMPLE 20000 ROWS"""
    )[0]
    return None if row[0] is None else tuple(round(float(value), 5) for value in row)  # type: ignore[return-value]


def choices(warehouse: Warehouse) -> dict[str, tuple[Choice, ...]]:
    """Values the filters offer: every service and department of the build with its number of requests."""
    return _once(warehouse, "choices", lambda: _choices(warehouse))


def _choices(warehouse: Warehouse) -> dict[str, tuple[Choice, ...]]:
    services = warehouse.rows(
        "SELECT service_slug, service, requests FROM services WHERE requests > 0 ORDER BY lower(service), service_slug"
    )
    departments = warehouse.rows("SELECT department, department, requests FROM departments WHERE department IS NOT NULL ORDER BY 1")
    return {
        "service": tuple(Choice(*row) for row in services),
        "department": tuple(Choice(*row) for row in departments),
    }


def place_kinds(warehouse: Warehouse) -> tuple[str, ...]:
    """Kinds of places points were assigned to in this build."""
    return _once(warehouse, "kinds", lambda: _place_kinds(warehouse))


def _place_kinds(warehouse: Warehouse) -> tuple[str, ...]:
    rows = warehouse.rows("SELECT DISTINCT kind FROM places ORDER BY kind")
    columns = set(warehouse.columns("requests"))
    return tuple(kind for (kind,) in rows if f"place_{kind}" in columns)


def page(warehouse: Warehouse, filters: Filters, number: int, *, exact: bool, since: date | None = None) -> list[dict[str, Any]]:
    """One page of the list, newest first. Exact addresses only for readers with the right to trace rows.

    `since` is the month the page reaches back to, where it is known: it spares the wide columns of all older months.
    """
    where = _where(warehouse, filters)
    if since is not None:
        # Local days and instants may differ by a day.
        where = where.and_("opened_at IS NOT NULL AND opened_on >= ?", since - timedelta(days=2))
    return warehouse.dicts(
        f"""SELECT {_columns(warehouse, exact)} FROM requests WHERE {where.sql}
            ORDER BY opened_at DESC NULLS LAST, source, request_id LIMIT ? OFFSET ?""",
        (*where.parameters, ROWS_PER_PAGE, (number - 1) * ROWS_PER_PAGE),
    )


def download(warehouse: Warehouse, filters: Filters, *, exact: bool) -> Iterator[pa.RecordBatch]:
    """The whole list in batches, in a fixed order; the first has the columns and no rows, so that an empty list has a header."""
    where = _where(warehouse, filters)
    columns = _columns(warehouse, exact)
    schema = warehouse.arrow(f"SELECT {columns} FROM requests LIMIT 0").schema
    yield pa.RecordBatch.from_pylist([], schema=schema)
    yield from warehouse.batches(
        f"SELECT {columns} FROM requests WHERE {where.sql} ORDER BY opened_at, source, request_id", where.parameters
    )


def _columns(warehouse: Warehouse, exact: bool) -> str:
    columns = [
        "source", "request_id", "service", "category", "department", "channel", "origin", "status",
        "opened_on", "due_on", "closed_on", "days_to_close", "age_days", "on_time", "is_overdue",
    ]  # fmt: skip
    columns += [f'"place_{kind}"' for kind in place_kinds(warehouse)]
    columns.append("address" if exact else f"CASE WHEN NOT {sensitive(warehouse)} THEN {block('address')} END AS block")
    return ", ".join(columns)


def block(column: str) -> str:
    """SQL of an address cut to its block: `2729 HARRISON ST` becomes `2700 block HARRISON ST`; no number stays as it is."""
    text = f"trim({column})"
    number = f"regexp_extract({text}, '^([0-9]+)', 1)"
    rest = f"trim(regexp_replace({text}, '^[0-9]+[-/0-9]*[A-Za-z]?( 1/2)?(?: |$)', ''))"
    hundreds = f"coalesce(nullif(CAST(try_cast({number} AS BIGINT) // 100 * 100 AS VARCHAR), '0'), 'unit')"
    return f"CASE WHEN {column} IS NULL OR {number} = '' THEN {text} ELSE concat({hundreds}, ' block ', {rest}) END"


def sensitive(warehouse: Warehouse) -> str:
    """SQL that is true for requests of services whose exact place is never public."""
    if "sensitive" not in warehouse.columns("services"):
        return "FALSE"
    return "coalesce(service_slug IN (SELECT service_slug FROM services WHERE sensitive), FALSE)"


def cells(warehouse: Warehouse, filters: Filters, box: tuple[float, float, float, float], zoom: float) -> dict[str, Any]:
    """GeoJSON of what the map shows: single requests where few are in the box, else counts by grid cell.

    Args:
        box: west, south, east, north in degrees.
        zoom: Web-map zoom level; a cell is about 48 pixels wide at it.
    """
    west, south, east, north = box
    where = _where(warehouse, filters).and_("is_located")
    where = where.and_("longitude BETWEEN ? AND ? AND latitude BETWEEN ? AND ?", west, east, south, north)
    features, total, secret = _grid(warehouse, where, degrees=360 / 2**zoom * PIXELS_PER_CELL / PIXELS_OF_WORLD)
    if total - secret <= POINTS_AT_MOST:
        features = _points(warehouse, where.and_(f"NOT {sensitive(warehouse)}"))
    return {"type": "FeatureCollection", "features": features, "total": total, "hidden": secret}


def _points(warehouse: Warehouse, where: Condition) -> list[dict[str, Any]]:
    # Four decimals are about ten meters: the street, not the door.
    rows = warehouse.rows(
        f"""SELECT round(longitude, 4), round(latitude, 4), request_id, service, status, strftime(opened_on, '%Y-%m-%d'), is_overdue
            FROM requests WHERE {where.sql} ORDER BY opened_at, request_id""",
        where.parameters,
    )
    names = ("id", "service", "status", "opened", "overdue")
    return [_feature(row[0], row[1], dict(zip(names, row[2:], strict=True)) | {"count": 1}) for row in rows]


def _grid(warehouse: Warehouse, where: Condition, degrees: float) -> tuple[list[dict[str, Any]], int, int]:
    """The cells, how many requests are in the box, and how many of them are of services whose exact place is never public."""
    # A degree of latitude is wider on the map than one of longitude by 1/cos(latitude); 0.78 suits cities from 30 to 48 degrees.
    rows = warehouse.rows(
        f"""WITH inside AS (SELECT longitude, latitude, status, {sensitive(warehouse)} AS hidden FROM requests WHERE {where.sql})
            SELECT round(avg(longitude) FILTER (WHERE NOT hidden), 4), round(avg(latitude) FILTER (WHERE NOT hidden), 4),
                   count(*) FILTER (WHERE NOT hidden) AS shown, count(*) FILTER (WHERE status = 'open' AND NOT hidden),
                   sum(count(*)) OVER (), sum(count(*) FILTER (WHERE hidden)) OVER ()
            FROM inside GROUP BY floor(longitude / ?), floor(latitude / ?) ORDER BY shown DESC, 1, 2 LIMIT ?""",
        (*where.parameters, degrees, degrees * 0.78, CELLS_AT_MOST),
    )
    features = [_feature(row[0], row[1], {"count": row[2], "open": row[3]}) for row in rows if row[2]]
    return features, int(rows[0][4]) if rows else 0, int(rows[0][5]) if rows else 0


def _feature(longitude: float, latitude: float, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [longitude, latitude]}, "properties": properties}
