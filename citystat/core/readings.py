"""Rows read hundreds of times a second: a queryset builds its statement anew each time, which takes longer than running it.

    PHOTOS = readings.Reading(lambda request_id: Photo.objects.filter(request=request_id).order_by("id"), 0)
    PHOTOS.rows(request.pk)

The samples stand for the values: each must come back in the statement as it is, which is checked when the statement is built.
"""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


class Statement(NamedTuple):
    """The statement on one kind of database; `holes` say which of its values is which of those asked with."""

    sql: str
    values: tuple[Any, ...]
    holes: tuple[tuple[int, int], ...]


class Reading(Generic[Row]):
    """A query of a model asked again and again with other values; relations are read when they are looked at."""

    def __init__(self, make: Callable[..., models.QuerySet[Row]], *samples: Any) -> None:
        self._make, self._samples = make, samples
        self._built: dict[str, tuple[type[Row], Statement]] = {}

    def rows(self, *values: Any) -> list[Row]:
        """The rows for these values, as the queryset would give them."""
        model, statement = self._statement()
        filled = list(statement.values)
        for place, number in statement.holes:
            filled[place] = values[number]
        return list(model._default_manager.raw(statement.sql, filled))

    def _statement(self) -> tuple[type[Row], Statement]:
        if connection.vendor not in self._built:
            found = self._make(*self._samples)
            sql, values = found.query.get_compiler(connection=connection).as_sql()
            self._built[connection.vendor] = (found.model, Statement(sql, tuple(values), self._holes(values)))
        return self._built[connection.vendor]

    def _holes(self, values: Any) -> tuple[tuple[int, int], ...]:
        kinds = [(type(value), value) for value in values]
        holes = tuple(
            (place, number) for number, one in enumerate(self._samples) for place, kind in enumerate(kinds) if kind == (type(one), one)
        )
        if {number for _, number in holes} != set(range(len(self._samples))) or len({place for place, _ in holes}) != len(holes):
            raise TypeError(f"The samples {self._samples} are not told apart in the statement.")
        return holes
