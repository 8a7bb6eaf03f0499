"""Cells: from a value to the text of a CSV file and back, without loss."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.plan.exchange.tables import Column

TRUTH = {"true": True, "false": False}
# Python reads more than these: 1_000, digits of other scripts, blanks around.
WHOLE = re.compile(r"[-+]?[0-9]+")
NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def text(value: Any) -> str:
    """The text of a value; nothing for None. Instants are in UTC, numbers as short as they can be read back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return str(value)


def value(written: str, column: Column) -> Any:
    """What a cell says; None where it is empty (for texts, the empty text). Raises InputError with half a sentence."""
    if not written:
        if column.is_required:
            raise InputError(_("%(column)s is empty, and it is needed") % {"column": column.name})
        return "" if column.kind in ("string", "measure", "person") else None
    if "\x00" in written:
        raise InputError(_("%(column)s holds the character NUL, which no text has") % {"column": column.name})
    try:
        found = _read(written, column)
    except (ValueError, KeyError, RecursionError) as error:
        raise InputError(
            _("%(column)s is “%(text)s”, which is not a %(kind)s") % {"column": column.name, "text": written[:40], "kind": column.kind}
        ) from error
    if column.choices and written not in column.choices:
        words = {"column": column.name, "text": written[:40], "choices": ", ".join(column.choices)}
        raise InputError(_("%(column)s is “%(text)s”, which is not one of %(choices)s") % words)
    if column.least is not None and found < column.least:
        raise InputError(
            _("%(column)s is %(text)s, and it cannot be less than %(least)s")
            % {"column": column.name, "text": written[:40], "least": column.least}
        )
    if column.most and isinstance(found, str) and len(found) > column.most:
        raise InputError(_("%(column)s is longer than %(most)s characters") % {"column": column.name, "most": column.most})
    return found


def _read(written: str, column: Column) -> Any:
    kind = column.kind
    if kind == "integer":
        return _whole(written)
    if kind == "number":
        return _number(written)
    if kind == "decimal":
        return _amount(written, column)
    if kind == "boolean":
        return TRUTH[written]
    if kind == "date":
        return date.fromisoformat(written)
    if kind == "datetime":
        return _instant(written)
    return json.loads(written, parse_constant=_no_number) if kind == "json" else written


def _no_number(word: str) -> Any:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(word)


def _whole(written: str) -> int:
    if not WHOLE.fullmatch(written) or abs(int(written)) > 2**31 - 1:
        raise ValueError(written)
    return int(written)


def _amount(written: str, column: Column) -> Decimal:
    """Money and the like: as many digits before and after the point as the city keeps, so that nothing is rounded away."""
    before, _point, after = written.lstrip("-").partition(".")
    if not AMOUNT.fullmatch(written) or len(after) > column.places or (column.most and len(before.lstrip("0")) > column.most):
        raise ValueError(written)
    return Decimal(written)


def _number(written: str) -> float:
    if not NUMBER.fullmatch(written):
        raise ValueError(written)
    number = float(written)
    if number != number or abs(number) == float("inf"):
        raise ValueError(written)
    return number


def _instant(written: str) -> datetime:
    found = datetime.fromisoformat(written)
    if found.tzinfo is None:
        raise ValueError(written)
    return found
