"""Reads of costs: who pays for which posts, and what a contact and a request cost by period."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from citystat.methods import money
from citystat.methods.money import UnitCost
from citystat.service_requests.center import calls
from citystat.service_requests.models import CenterCost

ZERO = Decimal(0)


@dataclass(frozen=True)
class Payer:
    """What one payer bears in a period: posts paid alone and with others, their sum in whole posts, other things, and the amount."""

    payer: str
    posts_alone: int
    posts_shared: int
    posts: Decimal
    other_items: int
    amount: Decimal
    share: Decimal


@dataclass(frozen=True)
class Period:
    """One period of the books: its cost, who pays it, and the cost per contact and per request with both volumes."""

    starts_on: date
    ends_on: date
    cost: Decimal
    posts: int
    payers: tuple[Payer, ...]
    contacts: UnitCost
    contacts_why: str
    days_known: int
    requests: UnitCost
    requests_why: str


# Requests opened between two days, and whether the data reach to the second; the room above reads them from the build.
CountRequests = Callable[[date, date], tuple[int, bool]]


def periods(count_requests: CountRequests) -> list[Period]:
    """Every period with costs, oldest first."""
    rows: dict[tuple[date, date], list[CenterCost]] = defaultdict(list)
    for one in CenterCost.objects.order_by("starts_on", "ends_on", "post", "payer"):
        rows[one.starts_on, one.ends_on].append(one)
    return [_period(starts_on, ends_on, found, count_requests) for (starts_on, ends_on), found in rows.items()]


def _period(starts_on: date, ends_on: date, rows: list[CenterCost], count_requests: CountRequests) -> Period:
    cost = sum((one.share * one.amount for one in rows), ZERO)
    answered, days_known, contacts_why = _contacts(starts_on, ends_on)
    opened, reaches = count_requests(starts_on, ends_on)
    return Period(
        starts_on=starts_on,
        ends_on=ends_on,
        cost=cost,
        posts=len({one.post for one in rows if one.is_post}),
        payers=payers(rows),
        contacts=money.unit_cost(cost, 0 if contacts_why else answered),
        contacts_why=contacts_why,
        days_known=days_known,
        requests=money.unit_cost(cost, opened if reaches else 0),
        requests_why="" if reaches else "incomplete",
    )


def _contacts(starts_on: date, ends_on: date) -> tuple[int, int, str]:
    """Calls answered in the period, the days they are known for, and why they cannot be divided by: missing or incomplete."""
    found = [one for one in calls.monthly(starts_on, ends_on) if starts_on <= one.first <= ends_on]
    total = calls.added(one.figures for one in found)
    known = sum(one.days_known for one in found)
    if total.offered is None or total.answered_known is None:
        return 0, known, "missing"
    months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month + 1
    is_whole = len(found) == months and all(one.complete for one in found) and _is_of_months(starts_on, ends_on)
    return total.answered, known, "" if is_whole else "incomplete"


def _is_of_months(starts_on: date, ends_on: date) -> bool:
    return starts_on.day == 1 and (ends_on + timedelta(days=1)).day == 1


def payers(rows: Sequence[CenterCost]) -> tuple[Payer, ...]:
    """Who pays what, the largest first. A post is shared when more than one payer stands behind it."""
    total = sum((one.share * one.amount for one in rows), ZERO)
    behind: dict[str, int] = defaultdict(int)
    for one in rows:
        behind[one.post] += 1
    by_payer: dict[str, list[CenterCost]] = defaultdict(list)
    for one in rows:
        by_payer[one.payer].append(one)
    found = [_payer(name, mine, behind, total) for name, mine in by_payer.items()]
    return tuple(sorted(found, key=lambda one: (-one.amount, one.payer)))


def _payer(name: str, rows: list[CenterCost], behind: dict[str, int], total: Decimal) -> Payer:
    posts = [one for one in rows if one.is_post]
    amount = sum((one.share * one.amount for one in rows), ZERO)
    return Payer(
        payer=name,
        posts_alone=sum(behind[one.post] == 1 for one in posts),
        posts_shared=sum(behind[one.post] > 1 for one in posts),
        posts=sum((one.share for one in posts), ZERO),
        other_items=len(rows) - len(posts),
        amount=amount,
        share=amount / total if total else ZERO,
    )
