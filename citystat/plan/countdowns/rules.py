"""Decisions without I/O: which change of an item is possible, who is sampled, when the city may count it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from citystat.core.errors import InputError
from citystat.plan.models import CountdownItem

Status = CountdownItem.Status
RESERVED_SLUGS = frozenset({"new", "checks", "manage"})
WINDOW_DAYS = 90
LONGEST_YEARS = 20
# From what an item may be said to be done, passed or returned by the analyst, withdrawn, and taken up again.
SUBMITTABLE = frozenset({Status.OPEN, Status.PENDING, Status.RETURNED})
TRANSITIONS: Mapping[str, frozenset[str]] = {
    Status.OPEN: frozenset({Status.PENDING, Status.COUNTED, Status.WITHDRAWN}),
    Status.PENDING: frozenset({Status.PENDING, Status.COUNTED, Status.RETURNED, Status.WITHDRAWN}),
    Status.RETURNED: frozenset({Status.PENDING, Status.WITHDRAWN}),
    Status.COUNTED: frozenset({Status.RETURNED}),
    Status.WITHDRAWN: frozenset({Status.OPEN}),
}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What makes a countdown: its slug, what is counted, how many, from when until when, and the share (of one) that is checked."""

    slug: str
    title: str
    things: str
    starts_on: date
    ends_on: date
    target_count: int
    check_share: float = 1.0


def check_frame(frame: Frame) -> None:
    """Raise InputError with the first thing that is wrong."""
    if frame.slug in RESERVED_SLUGS:
        raise InputError(_("The address %(slug)s is used by a page of its own: choose another.") % {"slug": frame.slug})
    if not frame.title.strip() or not frame.things.strip():
        raise InputError(_("Say in one line what the countdown is for, and what is counted: houses, trees."))
    if frame.target_count < 1:
        raise InputError(_("A countdown needs a target of at least one."))
    if frame.ends_on <= frame.starts_on:
        raise InputError(_("The countdown ends before it starts: check the dates."))
    if frame.ends_on - frame.starts_on > timedelta(days=366 * LONGEST_YEARS):
        raise InputError(_("A countdown lasts at most %(years)s years: check the dates.") % {"years": LONGEST_YEARS})
    if not 0 <= frame.check_share <= 1:
        raise InputError(_("The share that is checked lies between 0% and 100%."))


def check_transition(before: str, after: str) -> None:
    """Raise InputError for a change of status that is not possible."""
    if after not in TRANSITIONS[before]:
        raise InputError(_("This cannot be done while it is “%(status)s”.") % {"status": _(str(Status(before).label))})


def check_done(done_on: date, starts_on: date, today: date) -> None:
    """Work was done within the countdown and not in the future."""
    if done_on > today:
        raise InputError(_("The day on which it was done lies in the future: check the date."))
    if done_on < starts_on:
        raise InputError(_("It was done before the countdown began, so it does not belong to it: withdraw it, with this as the reason."))


def is_drawn(slug: str, key: str, share: float) -> bool:
    """Whether the item falls into the sample: by a keyed checksum, so that nobody can choose and loading again changes nothing."""
    drawn = int(salted_hmac("citystat.countdowns.sample", f"{slug}/{key}", algorithm="sha256").hexdigest()[:12], 16)
    return drawn / 16**12 < share


def status_when_done(before: str, *, has_proof: bool, is_sampled: bool) -> str:
    """What an item becomes when somebody says that it is done: counted at once only when it is open, proven and not sampled."""
    at_once = before == Status.OPEN and has_proof and not is_sampled
    return Status.COUNTED if at_once else Status.PENDING
