"""Filters as SQL: a condition with parameters, columns taken from the build's own list only."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.service_requests.explorer.filters import FLAG_PREFIX, Filters


@dataclass(frozen=True)
class Condition:
    """SQL after WHERE and its parameters, in order."""

    sql: str
    parameters: tuple[Any, ...]

    def and_(self, sql: str, *parameters: Any) -> "Condition":
        """This condition and another."""
        return Condition(f"{self.sql} AND ({sql})", (*self.parameters, *parameters))


def condition(filters: Filters, columns: list[str]) -> Condition:
    """The condition of the filters on the `requests` table; a place kind or flag the build lacks is an InputError."""
    parts: list[str] = ["TRUE"]
    values: list[Any] = []
    for column, wanted in (("status", filters.status), ("service_slug", filters.service), ("department", filters.department)):
        if wanted:
            parts.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values += wanted
    if filters.origin:
        parts.append("origin = ?")
        values.append(filters.origin)
    if filters.opened_from:
        parts.append("opened_on >= ?")
        values.append(filters.opened_from)
    if filters.opened_to:
        parts.append("opened_on <= ?")
        values.append(filters.opened_to)
    if filters.overdue:
        parts.append("is_overdue")
    if filters.flag:
        parts.append(_known(f"{FLAG_PREFIX}{filters.flag}", columns))
    if filters.place:
        _add_place(filters, columns, parts, values)
    if filters.text:
        parts.append("(contains(lower(service), ?) OR contains(lower(coalesce(category, '')), ?) OR request_id = ?)")
        values += [filters.text.lower(), filters.text.lower(), filters.text]
    return Condition(" AND ".join(parts), tuple(values))


def place_column(kind: str, columns: list[str]) -> str:
    """The column that holds the place of a kind."""
    return _known(f"place_{kind}", columns)


def _add_place(filters: Filters, columns: list[str], parts: list[str], values: list[Any]) -> None:
    column = place_column(filters.place_kind, columns)
    if filters.place_code:
        parts.append(f"{column} = ?")
        values.append(filters.place_code)
    else:
        parts.append(f"{column} IS NULL")


def _known(column: str, columns: list[str]) -> str:
    if column not in columns:
        raise InputError(_("This build has nothing called “%(name)s”.") % {"name": column.removeprefix("flag_").removeprefix("place_")})
    return f'"{column}"'
