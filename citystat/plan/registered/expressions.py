"""Computed measures: sums, differences, products and quotients of other measures, read as a tree and never run as code.

`requests_resolved / requests_opened`, `closed_on_time.numerator * 100`: names of measures (their value, or their numerator or
denominator), numbers, + - * / and brackets.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from citystat.core.errors import InputError

FloatArray = NDArray[np.float64]
LONGEST = 300
PARTS = ("value", "numerator", "denominator")
OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Operand:
    """A measure in an expression, and which part of it."""

    measure: str
    part: str = "value"


def parse(text: str) -> ast.expr:
    """The tree of an expression; InputError names what may not stand in it."""
    if len(text) > LONGEST:
        raise InputError(_("The expression is longer than %(most)s characters.") % {"most": LONGEST})
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InputError(
            _("“%(text)s” is not an expression: write names of measures with + - * / between them.") % {"text": text}
        ) from error
    _check(tree, text)
    return tree


def operands(text: str) -> tuple[Operand, ...]:
    """The measures of an expression, each once, in the order they stand."""
    found = [_operand(node) for node in _leaves(parse(text))]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def evaluate(text: str, values: Mapping[Operand, FloatArray]) -> FloatArray:
    """The expression over arrays; NaN where an input is missing or something is divided by zero."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        result = np.asarray(_value(parse(text), values), dtype=np.float64)
    return np.where(np.isfinite(result), result, np.nan)


def _check(node: ast.expr, text: str) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        _check(node.left, text)
        _check(node.right, text)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        _check(node.operand, text)
    elif not _is_number(node) and _operand(node) is None:
        shown = ast.get_source_segment(text.strip(), node) or text
        raise InputError(
            _("“%(part)s” cannot stand in an expression: only names of measures, numbers, + - * / and brackets can.") % {"part": shown}
        )


def _leaves(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return [*_leaves(node.left), *_leaves(node.right)]
    return _leaves(node.operand) if isinstance(node, ast.UnaryOp) else [node]


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _operand(node: ast.expr) -> Operand | None:
    if isinstance(node, ast.Name):
        return Operand(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in PARTS:
        return Operand(node.value.id, node.attr)
    return None


def _value(node: ast.expr, values: Mapping[Operand, FloatArray]) -> Any:
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_array(node.left, values), _array(node.right, values))
    if isinstance(node, ast.UnaryOp):
        return -_array(node.operand, values)
    named = _operand(node)
    return values[named] if named is not None else float(node.value)  # type: ignore[attr-defined]


def _array(node: ast.expr, values: Mapping[Operand, FloatArray]) -> FloatArray:
    # As arrays, dividing by zero gives infinity and no exception; `evaluate` makes it a missing value.
    return np.asarray(_value(node, values), dtype=np.float64)
