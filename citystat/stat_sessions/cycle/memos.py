"""The follow-up memo: what was decided and promised, frozen and mailed the same day; then one question nobody signs."""

import functools
import operator
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from citystat.core import act_links, audit, clock, formats, outbox
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.core.models import OutboxMessage
from citystat.core.texts import said
from citystat.people import queries as people
from citystat.stat_sessions.content import Audience
from citystat.stat_sessions.cycle import access, actions, calendar, content, follow_ups, packets, releases, rules
from citystat.stat_sessions.cycle.content import FORMAT, Decided, MemoContent
from citystat.stat_sessions.models import Decision, Memo, Session

WORTH = "worth_of_session"
WORTH_DAYS = 14
MAIL = "stat-memo"


@dataclass(frozen=True)
class MemoText:
    """What a person writes of the memo; without Spanish words a reader of Spanish gets the others."""

    summary: str
    next_focus: str = ""
    summary_es: str = ""
    next_focus_es: str = ""

    def stripped(self) -> "MemoText":
        """The same without blanks around."""
        return MemoText(*(part.strip() for part in astuple(self)))


def send(*, by: Any, session_id: int, text: MemoText, reason: str = "") -> Memo:
    """Freeze the memo and mail it to those who were there and to the owners. Another edition needs a reason."""
    access.check_can_run(by)
    with transaction.atomic():
        session = Session.objects.select_for_update().filter(pk=session_id).first() or actions.session_of(session_id)
        if session.status != Session.Status.HELD:
            raise InputError(_("A follow-up memo needs a meeting: mark the session as held first."))
        if not text.summary.strip():
            raise InputError(_("Write two or three sentences that sum the meeting up."))
        last = session.memos.order_by("-edition").first()
        if last is not None and not reason.strip():
            raise InputError(_("The memo is out. Give a reason to send another edition."))
        memo = _freeze(session, by, text.stripped(), reason.strip(), edition=last.edition + 1 if last else 1)
        _mail(session, memo)
        audit.record(by=by, action="stat memo sent", target=str(session.pk), details={"edition": memo.edition, "checksum": memo.checksum})
    return memo


def _freeze(session: Session, by: Any, text: MemoText, reason: str, *, edition: int) -> Memo:
    made: dict[str, Any] = {
        audience: {language: content.as_dict(memo_content(session, text, reason, audience, language)) for language in releases.LANGUAGES}
        for audience in releases.audiences_of(session.kind)
    }
    memo = Memo.objects.create(session=session, edition=edition, content=made, checksum=content.checksum(made), sent_by=by, **asdict(text))
    session.stage = Session.Stage.FOLLOWED_UP
    session.steps = session.steps | {"memo": {"at": clock.now().isoformat(), "by": getattr(by, "pk", None)}}
    session.revision += 1
    session.save(update_fields=["stage", "steps", "revision"])
    return memo


def memo_content(session: Session, text: MemoText, reason: str, audience: Audience, language: str) -> MemoContent:
    """The memo as it reads to one audience in one language."""
    with translation.override(language):
        today = clock.today()
        promised = session.commitments.select_related("owner")
        own = follow_ups.as_follow_ups(promised, today=today, audience=audience, language=language)
        open_before = follow_ups.as_follow_ups(follow_ups.open_of(session), today=today, audience=audience, language=language)
        later = _next(session)
        last = releases.editions(session)
        return MemoContent(
            format=FORMAT,
            city=current_city().name,
            demo=current_city().demo,
            session=session.pk,
            title=said(session, "title", language),
            subject=packets.subject_of(session, language),
            language=language,
            held_on=calendar.day_of(session).isoformat(),
            summary=said(text, "summary", language),
            attendance=attendance(session, audience),
            decisions=decisions(session, audience, language),
            follow_ups=own,
            earlier=open_before,
            next_focus=said(text, "next_focus", language),
            next_on=calendar.day_of(later).isoformat() if later else "",
            build=last[0].build if last else 0,
            reason=reason,
        )


def attendance(session: Session, audience: Audience) -> tuple[str, ...]:
    """Who came, by name to staff, by role to the public."""
    named = audience == "staff" or current_city().shares_staff_names
    rows = session.attendees.filter(came=True).select_related("person").order_by("id")
    return tuple(_person(row, named=named) for row in rows)


def _person(row: Any, *, named: bool) -> str:
    role = packets.role_name(row.role)
    return f"{row.name or row.person} ({role})" if named else role


def decisions(session: Session, audience: Audience, language: str) -> tuple[Decided, ...]:
    """What was decided, each with owner, day and resource."""
    rows = session.decisions.prefetch_related("votes", "commitments__owner").order_by("id")
    return tuple(decided(row, audience, language) for row in rows if audience == "staff" or row.is_public)


def decided(row: Decision, audience: Audience, language: str) -> Decided:
    """One decision as an audience may see it."""
    promised = next(iter(row.commitments.all()), None)
    key = "text_es" if language.startswith("es") else "text"
    return Decided(
        text=said(row, "text", language),
        decided_on=row.decided_on.isoformat(),
        decided_by=row.decided_by if audience == "staff" or current_city().shares_staff_names or row.session is None else _("The chair"),
        resource=row.resource,
        owner=follow_ups.owner_name(promised, audience) if promised else "",
        due_on=promised.due_on.isoformat() if promised else "",
        evidence=tuple(str(item.get(key) or item.get("text", "")) for item in row.evidence),
        votes=tuple(f"{vote.name}: {vote_name(vote.choice)}" for vote in row.votes.all()),
    )


def vote_name(choice: str) -> str:
    """How somebody voted, in words."""
    return {"yes": _("yes"), "no": _("no"), "abstained": _("abstained"), "absent": _("absent")}.get(choice, choice)


def _next(session: Session) -> Session | None:
    if session.series_id is None:
        return None
    later = Session.objects.filter(series_id=session.series_id, starts_at__gt=session.starts_at, status=Session.Status.PLANNED)
    return later.order_by("starts_at").first()


def read_aloud(session: Session, language: str) -> list[str]:
    """Every commitment of the meeting as one sentence to read out before people leave."""
    sentences = []
    for row in session.commitments.select_related("owner").order_by("id"):
        words = {"owner": row.owner, "text": said(row, "text", language).rstrip("."), "day": formats.day(row.due_on)}
        sentences.append(_("%(owner)s, by %(day)s: %(text)s.") % words)
    return sentences


def readers(session: Session) -> list[Any]:
    """Those who came and have an address, and the owners of what was promised; each once."""
    came = [row.person for row in session.attendees.filter(came=True, person__isnull=False).select_related("person")]
    owners = [row.owner for row in session.commitments.select_related("owner")]
    found = {person.pk: person for person in (*came, *owners) if person is not None and person.is_active and person.email}
    return list(found.values())


def sent_to(session: Session) -> list[Any]:
    """Everybody a memo of the session was mailed to, as the outbox knows, who still works here and has an address."""
    starts = [f"{MAIL}:{pk}:" for pk in session.memos.values_list("pk", flat=True)]
    if not starts:
        return []
    found = OutboxMessage.objects.filter(functools.reduce(operator.or_, (Q(key__startswith=start) for start in starts)))
    keys = {int(key.rpartition(":")[2]) for key in found.values_list("key", flat=True)}
    return [person for person in people.people().filter(pk__in=keys, is_active=True).order_by("pk") if person.email]


def _mail(session: Session, memo: Memo) -> None:
    came = {row.person_id for row in session.attendees.filter(came=True)}
    mailed = readers(session)
    outbox.put([_message(session, memo, person, asks_worth=memo.edition == 1 and person.pk in came) for person in mailed])
    if memo.edition == 1:
        asked = sum(person.pk in came for person in mailed)
        session.worth = {"asked": asked, "yes": 0, "no": 0}
        session.save(update_fields=["worth"])


def _message(session: Session, memo: Memo, person: Any, *, asks_worth: bool) -> outbox.Draft:
    language = person.language or "en"
    with translation.override(language):
        read = content.memo_of(memo.content["staff"]["es" if language.startswith("es") else "en"])
        lines = [read.summary, "", *_mail_lines(read)]
        lines += ["", _("The whole memo: %(link)s") % {"link": releases.link(f"/stat/{session.pk}/memo/")}]
        if asks_worth:
            secret = act_links.make(act=WORTH, target=str(session.pk), person=None, days=WORTH_DAYS)
            question = _("Was this meeting worth your time? One click, nobody sees who answered: %(link)s")
            lines += ["", question % {"link": releases.link(f"/stat/worth/{secret}/")}]
        subject = _("Follow-up memo: %(title)s, %(day)s") % {"title": read.title, "day": formats.day(calendar.day_of(session))}
        return outbox.Draft("email", person.email, "\n".join(lines), f"{MAIL}:{memo.pk}:{person.pk}", subject, about=f"stat:{session.pk}")


def _mail_lines(memo: MemoContent) -> Iterable[str]:
    if memo.decisions:
        yield _("Decided:")
        yield from (f"- {one.text}" for one in memo.decisions)
    if memo.follow_ups:
        yield _("Promised:")
        for one in memo.follow_ups:
            due = formats.day(formats.as_day(one.due_on))
            yield f"- {one.number} {one.owner}, {due}: {one.text} ({one.definition_of_done})"
    if not memo.decisions and not memo.follow_ups:
        yield _("Nothing was decided or promised.")


def answer_worth(*, secret: str, was_worth: bool) -> Session:
    """Count one answer to "was it worth your time?"; nothing tells who gave it."""
    found = act_links.find(secret, act=WORTH)
    with transaction.atomic():
        session = Session.objects.select_for_update().filter(pk=int(found.target)).first() or actions.session_of(int(found.target))
        act_links.use(found)
        answer = "yes" if was_worth else "no"
        session.worth = session.worth | {answer: int(session.worth.get(answer, 0)) + 1}
        session.save(update_fields=["worth"])
    return session


def worth_of(session: Session) -> dict[str, int] | None:
    """The counts, once they are many enough to say nothing about one person."""
    yes, no = int(session.worth.get("yes", 0)), int(session.worth.get("no", 0))
    return {"yes": yes, "no": no, "asked": int(session.worth.get("asked", 0))} if rules.worth_shown(yes, no) else None


def asked(secret: str) -> Session:
    """The session a link asks about; NotFound where the link is over."""
    return actions.session_of(int(act_links.find(secret, act=WORTH).target))
