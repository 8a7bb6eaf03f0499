"""How figures are written in packets, sessions and reports: a number in its unit, or the word for the state it is in."""

from django.utils.translation import gettext as _

from citystat.core import formats
from citystat.stat_sessions.content import Value

DASH = "–"


def written(value: float | None, unit: str) -> str:
    """A number in its unit: counts whole, shares as percent, days and rates with a decimal where they are small."""
    if value is None:
        return DASH
    if unit == "percent":
        return formats.percent(value, 1 if 0 < value < 0.095 or 0.905 < value < 1 else 0)
    if unit == "count":
        return formats.number(value)
    return formats.number(value, 1 if abs(value) < 10 and value != int(value) else 0)


def with_unit(value: float | None, unit: str) -> str:
    """The same with its unit in words where the number does not carry it."""
    text = written(value, unit)
    if value is None:
        return text
    if unit == "days":
        return _("%(n)s day") % {"n": text} if text == "1" else _("%(n)s days") % {"n": text}
    if unit == "seconds":
        return _("%(n)s second") % {"n": text} if text == "1" else _("%(n)s seconds") % {"n": text}
    if unit == "weeks":
        return _("%(n)s week") % {"n": text} if text == "1" else _("%(n)s weeks") % {"n": text}
    return text


def shown(value: Value | None, unit: str, units: bool = False) -> str:
    """A value or the word for its state: too few, not yet reached, not known."""
    if value is None:
        return DASH
    if value.state == "too_few":
        return _("too few")
    if value.value is None:
        return _("not yet") if value.state == "incomplete" else DASH
    return with_unit(value.value, unit) if units else written(value.value, unit)


def interval(value: Value | None, unit: str) -> str:
    """`71% to 76%`, or nothing where there is no interval."""
    if value is None or value.lower is None or value.upper is None or value.state == "too_few":
        return ""
    return _("%(low)s to %(high)s") % {"low": written(value.lower, unit), "high": written(value.upper, unit)}
