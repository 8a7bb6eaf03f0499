"""Writes about people: accounts, one-time links, roles. Each in one transaction with its audit event."""

from collections.abc import Iterable
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from citystat.core import audit
from citystat.core.errors import InputError, NotAllowed
from citystat.people import access, queries, rules
from citystat.people.models import RoleGrant, User, WorkScope
from citystat.people.rules import PROVIDER_ID


@transaction.atomic
def make_first_administrator(email: str) -> str:
    """Make the first administrator and return the path of a one-time link to set the password; `citystat init` calls it.

    Calling again before the password is set gives a new link and voids the old one. Raises InputError once an administrator can sign in.
    """
    address = _checked(email)
    if queries.administrators_who_can_sign_in():
        raise InputError(_("There is already an administrator: ask them to invite you on the People page."))
    user = User.objects.filter(email=address).first() or User.objects.create_user(address)
    RoleGrant.objects.get_or_create(user=user, role=rules.ADMINISTRATOR)
    audit.record(by=None, action="people.first_administrator", target=address)
    return _new_link(user)


@transaction.atomic
def invite(*, by: Any, email: str, name: str = "", roles: Iterable[str] = ()) -> tuple[User, str]:
    """Make an account with roles; returns it and the path of its one-time link."""
    access.check_can_manage_accounts(by)
    address = _checked(email)
    if User.objects.filter(email=address).exists():
        raise InputError(_("%(email)s already has an account: open it from the list.") % {"email": address})
    user = User.objects.create_user(address, name=name.strip())
    audit.record(by=by, action="people.invited", target=address)
    for role in rules.missing_roles(tuple(roles), ()):
        grant_role(by=by, person=user, role=role)
    return user, _new_link(user)


@transaction.atomic
def first_link(person: User) -> str:
    """A one-time link for somebody who never had a password; raises InputError for others. The command line of a demo city calls it."""
    if person.has_usable_password():
        raise InputError(_("%(email)s can sign in already.") % {"email": person.email})
    audit.record(by=None, action="people.link_made", target=person.email)
    return _new_link(person)


@transaction.atomic
def make_link(*, by: Any, person: User) -> str:
    """A new one-time link to set a password, for a person who lost it or whose link has expired."""
    access.check_can_manage_accounts(by)
    if not person.is_active:
        raise InputError(_("This account is closed: open it again first."))
    audit.record(by=by, action="people.link_made", target=person.email)
    return _new_link(person)


@transaction.atomic
def grant_role(*, by: Any, person: User, role: str) -> None:
    """Give a role; giving it twice changes nothing."""
    access.check_can_manage_accounts(by)
    rules.check_role(role, queries.role_labels())
    _grant, is_new = RoleGrant.objects.get_or_create(user=person, role=role)
    if is_new:
        audit.record(by=by, action="people.role_granted", target=person.email, details={"role": role})


@transaction.atomic
def revoke_role(*, by: Any, person: User, role: str) -> None:
    """Take a role away; the last administrator who can sign in keeps theirs."""
    access.check_can_manage_accounts(by)
    rules.check_keeps_an_administrator(role, queries.administrators_who_can_sign_in(without=person))
    deleted, _by_model = RoleGrant.objects.filter(user=person, role=role).delete()
    if deleted:
        audit.record(by=by, action="people.role_revoked", target=person.email, details={"role": role})


@transaction.atomic
def add_scope(
    *, by: Any, person: User, department: str = "", district: str = "", team: str = "", reports_to: User | None = None
) -> WorkScope:
    """Give a queue: requests of a department and a district, both of which must fit; blank fits all. A team gets a crew's work orders."""
    access.check_can_manage_accounts(by)
    if reports_to is not None and reports_to.pk == person.pk:
        raise InputError(_("Nobody reports to themselves."))
    scope = WorkScope.objects.create(
        user=person, department=department.strip(), district=district.strip(), team=team.strip(), reports_to=reports_to
    )
    audit.record(
        by=by, action="people.scope_added", target=person.email, details={"department": scope.department, "district": scope.district}
    )
    return scope


@transaction.atomic
def remove_scope(*, by: Any, person: User, scope_id: int) -> None:
    """Take a queue away."""
    access.check_can_manage_accounts(by)
    if WorkScope.objects.filter(user=person, pk=scope_id).delete()[0]:
        audit.record(by=by, action="people.scope_removed", target=person.email)


@transaction.atomic
def account_of_the_city(*, email: str, subject: str) -> User:
    """Whoever the city's provider says signs in: the account with this verified address, bound at the first time to the provider's id.

    Raises NotAllowed; never makes an account and never changes a role.
    """
    person = User.objects.select_for_update().filter(email__iexact=email).first()
    if person is None:
        raise NotAllowed(_("There is no account for %(email)s. Ask the person who manages CityStat in your city.") % {"email": email})
    if not person.is_active:
        raise NotAllowed(_("The account of %(email)s is closed. Ask the person who manages CityStat in your city.") % {"email": email})
    linked = SocialAccount.objects.filter(provider=PROVIDER_ID).filter(Q(user=person) | Q(uid=subject)).first()
    if linked is None:
        SocialAccount.objects.create(provider=PROVIDER_ID, uid=subject, user=person)
        audit.record(by=person, action="people.city_account_linked", target=person.email)
    elif (linked.user_id, linked.uid) != (person.pk, subject):
        # An address that was given to somebody else must not open the account of who had it before.
        raise NotAllowed(
            _("%(email)s belongs to another city account than before. Ask the person who manages CityStat.") % {"email": email}
        )
    return person


@transaction.atomic
def set_active(*, by: Any, person: User, is_active: bool) -> None:
    """Close an account, which ends its sessions at once, or open it again."""
    access.check_can_manage_accounts(by)
    if not is_active and "administrator" in person.role_names():
        rules.check_keeps_an_administrator("administrator", queries.administrators_who_can_sign_in(without=person))
    User.objects.filter(pk=person.pk).update(is_active=is_active)
    if not is_active:
        # Opened again, it is bound to whoever then has the address.
        SocialAccount.objects.filter(provider=PROVIDER_ID, user=person).delete()
    person.is_active = is_active
    audit.record(by=by, action="people.account_opened" if is_active else "people.account_closed", target=person.email)


def _new_link(user: User) -> str:
    """Path of a link that works once, for three days. A fresh unusable password voids links made before."""
    if not user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
    encoded = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("people:set_password", args=[encoded, default_token_generator.make_token(user)])


def _checked(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InputError(_("%(email)s is not an e-mail address.") % {"email": email.strip() or _("An empty text")}) from None
    return address
