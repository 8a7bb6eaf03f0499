"""Writes of a session before its meeting: the series, the calendar, the draft, its topics and texts, the review."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core import audit, clock, edits
from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotFound
from citystat.plan.goals import queries as plan_goals
from citystat.plan.models import Goal
from citystat.stat_sessions.cycle import access, calendar, content, packets, proposals, rules
from citystat.stat_sessions.cycle.proposals import Proposal
from citystat.stat_sessions.models import Attendee, Series, Session, SessionTopic

LONGEST_MINUTES = 480
MOST_QUESTIONS = 10
BY_HAND = ("frame", "frame_shared", "room")


@dataclass(frozen=True)
class SeriesDetails:
    """What a series is: its kind, what it is about, how often it meets, who runs it."""

    slug: str
    title: str
    kind: str
    times_a_year: int
    starts_on: date
    title_es: str = ""
    goal_code: str = ""
    department: str = ""
    minutes: int = 90
    clock: Mapping[str, int] = field(default_factory=dict)
    chair: Any = None
    analyst: Any = None
    place: str = ""
    ends_on: date | None = None


@dataclass(frozen=True)
class TopicEdit:
    """What the analyst made of one topic: picked or not, its place, its words."""

    topic_id: int
    is_picked: bool
    position: int
    minutes: int
    title: str
    title_es: str = ""
    text: str = ""
    text_es: str = ""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preparation:
    """The texts and topics of a session as edited on its page."""

    purpose: str = ""
    purpose_es: str = ""
    good_news: str = ""
    good_news_es: str = ""
    place: str = ""
    topics: tuple[TopicEdit, ...] = ()


def create_series(*, by: Any, details: SeriesDetails) -> Series:
    """A series; InputError for a frequency, a length or a clock that cannot be."""
    access.check_can_run(by)
    _check_series(details)
    values = asdict(details) | {"chair": details.chair, "analyst": details.analyst, "clock": dict(details.clock)}
    with transaction.atomic():
        row = Series.objects.create(**values)
        audit.record(by=by, action="stat series made", target=row.slug, details={"times_a_year": row.times_a_year, "kind": row.kind})
    return row


def _check_series(details: SeriesDetails) -> None:
    if not details.title.strip():
        raise InputError(_("Give the series a title."))
    if details.kind not in Series.Kind.values:
        raise InputError(_("Choose what kind of meeting it is."))
    if not 1 <= details.times_a_year <= rules.MOST_A_YEAR:
        raise InputError(_("A series meets from 1 to %(most)s times a year.") % {"most": rules.MOST_A_YEAR})
    if not 5 <= details.minutes <= LONGEST_MINUTES:
        raise InputError(_("A meeting lasts from 5 to %(most)s minutes.") % {"most": LONGEST_MINUTES})
    if details.ends_on and details.ends_on < details.starts_on:
        raise InputError(_("The series ends before it starts."))
    if Series.objects.filter(slug=details.slug).exists():
        raise InputError(_("There is a series named %(slug)s already.") % {"slug": details.slug})
    if rules.clock_problem(details.clock):
        raise InputError(
            _("A clock has the steps %(steps)s, each with whole business days: before the meeting negative, after it positive.")
            % {"steps": ", ".join(step for step in rules.CLOCK if step != "meeting")}
        )


def plan_year(*, by: Any, series_id: int, year: int, first_on: date, at: time) -> list[Session]:
    """Plan the sessions of a year like the first one; slots that have one already are left as they are."""
    access.check_can_run(by)
    series = _series(series_id)
    if first_on.year != year:
        raise InputError(_("The first session lies in %(year)s: give a day of that year.") % {"year": year})
    days = rules.repeated(first_on, series.times_a_year, year, calendar.open_days())
    days = tuple(day for day in days if day >= series.starts_on and (series.ends_on is None or day <= series.ends_on))
    taken = [calendar.day_of(one) for one in series.sessions.all()]
    free = [slot for slot in rules.slots(series.times_a_year, year) if not any(slot.holds(day) for day in taken)]
    with transaction.atomic():
        made = [_plan(by, series, day, at) for day in days if any(slot.holds(day) for slot in free)]
        audit.record(by=by, action="stat year planned", target=series.slug, details={"year": year, "sessions": len(made)})
    return made


def plan_session(*, by: Any, series_id: int, on: date, at: time) -> Session:
    """Plan one session of a series."""
    access.check_can_run(by)
    series = _series(series_id)
    if any(calendar.day_of(one) == on for one in series.sessions.exclude(status=Session.Status.CANCELLED)):
        raise InputError(_("This series meets on %(day)s already.") % {"day": on.isoformat()})
    with transaction.atomic():
        made = _plan(by, series, on, at)
        audit.record(by=by, action="stat session planned", target=str(made.pk), details={"series": series.slug, "on": on.isoformat()})
    return made


def _plan(by: Any, series: Series, on: date, at: time) -> Session:
    session = Session.objects.create(
        series=series,
        kind=series.kind,
        title=series.title,
        title_es=series.title_es,
        goal_code=series.goal_code,
        department=series.department,
        month=rules.month_of_figures(on),
        starts_at=datetime.combine(on, at, tzinfo=current_city().zone),
        minutes=series.minutes,
        place=series.place,
        chair=series.chair,
        analyst=series.analyst,
    )
    people = [
        (series.chair, Attendee.Role.CHAIR),
        (_sponsor(series.goal_code), Attendee.Role.SPONSOR),
        (series.analyst, Attendee.Role.ANALYST),
    ]
    Attendee.objects.bulk_create([Attendee(session=session, person=person, role=role) for person, role in people if person is not None])
    return session


def _sponsor(code: str) -> Any:
    plan = plan_goals.plan_in_force(clock.today()) if code else None
    goal = Goal.objects.filter(plan=plan, code=code).select_related("sponsor").first() if plan else None
    return goal.sponsor if goal else None


def invite(*, by: Any, session_id: int, name: str = "", person: Any = None, role: str = Attendee.Role.GUEST) -> Attendee:
    """Put somebody on the list of those invited."""
    access.check_can_run(by)
    if role not in Attendee.Role.values:
        raise InputError(_("Choose what the person is at the table."))
    if person is None and not name.strip():
        raise InputError(_("Choose a person, or write a name."))
    session = session_of(session_id)
    if person is not None and session.attendees.filter(person=person).exists():
        raise InputError(_("%(name)s is on the list already.") % {"name": person})
    with transaction.atomic():
        row = Attendee.objects.create(session=session, person=person, name=name.strip()[:120], role=role)
        audit.record(by=by, action="stat attendee added", target=str(session.pk), details={"role": role})
    return row


def draft(*, by: Any, session_id: int, build: int | None = None, drafting: packets.Drafting | None = None) -> Session:
    """Let the packet draft itself: topics proposed by rule, those of last time that were left open, and the figures of this day.

    `drafting` is a reading of the data made before, where somebody has one.
    """
    access.check_can_run(by)
    session = session_of(session_id)
    if session.stage not in {"draft", "review"}:
        raise InputError(_("This packet is released: release it again to show newer figures."))
    if session.status not in {"planned", "missed"}:
        raise InputError(_("This session is over or cancelled, so its packet is not drafted."))
    drafting = drafting or packets.Drafting(session, build)
    drafts = {language: drafting.draft(language) for language in ("en", "es")}
    with transaction.atomic():
        session = _locked(session_id)
        session.previous = _previous(session)
        _keep_topics(session, drafts["en"].proposals, drafts["es"].proposals)
        _carry_over(session)
        session.draft = _figures(drafting, session)
        _mark(session, "refresh" if "draft" in session.steps else "draft", by)
        session.save(update_fields=["previous", "draft", "steps"])
        audit.record(by=by, action="stat packet drafted", target=str(session.pk), details={"build": session.draft["build"]})
    return session


def _figures(drafting: packets.Drafting, session: Session) -> dict[str, Any]:
    drafting.session = session
    found = {language: drafting.packet(language, "staff") for language in ("en", "es")}
    return {
        "build": found["en"].build,
        "as_of": found["en"].as_of,
        "at": clock.now().isoformat(),
        "missing_reports": list(found["en"].missing_reports),
        "figures": {language: content.figures_of(packet) for language, packet in found.items()},
    }


def _previous(session: Session) -> Session | None:
    """The last session held before: of the series, else of the same goal or department."""
    before = Session.objects.filter(status=Session.Status.HELD, starts_at__lt=session.starts_at, kind=session.kind)
    if session.series_id:
        before = before.filter(series_id=session.series_id)
    else:
        before = before.filter(goal_code=session.goal_code, department=session.department)
    return before.order_by("-starts_at").first()


def _keep_topics(session: Session, english: Sequence[Proposal], spanish: Sequence[Proposal]) -> None:
    """New proposals come in, those nobody picked and no rule proposes any more go; what was picked stays."""
    other, known = {one.key: one for one in spanish}, {one.key: one for one in session.topics.all()}
    is_first = not any(one.is_picked for one in known.values())
    picked = proposals.pick(english) if is_first else ()
    for position, one in enumerate(english):
        row = known.get(one.key) or SessionTopic(session=session, key=one.key, origin=SessionTopic.Origin.RULE, position=position + 1)
        _write_topic(row, one, other.get(one.key, one))
        if one.key in picked:
            row.is_picked, row.position = True, picked.index(one.key) + 1
        row.save()
    offered = {one.key for one in english}
    gone = [row.pk for key, row in known.items() if key not in offered and not row.is_picked and row.origin == SessionTopic.Origin.RULE]
    SessionTopic.objects.filter(pk__in=gone).delete()


def _write_topic(row: SessionTopic, english: Proposal, spanish: Proposal) -> None:
    is_renamed = bool(row.facts.get("is_renamed"))
    row.rule, row.measure, row.where = english.topic.rule, english.measure, english.where
    if not is_renamed:
        row.title, row.title_es = english.topic.title[:300], spanish.topic.title[:300]
    if not row.questions or row.questions == row.facts.get("questions", {}).get("en"):
        row.questions = list(english.topic.questions)
    row.facts = {
        "why": {"en": english.topic.why_chosen, "es": spanish.topic.why_chosen},
        "evidence": {"en": list(english.topic.evidence), "es": list(spanish.topic.evidence)},
        "questions": {"en": list(english.topic.questions), "es": list(spanish.topic.questions)},
        "is_renamed": is_renamed,
    }


def _carry_over(session: Session) -> None:
    """Topics of the last session on which nothing was decided or promised are offered again."""
    if session.previous is None:
        return
    left = session.previous.topics.filter(is_picked=True, decisions__isnull=True, commitments__isnull=True)
    for row in left:
        known = session.topics.filter(key=row.key).first()
        if known is None:
            why = {"en": "Nothing was decided on it last time.", "es": "La última vez no se decidió nada al respecto."}
            SessionTopic.objects.create(
                session=session, origin=SessionTopic.Origin.CARRIED, rule=row.rule, key=row.key, measure=row.measure, where=row.where,
                title=row.title, title_es=row.title_es, text=row.text, text_es=row.text_es, questions=row.questions, minutes=row.minutes,
                facts={"why": why, "evidence": row.facts.get("evidence", {})}, position=90,
            )  # fmt: skip


def add_topic(*, by: Any, session_id: int, title: str, title_es: str = "", measure: str = "") -> SessionTopic:
    """A topic of the analyst's own, at the end of those picked."""
    access.check_can_run(by)
    session = _open(session_id)
    if not title.strip():
        raise InputError(_("Give the topic a title."))
    with transaction.atomic():
        last = session.topics.filter(is_picked=True).order_by("-position").first()
        row = SessionTopic.objects.create(
            session=session,
            origin=SessionTopic.Origin.ANALYST,
            key=f"analyst:{session.topics.count() + 1}:{title.strip()}"[:200],
            measure=measure,
            title=title.strip()[:300],
            title_es=title_es.strip()[:300],
            is_picked=True,
            position=(last.position if last else 0) + 1,
        )
        audit.record(by=by, action="stat topic added", target=str(session.pk), details={"title": row.title})
    return row


def save_preparation(*, by: Any, session_id: int, revision: int, given: Preparation) -> Session:
    """Keep the texts and the choice of topics; Busy when somebody else saved since the form was shown."""
    access.check_can_run(by)
    with transaction.atomic():
        session = _open(session_id)
        for name in ("purpose", "purpose_es", "good_news", "good_news_es", "place"):
            setattr(session, name, getattr(given, name).strip())
        if session.purpose and "frame" not in session.steps:
            _mark(session, "frame", by)
        _keep_edits(session, given.topics)
        fields = ["purpose", "purpose_es", "good_news", "good_news_es", "place", "steps"]
        edits.save(session, fields, revision=revision)
        audit.record(
            by=by, action="stat packet prepared", target=str(session.pk), details={"topics": sum(one.is_picked for one in given.topics)}
        )
    return session


def _keep_edits(session: Session, given: Sequence[TopicEdit]) -> None:
    known = {row.pk: row for row in session.topics.all()}
    if any(one.topic_id not in known for one in given):
        raise InputError(_("The list of topics has changed since this page was opened: open it again."))
    ordered = sorted((one for one in given if one.is_picked), key=lambda one: one.position)
    places = {one.topic_id: number + 1 for number, one in enumerate(ordered)}
    for one in given:
        if not one.title.strip():
            raise InputError(_("A topic needs a title."))
        if not 1 <= one.minutes <= LONGEST_MINUTES:
            raise InputError(_("A topic takes at least one minute."))
        row = known[one.topic_id]
        renamed = row.facts.get("is_renamed", False) or (one.title.strip(), one.title_es.strip()) != (row.title, row.title_es)
        row.facts = row.facts | {"is_renamed": renamed}
        row.title, row.title_es = one.title.strip()[:300], one.title_es.strip()[:300]
        row.text, row.text_es, row.minutes, row.is_picked = one.text.strip(), one.text_es.strip(), one.minutes, one.is_picked
        row.questions = [text.strip()[:300] for text in one.questions if text.strip()][:MOST_QUESTIONS]
        row.position = places.get(one.topic_id, one.position)
        row.save()


def mark_step(*, by: Any, session_id: int, step: str) -> Session:
    """Say that a step nobody can compute is done: the frame, that it was shared, the room."""
    access.check_can_run(by)
    if step not in BY_HAND:
        raise InputError(_("This step is marked when it is done, not by hand."))
    with transaction.atomic():
        session = _locked(session_id)
        _mark(session, step, by)
        session.save(update_fields=["steps"])
        audit.record(by=by, action="stat step done", target=str(session.pk), details={"step": step})
    return session


def hand_to_review(*, by: Any, session_id: int) -> Session:
    """Give the drafted packet to somebody else to look at."""
    access.check_can_run(by)
    with transaction.atomic():
        session = _open(session_id)
        _check_move(session, "review")
        if not session.draft:
            raise InputError(_("Let the packet draft itself first."))
        session.stage, session.reviewed_by, session.reviewed_at = Session.Stage.REVIEW, None, None
        session.steps = session.steps | {"handed": _now(by)}
        session.revision += 1
        session.save(update_fields=["stage", "reviewed_by", "reviewed_at", "steps", "revision"])
        audit.record(by=by, action="stat packet handed to review", target=str(session.pk))
    return session


def pass_review(*, by: Any, session_id: int) -> Session:
    """Say that the packet was looked at; never the person who handed it over."""
    access.check_can_run(by)
    with transaction.atomic():
        session = _in_review(session_id)
        if by is not None and session.steps.get("handed", {}).get("by") == by.pk:
            raise InputError(_("You handed this packet over: somebody else reviews it."))
        session.reviewed_by, session.reviewed_at = by, clock.now()
        _mark(session, "review", by)
        session.save(update_fields=["reviewed_by", "reviewed_at", "steps"])
        audit.record(by=by, action="stat packet reviewed", target=str(session.pk))
    return session


def return_to_draft(*, by: Any, session_id: int, reason: str) -> Session:
    """Give the packet back with what must change."""
    access.check_can_run(by)
    if not reason.strip():
        raise InputError(_("Say what must change."))
    with transaction.atomic():
        session = _in_review(session_id)
        session.stage = Session.Stage.DRAFT
        session.steps = session.steps | {"returned": _now(by) | {"reason": reason.strip()[:1000]}}
        session.steps.pop("review", None)
        session.reviewed_by, session.reviewed_at = None, None
        session.save(update_fields=["stage", "steps", "reviewed_by", "reviewed_at"])
        audit.record(by=by, action="stat packet returned", target=str(session.pk), details={"reason": reason.strip()[:1000]})
    return session


def mark_missed(*, by: Any, session_id: int, reason: str) -> Session:
    """The meeting did not take place and nobody cancelled it."""
    return _not_held(by, session_id, Session.Status.MISSED, reason)


def cancel(*, by: Any, session_id: int, reason: str) -> Session:
    """Call the meeting off."""
    return _not_held(by, session_id, Session.Status.CANCELLED, reason)


def _not_held(by: Any, session_id: int, status: str, reason: str) -> Session:
    access.check_can_run(by)
    if not reason.strip():
        raise InputError(_("Say why it is not held: the calendar shows it."))
    with transaction.atomic():
        session = _locked(session_id)
        _check_status(session, status)
        if status == Session.Status.MISSED and session.starts_at > clock.now():
            raise InputError(_("The meeting is still to come: cancel it if it will not take place."))
        session.status, session.why_not_held = status, reason.strip()
        session.revision += 1
        session.save(update_fields=["status", "why_not_held", "revision"])
        audit.record(by=by, action=f"stat session {status}", target=str(session.pk), details={"reason": reason.strip()})
    return session


def session_of(session_id: int) -> Session:
    """A session; NotFound where there is none."""
    found = Session.objects.select_related("series", "previous", "chair", "analyst").filter(pk=session_id).first()
    if found is None:
        raise NotFound(_("There is no such session."))
    return found


def _series(series_id: int) -> Series:
    found = Series.objects.filter(pk=series_id).first()
    if found is None:
        raise NotFound(_("There is no such series."))
    return found


def _locked(session_id: int) -> Session:
    found = Session.objects.select_for_update().filter(pk=session_id).first()
    if found is None:
        raise NotFound(_("There is no such session."))
    return found


def _open(session_id: int) -> Session:
    """A session whose packet may still be written."""
    session = _locked(session_id)
    if session.stage not in {"draft", "review"}:
        raise InputError(_("This packet is released and no longer edited: release another edition with a reason."))
    if session.status not in {"planned", "missed"}:
        raise InputError(_("This session is over or cancelled, so nothing is prepared any more."))
    return session


def _in_review(session_id: int) -> Session:
    session = _locked(session_id)
    if session.stage != Session.Stage.REVIEW:
        raise InputError(_("This packet is not in review."))
    return session


def _check_move(session: Session, to: str) -> None:
    if not rules.can_move(session.stage, to):
        raise InputError(_("The packet cannot go from “%(was)s” to “%(to)s”.") % {"was": session.get_stage_display(), "to": to})


def _check_status(session: Session, to: str) -> None:
    if not rules.can_become(session.status, to):
        raise InputError(_("A session that is “%(was)s” cannot become “%(to)s”.") % {"was": session.get_status_display(), "to": to})


def _mark(session: Session, step: str, by: Any) -> None:
    session.steps = session.steps | {step: _now(by)}


def _now(by: Any) -> dict[str, Any]:
    return {"at": clock.now().isoformat(), "by": getattr(by, "pk", None)}
