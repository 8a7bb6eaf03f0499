"""Cells: from a value to the text of a CSV file and back, without loss."""

import json
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.plan.exchange.tables import Column

TRUTH = {"true": True, "false": False}


def text(value: Any) -> str:
    """The text of a value; nothing for None. Instants are in UTC, numbers as short as they can be read back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
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
    try:
        found = _read(written, column.kind)
    except (ValueError, KeyError, RecursionError) as error:
        raise InputError(
            _("%(column)s is “%(text)s”, which is not a %(kind)s") % {"column": column.name, "text": written[:40], "kind": column.kind}
        ) from error
    if column.choices and written not in column.choices:
        words = {"column": column.name, "text": written[:40], "choices": ", ".join(column.choices)}
        raise InputError(_("%(column)s is “%(text)s”, which is not one of %(choices)s") % words)
    if column.most and isinstance(found, str) and len(found) > column.most:
        raise InputError(_("%(column)s is longer than %(most)s characters") % {"column": column.name, "most": column.most})
    return found


def _read(written: str, kind: str) -> Any:
    if kind == "integer":
        number = int(written)
        if abs(number) > 2**31 - 1:
            raise ValueError(written)
        return number
    if kind == "number":
        return _number(written)
    if kind == "boolean":
        return TRUTH[written]
    if kind == "date":
        return date.fromisoformat(written)
    if kind == "datetime":
        return _instant(written)
    return json.loads(written) if kind == "json" else written


def _number(written: str) -> float:
    number = float(written)
    if number != number or abs(number) == float("inf"):
        raise ValueError(written)
    return number


def _instant(written: str) -> datetime:
    found = datetime.fromisoformat(written)
    if found.tzinfo is None:
        raise ValueError(written)
    return found
