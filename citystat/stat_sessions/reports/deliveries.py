"""Audiences and what they get: one act yields the public page and a brief for each audience, by mail, with a log; never twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from citystat.core import audit, outbox, vault
from citystat.core.access import has_right
from citystat.core.errors import InputError, NotFound
from citystat.core.texts import said
from citystat.people.models import User
from citystat.stat_sessions import queries as packets
from citystat.stat_sessions.cycle import queries as sessions
from citystat.stat_sessions.models import Audience, AudienceMember, Delivery, Packet, Release, Report
from citystat.stat_sessions.reports import access, actions, packet_documents, presenters, queries
from citystat.stat_sessions.reports.document import Document

MOST_LINES = 6
STAFF = "see_staff_pages"
Key = tuple[str, str]


@dataclass(frozen=True)
class Deliverable:
    """Something released: its versions by audience (public, staff) and language, each a document with its page."""

    what: str
    versions: Mapping[Key, tuple[Document, str]]

    def version(self, audience: str, language: str) -> tuple[Document, str] | None:
        """The version for a reader; staff read the public one where there is no other, nobody else reads the staff's."""
        wanted = "es" if language.startswith("es") else "en"
        readable = ("staff", "public") if audience == "staff" else ("public",)
        keys = [(one, tongue) for one in readable for tongue in (wanted, "en", "es")]
        return next((self.versions[key] for key in keys if key in self.versions), None)


@dataclass(frozen=True)
class Outcome:
    """What became of one audience: sent, again (it had it already), or empty (nobody is in it)."""

    audience: Audience
    state: str
    recipients: int = 0


def audiences() -> QuerySet[Audience]:
    """Every audience with its members."""
    return Audience.objects.prefetch_related("members__person").order_by("-is_public", "title", "id")


def log(what: str = "") -> QuerySet[Delivery]:
    """What was delivered, newest first; of one thing where named."""
    rows = Delivery.objects.select_related("audience", "sent_by").order_by("-sent_at", "-id")
    return rows.filter(what=what) if what else rows


def name_of_report(row: Report) -> str:
    """What a delivery of a report is logged by: the first row of its edition."""
    rows = Report.objects.filter(kind=row.kind, period=row.period, department=row.department, edition=row.edition)
    return f"report:{rows.order_by('pk').values_list('pk', flat=True)[0]}"


def find(what: str) -> Deliverable:
    """What can be delivered by its name: report:5, packet:3 or release:12; NotFound where there is none."""
    kind, _colon, number = what.partition(":")
    found = FINDERS[kind](int(number)) if kind in FINDERS and number.isdecimal() else None
    if found is None:
        raise NotFound(_("There is nothing released under the name “%(what)s”.") % {"what": what[:60]})
    return found


def deliver(*, by: Any, what: str, audience_ids: Sequence[int]) -> list[Outcome]:
    """Mail each audience its brief of something released, and log it; an audience that has it gets nothing again."""
    access.check_can_deliver(by)
    thing = find(what)
    chosen = [one for one in audiences() if one.pk in set(audience_ids)]
    if not chosen:
        raise InputError(_("Choose at least one audience."))
    with transaction.atomic():
        found = [_deliver(by, thing, one) for one in chosen]
        sent = {one.audience.slug: one.recipients for one in found if one.state == "sent"}
        if sent:
            audit.record(by=by, action="delivered", target=thing.what, details=sent)
    return found


def publish(*, by: Any, kind: str, period: str, audience_ids: Sequence[int], department: str = "", reason: str = "") -> list[Outcome]:
    """Release a report and deliver it: its public page and every audience's brief by one act."""
    rows = actions.release(by=by, kind=kind, period=period, department=department, reason=reason)
    return deliver(by=by, what=name_of_report(rows[0]), audience_ids=audience_ids)


def brief(audience: Audience, document: Document, path: str, language: str) -> str:
    """An audience's own first lines, then what the thing says, and where it stands."""
    with translation.override(language):
        findings = [section.finding for section in document.sections if section.finding][:MOST_LINES]
        lines = [
            _("For: %(audience)s") % {"audience": said(audience, "title", language)},
            audience.brief,
            "",
            document.title,
            document.subtitle,
            *(f"- {line}" for line in findings),
            "",
            _("All of it: %(link)s") % {"link": f"{settings.CITYSTAT_BASE_URL.rstrip('/')}{path}"},
            presenters.stamp(document),
        ]
        return "\n".join(line for index, line in enumerate(lines) if line or index in (2, len(lines) - 3))


def _deliver(by: Any, thing: Deliverable, audience: Audience) -> Outcome:
    if Delivery.objects.filter(audience=audience, what=thing.what).exists():
        return Outcome(audience, "again")
    drafts = [draft for member in audience.members.all() if (draft := _draft(thing, audience, member)) is not None]
    shown = thing.version("public" if audience.is_public else "staff", "en")
    if shown is None or (not drafts and not audience.is_public):
        return Outcome(audience, "empty")
    document, path = shown
    Delivery.objects.create(
        audience=audience, what=thing.what, title=document.title[:300], path=path, text=brief(audience, document, path, "en"),
        recipients=len(drafts), sent_by=by,
    )  # fmt: skip
    outbox.put(drafts)
    return Outcome(audience, "sent", len(drafts))


def _draft(thing: Deliverable, audience: Audience, member: AudienceMember) -> outbox.Draft | None:
    """The message to one member: the version for staff goes to staff alone, whatever audience they are in."""
    person = member.person
    if person is not None and not person.is_active:
        return None
    is_staff = person is not None and not audience.is_public and has_right(person, STAFF)
    language = (person.language if person else "") or "en"
    found = thing.version("staff" if is_staff else "public", language)
    if found is None:
        return None
    to = person.email if person else vault.decrypt(member.email_sealed)
    key = f"delivery:{thing.what}:{audience.pk}:{outbox.index_of('email', to)}"[:120]
    return outbox.Draft("email", to, brief(audience, *found, language), key, found[0].title, about=thing.what)


def _report(key: int) -> Deliverable | None:
    row = Report.objects.filter(pk=key).first()
    if row is None:
        return None
    rows = Report.objects.filter(kind=row.kind, period=row.period, department=row.department, edition=row.edition)
    return Deliverable(
        name_of_report(row), {(one.audience, one.language): (queries.document_of(one), f"/reports/{one.pk}/") for one in rows}
    )


def _packet(key: int) -> Deliverable | None:
    row = Packet.objects.filter(pk=key).first()
    if row is None:
        return None
    document = packet_documents.of_month(packets.content_of(row))
    return Deliverable(f"packet:{row.pk}", {(row.audience, row.language): (document, f"/packets/{row.pk}/")})


def _release(key: int) -> Deliverable | None:
    row = Release.objects.select_related("session").filter(pk=key).first()
    if row is None:
        return None
    rows = Release.objects.filter(session=row.session, edition=row.edition).order_by("pk")
    versions = {
        (one.audience, one.language): (packet_documents.of_session(sessions.packet_of(one)), f"/stat/{one.session_id}/") for one in rows
    }
    return Deliverable(f"release:{rows[0].pk}", versions)


FINDERS = {"report": _report, "packet": _packet, "release": _release}


def create_audience(*, by: Any, title: str, title_es: str = "", brief: str = "", is_public: bool = False) -> Audience:
    """A named audience; InputError for a name there is already."""
    access.check_can_deliver(by)
    slug = slugify(title)[:40]
    if not slug:
        raise InputError(_("Give the audience a name with letters in it."))
    if Audience.objects.filter(slug=slug).exists():
        raise InputError(_("There is an audience of this name already."))
    with transaction.atomic():
        row = Audience.objects.create(slug=slug, title=title.strip(), title_es=title_es.strip(), brief=brief.strip(), is_public=is_public)
        audit.record(by=by, action="audience made", target=slug)
    return row


def add_member(*, by: Any, audience_id: int, address: str) -> AudienceMember:
    """Put somebody into an audience: an account where the address has one, else the address, sealed."""
    access.check_can_deliver(by)
    audience = Audience.objects.filter(pk=audience_id).first()
    if audience is None:
        raise NotFound(_("There is no such audience."))
    try:
        validate_email(address.strip())
    except ValidationError:
        raise InputError(_("“%(text)s” is not an e-mail address.") % {"text": address[:80]}) from None
    person = User.objects.filter(email__iexact=address.strip()).first()
    known = {vault.decrypt(one.email_sealed).casefold() for one in audience.members.all() if one.email_sealed}
    if (person and audience.members.filter(person=person).exists()) or address.strip().casefold() in known:
        raise InputError(_("They are in this audience already."))
    with transaction.atomic():
        sealed = "" if person else vault.encrypt(address.strip())
        row = AudienceMember.objects.create(audience=audience, person=person, email_sealed=sealed)
        audit.record(by=by, action="audience member added", target=audience.slug, details={"account": person.pk if person else None})
    return row


def remove_member(*, by: Any, member_id: int) -> None:
    """Take somebody out of an audience."""
    access.check_can_deliver(by)
    with transaction.atomic():
        row = AudienceMember.objects.select_related("audience").filter(pk=member_id).first()
        if row is not None:
            audit.record(by=by, action="audience member removed", target=row.audience.slug, details={"account": row.person_id})
            row.delete()
