"""What the clock asks for every night: packets drafted, internal ones released, meetings without a record marked, people reminded."""

from datetime import timedelta
from typing import Any, Final

from citystat.core import clock
from citystat.core.errors import UserError
from citystat.stat_sessions.cycle import actions, calendar, mail, releases
from citystat.stat_sessions.models import Session

# A meeting of which nothing is recorded two days later did not take place, as far as the city can say.
DAYS_UNTIL_MISSED: Final = 2
NO_RECORD: Final = "No record of this meeting was made."


def run() -> dict[str, Any]:
    """Do what is due; what could not be done is told with its sentence, and does not stop the rest."""
    problems: list[str] = []
    missed = _missed(problems)
    drafted = _each("draft", problems)
    released = _each("release", problems)
    reminded = sum(mail.remind(one) for one in _watched())
    return {"missed": missed, "drafted": drafted, "released": released, "reminded": reminded, "problems": problems}


def _watched() -> list[Session]:
    """Planned sessions of the coming weeks, and held ones that owe their memo."""
    soon = clock.now() + timedelta(days=21)
    planned = Session.objects.filter(status=Session.Status.PLANNED, starts_at__lte=soon)
    owing = Session.objects.filter(status=Session.Status.HELD).exclude(stage=Session.Stage.FOLLOWED_UP)
    rows = [
        *planned.order_by("starts_at", "pk"),
        *owing.filter(starts_at__gte=clock.now() - timedelta(days=30)).order_by("starts_at", "pk"),
    ]
    return [actions.session_of(one.pk) for one in rows]


def _missed(problems: list[str]) -> list[int]:
    over = clock.now() - timedelta(days=DAYS_UNTIL_MISSED)
    done = []
    for one in Session.objects.filter(status=Session.Status.PLANNED, starts_at__lt=over).order_by("pk"):
        try:
            actions.mark_missed(by=None, session_id=one.pk, reason=NO_RECORD)
            done.append(one.pk)
        except UserError as error:
            problems.append(f"{one}: {error}")
    return done


def _each(step: str, problems: list[str]) -> list[int]:
    """Sessions whose step is due and not done; only internal packets are released without a person."""
    done = []
    for one in _watched():
        steps = {found.deadline.step: found for found in calendar.steps_of(one)}
        found = steps.get(step)
        if one.status != Session.Status.PLANNED or found is None or not found.is_due or found.done_at:
            continue
        if step == "release" and one.kind != "internal":
            continue
        try:
            if step == "draft":
                actions.draft(by=None, session_id=one.pk)
            else:
                releases.release(by=None, session_id=one.pk)
            done.append(one.pk)
        except UserError as error:
            problems.append(f"{one}: {error}")
    return done
