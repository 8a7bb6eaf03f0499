"""SQL of the lists, put together by hand: building it through the models takes longer than running it, a few hundred times a second.

Both databases understand every word. Instants come as text in UTC, which is how the standard wants them, so none is parsed on the way.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection

from citystat.open311.parameters import STATUSES, Search
from citystat.service_requests import rules
from citystat.service_requests.cases import queries

COLUMNS: Final = (
    "id", "service_slug", "status", "resolution", "status_note", "visibility", "shows_description", "channel",
    "CAST(opened_at AS text)", "CAST(updated_at AS text)", "CAST(closed_at AS text)", "CAST(due_at AS text)", "department", "address",
    "address_id", "zipcode", "longitude", "latitude", "description", "media_url", "CAST(places AS text)", "voices",
)  # fmt: skip
TABLE: Final = "service_requests_servicerequest"
NEWEST_FIRST: Final = "opened_at DESC, id DESC"
# A column in this form has no index, so that the database walks the one the query needs.
BESIDE_ITS_INDEX: Final = "COALESCE({0}, {0})"
PHOTOS: Final = """
SELECT request_id, id, 'photo', token, CAST(added_at AS text), '' FROM service_requests_photo
WHERE request_id IN ({0}) AND public AND removed_at IS NULL"""
NOTES: Final = """
UNION ALL
SELECT request_id, id, 'note', kind, CAST("at" AS text), "text" FROM service_requests_event WHERE request_id IN ({0}) AND public"""


@dataclass
class Where:
    """Conditions that must all hold, with their values. Private requests are left out before anything else is asked."""

    conditions: list[str] = field(default_factory=lambda: [f"visibility IN ({_holes(queries.PUBLIC)})"])
    values: list[Any] = field(default_factory=lambda: list(queries.PUBLIC))

    def add(self, condition: str, *values: Any) -> None:
        """One more; `%s` in it stands for each value."""
        self.conditions.append(condition)
        self.values.extend(values)

    def add_in(self, column: str, values: Sequence[Any]) -> None:
        """The column is one of the values; none of none."""
        self.add(f"{column} IN ({_holes(values)})" if values else "1 = 0", *values)

    def __str__(self) -> str:
        return " AND ".join(self.conditions)


def _holes(values: Iterable[Any]) -> str:
    return ", ".join("%s" for _ in values)


def run(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def rows(where: Where, *, limit: int, offset: int = 0, order: str = NEWEST_FIRST) -> list[tuple[Any, ...]]:
    """Columns of the requests that match, in order."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM {TABLE} WHERE {where} ORDER BY {order} LIMIT %s OFFSET %s"
    return run(sql, [*where.values, limit, offset])


def count(where: Where) -> int:
    """How many match."""
    return int(run(f"SELECT COUNT(*) FROM {TABLE} WHERE {where}", where.values)[0][0])


def parts(ids: Sequence[int], *, notes: bool) -> list[tuple[Any, ...]]:
    """Public photos, and public events if wanted, of these requests, as (request, id, what, name, at, text)."""
    holes = _holes(ids)
    return run(PHOTOS.format(holes) + (NOTES.format(holes) if notes else ""), [*ids, *(ids if notes else ())])


def order_of(search: Search) -> str:
    """Newest first. Few requests changed lately: those are found by their change and then sorted, not looked for along all time."""
    is_recent_change = search.updated_from is not None and search.opened_from is None
    return f"{BESIDE_ITS_INDEX.format('opened_at')} DESC, id DESC" if is_recent_change else NEWEST_FIRST


def where_of(search: Search, slugs: Sequence[str], named: Sequence[str]) -> Where:
    """The conditions of a search. slugs: of the services asked for; named: of those whose name has the words."""
    where = Where()
    if search.ids:
        numbers = [queries.NUMBER.match(number) for number in search.ids]
        where.add_in("id", [int(number[2]) for number in numbers if number])
        return where
    _add_spans(where, search)
    if search.codes:
        # One service has an index in order of time; of several the newest come first along the index of time alone.
        where.add_in("service_slug" if len(slugs) < 2 else BESIDE_ITS_INDEX.format("service_slug"), slugs)
    if search.statuses != STATUSES:
        # By the index of status every open request would be sorted first.
        is_open = f"{BESIDE_ITS_INDEX.format('status')} {'' if 'open' in search.statuses else 'NOT '}IN ({_holes(rules.OPEN_STATUSES)})"
        where.add(is_open, *rules.OPEN_STATUSES)
    if search.words:
        _add_words(where, search.words, named)
    _add_area(where, search)
    return where


def _add_spans(where: Where, search: Search) -> None:
    for condition, value in (
        ("opened_at >= %s", search.opened_from), ("opened_at <= %s", search.opened_to),
        ("updated_at >= %s", search.updated_from), ("updated_at <= %s", search.updated_to),
    ):  # fmt: skip
        if value is not None:
            where.add(condition, adapted(value))


def adapted(value: datetime) -> Any:
    """An instant as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(value)


def _add_words(where: Where, words: str, named: Sequence[str]) -> None:
    """Words in what is public of a request: never in an address or a text that is not shown."""
    like = f"%{connection.ops.prep_for_like_query(words)}%"
    shown = [
        "(shows_description AND UPPER(description) LIKE UPPER(%s) ESCAPE '\\')",
        "(visibility = 'public' AND UPPER(address) LIKE UPPER(%s) ESCAPE '\\')",
    ]
    if named:
        shown.append(f"{BESIDE_ITS_INDEX.format('service_slug')} IN ({_holes(named)})")
    where.add(f"({' OR '.join(shown)})", like, like, *named)


def _add_area(where: Where, search: Search) -> None:
    """Requests whose place is shown, within the box or circle; others are not found by their place."""
    if search.box is not None:
        west, south, east, north = search.box
        where.add("visibility = 'public' AND latitude BETWEEN %s AND %s AND longitude BETWEEN %s AND %s", south, north, west, east)
    if search.circle is not None:
        longitude, latitude, radius = search.circle
        high = radius / queries.METERS_PER_DEGREE
        squeeze = max(math.cos(math.radians(latitude)), 0.01)
        wide = high / squeeze
        where.add("visibility = 'public' AND latitude BETWEEN %s AND %s", latitude - high, latitude + high)
        where.add("longitude BETWEEN %s AND %s", longitude - wide, longitude + wide)
        apart = "(longitude - %s) * (longitude - %s) * %s + (latitude - %s) * (latitude - %s) <= %s"
        where.add(apart, longitude, longitude, squeeze**2, latitude, latitude, high**2)
