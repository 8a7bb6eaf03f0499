"""A person gets or deletes what the city holds of them: by staff, by the command line, or by a link sent to their own address.

    person = person_requests.person(email="ana@example.org")
    person_requests.export(by=officer, person=person, why="letter of May 3")       # a ZIP archive
    person_requests.delete(by=officer, person=person, why="letter of May 3", with_words=True)

Every act is in the audit trail, under the keyed index of the address and never under the address itself.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from citystat.core import act_links, audit, clock, outbox, personal_data
from citystat.core.cities import current_city
from citystat.core.commands import plain
from citystat.core.errors import InputError, NotFound
from citystat.core.models import ActLink, OutboxMessage
from citystat.core.personal_data import Person
from citystat.service_requests import access
from citystat.service_requests.cases import contacts, messages, person_data
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import Contact, ServiceRequest

ACTS: Final = ("get", "delete")
LINK_DAYS: Final = 1
MOST_LINKS_A_DAY: Final = 3
KEY: Final = "my-data"


def person(*, email: str = "", phone: str = "") -> Person:
    """Whoever has this address or number; exactly one of the two. Raises InputError."""
    if bool(email.strip()) == bool(phone.strip()):
        raise InputError(_("Give an e-mail address or a telephone number: one of the two."))
    details = contacts.checked(Details(email=email, phone=phone))
    return Person("email", details.email.casefold()) if details.email else Person("phone", details.phone)


def preview(*, by: Any, person: Person, with_words: bool = True, why: str = "") -> dict[str, int]:
    """What is held and would be removed; the look is logged."""
    access.check_can_answer_privacy(by)
    counts = personal_data.count(person, with_words=with_words)
    audit.record(by=by, action="look up person", target=_name(person), details={"why": why.strip(), **counts})
    return counts


def export(*, by: Any, person: Person, why: str) -> bytes:
    """A ZIP archive with `data.json` and the files it names; by None is the command line or the person's own link."""
    access.check_can_answer_privacy(by)
    reason = _reason(why)
    found = personal_data.collect(person)
    audit.record(
        by=by, action="export personal data", target=_name(person),
        details={"why": reason, **{name: len(rows) for name, rows in found.rows.items()}, "files": len(found.files)},
    )  # fmt: skip
    return archive(found.rows, found.files)


def archive(rows: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The archive; one that is opened shows what it is without a program of ours."""
    head = {"from": current_city().name, "made": clock.now(), **rows}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(head, default=plain, ensure_ascii=False, indent=1))
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def delete(*, by: Any, person: Person, why: str, with_words: bool = False) -> dict[str, int]:
    """Remove their contact data, follows and messages; with their words, also what they wrote and their photos. Requests stay.

    Gives counts by heading. What a hold keeps is counted as kept.
    """
    access.check_can_answer_privacy(by)
    reason = _reason(why)
    with transaction.atomic():
        target = _name(person)
        counts = personal_data.erase(person, with_words=with_words)
        audit.record(by=by, action="delete personal data", target=target, details={"why": reason, "with_words": with_words, **counts})
    return counts


def _reason(why: str) -> str:
    if not why.strip():
        raise InputError(_("Say why, such as the date of the person's letter: it is kept in the audit trail."))
    return why.strip()[:200]


def _name(person: Person) -> str:
    return f"{person.kind} {person.index[:12]}"


def send_link(*, act: str, person: Person, language: str = "en") -> None:
    """Send a link that gets or deletes the data to the person's own address; nothing happens where nothing is known of it.

    Says nothing either way, so that nobody learns who is known. An address gets at most three a day.
    """
    if act not in ACTS:
        raise InputError(_("Say what you want: get your data, or delete them."))
    contact = person_data.contacts_of(person).first()
    if contact is None or _is_sent_enough(person):
        return
    with transaction.atomic():
        secret = act_links.make(act=f"{act}_personal_data", target=f"{person.kind} {contact.pk}", person=None, days=LINK_DAYS)
        outbox.put([_draft(act, secret, person, language)])


def send_link_of(request: ServiceRequest, *, act: str, language: str = "en") -> None:
    """The same to the address the request's reporter gave."""
    reporter = request.reporter
    if reporter is not None and reporter.removed_at is None:
        send_link(act=act, person=_person_of(reporter, "phone" if reporter.phone and not reporter.email else "email"), language=language)


def _is_sent_enough(person: Person) -> bool:
    since = timezone.now() - timedelta(days=1)
    sent = OutboxMessage.objects.filter(to_index=person.index, key__startswith=f"{KEY}:", created_at__gt=since)
    return sent.count() >= MOST_LINKS_A_DAY


def _draft(act: str, secret: str, person: Person, language: str) -> outbox.Draft:
    kind = "sms" if person.kind == "phone" else "email"
    with translation.override(language):
        link = messages.link(f"/my-data/{act}/{secret}/")
        asked = _("get what the city holds about you") if act == "get" else _("delete what the city holds about you")
        text = _(
            "%(city)s: somebody, perhaps you, asked to %(asked)s.\n\nGo on here within one day: %(link)s\n\n"
            "If it was not you, do nothing: nothing is given out or deleted."
        ) % {"city": current_city().name, "asked": asked, "link": link}
        return outbox.Draft(kind, person.address, text, f"{KEY}:{secret[:16]}", _("Your data at %(city)s") % {"city": current_city().name})


def open_link(secret: str, *, act: str) -> Person:
    """Whose data a link is for; raises NotFound, in a sentence, once it was used or its day is over."""
    return _opened(secret, act)[1]


def _opened(secret: str, act: str) -> tuple[ActLink, Person]:
    try:
        link = act_links.find(secret, act=f"{act}_personal_data")
    except NotFound:
        raise NotFound(_("This link was used already, or its day is over. Ask for a new one.")) from None
    kind, _space, number = link.target.partition(" ")
    contact = Contact.objects.filter(pk=number, removed_at__isnull=True).first()
    if contact is None:
        raise NotFound(_("The city holds no contact data of you any more."))
    return link, _person_of(contact, kind)


def _person_of(contact: Contact, kind: str) -> Person:
    return Person(kind, contact.phone if kind == "phone" else contact.email.casefold())


def export_by_link(secret: str) -> bytes:
    """The archive, once."""
    with transaction.atomic():
        link, found = _opened(secret, "get")
        act_links.use(link)
        return export(by=None, person=found, why="the person's own link")


def delete_by_link(secret: str, *, with_words: bool) -> dict[str, int]:
    """Delete, once."""
    with transaction.atomic():
        link, found = _opened(secret, "delete")
        act_links.use(link)
        return delete(by=None, person=found, why="the person's own link", with_words=with_words)
