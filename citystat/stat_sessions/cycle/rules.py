"""Decisions without I/O: the clock of a session, what is late, which stage follows which, what a series should have held."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

IsDay = Callable[[date], bool]

# Steps of the clock in order, in business days before (negative) and after the meeting: Baltimore's preparation clock.
CLOCK: Final[Mapping[str, int]] = {
    "frame": -9,
    "frame_shared": -8,
    "draft": -5,
    "review": -4,
    "refresh": -3,
    "release": -2,
    "room": -1,
    "meeting": 0,
    "memo": 1,
    "memo_latest": 2,
}
# An internal meeting of every week makes its packet from live data; nobody prepares nine days for it.
WEEKLY_CLOCK: Final[Mapping[str, int]] = {"draft": -2, "release": -1, "meeting": 0, "memo": 1, "memo_latest": 2}
# What a meeting that is held still owes; nobody can draft a packet for it any more.
AFTER_THE_MEETING: Final = frozenset({"memo", "memo_latest"})
FARTHEST_DAYS: Final = 60

STAGES: Final = ("draft", "review", "released", "followed_up")
NEXT_STAGES: Final[Mapping[str, frozenset[str]]] = {
    "draft": frozenset({"review", "released"}),
    "review": frozenset({"draft", "released"}),
    # A released packet is released again as another edition.
    "released": frozenset({"released", "followed_up"}),
    "followed_up": frozenset({"followed_up"}),
}
NEXT_STATUSES: Final[Mapping[str, frozenset[str]]] = {
    "planned": frozenset({"held", "missed", "cancelled"}),
    # Marked as missed by the nightly run, held after all.
    "missed": frozenset({"held", "cancelled"}),
    "cancelled": frozenset({"planned"}),
    "held": frozenset(),
}
NEEDS_REVIEW: Final = frozenset({"public", "forum"})
IS_PUBLIC: Final = frozenset({"public"})
# How many meetings a year make which slots; other numbers split the year evenly.
MONTHS_A_SLOT: Final[Mapping[int, int]] = {1: 12, 2: 6, 3: 4, 4: 3, 6: 2, 12: 1}
MOST_A_YEAR: Final = 104
FEWEST_ANSWERS: Final = 3


@dataclass(frozen=True)
class Deadline:
    """A step of the clock and the business day it is due."""

    step: str
    offset: int
    due_on: date


@dataclass(frozen=True)
class Slot:
    """A part of a year in which a series should meet once: `2026-Q3`, `2026-07`, `2026-W29`."""

    label: str
    start: date
    end: date

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.start <= day <= self.end


@dataclass(frozen=True)
class Expected:
    """A series as coverage sees it."""

    series: str
    department: str
    goal_code: str
    times_a_year: int
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Meeting:
    """A session as coverage sees it."""

    series: str
    on: date
    status: str
    why: str = ""


@dataclass(frozen=True)
class Missing:
    """A slot without a session held: `state` is missed, cancelled or unplanned."""

    series: str
    department: str
    goal_code: str
    slot: Slot
    state: str
    why: str = ""


@dataclass(frozen=True)
class Count:
    """How many sessions should have been, were, and were not. `due` are those whose time is over or that were held."""

    expected: int = 0
    due: int = 0
    held: int = 0
    missed: int = 0
    cancelled: int = 0
    unplanned: int = 0

    @property
    def share(self) -> float | None:
        """Held of due; None before anything is due."""
        return self.held / self.due if self.due else None

    def plus(self, other: "Count") -> "Count":
        """Both together."""
        names = ("expected", "due", "held", "missed", "cancelled", "unplanned")
        return Count(*(getattr(self, name) + getattr(other, name) for name in names))


@dataclass(frozen=True)
class Coverage:
    """Sessions of a year: in all, by department, by goal, and each one that is missing by name."""

    year: int
    total: Count
    by_series: Mapping[str, Count]
    by_department: Mapping[str, Count]
    by_goal: Mapping[str, Count]
    missing: tuple[Missing, ...]


def clock_of(kind: str, own: Mapping[str, int]) -> dict[str, int]:
    """The steps of a series in order: the usual ones of its kind, with its own days where they differ."""
    usual = WEEKLY_CLOCK if kind == "internal" else CLOCK
    steps = {**usual, **{step: int(days) for step, days in own.items() if step in CLOCK and step != "meeting"}}
    return dict(sorted(steps.items(), key=lambda pair: (pair[1], list(CLOCK).index(pair[0]))))


def clock_problem(own: Mapping[str, object]) -> str | None:
    """What is wrong with a clock somebody gave: `unknown`, `number`, `far`, `order`; None where it can be used."""
    for step, days in own.items():
        if step not in CLOCK or step == "meeting":
            return "unknown"
        if not isinstance(days, int) or isinstance(days, bool):
            return "number"
        if abs(days) > FARTHEST_DAYS:
            return "far"
        if (days > 0) != (CLOCK[step] > 0) and days != 0:
            return "order"
    return None


def business_day(day: date, offset: int, is_business_day: IsDay) -> date:
    """The business day so many business days from a day; a day that is none counts as the next one (before: the last one)."""
    step, left = (1 if offset > 0 else -1), abs(offset)
    found = day
    while left:
        found += timedelta(days=step)
        left -= is_business_day(found)
        if abs((found - day).days) > 400:
            raise ValueError("The calendar has no business days.")
    return found


def deadlines(meeting: date, clock: Mapping[str, int], is_business_day: IsDay) -> tuple[Deadline, ...]:
    """When each step is due, in order."""
    return tuple(Deadline(step, offset, business_day(meeting, offset, is_business_day)) for step, offset in clock.items())


def late(steps: Sequence[Deadline], done: Iterable[str], today: date) -> tuple[Deadline, ...]:
    """Steps not done whose day is over; the follow-up memo is late after its latest day, and then once."""
    finished = set(done)
    if "memo" in finished:
        finished.add("memo_latest")
    has_latest = any(one.step == "memo_latest" for one in steps)
    open_steps = [one for one in steps if one.step not in finished and not (one.step == "memo" and has_latest)]
    return tuple(one for one in open_steps if one.due_on < today)


def due_now(steps: Sequence[Deadline], done: Iterable[str], today: date) -> tuple[Deadline, ...]:
    """Steps not done that are due today or were before."""
    finished = set(done)
    return tuple(one for one in steps if one.step not in finished and one.due_on <= today)


def can_move(stage: str, to: str) -> bool:
    """Whether a session's packet may go from one stage to another."""
    return to in NEXT_STAGES[stage]


def can_become(status: str, to: str) -> bool:
    """Whether a session may go from one status to another."""
    return to in NEXT_STATUSES[status]


def slots(times_a_year: int, year: int) -> tuple[Slot, ...]:
    """The parts of a year in each of which a series meets once: months, quarters, weeks, or an even split of the days."""
    if times_a_year in MONTHS_A_SLOT:
        return _slots_of_months(times_a_year, year)
    if times_a_year in (52, 26):
        return _slots_of_weeks(times_a_year, year)
    first, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    edges = [first + timedelta(days=days * index // times_a_year) for index in range(times_a_year + 1)]
    return tuple(
        Slot(f"{year}-{index + 1}/{times_a_year}", edges[index], edges[index + 1] - timedelta(days=1)) for index in range(times_a_year)
    )


def _slots_of_months(times_a_year: int, year: int) -> tuple[Slot, ...]:
    length, found = MONTHS_A_SLOT[times_a_year], []
    for index in range(times_a_year):
        month = index * length + 1
        start = date(year, month, 1)
        after = date(year + 1, 1, 1) if month + length > 12 else date(year, month + length, 1)
        found.append(Slot(_month_label(times_a_year, year, index), start, after - timedelta(days=1)))
    return tuple(found)


def _month_label(times_a_year: int, year: int, index: int) -> str:
    if times_a_year == 12:
        return f"{year}-{index + 1:02d}"
    return {1: f"{year}", 4: f"{year}-Q{index + 1}"}.get(times_a_year, f"{year}-{index + 1}/{times_a_year}")


def _slots_of_weeks(times_a_year: int, year: int) -> tuple[Slot, ...]:
    """Fifty-two weeks from the Monday of ISO week 1; the days of a 53rd week belong to the last one."""
    weeks, first = 52 // times_a_year, date.fromisocalendar(year, 1, 1)
    found = []
    for index in range(times_a_year):
        start = first + timedelta(weeks=index * weeks)
        end = start + timedelta(days=7 * weeks - 1)
        if index == times_a_year - 1:
            end = max(end, date.fromisocalendar(year + 1, 1, 1) - timedelta(days=1))
        found.append(Slot(f"{year}-W{index * weeks + 1:02d}", start, end))
    return tuple(found)


def expected_slots(one: Expected, year: int) -> tuple[Slot, ...]:
    """The slots of a year that lie in a series' time; the one it starts in counts, the one after its end does not."""
    return tuple(slot for slot in slots(one.times_a_year, year) if slot.end >= one.starts_on and (one.ends_on or slot.start) >= slot.start)


def coverage(series: Sequence[Expected], meetings: Sequence[Meeting], year: int, today: date) -> Coverage:
    """What was held of what each series should have held; each missing one is named."""
    total, missing = Count(), []
    by_series: dict[str, Count] = {}
    by_department: dict[str, Count] = {}
    by_goal: dict[str, Count] = {}
    for one in series:
        own = [meeting for meeting in meetings if meeting.series == one.series]
        count, gone = _of_series(one, own, year, today)
        total, by_series[one.series] = total.plus(count), count
        missing += gone
        for key, found in ((one.department, by_department), (one.goal_code, by_goal)):
            if key:
                found[key] = found.get(key, Count()).plus(count)
    ordered = tuple(sorted(missing, key=lambda gone: (gone.slot.start, gone.department, gone.series)))
    return Coverage(year, total, by_series, by_department, by_goal, ordered)


def _of_series(one: Expected, meetings: Sequence[Meeting], year: int, today: date) -> tuple[Count, list[Missing]]:
    count, missing = Count(), []
    for slot in expected_slots(one, year):
        state, why = _state(slot, [meeting for meeting in meetings if slot.holds(meeting.on)], today)
        is_due = state != "coming"
        counts = {"expected": 1, "due": int(is_due)} | ({state: 1} if is_due else {})
        count = count.plus(Count(**counts))
        if state in {"missed", "cancelled", "unplanned"}:
            missing.append(Missing(one.series, one.department, one.goal_code, slot, state, why))
    return count, missing


def _state(slot: Slot, meetings: Sequence[Meeting], today: date) -> tuple[str, str]:
    """One held session is enough; a slot without one is missing once its last day is over, or its only session was not held."""
    by_status = {meeting.status: meeting for meeting in meetings}
    if "held" in by_status:
        return "held", ""
    if any(meeting.status == "planned" and meeting.on >= today for meeting in meetings):
        return "coming", ""
    for status in ("missed", "cancelled"):
        if status in by_status:
            return status, by_status[status].why
    if "planned" in by_status:
        return "missed", ""
    return ("coming", "") if slot.end >= today else ("unplanned", "")


def month_of_figures(meeting: date) -> str:
    """The last month complete on the day of the meeting."""
    year, month = (meeting.year, meeting.month - 1) if meeting.month > 1 else (meeting.year - 1, 12)
    return f"{year}-{month:02d}"


def repeated(first: date, times_a_year: int, year: int, is_business_day: IsDay) -> tuple[date, ...]:
    """The days a series meets in a year, like its first: every one or two weeks, or the same weekday of its month (or the last one).

    A day on which city hall is closed moves to the next business day.
    """
    found = []
    for slot in slots(times_a_year, year):
        day = _like(first, slot, times_a_year)
        if day >= first:
            found.append(day if is_business_day(day) else business_day(day, 1, is_business_day))
    return tuple(found)


def _like(first: date, slot: Slot, times_a_year: int) -> date:
    if times_a_year not in MONTHS_A_SLOT:
        ahead = (first.weekday() - slot.start.weekday()) % 7
        weeks = ((first - slot.start).days // 7) % 2 if times_a_year == 26 else 0
        return min(slot.start + timedelta(days=ahead, weeks=weeks), slot.end)
    month = slot.start.month + (first.month - 1) % MONTHS_A_SLOT[times_a_year]
    start = date(slot.start.year, month, 1)
    nth = (first.day - 1) // 7
    day = start + timedelta(days=(first.weekday() - start.weekday()) % 7, weeks=nth)
    return day if day.month == month else day - timedelta(weeks=1)


def minute_marks(minutes: Sequence[int], begin: int) -> tuple[tuple[int, int], ...]:
    """From which to which minute each part of a meeting runs."""
    marks, at = [], begin
    for length in minutes:
        marks.append((at, at + length))
        at += length
    return tuple(marks)


# How weak a measure stands, weakest first.
WEAKNESS: Final = ("misses_and_worsens", "misses", "worsens", "not_known", "hit_or_miss", "no_target", "meets", "improves")


def weakness(*, is_known: bool, meets_target: bool | None, signal: str | None, assurance: str | None) -> str:
    """Which class of weakness a measure is in: its target first, then its signal. Not known is weaker than well."""
    if not is_known:
        return "not_known"
    if meets_target is False:
        return "misses_and_worsens" if signal == "concerning" else "misses"
    if signal == "concerning":
        return "worsens"
    if signal == "improving":
        return "improves"
    if meets_target is None:
        return "no_target"
    return "hit_or_miss" if assurance == "hit_or_miss" else "meets"


def projected_miss(lower: float | None, upper: float | None, target: float | None, direction: str) -> bool:
    """As the measure runs now, even a lucky month within the limits of chance would not meet the target."""
    if target is None or direction not in {"increase", "decrease"}:
        return False
    best = upper if direction == "increase" else lower
    return best is not None and (best < target if direction == "increase" else best > target)


def worth_shown(yes: int, no: int) -> bool:
    """Whether the answers to "was it worth your time?" are many enough to say nothing about one person."""
    return yes + no >= FEWEST_ANSWERS
