"""Links that need no password for the one act they allow: made for a message, checked, used once, logged.

    secret = act_links.make(act="update_commitment", target="26-014", person=user, days=10)
    link = act_links.find(secret, act="update_commitment")      # SpentLink in one sentence when unknown, expired or used
    act_links.use(link)                                         # inside the transaction of the act

The link says what may be done and to what; the act itself still checks its own rules, as the person the link was sent to.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core import audit, clock
from citystat.core.errors import Busy, InputError, SpentLink
from citystat.core.models import ActLink

LONGEST_DAYS = 90


def make(*, act: str, target: str, person: Any, days: int) -> str:
    """A new link for one person and one act; its secret is given once and not kept. InputError for a life over 90 days."""
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(_("A link lives from 1 to %(most)s days.") % {"most": LONGEST_DAYS})
    secret = secrets.token_urlsafe(24)
    ActLink.objects.create(secret_hash=_hash(secret), act=act, target=target, person=person, expires_at=clock.now() + timedelta(days=days))
    return secret


def find(secret: str, *, act: str) -> ActLink:
    """The link of a secret, marked as opened; SpentLink when there is none for this act, or it is over."""
    found = ActLink.objects.select_related("person").filter(secret_hash=_hash(secret), act=act).first()
    now = clock.now()
    if found is None or found.withdrawn_at is not None:
        raise SpentLink(_("This link is not valid. Ask for a new one, or sign in."))
    if found.used_at is not None:
        raise SpentLink(_("This link was used already. Ask for a new one, or sign in."))
    if found.expires_at <= now:
        raise SpentLink(_("This link has expired. Ask for a new one, or sign in."))
    if found.person is not None and not found.person.is_active:
        raise SpentLink(_("This link is not valid. Ask for a new one, or sign in."))
    if found.opened_at is None:
        ActLink.objects.filter(pk=found.pk, opened_at__isnull=True).update(opened_at=now)
    return found


def use(link: ActLink) -> None:
    """Mark the link as used, in the transaction of the act, and log it; Busy when another window was faster."""
    if not ActLink.objects.filter(pk=link.pk, used_at__isnull=True, withdrawn_at__isnull=True).update(used_at=clock.now()):
        raise Busy(_("This link was used already. Ask for a new one, or sign in."))
    audit.record(by=link.person, action=f"link {link.act}", target=link.target)


@contextmanager
def using(link: ActLink) -> Iterator[None]:
    """Do the act and use the link in one transaction: both happen, or neither."""
    with transaction.atomic():
        use(link)
        yield


def withdraw(*, act: str, target: str) -> int:
    """End every unused link to an act on a thing: it was done, or it is no longer wanted."""
    return ActLink.objects.filter(act=act, target=target, used_at__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=clock.now())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", errors="replace")).hexdigest()
