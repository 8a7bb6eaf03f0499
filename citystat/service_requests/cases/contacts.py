"""People who write to the city: made with a request, found by phone or e-mail, every look logged, removed on request or when due."""

from dataclasses import dataclass
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citystat.core import audit, inserts, vault
from citystat.core.errors import InputError
from citystat.service_requests import access
from citystat.service_requests.models import Contact, ServiceRequest

COUNTRY = "US"
NAME_LENGTH = 200


@dataclass(frozen=True)
class Details:
    """How to reach somebody, in clear. Never stored as it is."""

    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = "en"
    prefers: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given: the report is anonymous."""
        return not (self.name or self.email or self.phone)


def checked(details: Details) -> Details:
    """The same in one spelling; raises InputError for an address or number nobody can be reached by."""
    email = details.email.strip()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise InputError(_("“%(email)s” is not an e-mail address.") % {"email": email[:80]}) from None
    prefers = details.prefers if details.prefers in {"email", "sms", "none"} else ("email" if email or not details.phone else "sms")
    phone = phone_number(details.phone) if details.phone.strip() else ""
    return Details(" ".join(details.name.split())[:NAME_LENGTH], email, phone, details.language or "en", prefers)


def phone_number(text: str) -> str:
    """The number with country code, such as +18165550100; raises InputError."""
    try:
        parsed = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise InputError(_("“%(phone)s” is not a telephone number.") % {"phone": text.strip()[:40]})
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def keep(details: Details) -> Contact | None:
    """Store checked details, encrypted, in one statement; None for nothing."""
    if details.is_empty:
        return None
    made = Contact(
        name_sealed=vault.encrypt(details.name),
        email_sealed=vault.encrypt(details.email),
        phone_sealed=vault.encrypt(details.phone),
        email_index=index_of("email", details.email),
        phone_index=index_of("phone", details.phone),
        language=details.language,
        prefers=details.prefers,
    )
    return inserts.insert(made)


def index_of(kind: str, address: str) -> str:
    """What contacts with this address or checked number are found by; `kind` is email or phone."""
    return vault.index_of(kind, address.casefold())


def read(contact: Contact, *, by: Any, why: str) -> Details:
    """The details in clear, for a person with the right; the look is logged."""
    access.check_can_see_contacts(by)
    audit.record(by=by, action="see contact", target=f"contact {contact.pk}", details={"why": why})
    return Details(contact.name, contact.email, contact.phone, contact.language, contact.prefers)


def requests_of(*, phone: str = "", email: str = "", limit: int = 20) -> list[ServiceRequest]:
    """Earlier requests of whoever has this number or address, newest first."""
    found = ServiceRequest.objects.none()
    if phone:
        found = ServiceRequest.objects.filter(reporter__phone_index=vault.index_of("phone", phone_number(phone)))
    elif email:
        found = ServiceRequest.objects.filter(reporter__email_index=vault.index_of("email", email.strip().casefold()))
    return list(found.select_related("service").order_by("-opened_at", "-id")[:limit])


def remove(contact: Contact, *, by: Any, why: str) -> None:
    """Wipe the details and keep the row as a tombstone; requests stay, without their reporter's address."""
    with transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(
            name_sealed="", email_sealed="", phone_sealed="", email_index="", phone_index="", prefers="none", removed_at=timezone.now()
        )
        audit.record(by=by, action="remove contact", target=f"contact {contact.pk}", details={"why": why})
