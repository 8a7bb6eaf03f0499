"""Advisory councils: who sits on them for which areas, what they advised, and what the city answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from citystat.core import audit, clock, edits
from citystat.core.errors import Busy, InputError, NotAllowed, NotFound
from citystat.core.models import AuditEvent
from citystat.places import queries as places
from citystat.plan.models import AdvisoryCouncil, CouncilMember, Recommendation
from citystat.plan.programs import access, rules

Answer = Recommendation.Answer
ENDED = "advice.end_membership"


@dataclass(frozen=True)
class Coverage:
    """An area and the members who stand for it today."""

    code: str
    name: str
    members: tuple[CouncilMember, ...]


def councils() -> QuerySet[AdvisoryCouncil]:
    """Every council by title."""
    return AdvisoryCouncil.objects.prefetch_related("members", "recommendations")


def council(slug: str) -> AdvisoryCouncil:
    """One council; NotFound where there is none."""
    found = councils().filter(slug=slug).first()
    if found is None:
        raise NotFound(_("There is no advisory council with the short name %(name)s.") % {"name": slug})
    return found


def recommendation(pk: int, slug: str) -> Recommendation:
    """One recommendation of a council; NotFound where there is none."""
    found = Recommendation.objects.select_related("council").filter(pk=pk, council__slug=slug).first()
    if found is None:
        raise NotFound(_("There is no such recommendation."))
    return found


def coverage(of: AdvisoryCouncil, day: date | None = None) -> tuple[Coverage, ...]:
    """Every area of the council's kind of place with its members; gaps are areas without one."""
    names = places.place_names(of.kind)
    found = rules.covered(of.members.all(), names, day or clock.today())
    return tuple(Coverage(code, names[code], tuple(members)) for code, members in found.items())


def serving(of: AdvisoryCouncil, day: date | None = None) -> list[CouncilMember]:
    """The members on a day."""
    on = day or clock.today()
    return [one for one in of.members.all() if one.since <= on and (one.until is None or one.until >= on)]


def member(pk: int, slug: str) -> CouncilMember:
    """One member of a council, past ones too; NotFound where there is none."""
    found = CouncilMember.objects.select_related("council").filter(pk=pk, council__slug=slug).first()
    if found is None:
        raise NotFound(_("There is no such member."))
    return found


def former(of: AdvisoryCouncil, day: date | None = None) -> list[CouncilMember]:
    """Members who stood for an area and do no longer, the last to leave first."""
    on = day or clock.today()
    gone = [one for one in of.members.all() if one.until is not None and one.until < on]
    return sorted(gone, key=lambda one: (one.until or on, one.name), reverse=True)


def ended(of: AdvisoryCouncil) -> dict[int, AuditEvent]:
    """Who recorded the end of which membership, and when, by member; what was recorded last counts."""
    events = AuditEvent.objects.filter(action=ENDED, target=of.slug).select_related("by").order_by("at", "id")
    return {one.details["member"]: one for one in events if "member" in one.details}


def save_council(
    *, by: Any, slug: str, title: str, kind: str, title_es: str = "", text: str = "", text_es: str = "",
    existing: AdvisoryCouncil | None = None, revision: int = 0,
) -> AdvisoryCouncil:  # fmt: skip
    """Name a council, or change the one that is given; the other editor is told."""
    access.check_can_edit(by)
    if not slug or slug == "new" or not title.strip():
        raise InputError(_("Give the council a short name (other than “new”) and a title."))
    if kind not in places.kinds():
        raise InputError(_("No boundaries of the kind %(kind)s are loaded.") % {"kind": kind})
    texts = {"title": title.strip(), "title_es": title_es.strip(), "text": text.strip(), "text_es": text_es.strip(), "kind": kind}
    row = existing or AdvisoryCouncil()
    if existing is not None and existing.kind != kind and existing.members.exists():
        raise InputError(_("Members stand for areas of the kind it has: it cannot become a council of another kind."))
    for name, value in ({"slug": slug} | texts).items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            if existing is None:
                row.save(force_insert=True)
            else:
                edits.save(row, ["slug", *texts], revision=revision)
            audit.record(by=by, action="advice.save_council", target=slug)
    except IntegrityError as error:
        raise InputError(_("There is one with the short name %(name)s already.") % {"name": slug}) from error
    return row


def add_member(
    *, by: Any, council: AdvisoryCouncil, name: str, areas: Sequence[str], since: date, association: str = "", until: date | None = None
) -> CouncilMember:
    """Add a member who stands for areas of the council's kind."""
    access.check_can_edit(by)
    if not name.strip():
        raise InputError(_("Give the member a name."))
    known = places.place_names(council.kind)
    unknown = [code for code in areas if code not in known]
    if unknown or not areas:
        raise InputError(_("Choose at least one area there is; these are none: %(codes)s.") % {"codes": ", ".join(unknown) or "–"})
    if until is not None and until < since:
        raise InputError(_("The member leaves before they join: swap the two dates."))
    with transaction.atomic():
        row = CouncilMember.objects.create(
            council=council, name=name.strip(), association=association.strip(), areas=list(areas), since=since, until=until
        )
        audit.record(by=by, action="advice.add_member", target=council.slug, details={"areas": list(areas)})
    return row


def end_membership(*, by: Any, member: CouncilMember, until: date, seen: date | None = None) -> CouncilMember:
    """A member's last day, past or to come. `seen` is the last day the form showed: another by now is told, never overwritten."""
    access.check_can_edit(by)
    if until < member.since:
        raise InputError(_("The member leaves before they join: swap the two dates."))
    with transaction.atomic():
        if not CouncilMember.objects.filter(pk=member.pk, until=seen).update(until=until):
            raise Busy(edits.OTHER_EDITOR)
        details = {"member": member.pk, "until": until.isoformat(), "before": seen.isoformat() if seen else None}
        audit.record(by=by, action=ENDED, target=member.council.slug, details=details)
    member.until = until
    return member


def record_recommendation(
    *, by: Any, council: AdvisoryCouncil, text: str, given_on: date, text_es: str = "", goal_code: str = ""
) -> Recommendation:
    """Record what the council advised; it waits for an answer from that day."""
    access.check_can_edit(by)
    if not text.strip():
        raise InputError(_("Say what the council recommends."))
    if given_on > clock.today():
        raise InputError(_("A recommendation is recorded once it is given: choose a day that has passed."))
    with transaction.atomic():
        row = Recommendation.objects.create(
            council=council, text=text.strip(), text_es=text_es.strip(), given_on=given_on, goal_code=goal_code.strip(),
            recorded_by=by if getattr(by, "pk", None) else None,
        )  # fmt: skip
        audit.record(by=by, action="advice.record_recommendation", target=council.slug)
    return row


def respond(
    *, by: Any, recommendation: Recommendation, answer: str, response: str, responded_by: str, response_es: str = "",
    responded_on: date | None = None,
) -> Recommendation:  # fmt: skip
    """Answer a recommendation once, with reasons. An answer is public and stays."""
    access.check_can_edit(by)
    on = responded_on or clock.today()
    if answer not in set(Answer.values) - {Answer.WAITING}:
        raise InputError(_("Choose whether it is accepted, accepted in part or declined."))
    if not response.strip() or not responded_by.strip():
        raise InputError(_("Give the answer in words, and the office that gives it."))
    if not recommendation.given_on <= on <= clock.today():
        raise InputError(_("The answer is dated before the recommendation, or in the future."))
    values = {
        "answer": answer, "response": response.strip(), "response_es": response_es.strip(), "responded_on": on,
        "responded_by": responded_by.strip(),
    }  # fmt: skip
    with transaction.atomic():
        if not Recommendation.objects.filter(pk=recommendation.pk, answer=Answer.WAITING).update(**values):
            raise NotAllowed(_("This recommendation has its answer already."))
        audit.record(by=by, action="advice.respond", target=recommendation.council.slug, details={"answer": answer})
    recommendation.refresh_from_db()
    return recommendation
