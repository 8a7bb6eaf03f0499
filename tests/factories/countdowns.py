"""Countdowns with their items, and the people who work on them."""

from datetime import date
from typing import Any

from citystat.people.models import User, WorkScope
from citystat.plan.countdowns import actions
from citystat.plan.countdowns.actions import CountdownText, Done, ItemText
from citystat.plan.models import Countdown, CountdownItem
from tests.factories.registered import person

FIRST, LAST = date(2013, 2, 28), date(2015, 11, 24)  # 1,000 days, both ends counted
DEPARTMENT = "Code Enforcement"


def inspector() -> User:
    """Says that houses are done."""
    user = person("inspector@city.example", "department_worker")
    WorkScope.objects.get_or_create(user=user, department=DEPARTMENT)
    return user


def reviewer() -> User:
    """Checks what others say."""
    return person("quality@city.example", "quality_analyst")


def planner() -> User:
    """Sets countdowns up."""
    return person("planner@city.example", "performance_officer")


def countdown(**changed: Any) -> Countdown:
    """300 houses in 1,000 days."""
    text: dict[str, Any] = {
        "slug": "houses", "title": "300 houses in 1,000 days", "title_es": "300 casas en 1,000 días", "things": "vacant houses",
        "things_es": "casas vacías", "starts_on": FIRST, "ends_on": LAST, "target_count": 300, "department": DEPARTMENT,
    }  # fmt: skip
    return actions.save_countdown(by=None, countdown=CountdownText(**(text | changed)))


def put(of: Countdown, count: int) -> list[CountdownItem]:
    """So many open houses in three districts."""
    actions.put_items(by=None, countdown=of, items=[ItemText(f"P-{n:04}", f"{n} Oak St", str(n % 3 + 1)) for n in range(1, count + 1)])
    return list(CountdownItem.objects.filter(countdown=of).order_by("key"))


def done(item: CountdownItem, **changed: Any) -> CountdownItem:
    """Said to be done by the inspector, with proof."""
    said: dict[str, Any] = {"done_on": FIRST, "how": "Repaired", "proof": "Permit 12-88"}
    return actions.submit(by=inspector(), item=item, done=Done(**(said | changed)))


def counted(item: CountdownItem, **changed: Any) -> CountdownItem:
    """Done, checked and counted."""
    return actions.check(by=reviewer(), item=done(item, **changed), passes=True)
