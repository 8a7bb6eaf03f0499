"""Days of a session on the city's calendar: when each step is due, what is done, what is late."""

from dataclasses import dataclass
from datetime import date, datetime

from citystat.core import clock, formats
from citystat.core.cities import current_city
from citystat.service_requests.calendars import business_calendar
from citystat.stat_sessions.cycle import rules
from citystat.stat_sessions.cycle.rules import Deadline
from citystat.stat_sessions.models import Session


@dataclass(frozen=True)
class Step:
    """A step of a session's clock with what became of it."""

    deadline: Deadline
    done_at: str
    is_late: bool
    is_due: bool


def open_days() -> rules.IsDay:
    """Whether city hall is open on a day, by the calendar as it is now: it is read once, and not for each of a hundred days."""
    calendar = business_calendar()
    return lambda day: calendar.hours_on(day) is not None


def day_of(session: Session) -> date:
    """The day of the meeting in the city."""
    return session.starts_at.astimezone(current_city().zone).date()


def when(starts: datetime) -> str:
    """The day and the hour of a meeting in the city, in the reader's form."""
    local = starts.astimezone(current_city().zone)
    return f"{formats.day(local.date())}, {formats.clock(local.time())}"


def deadlines_of(session: Session) -> tuple[Deadline, ...]:
    """When each step of a session is due."""
    own = session.series.clock if session.series else {}
    return rules.deadlines(day_of(session), rules.clock_of(session.kind, own), open_days())


def steps_of(session: Session) -> tuple[Step, ...]:
    """Every step with the day it was done, and whether it is due or late today."""
    deadlines, today = deadlines_of(session), clock.today()
    asked = _still_asked(session, deadlines)
    late = {one.step for one in rules.late(asked, session.steps, today)}
    due = {one.step for one in rules.due_now(asked, session.steps, today)}
    return tuple(Step(one, done_at(session, one.step), one.step in late, one.step in due) for one in deadlines)


def late_of(session: Session) -> tuple[Step, ...]:
    """Only what is late."""
    return tuple(one for one in steps_of(session) if one.is_late)


def done_at(session: Session, step: str) -> str:
    """The instant a step was done, in ISO form; empty while it is not."""
    name = "memo" if step == "memo_latest" else step
    found = session.steps.get(name, {})
    return str(found.get("at", ""))


def _still_asked(session: Session, deadlines: tuple[Deadline, ...]) -> tuple[Deadline, ...]:
    """Steps that can still be done: all before the meeting, the memo once it is held, none where it was not or the memo is out."""
    if session.status == Session.Status.PLANNED:
        return deadlines
    owes_memo = session.status == Session.Status.HELD and session.stage != Session.Stage.FOLLOWED_UP
    return tuple(one for one in deadlines if owes_memo and one.step in rules.AFTER_THE_MEETING)
