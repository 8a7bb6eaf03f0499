"""Rows added hundreds of times a second: `save(force_insert=True)` builds its statement anew each time, which takes longer than running it.

    inserts.insert(Event(request=request, kind="opened", ...))

Only for models without parents and signals; the columns, the values and the key are those `save` would write.
"""

from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
# Values of these fields that are of these kinds already go to the database as they are.
PLAIN_FIELDS = frozenset(
    {
        models.CharField, models.TextField, models.URLField, models.EmailField, models.BooleanField, models.FloatField, models.ForeignKey,
        models.IntegerField, models.PositiveIntegerField, models.PositiveSmallIntegerField,
    }
)  # fmt: skip
PLAIN_VALUES = frozenset({str, bool, int, float, type(None)})


class Statement(NamedTuple):
    """The statement of one model on one database, and its fields in order."""

    sql: str
    fields: tuple[tuple[Any, bool], ...]


@lru_cache(maxsize=64)
def _statement(model: type[models.Model], vendor: str, unless_there: bool) -> Statement:
    meta, quote = model._meta, connection.ops.quote_name
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    if meta.parents or any(field.generated or hasattr(field, "get_placeholder") for field in fields):
        raise TypeError(f"{model.__name__} has columns only its own save can write.")
    names, holes = ", ".join(quote(str(field.column)) for field in fields), ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({holes})"
    sql += " ON CONFLICT DO NOTHING" if unless_there else f" RETURNING {quote(str(meta.pk.column))}"
    return Statement(sql, tuple((field, type(field) in PLAIN_FIELDS) for field in fields))


def insert(row: Row) -> Row:
    """Store a new row and give it its key: one statement, inside the caller's transaction or one of its own."""
    with connection.cursor() as cursor:
        cursor.execute(*_filled(row, unless_there=False))
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias
    return row


def insert_unless_there(row: models.Model) -> None:
    """Store a new row, or leave the one that has the same unique value as it is; the key of `row` is not known afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(*_filled(row, unless_there=True))


def _filled(row: models.Model, *, unless_there: bool) -> tuple[str, list[Any]]:
    statement = _statement(type(row), connection.vendor, unless_there)
    return statement.sql, [_value(row, field, is_plain) for field, is_plain in statement.fields]


def _value(row: models.Model, field: Any, is_plain: bool) -> Any:
    value = row.__dict__[field.attname] if is_plain else row
    if type(value) in PLAIN_VALUES:
        return value
    return field.get_db_prep_save(field.pre_save(row, True), connection)
