"""From sessions, packets and memos to what pages and documents print, in the language that is active."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from citystat.core import clock, formats
from citystat.core.cities import current_city
from citystat.core.texts import said
from citystat.stat_sessions import charts as packet_charts
from citystat.stat_sessions import corrections, writing
from citystat.stat_sessions import presenters as base
from citystat.stat_sessions.cycle import access, calendar, goals, memos, packets, queries, rules, words
from citystat.stat_sessions.cycle.content import Decided, FollowUp, KeyMeasure, MemoContent, SessionPacket
from citystat.stat_sessions.cycle.rules import Count, Coverage
from citystat.stat_sessions.models import Release, Session

View = dict[str, Any]


def session_row(one: Session, reader: Any) -> View:
    """One session in a list."""
    late = calendar.late_of(one) if access.can_run(reader) else ()
    is_over = calendar.day_of(one) < clock.today()
    return {
        "pk": one.pk,
        "title": said(one, "title"),
        "day": formats.day(calendar.day_of(one)),
        "time": calendar.when(one.starts_at),
        "place": one.place,
        "kind": words.KIND_NAMES[one.kind],
        "status": words.STATUS_NAMES[one.status],
        "status_code": one.status,
        "stage": words.STAGE_NAMES[one.stage],
        "why": one.why_not_held.rstrip("."),
        "n_decisions": getattr(one, "n_decisions", 0),
        "n_commitments": getattr(one, "n_commitments", 0),
        "has_packet": one.stage in {"released", "followed_up"},
        "late": [] if is_over and len(late) > 1 else [words.step_name(step.deadline.step) for step in late],
        "late_in_short": _late_in_short(late) if is_over and len(late) > 1 else "",
    }


def _late_in_short(late: Sequence[calendar.Step]) -> str:
    """The late steps of a meeting that is over, in one line: which they are no longer helps anybody who reads a list."""
    since = formats.short_day(min(step.deadline.due_on for step in late))
    said_of = {"n": formats.number(len(late)), "day": since}
    return ngettext("%(n)s step is late, since %(day)s.", "%(n)s steps are late, the first since %(day)s.", len(late)) % said_of


def calendar_page(month: date, sessions: Iterable[Session]) -> View:
    """A month as weeks of days, each with its sessions."""
    by_day: dict[date, list[View]] = {}
    for one in sessions:
        by_day.setdefault(calendar.day_of(one), []).append({"pk": one.pk, "title": said(one, "title"), "status": one.status})
    first = month - timedelta(days=month.weekday())
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    weeks = []
    while first < after:
        days = [first + timedelta(days=number) for number in range(7)]
        weeks.append(
            [
                {"day": day.day, "weekday": name, "inside": day.month == month.month, "sessions": by_day.get(day, [])}
                for day, name in zip(days, _weekdays(), strict=True)
            ]
        )
        first += timedelta(days=7)
    before = (month - timedelta(days=1)).replace(day=1)
    has_any = any(day["inside"] and day["sessions"] for week in weeks for day in week)
    return {
        "name": formats.month(month),
        "has_any": has_any,
        "weeks": weeks,
        "before": f"{before:%Y-%m}",
        "after": f"{after:%Y-%m}",
        "weekdays": _weekdays(),
    }


def _weekdays() -> list[str]:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


def _slot_name(slot: rules.Slot) -> str:
    """`August 2026` for a slot of one month; the others are known by their label."""
    return formats.month(slot.label) if slot.label == f"{slot.start:%Y-%m}" else slot.label


def coverage_view(found: Coverage) -> View:
    """Held of expected, by department and by goal, and each missing session by name."""
    series = queries.titles_of_series()
    missing = [
        {
            "title": said(series[gone.series], "title"),
            "department": gone.department,
            "slot": _slot_name(gone.slot),
            "state": words.MISSING_NAMES[gone.state],
            "why": gone.why,
        }
        for gone in found.missing
    ]
    titles = {code: goals.title_of(code, language=translation.get_language() or "en") for code in found.by_goal}
    return {
        "year": found.year,
        "total": _count(_("All"), found.total),
        "departments": [_count(name, count) for name, count in sorted(found.by_department.items())],
        "goals": [_count(titles[code], count) for code, count in sorted(found.by_goal.items())],
        "missing": missing,
        "sentence": _sentence(found.total),
    }


def _sentence(count: Count) -> str:
    if not count.expected:
        return _("No session is expected this year.")
    said_of = {"held": formats.number(count.held), "due": formats.number(count.due), "expected": formats.number(count.expected)}
    if count.share is None:
        return _("%(expected)s sessions are expected this year; none has come due yet.") % said_of
    share = {"share": formats.percent(count.share)}
    return _("%(held)s of %(due)s sessions due so far were held (%(share)s); %(expected)s are expected this year.") % (said_of | share)


def _count(label: str, count: Count) -> View:
    gone = count.missed + count.cancelled + count.unplanned
    share = "" if count.share is None else formats.percent(count.share)
    return {"label": label, "expected": count.expected, "due": count.due, "held": count.held, "missing": gone, "share": share}


def decision_rows(rows: Iterable[Any]) -> list[View]:
    """Decisions of public sessions, with the evidence of the day and what was corrected since."""
    return [_decision_row(row, translation.get_language() or "en") for row in rows]


def _decision_row(row: Any, language: str) -> View:
    corrected = corrections.sentences(row.corrections.all(), staff=False, names_subject=False)
    found = {"session": row.session_id, "session_title": said(row.session, "title"), "corrections": corrected}
    return _decided(memos.decided(row, "public", language)) | found


def clock_view(session: Session) -> list[View]:
    """Every step of the clock with its day and whether it is late, or was left out for good."""
    today = clock.today()
    return [
        {
            "step": step.deadline.step,
            "name": words.step_name(step.deadline.step),
            "offset": words.offset_name(step.deadline.offset),
            "due": formats.short_day(step.deadline.due_on),
            "done": formats.short_day(datetime.fromisoformat(step.done_at).astimezone(current_city().zone).date()) if step.done_at else "",
            "is_late": step.is_late,
            "is_due": step.is_due and not step.done_at,
            "is_left_out": step.deadline.due_on < today and not (step.done_at or step.is_due),
        }
        for step in calendar.steps_of(session)
    ]


def packet_view(packet: SessionPacket, changed: Sequence[Sequence[str]] = ()) -> View:
    """A packet of a session as plain text in nested dicts, for HTML and PDF alike."""
    with translation.override(packet.language):
        starts = datetime.fromisoformat(packet.starts_at)
        return {
            "language": packet.language,
            "title": packet.title,
            "subtitle": _subtitle(packet),
            "eyebrow": str(words.KIND_NAMES[packet.kind]),
            "running": _("%(title)s, %(day)s") % {"title": packet.title, "day": formats.day(starts.date())},
            "demo": _("Invented city: every request in it is made up.") if packet.demo else "",
            "incomplete": packet.no_data or ("" if packet.is_complete else _("The month is not complete: nothing is judged.")),
            "meta": _meta(packet, starts),
            "stamp": _("Data as of %(day)s, build %(build)s")
            % {"day": formats.day(date.fromisoformat(packet.as_of)), "build": formats.number(packet.build)},
            "page": _("Page"),
            "of": _("of"),
            "memo": _last_memo(packet),
            "purpose": {"heading": _("Purpose"), "text": packet.purpose},
            "good_news": {"heading": _("Good news"), "text": packet.good_news},
            "decisions": {"heading": _("Decisions needed"), "items": list(packet.decisions_needed)},
            "agenda": _agenda(packet, starts),
            "attendees": {
                "heading": _("At the table"),
                "items": [", ".join(part for part in (one.name, one.role) if part) for one in packet.attendees],
            },
            "follow_ups": follow_up_table(packet.follow_ups, _("What was promised"), none=_("Nothing is open from earlier sessions.")),
            "measures": _measures(packet),
            "missing": {
                "heading": _("Goals without a value"),
                "lead": _("No value is not green: these goals have no figure for this month."),
                "items": [f"{one.title}: {one.why}" for one in packet.missing_goals],
            },
            "topics": base.topic_words(packet.audience)
            | {
                "lead": _("Proposed by the rule named with each, picked and ordered by the analyst."),
                "items": [_talk(talk, index) for index, talk in enumerate(packet.topics)],
                "none": "" if packet.topics else _("No topic has been picked."),
            },
            "signals": {"heading": _signals_heading(packet), "facts": [{"label": one.label, "text": one.text} for one in packet.signals]},
            "overdue": base.case_table(packet.as_of, packet.overdue, _("Open longest")),
            "reports": {
                "heading": _("Monthly reports that are missing"),
                "items": list(packet.missing_reports),
            },
            "notes": {
                "heading": _("Data notes"),
                "items": [{"heading": one.heading, "lines": list(one.lines)} for one in (*packet.health, *packet.notes)],
            },
            "changes": changes_table(changed),
        }


def _signals_heading(packet: SessionPacket) -> str:
    """What residents say is of the department or of the whole city; a goal has no requests of its own."""
    is_of_goal = packet.subject != packet.city and any(one.goal_code for one in packet.measures)
    return _("What residents say, in the whole city") if is_of_goal else _("What residents say")


def _subtitle(packet: SessionPacket) -> str:
    return _("Pre-memo: %(subject)s, figures of %(month)s") % {"subject": packet.subject, "month": packet.month_name}


def _meta(packet: SessionPacket, starts: datetime) -> list[View]:
    audience = _("public version") if packet.audience == "public" else _("staff version, not for publication")
    found = [{"label": _("When"), "text": calendar.when(starts)}]
    found += [{"label": _("Where"), "text": packet.place}] if packet.place else []
    return [
        *found,
        {"label": _("Figures of"), "text": packet.month_name},
        {"label": _("Data as of"), "text": formats.day(date.fromisoformat(packet.as_of))},
        {"label": _("Version"), "text": audience},
    ]


def _last_memo(packet: SessionPacket) -> View | None:
    memo = packet.last_memo
    if memo is None:
        return None
    return {
        "heading": _("Last time, %(day)s") % {"day": formats.day(date.fromisoformat(memo.on))},
        "summary": memo.summary,
        "decisions": list(memo.decisions),
        "decided": _("Decided"),
        "next": _("In focus today: %(focus)s") % {"focus": memo.next_focus} if memo.next_focus else "",
    }


def _agenda(packet: SessionPacket, starts: datetime) -> View:
    rows = [
        {"time": _clock_time(starts + timedelta(minutes=item.start)), "minutes": item.minutes, "text": item.text} for item in packet.agenda
    ]
    used = sum(item.minutes for item in packet.agenda)
    over = _("The agenda takes %(used)s minutes and the meeting has %(has)s.") % {"used": used, "has": packet.minutes}
    columns = [base.text_column(_("From"), 0.6), base.number_column(_("Minutes")), base.text_column(_("What"), 3.0)]
    cells = [{"cells": [{"text": row["time"]}, {"text": str(row["minutes"])}, {"text": row["text"]}]} for row in rows]
    table = {"caption": _("Agenda"), "columns": columns, "rows": cells, "foot": over if used > packet.minutes else "", "wide": False}
    return {"heading": _("Agenda"), "table": table, "rows": rows, "over": over if used > packet.minutes else ""}


def _clock_time(instant: datetime) -> str:
    return formats.clock(instant.time())


def follow_up_table(rows: Sequence[FollowUp], heading: str, *, none: str) -> View:
    """Promises with owner, day, state and evidence."""
    columns = [
        base.text_column(_("Promise"), 2.6),
        base.text_column(_("Done when"), 1.6),
        base.text_column(_("Owner"), 1.2),
        base.text_column(_("Due"), 0.9),
        base.text_column(_("State"), 1.1),
    ]
    cells = [
        {
            "cells": [
                {"text": f"{row.number} {row.text}"},
                {"text": row.definition_of_done},
                {"text": row.owner},
                {"text": formats.short_day(date.fromisoformat(row.due_on))},
                {"text": row.state_name, "sub": row.evidence, "differs": row.is_overdue},
            ]
        }
        for row in rows
    ]
    table = {"caption": heading, "columns": columns, "rows": cells, "foot": "", "wide": True}
    return {"heading": heading, "table": table if rows else None, "none": "" if rows else none}


def _measures(packet: SessionPacket) -> View:
    return {
        "heading": _("Key measures, weakest first"),
        "lead": _("An arrow means a signal: a change that chance does not explain. No arrow means the ordinary ups and downs."),
        "rows": [_measure(one, index) for index, one in enumerate(packet.measures)],
        "none": "" if packet.measures else _("No measure belongs to this session."),
    }


def _measure(one: KeyMeasure, index: int) -> View:
    line = base.headline_line(one.headline, index)
    target = _("Target: %(target)s") % {"target": writing.with_unit(one.target, one.headline.unit)} if one.target is not None else ""
    if one.target_on and target:
        target = _("%(target)s by %(day)s") % {"target": target, "day": formats.day(date.fromisoformat(one.target_on))}
    verdict = ". ".join(part for part in (one.weakness_name, target) if part) + "."
    sentences = [verdict, line["sentence"], one.outlook]
    return line | {
        "label": one.headline.label,
        "signal_word": line["signal_word"],
        "sentence": " ".join(part for part in sentences if part),
        "definition": " ".join(
            part for part in (one.goal_title and _("Goal: %(goal)s.") % {"goal": one.goal_title}, one.caveat, line["definition"]) if part
        ),
        "measure": one.headline.measure,
    }


def _talk(talk: Any, index: int) -> View:
    item = base.topic_item(talk.topic, index)
    return item | {"why": " ".join(part for part in (item["why"], talk.text) if part), "minutes": talk.minutes, "key": talk.key}


def changes_table(changed: Sequence[Sequence[str]]) -> View | None:
    """What changed between the draft and the release; None where nothing did."""
    if not changed:
        return None
    columns = [base.text_column(_("Figure"), 2.0), base.text_column(_("Draft")), base.text_column(_("Release"))]
    rows = [{"cells": [{"text": text} for text in change]} for change in changed]
    heading = _("What changed since the draft")
    return {"heading": heading, "table": {"caption": heading, "columns": columns, "rows": rows, "foot": "", "wide": True}}


def changes_since_draft(row: Release, figures: dict[str, str]) -> list[tuple[str, str, str]]:
    """Figures that differ between the draft and the release, or that only one of them has."""
    before = row.draft.get("figures", {}).get(row.language, {}) if row.audience == "staff" else {}
    if not before:
        return []
    absent = _("not there")
    labels = [*figures, *(label for label in before if label not in figures)]
    pairs = [(label, str(before.get(label, absent)), figures.get(label, absent)) for label in labels]
    return [change for change in pairs if change[1] != change[2]]


def packet_pictures(packet: SessionPacket) -> dict[str, Any]:
    """Every chart of the packet by the key its place asks for."""
    specs: dict[str, Any] = {}
    for index, one in enumerate(packet.measures):
        if one.headline.trend:
            specs[f"headline-{index}"] = packet_charts.trend_spec(one.headline.trend, packet.language, width=176, height=46, axes=False)
    for index, talk in enumerate(packet.topics):
        if talk.topic.picture:
            specs[f"topic-{index}"] = packet_charts.picture_spec(talk.topic.picture, packet.language)
    return specs


def memo_view(memo: MemoContent, corrected: Sequence[str] = ()) -> View:
    """A follow-up memo as plain text, with what was corrected since it went out."""
    with translation.override(memo.language):
        day = formats.day(date.fromisoformat(memo.held_on))
        return {
            "language": memo.language,
            "title": memo.title,
            "eyebrow": _("Follow-up memo"),
            "subtitle": _("%(subject)s, meeting of %(day)s") % {"subject": memo.subject, "day": day},
            "running": _("Follow-up memo: %(title)s, %(day)s") % {"title": memo.title, "day": day},
            "demo": _("Invented city: every request in it is made up.") if memo.demo else "",
            "stamp": _("Data build %(build)s") % {"build": formats.number(memo.build)} if memo.build else "",
            "page": _("Page"),
            "of": _("of"),
            "reason": _("Another edition, because: %(reason)s") % {"reason": memo.reason} if memo.reason else "",
            "corrections": {"heading": _("Corrected since this memo went out"), "items": list(corrected)},
            "summary": {"heading": _("Summary"), "text": memo.summary},
            "attendance": {"heading": _("Who was there"), "items": list(memo.attendance)},
            "decisions": {
                "heading": _("Decisions"),
                "items": [_decided(one) for one in memo.decisions],
                "none": "" if memo.decisions else _("Nothing was decided."),
            },
            "parts": [
                follow_up_table(memo.follow_ups, _("Promised in this meeting"), none=_("Nothing was promised.")),
                follow_up_table(memo.earlier, _("Still open from before"), none=_("Nothing is open from before.")),
            ],
            "next": {
                "heading": _("Next"),
                "text": memo.next_focus,
                "on": _("The next session is on %(day)s.") % {"day": formats.day(date.fromisoformat(memo.next_on))} if memo.next_on else "",
            },
        }


def _decided(one: Decided) -> View:
    owner = (
        _("%(owner)s, by %(day)s") % {"owner": one.owner, "day": formats.day(date.fromisoformat(one.due_on))}
        if one.owner and one.due_on
        else ""
    )
    facts = [
        {
            "label": _("Decided by"),
            "text": _("%(who)s on %(day)s") % {"who": one.decided_by, "day": formats.day(date.fromisoformat(one.decided_on))},
        },
        {"label": _("Resource"), "text": one.resource},
        {"label": _("Owner"), "text": owner},
        {"label": _("Votes"), "text": ", ".join(one.votes)},
        {"label": _("Known on the day"), "text": " ".join(one.evidence)},
    ]
    return {"text": one.text, "facts": [fact for fact in facts if fact["text"]]}


def file_name(session: Session, kind: str) -> str:
    """`<Agency> Stat - Pre-Memo - 2026-11-18`, without what file systems do not take."""
    agency = session.department or (goals.title_of(session.goal_code) if session.goal_code else current_city().name)
    plain = "".join(letter for letter in agency if letter.isalnum() or letter in " -&.")
    return f"{plain.strip()} Stat - {kind} - {calendar.day_of(session).isoformat()}"


def room_view(session: Session, now: datetime) -> View:
    """The meeting as it runs: each topic with its time, what was decided and promised, the minutes left."""
    rows = queries.topics_with_record(session)
    marks = rules.minute_marks([row.minutes for row in rows], packets.minutes_before_topics(session))
    parts = []
    for row, (start, end) in zip(rows, marks, strict=True):
        begins, ends = (session.starts_at + timedelta(minutes=minute) for minute in (start, end))
        zone = current_city().zone
        left = (ends - now).total_seconds() / 60
        parts.append(
            {
                "pk": row.pk,
                "title": said(row, "title"),
                "minutes": row.minutes,
                "from": _clock_time(begins.astimezone(zone)),
                "to": _clock_time(ends.astimezone(zone)),
                "ends": ends.isoformat(),
                "begins": begins.isoformat(),
                "left": max(0, round(left)) if begins <= now <= ends else None,
                "questions": list(row.questions),
                "decisions": [said(one, "text") for one in row.decisions.all()],
                "commitments": [f"{one.number} {said(one, 'text')}" for one in row.commitments.all()],
            }
        )
    return {"topics": parts, "read_aloud": memos.read_aloud(session, translation.get_language() or "en")}
