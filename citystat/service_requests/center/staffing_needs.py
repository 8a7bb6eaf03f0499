"""How many people each interval needs, from the calls that were loaded (Erlang A), beside those who were on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from citystat.core.errors import InputError
from citystat.methods import staffing
from citystat.methods.staffing import Queue
from citystat.service_requests.center import calls
from citystat.service_requests.center.calls import Slot

WEEKS: Final = 8
GROUPS: Final = {"weekdays": (0, 1, 2, 3, 4), "saturday": (5,), "sunday": (6,)}
USUAL_HANDLE: Final = 240.0


@dataclass(frozen=True)
class Target:
    """The stated answer target, how long callers wait before they hang up, and the share of paid time not on calls."""

    share: float = 0.8
    within: float = 20.0
    patience: float = 180.0
    shrinkage: float = 0.3
    handle: float | None = None


@dataclass(frozen=True)
class Need:
    """One interval: its mean calls, the agents and people it needs, what they would achieve, and who was on duty."""

    slot: Slot
    queue: Queue
    people: int

    @property
    def gap(self) -> float | None:
        """Agents on duty less agents needed."""
        return None if self.slot.staff is None else self.slot.staff - self.queue.agents


@dataclass(frozen=True)
class Needs:
    """The curve of a day. `handle_seconds` is the mean of the calls loaded unless it was given."""

    group: str
    days: tuple[date, ...]
    target: Target
    handle_seconds: float
    handle_known: bool
    needs: tuple[Need, ...]
    service_level: float
    abandoned: float


def needs(group: str, target: Target, *, queue: str = "", until: date | None = None) -> Needs | None:
    """Need by interval over the last eight weeks of a group of weekdays; None where no intervals are loaded.

    Raises InputError for a target no number of people could meet.
    """
    found = calls.known()
    if found is None or group not in GROUPS:
        return None
    last = until or found.last
    days = calls.daily(last - timedelta(weeks=WEEKS) + timedelta(days=1), last, queue)
    used = [day.on for day in days if day.complete and day.on.weekday() in GROUPS[group]]
    slots = calls.profile(used, queue)
    if not slots:
        return None
    known = calls.added(slot.figures for slot in slots).handle_mean_seconds
    handle = target.handle or known or USUAL_HANDLE
    curve = _curve(slots, target, handle)
    rows = tuple(Need(slot, one, people) for slot, one, people in zip(slots, curve.queues, curve.people, strict=True))
    return Needs(
        group, tuple(used), target, handle, target.handle is None and known is not None, rows, curve.service_level, curve.abandoned
    )


def _curve(slots: Sequence[Slot], target: Target, handle: float) -> staffing.StaffingCurve:
    try:
        return staffing.staffing_curve(
            [slot.offered for slot in slots], handle_seconds=handle, share=target.share, target_seconds=target.within,
            interval_seconds=slots[0].minutes * 60, patience_seconds=target.patience or None, shrinkage=target.shrinkage,
        )  # fmt: skip
    except ValueError as error:
        raise InputError(str(error)) from error
