"""The groups a measure can be split by and filtered on, as columns of one build."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from citystat.core.errors import InputError
from citystat.plan.columns import TABLE
from citystat.plan.conditions import Compiled, join
from citystat.plan.definitions import Measure
from citystat.warehouse.connections import Warehouse
from citystat.warehouse.sql import identifier

PLAIN_KEYS = ("service", "category", "department", "channel", "origin", "status")
PLACE_PREFIX = "place_"
PLACE_KEY = re.compile(r"[a-z][a-z0-9_]*(@[A-Za-z0-9_.-]+)?")
# A value that stands for "not recorded" where a word is needed (URLs, the command line).
NONE_WORD = "(none)"

Value = str | None
Where = Mapping[str, Value | Sequence[Value]]


@dataclass(frozen=True)
class Group:
    """One key and the column behind it. For a place: its kind, and the version where one was asked for."""

    key: str
    column: str
    kind: str | None = None
    version: str | None = None


def place_keys(build: Warehouse) -> tuple[str, ...]:
    """Kinds of places loaded, by name; versions (`kind@version`) are understood too but not listed."""
    columns = [name for name in build.columns(TABLE) if name.startswith(PLACE_PREFIX)]
    kinds = {kind for (kind,) in build.rows("SELECT DISTINCT kind FROM places ORDER BY 1")} if build.has_table("places") else set()
    if not kinds:
        kinds = {name.removeprefix(PLACE_PREFIX) for name in columns}
    return tuple(kind for kind in sorted(kinds) if f"{PLACE_PREFIX}{kind}" in columns)


def allowed_keys(measure: Measure, build: Warehouse) -> tuple[str, ...]:
    """Every key this measure can be grouped by in this build."""
    plain = tuple(key for key in PLAIN_KEYS if key in measure.groups)
    return plain + (place_keys(build) if "place" in measure.groups else ())


def resolve(key: str, measure: Measure, build: Warehouse) -> Group:
    """The group of a key; a sentence naming the possible ones for a key that is not allowed or not loaded."""
    if key in PLAIN_KEYS and key in measure.groups:
        return Group(key, key)
    kind, _, version = key.partition("@")
    if key not in PLAIN_KEYS and "place" in measure.groups and PLACE_KEY.fullmatch(key):
        column = f"{PLACE_PREFIX}{kind}_{version}" if version else f"{PLACE_PREFIX}{kind}"
        if column in build.columns(TABLE):
            return Group(key, identifier(column), kind, version or None)
    raise InputError(f"{measure.name} cannot be grouped by {key!r}: use {', '.join(allowed_keys(measure, build))}.")


def resolve_all(keys: Sequence[str], measure: Measure, build: Warehouse) -> tuple[Group, ...]:
    """The groups of several keys, each named once."""
    if len(set(keys)) != len(keys):
        raise InputError(f"Each group may be named once: {', '.join(keys)}.")
    return tuple(resolve(key, measure, build) for key in keys)


def values_of(value: Value | Sequence[Value]) -> tuple[Value, ...]:
    """The values a filter asks for; `(none)` and None stand for not recorded."""
    items = (value,) if value is None or isinstance(value, str) else tuple(value)
    return tuple(None if item == NONE_WORD else item for item in items)


def texts(value: Value | Sequence[Value]) -> tuple[str, ...]:
    """The same values as words, as they stand in URLs and saved questions."""
    return tuple(NONE_WORD if item is None else item for item in values_of(value))


def compile_where(where: Where, measure: Measure, build: Warehouse) -> Compiled:
    """The filters as SQL: any of the values of a key, all of the keys."""
    known = build.has_table("departments")
    parts = [_compile_one(resolve(key, measure, build), values_of(value), known) for key, value in sorted(where.items())]
    return join(parts, " AND ")


def absent(where: Where, measure: Measure, build: Warehouse) -> tuple[tuple[str, str], ...]:
    """Keys and values asked for that no request of the build has: a count of none would look like an answer about them."""
    asked = [(key, value) for key, values in sorted(where.items()) for value in values_of(values) if value is not None]
    found = []
    for key, value in asked:
        sql, params = compile_where({key: value}, measure, build)
        if not build.rows(f"SELECT 1 FROM {TABLE} WHERE {sql} LIMIT 1", params):
            found.append((key, value))
    return tuple(found)


def _compile_one(group: Group, values: tuple[Value, ...], has_departments: bool) -> Compiled:
    named = tuple(value for value in values if value is not None)
    parts: list[Compiled] = []
    if named:
        marks = ", ".join("?" * len(named))
        parts.append((f"{group.column} IN ({marks})", named))
        if group.key == "service":
            parts.append((f"service_slug IN ({marks})", named))
        if group.key == "department" and has_departments:
            parts.append((f"department IN (SELECT department FROM departments WHERE department_slug IN ({marks}))", named))
    if None in values:
        parts.append((f"{group.column} IS NULL", ()))
    if not parts:
        return "FALSE", ()
    sql, params = join(parts, " OR ")
    return f"({sql})", params
