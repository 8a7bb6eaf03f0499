"""Decisions about weaknesses without I/O: the causes there are, when one is fixed, whose names are shown."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from citystat.core.errors import InputError

# A cause is a process, the data, a resource or something outside the city's hands. A person is never one.
CAUSES: Final = ("process", "data", "resource", "outside")


def check_cause(cause: str) -> None:
    """Raise InputError for anything that is not one of the four causes."""
    if cause not in CAUSES:
        raise InputError(_("A weakness has its cause in a process, the data, a resource or outside the city. It is never a person."))


def check_fixed(cause: str, fix: str) -> None:
    """Raise InputError unless it is known what was wrong and what was done about it."""
    check_cause(cause)
    if not fix.strip():
        raise InputError(_("Say what was done about it, so that others can do the same."))


def names_shown(people: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Names of those who agreed to be named, in their order."""
    return tuple(str(one["name"]) for one in people if one.get("agreed") is True)
