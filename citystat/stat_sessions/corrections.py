"""Correcting the record of a meeting: the right words take the place, and what stood there is shown with them for good."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import audit, clock, formats, outbox
from citystat.core.access import check_right
from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotFound
from citystat.core.texts import said
from citystat.stat_sessions.cycle import calendar, memos, releases
from citystat.stat_sessions.models import Commitment, CommitmentEvent, Decision, RecordCorrection, Session

RIGHT = "run_sessions"
DECISION_PARTS: Final = ("text", "resource", "decided_by")
COMMITMENT_PARTS: Final = ("text", "definition_of_done")
# Parts that stand in two languages.
IN_SPANISH: Final = frozenset({"text", "definition_of_done"})
# Parts that hold a person's name.
NAMES: Final = frozenset({"decided_by"})
PART_NAMES: dict[str, Promise] = {
    "text": gettext_lazy("What it says"),
    "resource": gettext_lazy("Money, people or equipment"),
    "decided_by": gettext_lazy("Decided by"),
    "definition_of_done": gettext_lazy("Done when"),
}


def correct_decision(
    *, by: Any, decision_id: int, given: Mapping[str, str], reason: str, reason_es: str = ""
) -> tuple[RecordCorrection, ...]:
    """Put other words in the place of wrong ones. `given` holds the parts of a decision as they should read, `text_es` too."""
    with transaction.atomic():
        row = Decision.objects.select_for_update(of=("self",)).filter(pk=decision_id).first()
        if row is None:
            raise NotFound(_("There is no such decision."))
        return _correct(by, row, DECISION_PARTS, given, reason, reason_es)


def correct_commitment(*, by: Any, number: str, given: Mapping[str, str], reason: str, reason_es: str = "") -> tuple[RecordCorrection, ...]:
    """The same for a commitment; its history names it as well."""
    with transaction.atomic():
        row = Commitment.objects.select_for_update(of=("self",)).filter(number=number).first()
        if row is None:
            raise NotFound(_("There is no commitment %(number)s.") % {"number": number})
        made = _correct(by, row, COMMITMENT_PARTS, given, reason, reason_es)
        CommitmentEvent.objects.create(commitment=row, at=clock.now(), by=by, via="page", kind="corrected", text=reason.strip())
    return made


def _correct(
    by: Any, row: Decision | Commitment, parts: Iterable[str], given: Mapping[str, str], reason: str, reason_es: str
) -> tuple[RecordCorrection, ...]:
    if by is not None:
        check_right(by, RIGHT)
    if not reason.strip():
        raise InputError(_("Say why the record is corrected: everybody reads it beside the old words."))
    made = tuple(one for part in parts if (one := _of_part(row, part, given)) is not None)
    if not made:
        raise InputError(_("Nothing differs from what stands there: write it as it should read."))
    for one in made:
        one.by, one.reason, one.reason_es = by, reason.strip(), reason_es.strip()
        one.save()
    row.save()
    kind = "decision" if isinstance(row, Decision) else "commitment"
    details = {kind: row.pk, "parts": [one.part for one in made], "reason": reason.strip()}
    audit.record(by=by, action=f"stat {kind} corrected", target=str(row.session_id or row.pk), details=details)
    _tell_readers(by, row.session, made)
    return made


def _tell_readers(by: Any, session: Session | None, made: tuple[RecordCorrection, ...]) -> None:
    """Mail the correction, once, to everybody the memo of the session went to; before a memo nobody has read anything wrong."""
    people = memos.sent_to(session) if session is not None else []
    if session is None or not people:
        return
    outbox.put([_message(session, made, person) for person in people])
    details = {"people": len(people), "corrections": [one.pk for one in made]}
    audit.record(by=by, action="stat correction mailed", target=str(session.pk), details=details)


def _message(session: Session, made: tuple[RecordCorrection, ...], person: Any) -> outbox.Draft:
    with translation.override(person.language or "en"):
        meeting = {"title": said(session, "title"), "day": formats.day(calendar.day_of(session))}
        lines = [
            _("The record of %(title)s on %(day)s, whose memo you have, is corrected.") % meeting,
            "",
            *sentences(made, staff=True),
            "",
            _("The memo with its corrections: %(link)s") % {"link": releases.link(f"/stat/{session.pk}/memo/")},
        ]
        subject = _("Correction to the memo: %(title)s, %(day)s") % meeting
        key = f"stat-correction:{made[0].pk}:{person.pk}"
        return outbox.Draft("email", person.email, "\n".join(lines), key, subject, about=f"stat:{session.pk}")


def _of_part(row: Decision | Commitment, part: str, given: Mapping[str, str]) -> RecordCorrection | None:
    """The correction of one part with the row changed; None where it reads the same."""
    old, new = str(getattr(row, part)), given.get(part, str(getattr(row, part))).strip()
    old_es, new_es = "", ""
    if part in IN_SPANISH:
        old_es = str(getattr(row, f"{part}_es"))
        new_es = given.get(f"{part}_es", old_es).strip()
    if (_plain(old), _plain(old_es)) == (_plain(new), _plain(new_es)):
        return None
    if not new:
        raise InputError(_("“%(part)s” cannot be left empty.") % {"part": PART_NAMES[part]})
    setattr(row, part, new)
    if part in IN_SPANISH:
        setattr(row, f"{part}_es", new_es)
    of = {"decision": row} if isinstance(row, Decision) else {"commitment": row}
    return RecordCorrection(part=part, old_text=old, old_text_es=old_es, new_text=new, new_text_es=new_es, **of)


def _plain(text: str) -> str:
    """Words alone: another line break is no correction."""
    return " ".join(text.split())


def of_session(session: Session | None, *, staff: bool, since: datetime | None = None) -> list[RecordCorrection]:
    """What was corrected in the record of a session, oldest first; for the public only what it may read anyway."""
    if session is None:
        return []
    rows = RecordCorrection.objects.filter(Q(decision__session=session) | Q(commitment__session=session))
    if not staff:
        rows = rows.filter(Q(decision__is_public=True) | Q(commitment__is_public=True))
    if since is not None:
        rows = rows.filter(at__gt=since)
    return list(rows.select_related("decision", "commitment", "by").order_by("at", "id"))


def sentences(rows: Iterable[RecordCorrection], *, staff: bool, names_subject: bool = True) -> list[str]:
    """Each correction in words: when, by whom for the staff, what it said, what it says, and why.

    Who decided is a name: where the city does not share those of its staff, its correction is not for the public either.
    """
    named = staff or current_city().shares_staff_names
    shown = (row for row in rows if named or row.part not in NAMES)
    return [_sentence(row, staff=staff, names_subject=names_subject) for row in shown]


def _sentence(row: RecordCorrection, *, staff: bool, names_subject: bool) -> str:
    day = formats.day(row.at.astimezone(current_city().zone).date())
    named = row.by is not None and (staff or current_city().shares_staff_names)
    head = _("Corrected on %(day)s by %(who)s") % {"day": day, "who": row.by} if named else _("Corrected on %(day)s") % {"day": day}
    subject = _("commitment %(number)s") % {"number": row.commitment.number} if row.commitment else _("decision")
    part = str(PART_NAMES[row.part]).casefold()
    told = {
        "head": head,
        "subject": f"{subject}, {part}" if names_subject else part,
        "old": said(row, "old_text").strip().rstrip("."),
        "new": said(row, "new_text").strip().rstrip("."),
        "reason": said(row, "reason").strip().rstrip("."),
    }
    return _("%(head)s (%(subject)s). It said: “%(old)s”. It says now: “%(new)s”. Why: %(reason)s.") % told
