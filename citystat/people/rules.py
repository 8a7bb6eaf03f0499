"""Decisions about accounts without any reading or writing."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from citystat.core.errors import InputError

ADMINISTRATOR = "administrator"


def check_role(role: str, known: Mapping[str, object]) -> None:
    """A role must be one of the matrix."""
    if role not in known:
        raise InputError(_("There is no role named %(role)s.") % {"role": role})


def check_keeps_an_administrator(role: str, administrators_left: int) -> None:
    """Somebody must be able to manage accounts."""
    if role == ADMINISTRATOR and administrators_left == 0:
        raise InputError(_("This is the only administrator who can sign in: make another person administrator first."))


def missing_roles(wanted: Collection[str], held: Collection[str]) -> list[str]:
    """Roles to grant, in a stable order."""
    return sorted(set(wanted) - set(held))
