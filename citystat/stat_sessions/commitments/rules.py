"""Decisions about commitments without I/O: what may follow what, how one stands today, when its owner is reminded and when it goes up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from citystat.core.errors import InputError, NotAllowed

OPEN, IN_REVIEW, DONE, OVERTAKEN, MERGED, ON_HOLD = "open", "in_review", "done", "overtaken", "merged", "on_hold"
TRANSITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    OPEN: (IN_REVIEW, ON_HOLD, OVERTAKEN, MERGED),
    IN_REVIEW: (DONE, OPEN, ON_HOLD, OVERTAKEN, MERGED),
    ON_HOLD: (OPEN, OVERTAKEN, MERGED),
    DONE: (OPEN,),
    OVERTAKEN: (OPEN,),
    MERGED: (),
}
STATUSES: Final = tuple(TRANSITIONS)
UNFINISHED: Final = (OPEN, IN_REVIEW, ON_HOLD)
# States of the GovEx list, as a commitment stands on a day.
NOT_YET_DUE, OVERDUE, ON_TIME, LATE = "not_yet_due", "overdue", "completed_on_time", "completed_late"
STATES: Final = (NOT_YET_DUE, OVERDUE, ON_TIME, LATE, IN_REVIEW, OVERTAKEN, MERGED, ON_HOLD)
# Days before (negative) and after the due date on which the owner is reminded; afterwards every week.
REMINDERS: Final = (-7, -1, 0)
WEEK: Final = 7
# Days overdue at which a commitment goes one step up: to the head of the work, the executive sponsor, the chair.
ESCALATIONS: Final = (7, 14, 30)


@dataclass(frozen=True)
class Standing:
    """How a commitment stands on a day; `days_over` is negative before the due date."""

    state: str
    days_over: int

    @property
    def is_overdue(self) -> bool:
        """Not finished, and its day is over."""
        return self.state == OVERDUE


def check_transition(before: str, after: str) -> None:
    """Raise InputError unless the one may follow the other."""
    if after not in TRANSITIONS.get(before, ()):
        raise InputError(_("A commitment that is “%(before)s” cannot become “%(after)s”.") % {"before": before, "after": after})


def standing(status: str, due_on: date, done_on: date | None, today: date) -> Standing:
    """How it stands. Work waiting for review was delivered when it was handed in, so the day it was handed in decides what is late."""
    if status == DONE:
        finished = done_on or due_on
        return Standing(ON_TIME if finished <= due_on else LATE, (finished - due_on).days)
    days = (today - due_on).days
    if status == OPEN:
        return Standing(OVERDUE if days > 0 else NOT_YET_DUE, days)
    return Standing(status, days)


def check_other_eyes(owner_id: int, submitted_by_id: int | None, closer_id: int | None) -> None:
    """Raise NotAllowed where somebody closes what they own or handed in themselves."""
    if closer_id is not None and closer_id in {owner_id, submitted_by_id}:
        raise NotAllowed(_("Somebody else has to look at the evidence: neither the owner nor who handed it in can close it."))


def is_reminder_day(due_on: date, today: date) -> bool:
    """Whether the owner of an unfinished commitment is reminded on a day: a week and a day before, on the day, then every week."""
    days = (today - due_on).days
    return days in REMINDERS or (days > 0 and days % WEEK == 0)


def level_due(due_on: date, today: date) -> int:
    """How many steps up an unfinished commitment should have gone by a day: 0 to 3."""
    days = (today - due_on).days
    return sum(days >= limit for limit in ESCALATIONS)
