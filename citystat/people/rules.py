"""Decisions about accounts without any reading or writing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from citystat.core.errors import InputError

ADMINISTRATOR = "administrator"
PROVIDER_ID = "city"


@dataclass(frozen=True)
class CityProvider:
    """The city's provider: its address, our name and secret there, what people call it, and what is believed of it."""

    issuer: str
    client_id: str
    client_secret: str
    name: str = ""
    trusts_emails: bool = False
    is_only_way: bool = False


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
