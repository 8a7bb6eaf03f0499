"""Keys of programs: given once in clear, kept as a checksum, taken back without a trace being lost."""

import hashlib
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core import audit
from citystat.core.errors import InputError, NotFound
from citystat.service_requests import access, rules
from citystat.service_requests.models import ApiClient


def checksum(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def add_key(*, by: Any, name: str, email: str = "", channel: str = "mobile", a_minute: int = 600) -> str:
    """A new key for a program, which nobody can read again afterwards. Raises InputError."""
    access.check_can_manage_311(by)
    name = " ".join(name.split())[:120]
    _check(name, email, channel, a_minute)
    key = f"c311_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        client = ApiClient.objects.create(name=name, contact_email=email, key_sha256=checksum(key), channel=channel, a_minute=a_minute)
        audit.record(by=by, action="add key", target=f"program {client.name}", details={"email": email, "channel": channel})
    return key


def _check(name: str, email: str, channel: str, a_minute: int) -> None:
    if not name:
        raise InputError(_("Give the program a name."))
    if ApiClient.objects.filter(name=name).exists():
        raise InputError(_("There is a program “%(name)s” already: revoke its key and add one under another name.") % {"name": name})
    if channel not in rules.CHANNELS:
        raise InputError(_("“%(channel)s” is not a channel.") % {"channel": channel[:20]})
    if a_minute < 1:
        raise InputError(_("A program must be allowed at least one request a minute."))
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise InputError(_("“%(email)s” is not an e-mail address.") % {"email": email[:80]}) from None


def revoke_key(*, by: Any, name: str) -> None:
    """End a program's key at once; its requests stay. Raises NotFound."""
    access.check_can_manage_311(by)
    client = ApiClient.objects.filter(name=name).first()
    if client is None:
        raise NotFound(_("There is no program “%(name)s”.") % {"name": name[:120]})
    with transaction.atomic():
        client.is_active = False
        client.save(update_fields=["is_active"])
        audit.record(by=by, action="revoke key", target=f"program {client.name}")
