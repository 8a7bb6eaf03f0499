"""Reads of countdowns. Every number here is a count, or a sum, of single items."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from citystat.core import clock, searching
from citystat.core.errors import NotFound
from citystat.methods import pace
from citystat.methods.money import UnitCost, unit_cost
from citystat.methods.pace import Finish, Standing
from citystat.methods.rates import wilson
from citystat.plan.countdowns import rules
from citystat.plan.models import Countdown, CountdownEvent, CountdownItem

Status = CountdownItem.Status


@dataclass(frozen=True)
class Errors:
    """How many of those checked were returned at their first check; the share and its Wilson interval are None for none checked."""

    checked: int
    returned: int
    share: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Money:
    """What was spent on what is done. `unknown` counts done items whose cost nobody recorded: they are in no quotient."""

    spent: Decimal
    unit: UnitCost
    unknown: int
    budget: Decimal | None

    @property
    def left(self) -> Decimal | None:
        """What remains of the budget; None without one."""
        return None if self.budget is None else self.budget - self.spent


@dataclass(frozen=True)
class Progress:
    """A countdown at the end of a day."""

    countdown: Countdown
    on: date
    standing: Standing
    finish: Finish
    counts: dict[str, int]
    money: Money
    errors: Errors

    @property
    def items(self) -> int:
        """How many items are listed, withdrawn ones left out."""
        return sum(number for status, number in self.counts.items() if status != Status.WITHDRAWN)


def countdowns(*, staff: bool) -> QuerySet[Countdown]:
    """Every countdown the reader may see, the one that ends first first."""
    found = Countdown.objects.select_related("owner")
    return found if staff else found.filter(is_public=True)


def countdown(slug: str) -> Countdown:
    """One countdown; raises NotFound."""
    found = Countdown.objects.select_related("owner").filter(slug=slug).first()
    if found is None:
        raise NotFound(_("There is no such countdown."))
    return found


def item(slug: str, pk: int) -> CountdownItem:
    """One item of a countdown; raises NotFound."""
    rows = CountdownItem.objects.select_related("countdown", "submitted_by", "checked_by")
    found = rows.filter(countdown__slug=slug, pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such item in this countdown."))
    return found


def items(of: Countdown, *, status: str = "", district: str = "", search: str = "") -> QuerySet[CountdownItem]:
    """Items of a countdown by status, district and words of key or address."""
    found = CountdownItem.objects.filter(countdown=of).order_by("key")
    if status:
        found = found.filter(status=status)
    if district:
        found = found.filter(district=district)
    return found.filter(searching.holds(search, "key", "address")) if search else found


def events(of: CountdownItem) -> QuerySet[CountdownEvent]:
    """What happened to an item, the newest first."""
    return CountdownEvent.objects.filter(item=of).select_related("by").order_by("-at", "-id")


def queue() -> QuerySet[CountdownItem]:
    """What waits for the quality analyst, the longest wait first."""
    waiting = CountdownItem.objects.filter(status=Status.PENDING).select_related("countdown", "submitted_by")
    return waiting.order_by("submitted_at", "pk")


def counted(of: Countdown, on: date) -> QuerySet[CountdownItem]:
    """The items that count at the end of a day."""
    return CountdownItem.objects.filter(countdown=of, status=Status.COUNTED, counted_on__lte=on)


def progress(of: Countdown, on: date | None = None) -> Progress:
    """Where a countdown stands at the end of a day, from its single items as they are known now."""
    day = on or clock.today()
    done, recent = _done(of, day)
    at = pace.standing(done, of.target_count, starts_on=of.starts_on, ends_on=of.ends_on, on=day)
    window = min(rules.WINDOW_DAYS, max((day - of.starts_on).days + 1, 0))
    counts: Counter[str] = Counter(dict.fromkeys(Status.values, 0))
    counts.update(dict(CountdownItem.objects.filter(countdown=of).order_by().values_list("status").annotate(n=Count("pk"))))
    return Progress(
        countdown=of, on=day, standing=at, finish=pace.projected_finish(recent, window, at.remaining, on=day),
        counts=dict(counts), money=_money(of, day), errors=errors(of),
    )  # fmt: skip


def _done(of: Countdown, day: date) -> tuple[int, int]:
    """How many count by the day, and how many of them were counted in the window up to it."""
    since = day - timedelta(days=rules.WINDOW_DAYS)
    found = counted(of, day).aggregate(done=Count("pk"), recent=Count("pk", filter=Q(counted_on__gt=since)))
    return found["done"], found["recent"]


def _money(of: Countdown, day: date) -> Money:
    found = counted(of, day).aggregate(spent=Sum("cost"), known=Count("cost"), done=Count("pk"))
    spent = found["spent"] or Decimal(0)
    return Money(spent, unit_cost(spent, found["known"]), found["done"] - found["known"], of.budget)


def errors(of: Countdown) -> Errors:
    """The error rate of first checks: a thing returned, mended and passed stays an error of the report that it was done."""
    checks = CountdownEvent.objects.filter(item__countdown=of, before=Status.PENDING, after__in=[Status.COUNTED, Status.RETURNED])
    first: dict[int, str] = {}
    for item_id, after in checks.order_by("at", "id").values_list("item_id", "after"):
        first.setdefault(item_id, after)
    returned = sum(after == Status.RETURNED for after in first.values())
    if not first:
        return Errors(0, 0, None, None, None)
    found = wilson(returned, len(first))
    return Errors(len(first), returned, float(found.estimate), float(found.lower), float(found.upper))


def counted_by_day(of: Countdown, on: date) -> list[tuple[date, int]]:
    """Each day on which something was counted, with the count at its end."""
    rows = counted(of, on).order_by("counted_on").values_list("counted_on").annotate(n=Count("pk"))
    total, found = 0, []
    for day, number in rows:
        total += number
        found.append((day, total))
    return found


def by_district(of: Countdown, on: date) -> list[tuple[str, int, int, int]]:
    """District, things, counted by the day, said to be done and not checked; withdrawn ones left out."""
    rows = CountdownItem.objects.filter(countdown=of).exclude(status=Status.WITHDRAWN).order_by("district").values_list("district")
    is_counted = Q(status=Status.COUNTED, counted_on__lte=on)
    found = rows.annotate(n=Count("pk"), done=Count("pk", filter=is_counted), pending=Count("pk", filter=Q(status=Status.PENDING)))
    return sorted(found, key=lambda row: (row[0] == "", row[0].zfill(12)))


def taken_back(of: Countdown) -> QuerySet[CountdownEvent]:
    """What counted once and does not any more, with the reason, the newest first."""
    gone = CountdownEvent.objects.filter(item__countdown=of, before=Status.COUNTED)
    return gone.select_related("item").order_by("-at", "-id")


def has_part_in(user: Any) -> Q:
    """The countdowns a person's departments and own name give."""
    departments = [scope.department for scope in user.scopes() if scope.department]
    return Q(owner=user) | Q(department__in=departments)
