"""Reads about people and their roles."""

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from citystat.core.errors import NotFound
from citystat.people.models import User
from citystat.people.rules import ADMINISTRATOR, PROVIDER_ID


@dataclass(frozen=True)
class Role:
    """One role of the matrix, with what it may do in words."""

    name: str
    label: str
    rights: tuple[str, ...]


def roles() -> tuple[Role, ...]:
    """Every role, as the matrix lists them."""
    matrix: Mapping[str, frozenset[str]] = import_string(settings.CITYSTAT_ROLES)
    labels: Mapping[str, str] = import_string(settings.CITYSTAT_ROLE_LABELS)
    rights: Mapping[str, str] = import_string(settings.CITYSTAT_RIGHTS)
    return tuple(Role(name, labels[name], tuple(rights[right] for right in rights if right in held)) for name, held in matrix.items())


def role_labels() -> dict[str, str]:
    """Role name -> label."""
    return {role.name: role.label for role in roles()}


def people() -> QuerySet[User]:
    """Every account with its roles, by e-mail address."""
    return User.objects.prefetch_related("role_grants").order_by("email")


def person(pk: int) -> User:
    """One account; raises NotFound."""
    found = people().filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such person.")
    return found


def administrators() -> QuerySet[User]:
    """Active administrators."""
    return User.objects.filter(is_active=True, role_grants__role=ADMINISTRATOR).order_by("pk")


def administrators_who_can_sign_in(*, without: User | None = None) -> int:
    """How many active administrators have a password, or a city account where those are used."""
    return sum(can_sign_in(user) for user in administrators() if without is None or user.pk != without.pk)


def can_sign_in(user: User) -> bool:
    """Whether the account opens in a way this installation offers."""
    provider = settings.CITYSTAT_OIDC
    if user.has_usable_password() and not (provider and provider.is_only_way):
        return True
    return bool(provider) and SocialAccount.objects.filter(provider=PROVIDER_ID, user=user).exists()
