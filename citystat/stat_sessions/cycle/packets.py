"""The packet of a session as the data stand: it drafts itself, the analyst's picks and words are set into it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from citystat.core import clock, formats
from citystat.core.cities import current_city
from citystat.core.texts import said
from citystat.plan import queries as plan
from citystat.stat_sessions import data_notes, repeats, sections, topics, words
from citystat.stat_sessions.content import Audience, Fact, Note, Topic
from citystat.stat_sessions.cycle import follow_ups, goals, health, key_measures, proposals, rules, voices
from citystat.stat_sessions.cycle.content import FORMAT, AgendaItem, FollowUp, LastMemo, Person, SessionPacket, Talk
from citystat.stat_sessions.cycle.goals import Aim, GoalOfSession
from citystat.stat_sessions.cycle.ground import Ground, ground_of
from citystat.stat_sessions.cycle.key_measures import Judged
from citystat.stat_sessions.cycle.proposals import Proposal
from citystat.stat_sessions.figures import month_of, months_before
from citystat.stat_sessions.models import Memo, Session, SessionTopic
from citystat.stat_sessions.writing import shown, with_unit

OPENING, FOLLOW_UPS, KEY_MEASURES, CLOSING = 5, 10, 10, 5


@dataclass(frozen=True)
class Draft:
    """What the data say for one session in one language: its measures, what the rules propose, and the ground both stand on."""

    ground: Ground | None
    no_data: str
    goals: tuple[GoalOfSession, ...]
    measures: tuple[Judged, ...]
    proposals: tuple[Proposal, ...]
    notes: tuple[Note, ...]


class Drafting:
    """Drafts a session in several languages and for several audiences from one reading of the data."""

    def __init__(self, session: Session, build: int | None = None) -> None:
        self.session, self.month = session, month_of(session.month)
        found = ground_of(session, build)
        self.ground = found if isinstance(found, Ground) else None
        self.no_build = found if isinstance(found, str) else ""
        self._drafts: dict[str, Draft] = {}

    def draft(self, language: str, audience: Audience = "staff") -> Draft:
        """Measures and proposals in one language; the data are read once, measures of the staff are left out for the public."""
        if language not in self._drafts:
            with translation.override(language):
                self._drafts[language] = self._draft(language)
        found = self._drafts[language]
        return found if audience == "staff" else replace(found, measures=tuple(one for one in found.measures if one.is_public))

    def _draft(self, language: str) -> Draft:
        aimed = goals_of(self.session, language)
        aims = _aims(aimed) if aimed else [*key_measures.usual_aims(), *key_measures.own_aims(self.session.department)]
        if self.ground:
            plan.prepare_counts([aim.measure for aim in aims], build=self.ground.build.number)
        found = key_measures.judged(self.ground, aims, language, month=self.month)
        only = [aim.measure for aim in aims] if self.session.goal_code else None
        offered = proposals.propose(self.ground, found, language, only=only) if self.ground else ()
        no_data = self.ground.no_data if self.ground else self.no_build
        noted = notes(self.ground, only) if self.ground else ()
        return Draft(self.ground, no_data, aimed, found, offered, noted)

    def packet(self, language: str, audience: Audience) -> SessionPacket:
        """The whole packet in one language for one audience."""
        with translation.override(language):
            return _packet(self.session, self.draft(language, audience), self.month, language, audience)


def goals_of(session: Session, language: str) -> tuple[GoalOfSession, ...]:
    """The goals a session is about: its own with those below, every goal for a public session of the whole city, else none."""
    on = clock.today()
    if session.goal_code:
        return goals.goals_of(session.goal_code, on=on, language=language) or (GoalOfSession(session.goal_code, session.goal_code, "", ()),)
    if session.department or session.kind != "public":
        return ()
    return goals.goals_of(on=on, language=language)


def _aims(found: Sequence[GoalOfSession]) -> list[Aim]:
    """The measures of the goals, each once, under the first goal that names it."""
    seen: dict[str, Aim] = {}
    for goal in found:
        for aim in goal.aims:
            seen.setdefault(aim.measure, aim)
    return list(seen.values())


def _packet(session: Session, draft: Draft, month: date, language: str, audience: Audience) -> SessionPacket:
    ground = draft.ground
    talks = tuple(_talk(row, draft.proposals, language) for row in picked(session, audience))
    promised = promised_before(session, audience, language)
    before_name = formats.month(months_before(month, 12))
    return SessionPacket(
        format=FORMAT,
        city=current_city().name,
        demo=current_city().demo,
        session=session.pk,
        kind=session.kind,
        title=said(session, "title", language),
        subject=subject_of(session, language),
        language=language,
        audience=audience,
        month=session.month,
        month_name=formats.month(month),
        before_name=before_name,
        build=ground.build.number if ground else 0,
        as_of=ground.build.as_of.isoformat() if ground else month.isoformat(),
        is_complete=bool(ground and ground.is_complete),
        no_data=draft.no_data,
        starts_at=session.starts_at.astimezone(current_city().zone).isoformat(timespec="minutes"),
        minutes=session.minutes,
        place=session.place,
        last_memo=last_memo(session, audience),
        purpose=said(session, "purpose", language) or purpose_of(session, language, formats.month(month)),
        good_news=said(session, "good_news", language),
        decisions_needed=decisions_needed(talks),
        agenda=agenda(session, talks, promised),
        attendees=attendees(session, audience),
        follow_ups=promised,
        measures=tuple(one.key for one in draft.measures),
        missing_goals=key_measures.missing_goals(draft.goals, draft.measures),
        topics=talks,
        signals=signals(ground, before_name) if ground and not ground.no_data else (),
        overdue=overdue(ground, audience) if ground and not ground.no_data else (),
        missing_reports=missing_reports(session, ground) if audience == "staff" else (),
        health=(health.note(draft.measures, month, clock.today()),),
        notes=draft.notes,
        loads=data_notes.loads(ground.build) if ground else (),
    )


def picked(session: Session, audience: Audience) -> list[SessionTopic]:
    """The topics picked, in order; those about a measure of the staff are not told to the public."""
    rows = session.topics.filter(is_picked=True).order_by("position", "id")
    hidden = {one.name for one in plan.measures("staff")} if audience == "public" else set()
    return [row for row in rows if row.measure not in hidden]


def subject_of(session: Session, language: str) -> str:
    """What a session is about in a few words: a department, a goal, the city."""
    if session.department:
        return str(session.department)
    if session.goal_code:
        return goals.title_of(session.goal_code, on=clock.today(), language=language)
    return current_city().name


def purpose_of(session: Session, language: str, month: str) -> str:
    """The purpose where nobody has written one."""
    return _("To see where %(subject)s stands in %(month)s, to hear what became of the promises, and to decide what changes.") % {
        "subject": f"“{subject_of(session, language)}”" if session.goal_code else subject_of(session, language),
        "month": month,
    }


def last_memo(session: Session, audience: Audience) -> LastMemo | None:
    """The memo of the session before, in short; None before there is one."""
    memo = Memo.objects.filter(session_id=session.previous_id).order_by("-edition").first() if session.previous_id else None
    if memo is None or session.previous is None:
        return None
    rows = session.previous.decisions.order_by("id")
    decisions = tuple(said(row, "text") for row in rows if audience == "staff" or row.is_public)
    on = session.previous.starts_at.astimezone(current_city().zone).date()
    return LastMemo(on.isoformat(), said(memo, "summary"), decisions, said(memo, "next_focus"))


def promised_before(session: Session, audience: Audience, language: str) -> tuple[FollowUp, ...]:
    """The commitments the session begins with."""
    rows = follow_ups.begins_with(session)
    return follow_ups.as_follow_ups(rows, today=clock.today(), audience=audience, language=language)


def decisions_needed(talks: Sequence[Talk]) -> tuple[str, ...]:
    """One decision a topic; topics of the analyst ask their own first question."""
    found = []
    for talk in talks:
        asked = words.DECISIONS.get(talk.topic.rule)
        named = {"subject": talk.topic.subject, "measure": _measure_of(talk)}
        found.append(str(asked) % named if asked else (talk.topic.questions or (talk.topic.title,))[0])
    return tuple(found) or (_("None yet: no topic has been picked."),)


def _measure_of(talk: Talk) -> str:
    """The measure a topic is about, by its name inside a sentence; the key of a topic ends with it."""
    known = {one.name: one for one in plan.measures()}
    found = known.get(talk.key.rpartition(":")[2])
    label = found.label.in_(words.language()) if found else ""
    return label[:1].lower() + label[1:]


def agenda(session: Session, talks: Sequence[Talk], promised: Sequence[FollowUp]) -> tuple[AgendaItem, ...]:
    """The meeting minute by minute: opening, promises, figures, topics, and who does what by when read back."""
    parts = [(OPENING, _("Opening and good news"))]
    if follow_ups.begins_with(session).exists():
        parts += [(FOLLOW_UPS, _("What was promised (%(n)s)") % {"n": formats.number(len(promised))})]
    parts += [(KEY_MEASURES, _("Key measures and what residents say"))]
    parts += [(talk.minutes, talk.topic.title) for talk in talks]
    parts += [(CLOSING, _("Owners and due dates, read aloud"))]
    marks = rules.minute_marks([minutes for minutes, _text in parts], 0)
    return tuple(AgendaItem(start, minutes, text) for (start, _end), (minutes, text) in zip(marks, parts, strict=True))


def minutes_before_topics(session: Session) -> int:
    """When the first topic begins: no time is planned for promises where there are none."""
    return OPENING + KEY_MEASURES + (FOLLOW_UPS if follow_ups.begins_with(session).exists() else 0)


def attendees(session: Session, audience: Audience) -> tuple[Person, ...]:
    """Who is invited; to the public the roles, and names only where the city shares them."""
    named = audience == "staff" or current_city().shares_staff_names
    rows = session.attendees.select_related("person").order_by("id")
    return tuple(Person((row.name or str(row.person or "")) if named else "", str(role_name(row.role))) for row in rows)


def role_name(role: str) -> str:
    """A role at the table in words."""
    names = {
        "chair": _("Chair"), "sponsor": _("Executive sponsor"), "department": _("Department head"), "analyst": _("Analyst"),
        "budget": _("Budget analyst"), "counsel": _("Counsel"), "partner": _("Partner"), "guest": _("Guest"),
    }  # fmt: skip
    return names.get(role, role)


def signals(ground: Ground, before_name: str) -> tuple[Fact, ...]:
    """What residents say: how much they ask for, what came back, and whether they found the work done."""
    figure = sections.compared(ground.reader, "requests_opened", complete=ground.is_complete)
    said_of = shown(figure.now, "count", units=True)
    comparison = words.comparison(figure, "count", before_name) if ground.is_complete else ""
    facts = [Fact(_("Requests opened"), f"{said_of}. {comparison}".strip())]
    facts += repeats.facts(ground.reader, before_name, complete=ground.is_complete)
    department = ground.scope.code if ground.scope.kind == "department" else ""
    heard = voices.heard(ground.month, department=department)
    answered, not_fixed = sum(one.answered for one in heard), sum(one.not_fixed for one in heard)
    if answered:
        text = _("%(n)s of %(of)s residents who answered said that it was not fixed.") % {
            "n": formats.number(not_fixed),
            "of": formats.number(answered),
        }
        facts.append(Fact(_("After closing"), text))
    return tuple(facts)


def overdue(ground: Ground, audience: Audience) -> tuple[Any, ...]:
    """The requests open longest."""
    return sections.cases(ground.lists.oldest_open()[:10], ground.names, audience)


def missing_reports(session: Session, ground: Ground | None) -> tuple[str, ...]:
    """Departments whose monthly report is not there yet: the session's own, or every one the data know."""
    if session.department:
        names = [session.department]
    else:
        names = [row[0] for row in ground.build.rows("SELECT department FROM departments ORDER BY department")] if ground else []
    return health.missing_reports(session.month, names)


def notes(ground: Ground, only: Sequence[str] | None = None) -> tuple[Note, ...]:
    """Source, refresh date, exclusions and limits, as in the monthly packet."""
    if ground.no_data:
        return (Note(_("As of"), (ground.no_data,)),)
    evidence = ground.evidence(words.language(), only)
    n_series = topics.n_series_judged(evidence) if ground.is_complete else 0
    known = len(ground.everything.ask("month_days"))
    said_of = words.completeness(
        ground.is_complete,
        month=formats.month(ground.month),
        days_known=known,
        days=(months_before(ground.month, -1) - ground.month).days,
        as_of=formats.day(ground.build.as_of),
    )
    return data_notes.notes(ground.reader, ground.lists, n_series=n_series, completeness=said_of, complete=ground.is_complete)


def _talk(row: SessionTopic, offered: Sequence[Proposal], language: str) -> Talk:
    fresh = next((one.topic for one in offered if one.key == row.key), None)
    title, text = said(row, "title", language), said(row, "text", language)
    if fresh is None:
        stored = _stored(row, title, language)
        return Talk(row.key, stored, text, row.minutes, is_current=row.origin != SessionTopic.Origin.RULE)
    asked = tuple(row.questions) if row.questions else fresh.questions
    usual = row.facts.get("questions", {})
    if list(row.questions) == usual.get("en"):
        asked = fresh.questions
    return Talk(row.key, replace(fresh, title=title if row.facts.get("is_renamed") else fresh.title, questions=asked), text, row.minutes)


def _stored(row: SessionTopic, title: str, language: str) -> Topic:
    """A topic no rule proposes today: what was known when it was, or what the analyst wrote."""
    why = row.facts.get("why", {})
    evidence = row.facts.get("evidence", {})
    key = row.rule if row.origin == SessionTopic.Origin.RULE else row.origin
    name = proposals.NAMES.get(key) or words.RULE_NAMES.get(key) or key
    if row.origin == SessionTopic.Origin.RULE:
        reason = _("The rule applied when the packet was drafted and no longer does with the newest data.") + " " + why.get(language, "")
    else:
        reason = why.get(language, "")
    return Topic(
        rule=row.rule or row.origin,
        rule_name=str(name),
        why_chosen=reason.strip(),
        subject_kind="",
        subject=next(iter(row.where.values()), title),
        title=title,
        evidence=tuple(evidence.get(language, ())),
        questions=tuple(row.questions),
        causes=(),
    )


def figure_and_target(key: Any) -> str:
    """`74% (target 80%)`: what the evidence of a decision says of a measure."""
    value = shown(key.headline.figure.now, key.headline.unit, units=True)
    if key.target is None:
        return value
    return _("%(value)s (target %(target)s)") % {"value": value, "target": with_unit(key.target, key.headline.unit)}
