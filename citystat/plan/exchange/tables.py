"""What a table of the format is: its columns, its key, the tables it names, and the rows that go into it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models

from citystat.core.errors import UserError

FORMAT = "citystat-performance-data"
VERSION = "1.3"
KINDS = ("string", "integer", "number", "decimal", "boolean", "date", "datetime", "json", "measure", "person")
NUMBERED = ("id",)


@dataclass(frozen=True)
class Scope:
    """What goes into a package. `names` says whether staff are named; `chosen` limits values to some measures, `first` to later months."""

    staff: bool = False
    names: bool = False
    public_measures: frozenset[str] = frozenset()
    chosen: frozenset[str] | None = None
    first: date | None = None
    memory: dict[str, Any] = field(default_factory=dict, compare=False)

    def shows(self, measure: str) -> bool:
        """Whether a measure may be named."""
        return self.staff or measure in self.public_measures

    def wants(self, measure: str) -> bool:
        """Whether values of a measure are asked for."""
        return self.shows(measure) and (self.chosen is None or measure in self.chosen)


@dataclass(frozen=True)
class Column:
    """One column. `audience` is "", "names" (shown where staff are named) or "staff".

    `most` is the longest a text may be; of a decimal how many digits stand before its point, with `places` after it.
    """

    name: str
    kind: str
    about: str
    is_required: bool = False
    choices: tuple[str, ...] = ()
    most: int | None = None
    audience: str = ""
    least: int | None = None
    places: int = 0


@dataclass(frozen=True)
class Link:
    """Columns that name a row of another table (or of the same); `attr` is the attribute of the model that holds it."""

    columns: tuple[str, ...]
    to: str
    keys: tuple[str, ...]
    attr: str
    is_required: bool


@dataclass(frozen=True)
class Table:
    """A table. `rows` gives model rows, or mappings for what is worked out; without a model nothing of it is stored as rows."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    links: tuple[Link, ...]
    model: type[models.Model] | None
    rows: Callable[[Scope], Iterable[Any]]

    def column(self, name: str) -> Column:
        """A column by its name."""
        return next(one for one in self.columns if one.name == name)

    @property
    def is_numbered(self) -> bool:
        """Whether rows have no key of their own and are numbered in the order of the file."""
        return self.key == NUMBERED

    def own_columns(self) -> tuple[Column, ...]:
        """Columns that are attributes of the model: neither part of a link nor the number of the row."""
        linked = {name for link in self.links for name in link.columns}
        return tuple(one for one in self.columns if one.name not in linked and not (self.is_numbered and one.name == "id"))


@dataclass(frozen=True)
class PersonCell:
    """A cell that names an account until all named accounts are known."""

    key: int


class PackageError(UserError):
    """A package cannot be used; the message names the file and the line."""


def declare(
    name: str,
    about: str,
    words: str,
    *,
    key: tuple[str, ...],
    rows: Callable[[Scope], Iterable[Any]],
    model: type[models.Model] | None = None,
    links: Iterable[tuple[tuple[str, ...], Any, str]] = (),
) -> Table:
    """A table from lines of `name[:kind][!][*|%] what it means`.

    `!` is required, `*` for staff only, `%` only where staff are named. Kind, choices and length come from the model where it has the
    column. A link is (columns, table or None for this one, attribute); its columns take the kinds of the key they name.
    """
    made: list[Link] = []
    kinds: dict[str, str] = {}
    for columns, target, attr in links:
        keys = key if target is None else target.key
        required = model is not None and not model._meta.get_field(attr).null
        made.append(Link(columns, name if target is None else target.name, keys, attr, required))
        own = {one: _kind(one, _field(model, one)) for one in keys}
        found = {column: own[one] if target is None else target.column(one).kind for column, one in zip(columns, keys, strict=True)}
        kinds = found | kinds
    made_columns = tuple(_column(line.strip(), model, kinds) for line in words.strip().splitlines())
    return Table(name, about, made_columns, key, tuple(made), model, rows)


def _column(line: str, model: type[models.Model] | None, kinds: dict[str, str]) -> Column:
    head, _, about = line.partition(" ")
    audience = "staff" if "*" in head else "names" if "%" in head else ""
    required = "!" in head
    name, _, kind = head.translate(str.maketrans("", "", "!*%")).partition(":")
    field = _field(model, name)
    choices, most = (_choices(field), _most(field)) if field is not None else ((), None)
    if "=" in kind:
        kind, _, said = kind.partition("=")
        choices = tuple(said.split("|"))
    kind = kind or kinds.get(name) or _kind(name, field)
    least = 0 if kind == "integer" and isinstance(field, COUNTS) else None
    return Column(name, kind, about.strip(), required, choices, most, audience, least, getattr(field, "decimal_places", None) or 0)


def _field(model: type[models.Model] | None, name: str) -> Any:
    if model is None:
        return None
    return next((one for one in model._meta.get_fields() if one.name == name and getattr(one, "concrete", False)), None)


def _most(field: Any) -> int | None:
    if isinstance(field, models.DecimalField):
        return int(field.max_digits or 0) - int(field.decimal_places or 0)
    most: int | None = getattr(field, "max_length", None)
    return most


def _choices(field: Any) -> tuple[str, ...]:
    return tuple(str(value) for value, _label in field.choices or ())


COUNTS = (models.PositiveIntegerField, models.PositiveSmallIntegerField)
KIND_OF_FIELD: tuple[tuple[type[Any], str], ...] = (
    (models.JSONField, "json"), (models.DateTimeField, "datetime"), (models.DateField, "date"), (models.BooleanField, "boolean"),
    (models.IntegerField, "integer"), (models.FloatField, "number"), (models.DecimalField, "decimal"),
)  # fmt: skip


def _kind(name: str, field: Any) -> str:
    if isinstance(field, models.ForeignKey) and field.remote_field.model in (settings.AUTH_USER_MODEL, _user()):
        return "person"
    if name == "measure":
        return "measure"
    if name == "id":
        return "integer"
    return next((kind for kind_of, kind in KIND_OF_FIELD if isinstance(field, kind_of)), "string")


def _user() -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model()
