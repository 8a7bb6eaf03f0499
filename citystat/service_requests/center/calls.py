"""Reads of call volumes: by day, by month, by interval of the day. A figure of a period comes from rows of that very period where there
are some, else from the shorter ones; the whole center from the rows without a queue, else from the sum of its queues. So nothing is
counted twice, whatever was loaded."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final

from django.db.models import Avg, Count, F, Max, Min, Q, Sum

from citystat.core.cities import current_city
from citystat.service_requests.models import CallVolume

INTERVAL, DAY, MONTH = CallVolume.Grain.INTERVAL, CallVolume.Grain.DAY, CallVolume.Grain.MONTH
SUMS: Final = (
    "offered", "answered", "answered_of", "abandoned", "abandoned_of", "wait", "wait_calls", "handle", "handle_calls",
    "in_target", "target_calls",
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """Sums of some intervals, each with the calls it is known for. `offered` None: nothing is known."""

    offered: int | None = None
    answered: int = 0
    answered_of: int = 0
    abandoned: int = 0
    abandoned_of: int = 0
    wait: float = 0.0
    wait_calls: int = 0
    handle: float = 0.0
    handle_calls: int = 0
    in_target: float = 0.0
    target_calls: int = 0

    @property
    def asa_seconds(self) -> float | None:
        """Mean wait of the answered calls whose wait is known."""
        return self.wait / self.wait_calls if self.wait_calls else None

    @property
    def handle_mean_seconds(self) -> float | None:
        """Mean time an answered call takes."""
        return self.handle / self.handle_calls if self.handle_calls else None

    @property
    def abandoned_share(self) -> float | None:
        """Share of offered calls given up by the caller."""
        return self.abandoned / self.abandoned_of if self.abandoned_of else None

    @property
    def service_level(self) -> float | None:
        """Share of offered calls answered within the target; given-up calls count against it."""
        return self.in_target / self.target_calls if self.target_calls else None

    @property
    def answered_known(self) -> int | None:
        """Answered calls where they are known for every offered call."""
        return self.answered if self.offered is not None and self.answered_of == self.offered else None

    @property
    def abandoned_known(self) -> int | None:
        """Abandoned calls, likewise."""
        return self.abandoned if self.offered is not None and self.abandoned_of == self.offered else None


@dataclass(frozen=True)
class Day:
    """One day of the city; without figures where no file says anything of it."""

    on: date
    figures: Figures
    complete: bool


@dataclass(frozen=True)
class Month:
    """One month. It is complete when the files reach from its first day to its last and it is over."""

    first: date
    figures: Figures
    days_known: int
    days: int
    complete: bool
    target_seconds: int | None = None


@dataclass(frozen=True)
class Slot:
    """The mean of one interval of the day over some days; `staff` is the mean number on duty where it is known."""

    minute: int
    minutes: int
    days: int
    offered: float
    figures: Figures
    staff: float | None


@dataclass(frozen=True)
class Known:
    """What there is: queues, first and last day, grains, and the seconds of the service level."""

    queues: tuple[str, ...]
    first: date
    last: date
    grains: frozenset[str]
    target_seconds: int | None


def known() -> Known | None:
    """What has been loaded; None before the first load."""
    span = CallVolume.objects.aggregate(first=Min("on"), last=Max("on"), target=Max("target_seconds"))
    if span["first"] is None:
        return None
    queues = CallVolume.objects.exclude(queue="").order_by("queue").values_list("queue", flat=True).distinct()
    grains = CallVolume.objects.order_by("grain").values_list("grain", flat=True).distinct()
    return Known(tuple(queues), span["first"], span["last"], frozenset(grains), span["target"])


def today() -> date:
    """Today in the city."""
    return datetime.now(tz=current_city().zone).date()


def daily(first: date, last: date, queue: str = "") -> list[Day]:
    """Every day from first to last. A day whose intervals begin later or end earlier than usual for its weekday is not complete."""
    rows = _grouped(Q(on__gte=first, on__lte=last, grain__in=[INTERVAL, DAY]), queue, "on")
    by_day: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_day[row["on"]].append(row)
    edges = _edges(by_day)
    found = []
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        figures = _figures(_of_sources(by_day.get(on, [])))
        found.append(Day(on, figures, figures.offered is not None and on < today() and _is_whole(on, edges)))
    return found


def monthly(first: date | None = None, last: date | None = None, queue: str = "") -> list[Month]:
    """Every month that has a figure, oldest first."""
    span = CallVolume.objects.aggregate(first=Min("on"), last=Max("on"))
    if span["first"] is None:
        return []
    begin, end = (first or span["first"]).replace(day=1), last or span["last"]
    end = end.replace(day=calendar.monthrange(end.year, end.month)[1])
    days = daily(begin, min(end, max(span["last"], begin)), queue)
    whole: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for row in _grouped(Q(on__gte=begin, on__lte=end, grain=MONTH), queue, "on"):
        whole[row["on"]].append(row)
    by_month: dict[date, list[Day]] = defaultdict(list)
    for day in days:
        if day.figures.offered is not None:
            by_month[day.on.replace(day=1)].append(day)
    return [_month(one, whole.get(one, []), by_month.get(one, [])) for one in sorted(whole.keys() | by_month.keys())]


def _month(first: date, rows: list[dict[str, Any]], days: list[Day]) -> Month:
    """Rows of the month itself, else its days. A month's row says nothing of single days, so it counts as all of them."""
    length = calendar.monthrange(first.year, first.month)[1]
    is_over = first.replace(day=length) < today()
    if rows:
        return Month(first, _figures(_of_sources(rows)), length, length, is_over, _target(rows))
    reaches = bool(days) and _reaches(first, length, [day.on for day in days if day.complete])
    return Month(first, added(day.figures for day in days), len(days), length, is_over and reaches, _target_of(first, length))


def _reaches(first: date, length: int, complete: Sequence[date]) -> bool:
    """Whether complete days lie within the first three and the last three of the month: a closed weekend is no gap."""
    return (
        bool(complete)
        and complete[0].day <= 3
        and complete[-1].day > length - 3
        and len(complete) >= length // 2
        and first == complete[0].replace(day=1)
    )


def _target(rows: Iterable[dict[str, Any]]) -> int | None:
    return max((row["target"] for row in rows if row["target"] is not None), default=None)


def _target_of(first: date, length: int) -> int | None:
    found = CallVolume.objects.filter(on__gte=first, on__lte=first.replace(day=length)).aggregate(target=Max("target_seconds"))
    return found["target"]  # type: ignore[no-any-return]


def profile(days: Collection[date], queue: str = "") -> list[Slot]:
    """The mean calls of each interval of the day over the days given; an interval without a row had no call."""
    wanted = Q(on__in=list(days), grain=INTERVAL)
    rows = _grouped(wanted, queue, "minute", "minutes")
    if not rows or not days:
        return []
    length = Counter(
        {minutes: sum(row["n_offered"] for row in rows if row["minutes"] == minutes) for minutes in {row["minutes"] for row in rows}}
    )
    usual = length.most_common(1)[0][0]
    by_minute: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["minutes"] == usual:
            by_minute[row["minute"]].append(row)
    n_days = len(set(days))
    return [_slot(minute, usual, n_days, _of_sources(found)) for minute, found in sorted(by_minute.items())]


def _slot(minute: int, minutes: int, days: int, rows: list[dict[str, Any]]) -> Slot:
    figures = _figures(rows)
    staff = [row["staff"] for row in rows if row["staff"] is not None]
    return Slot(minute, minutes, days, (figures.offered or 0) / days, figures, sum(staff) if staff else None)


def added(found: Iterable[Figures]) -> Figures:
    """The sum of figures; of none, nothing is known."""
    known = [one for one in found if one.offered is not None]
    return Figures(**{name: sum(getattr(one, name) for one in known) for name in SUMS}) if known else Figures()


def _grouped(where: Q, queue: str, *by: str) -> list[dict[str, Any]]:
    """Sums by source, grain, queue and what is asked for: one statement."""
    found = CallVolume.objects.filter(where)
    if queue:
        found = found.filter(queue=queue)
    is_waited, is_handled = Q(wait_seconds__isnull=False), Q(handle_seconds__isnull=False)
    return list(
        found.values("source", "grain", "queue", *by).annotate(
            n_offered=Sum("offered"), n_answered=Sum("answered"), n_answered_of=Sum("offered", filter=Q(answered__isnull=False)),
            n_abandoned=Sum("abandoned"), n_abandoned_of=Sum("offered", filter=Q(abandoned__isnull=False)),
            n_wait=Sum("wait_seconds"), n_wait_calls=Sum("answered", filter=is_waited),
            n_handle=Sum("handle_seconds"), n_handle_calls=Sum("answered", filter=is_handled),
            n_in_target=Sum("in_target"), n_target_calls=Sum("offered", filter=Q(in_target__isnull=False)),
            begins=Min("minute"), ends=Max(F("minute") + F("minutes")), rows=Count("id"), people=Avg("staff"), target=Max("target_seconds"),
        ).order_by("source", "grain", "queue", *by)
    )  # fmt: skip


def _of_sources(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each source: the longest grain there is, and of it the row of the whole center, else every queue."""
    chosen = []
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_source[row["source"]].append(row)
    for found in by_source.values():
        grain = next(one for one in (MONTH, DAY, INTERVAL) if any(row["grain"] == one for row in found))
        same = [row for row in found if row["grain"] == grain]
        chosen += [row for row in same if not row["queue"]] or same
    return [row | {"staff": row["people"]} for row in chosen]


def _figures(rows: Sequence[dict[str, Any]]) -> Figures:
    if not rows:
        return Figures()
    return Figures(**{name: sum(row[f"n_{name}"] or 0 for row in rows) for name in SUMS})


def _edges(by_day: dict[date, list[dict[str, Any]]]) -> dict[date, tuple[int, int]]:
    """First and last minute of each day that is known by intervals alone."""
    return {
        on: (min(row["begins"] for row in rows), max(row["ends"] for row in rows))
        for on, rows in by_day.items()
        if all(row["grain"] == INTERVAL for row in rows)
    }


def _is_whole(on: date, edges: dict[date, tuple[int, int]]) -> bool:
    if on not in edges:
        return True
    same = [edge for day, edge in edges.items() if day.weekday() == on.weekday()]
    return edges[on][0] <= median(edge[0] for edge in same) and edges[on][1] >= median(edge[1] for edge in same)
