"""Filters of a definition: small declarative conditions, compiled to SQL with parameters."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citystat.core.errors import InputError
from citystat.plan import columns

Scalar = str | int | float | bool
# A piece of SQL with `?` for each parameter, and the parameters in order.
Compiled = tuple[str, tuple[Any, ...]]
IS_WORDS: dict[Any, str] = {True: "IS TRUE", False: "IS FALSE", "null": "IS NULL", "not_null": "IS NOT NULL"}
COMPARISONS = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}
OPERATORS = ("is", "equals", "in", "not_in", *COMPARISONS, "contains_any", "contains_none")


@dataclass(frozen=True)
class Condition:
    """One test of one column, or `any` of several conditions (then `column` is empty)."""

    column: str
    operator: str
    value: Scalar | tuple[Scalar, ...]
    any_of: tuple["Condition", ...] = ()

    def columns(self) -> Iterator[str]:
        """Every column named."""
        if self.any_of:
            for condition in self.any_of:
                yield from condition.columns()
        else:
            yield self.column


Filter = tuple[Condition, ...]


def parse_filter(items: Sequence[Mapping[str, Any]]) -> Filter:
    """Conditions from the YAML form; all of them must hold."""
    return tuple(parse(item) for item in items)


def parse(item: Mapping[str, Any]) -> Condition:
    """One condition: `{column: status, in: [open]}` or `{any: [...]}`."""
    if "any" in item:
        return Condition("", "any", (), tuple(parse(part) for part in item["any"]))
    name = item["column"]
    if name not in columns.CONDITION_COLUMNS:
        raise InputError(f"a condition names the column {name!r}, which measures cannot read")
    operators = [key for key in item if key != "column"]
    if len(operators) != 1 or operators[0] not in OPERATORS:
        raise InputError(f"the condition on {name} needs one of: {', '.join(OPERATORS)}")
    value = item[operators[0]]
    _check_kind(name, operators[0], value)
    return Condition(name, operators[0], tuple(value) if isinstance(value, list) else value)


def _check_kind(name: str, operator: str, value: Any) -> None:
    """Refuse a comparison the column cannot have: it would fail, or hold for no request, only when the measure is asked."""
    values = value if isinstance(value, list) else [value]
    if operator == "is":
        return
    if name in columns.YES_OR_NO:
        raise InputError(f"{name} is yes or no: write `{{column: {name}, is: true}}` or `is: false`")
    if name in columns.COUNTED_NUMBERS and (
        operator.startswith("contains") or any(isinstance(one, bool) or not isinstance(one, int | float) for one in values)
    ):
        raise InputError(f"{name} is a number and cannot be compared with {operator} {value!r}")
    if name in columns.TEXTS and (operator in COMPARISONS or not all(isinstance(one, str) for one in values)):
        raise InputError(f"{name} is a text and cannot be compared with {operator} {value!r}: use equals, in or contains_any and texts")


def compile_filter(conditions: Filter) -> Compiled:
    """All conditions joined by AND; `TRUE` for none."""
    parts = [compile_condition(condition) for condition in conditions]
    return join(parts, " AND ")


def join(parts: Sequence[Compiled], word: str) -> Compiled:
    """Pieces of SQL joined by AND or OR, their parameters in order."""
    if not parts:
        return "TRUE", ()
    return word.join(sql for sql, _ in parts), tuple(value for _, values in parts for value in values)


def compile_condition(condition: Condition) -> Compiled:
    """One condition; never unknown: a missing value fails every test but `not_in`, `contains_none` and `is: null`."""
    if condition.any_of:
        sql, values = join([compile_condition(part) for part in condition.any_of], " OR ")
        return f"({sql})", values
    return _COMPILERS[condition.operator](columns.expression(condition.column), condition)


def _is(column: str, condition: Condition) -> Compiled:
    return f"{column} {IS_WORDS[condition.value]}", ()


def _equals(column: str, condition: Condition) -> Compiled:
    return f"coalesce({column} = ?, FALSE)", (condition.value,)


def _in(column: str, condition: Condition) -> Compiled:
    values = _values(condition)
    return f"coalesce({column} IN ({_marks(values)}), FALSE)", values


def _not_in(column: str, condition: Condition) -> Compiled:
    values = _values(condition)
    return f"coalesce({column} NOT IN ({_marks(values)}), TRUE)", values


def _compare(column: str, condition: Condition) -> Compiled:
    return f"coalesce({column} {COMPARISONS[condition.operator]} ?, FALSE)", (condition.value,)


def _contains_any(column: str, condition: Condition) -> Compiled:
    values = tuple(str(value).lower() for value in _values(condition))
    tests = " OR ".join([f"contains(lower({column}), ?)"] * len(values))
    return f"coalesce({tests}, FALSE)", values


def _contains_none(column: str, condition: Condition) -> Compiled:
    sql, values = _contains_any(column, condition)
    return f"NOT {sql}", values


def _values(condition: Condition) -> tuple[Scalar, ...]:
    return condition.value if isinstance(condition.value, tuple) else (condition.value,)


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


_COMPILERS: dict[str, Callable[[str, Condition], Compiled]] = {
    "is": _is,
    "equals": _equals,
    "in": _in,
    "not_in": _not_in,
    **dict.fromkeys(COMPARISONS, _compare),
    "contains_any": _contains_any,
    "contains_none": _contains_none,
}
