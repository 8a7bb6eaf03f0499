"""Writes in the room: who came, what was decided, what was promised; and that the meeting was held."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from citystat.core import audit, clock, formats
from citystat.core.errors import InputError
from citystat.stat_sessions.commitments import actions as commitments
from citystat.stat_sessions.commitments.actions import Promise
from citystat.stat_sessions.cycle import access, actions, calendar, content, packets, rules
from citystat.stat_sessions.models import Commitment, Decision, Release, Session, SessionTopic, Vote


@dataclass(frozen=True)
class DecisionDetails:
    """What was decided. Its owner and day make the commitment that carries it out."""

    text: str
    resource: str
    promise: Promise
    text_es: str = ""
    decided_by: str = ""
    budget_line: str = ""
    votes: Mapping[str, str] | None = None
    is_public: bool = True


def record_attendance(*, by: Any, session_id: int, came: Collection[int]) -> Session:
    """Who of those invited came; everybody else did not."""
    access.check_can_run(by)
    with transaction.atomic():
        session = _meeting(session_id)
        session.attendees.update(came=False)
        session.attendees.filter(pk__in=list(came)).update(came=True)
        audit.record(by=by, action="stat attendance", target=str(session.pk), details={"came": len(set(came))})
    return session


def hold(*, by: Any, session_id: int) -> Session:
    """The meeting took place."""
    access.check_can_run(by)
    with transaction.atomic():
        session = _meeting(session_id)
        if session.status == Session.Status.HELD:
            return session
        if not rules.can_become(session.status, Session.Status.HELD):
            raise InputError(
                _("A session that is “%(was)s” cannot become “%(to)s”.") % {"was": session.get_status_display(), "to": _("Held")}
            )
        session.status, session.why_not_held = Session.Status.HELD, ""
        session.steps = session.steps | {"meeting": {"at": clock.now().isoformat(), "by": getattr(by, "pk", None)}}
        session.revision += 1
        session.save(update_fields=["status", "why_not_held", "steps", "revision"])
        _begin_next_with(session)
        audit.record(by=by, action="stat session held", target=str(session.pk))
    return session


def _begin_next_with(session: Session) -> None:
    """The next session of the series starts from what is promised in this one."""
    if session.series is None:
        return
    later = session.series.sessions.filter(starts_at__gt=session.starts_at, status=Session.Status.PLANNED)
    following = later.order_by("starts_at").first()
    if following is not None:
        Session.objects.filter(pk=following.pk).update(previous=session)


def decide(*, by: Any, session_id: int, details: DecisionDetails, topic_id: int | None = None) -> Decision:
    """Write a decision down with its owner, day and resource, the votes, and the figures known on the day."""
    access.check_can_run(by)
    if not details.text.strip():
        raise InputError(_("Say what was decided."), field="text")
    if not details.resource.strip():
        raise InputError(_("Say which money, people or equipment it takes, or that it takes none."), field="resource")
    with transaction.atomic():
        session = _recorded(by, session_id)
        topic = _topic(session, topic_id)
        promised = (details.promise.owner, details.promise.due_on)
        known = session.decisions.filter(topic=topic).prefetch_related("commitments__owner")
        same = [row for row in known if any((one.owner, one.due_on) == promised for one in row.commitments.all())]
        _check_new(same, details.text)
        row = Decision.objects.create(
            session=session,
            topic=topic,
            text=details.text.strip(),
            text_es=details.text_es.strip(),
            decided_on=calendar.day_of(session),
            decided_by=details.decided_by.strip() or str(session.chair or _("The chair")),
            resource=details.resource.strip(),
            measure=topic.measure if topic else "",
            goal_code=session.goal_code,
            budget_line=details.budget_line.strip(),
            evidence=evidence_for(session, topic),
            is_public=details.is_public,
            recorded_by=by,
        )
        _votes(row, details.votes or {})
        _promise(by, session, details.promise, topic, row)
        audit.record(by=by, action="stat decision", target=str(session.pk), details={"decision": row.pk})
    return row


def promise(*, by: Any, session_id: int, details: Promise, topic_id: int | None = None) -> Commitment:
    """Write down what somebody promised in the room."""
    access.check_can_run(by)
    with transaction.atomic():
        session = _recorded(by, session_id)
        topic = _topic(session, topic_id)
        same = [row for row in session.commitments.filter(topic=topic) if (row.owner, row.due_on) == (details.owner, details.due_on)]
        _check_new(same, details.text)
        return _promise(by, session, details, topic, None)


def _check_new(same: Iterable[Decision | Commitment], text: str) -> None:
    """A button pressed twice, or on two screens, writes the same thing down once."""
    if any(" ".join(row.text.split()) == " ".join(text.split()) for row in same):
        raise InputError(_("The same is written down already, with this owner and day: “%(text)s”.") % {"text": text.strip()[:120]})


def _promise(by: Any, session: Session, details: Promise, topic: SessionTopic | None, decision: Decision | None) -> Commitment:
    known = replace(
        details,
        department=details.department or session.department or _department_of(topic),
        measure=details.measure or (topic.measure if topic else ""),
        goal_code=details.goal_code or session.goal_code,
        is_public=details.is_public and session.kind in rules.IS_PUBLIC,
    )
    return commitments.make(by=by, promise=known, session=session, topic=topic, decision=decision, via="room")


def _department_of(topic: SessionTopic | None) -> str:
    return str(topic.where.get("department", "")) if topic else ""


def evidence_for(session: Session, topic: SessionTopic | None) -> list[dict[str, Any]]:
    """What was known of a topic on the day: its lines and its measure's figure from the released packet, each with period and build."""
    if topic is None:
        return []
    found: list[dict[str, Any]] = []
    audience = "public" if session.kind in rules.IS_PUBLIC else "staff"
    rows = session.releases.filter(audience=audience).order_by("-edition", "language")
    by_language = {row.language: content.packet_of(row.content) for row in _last_edition(rows)}
    english, spanish = by_language.get("en"), by_language.get("es")
    if english is None:
        return [{"text": line, "text_es": other, "period": session.month} for line, other in _lines(topic)]
    pairs = zip(english.topics, (spanish or english).topics, strict=False)
    for one, other in pairs:
        if one.key == topic.key:
            lines = zip(one.topic.evidence, other.topic.evidence, strict=False)
            found += [{"text": line, "text_es": text, "period": english.month, "build": english.build} for line, text in lines]
    for key, other_key in zip(english.measures, (spanish or english).measures, strict=False):
        if key.headline.measure == topic.measure:
            texts = [_figure_in(language, one) for language, one in (("en", key), ("es", other_key))]
            entry = {"text": texts[0], "text_es": texts[1], "period": english.month, "build": english.build, "measure": topic.measure}
            found.append(entry)
    return found


def _figure_in(language: str, key: Any) -> str:
    """The measure with its figure and its target in a language, whatever the language of who writes the decision down."""
    with translation.override(language):
        return f"{key.headline.label}: {packets.figure_and_target(key)}"


def _last_edition(rows: Any) -> list[Release]:
    known = list(rows)
    return [row for row in known if row.edition == known[0].edition] if known else []


def _lines(topic: SessionTopic) -> list[tuple[str, str]]:
    evidence = topic.facts.get("evidence", {})
    return list(zip(evidence.get("en", []), evidence.get("es", []), strict=False))


def _votes(decision: Decision, votes: Mapping[str, str]) -> None:
    for name, choice in votes.items():
        if choice not in Vote.Choice.values:
            raise InputError(_("A vote is yes, no, abstained or absent."))
        Vote.objects.create(decision=decision, name=name.strip()[:120], choice=choice)


def _topic(session: Session, topic_id: int | None) -> SessionTopic | None:
    if topic_id is None:
        return None
    found = session.topics.filter(pk=topic_id).first()
    if found is None:
        raise InputError(_("This topic is not one of this session."))
    return found


def _meeting(session_id: int) -> Session:
    """A session on its day or after, that was not cancelled and whose memo is not out."""
    session = Session.objects.select_for_update().filter(pk=session_id).first()
    if session is None:
        return actions.session_of(session_id)
    if session.status == Session.Status.CANCELLED:
        raise InputError(_("This session is cancelled."))
    if calendar.day_of(session) > clock.today():
        raise InputError(_("The meeting is on %(day)s: record it from that day on.") % {"day": formats.day(calendar.day_of(session))})
    if session.stage == Session.Stage.FOLLOWED_UP:
        raise InputError(_("The follow-up memo is out, so the record of this meeting is closed."))
    return session


def _recorded(by: Any, session_id: int) -> Session:
    """Writing down what is decided says that the meeting takes place."""
    session = _meeting(session_id)
    return session if session.status == Session.Status.HELD else hold(by=by, session_id=session_id)
