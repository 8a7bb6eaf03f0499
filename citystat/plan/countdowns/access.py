"""Who may set up countdowns, say that an item is done, and check it."""

from typing import Any

from django.utils.translation import gettext as _

from citystat.core.access import check_right, has_right
from citystat.core.errors import NotAllowed, NotFound
from citystat.plan.models import Countdown, CountdownItem

EDIT, REVIEW, STAFF = "edit_plan", "review_quality", "see_staff_pages"


def check_can_edit(user: Any) -> None:
    """Raise NotAllowed unless the person may set up countdowns; None is the command line."""
    if user is not None:
        check_right(user, EDIT)


def can_submit(user: Any, countdown: Countdown) -> bool:
    """Those who write plans, the countdown's owner, and the staff of its department."""
    if user is None or has_right(user, EDIT):
        return True
    if not has_right(user, STAFF):
        return False
    named = {scope.department for scope in user.scopes()}
    return user.pk == countdown.owner_id or (bool(countdown.department) and countdown.department in named)


def check_can_submit(user: Any, countdown: Countdown) -> None:
    """Raise NotAllowed unless the person may say how items of this countdown go."""
    if not can_submit(user, countdown):
        raise NotAllowed(_("Only the department of this countdown and its owner can say how its items go."))


def can_check(user: Any, item: CountdownItem) -> bool:
    """A quality analyst who never said that it is done."""
    return has_right(user, REVIEW) and not _has_said(user, item)


def check_can_check(user: Any, item: CountdownItem) -> None:
    """Raise NotAllowed unless the person may pass or return this very item."""
    if user is None:
        raise NotAllowed(_("A check is made by a person: sign in first."))
    check_right(user, REVIEW)
    if _has_said(user, item):
        raise NotAllowed(_("You said that this is done, so somebody else has to check it."))


def check_can_take_back(user: Any) -> None:
    """Raise NotAllowed unless the person may say that something counted is not done after all."""
    if user is not None:
        check_right(user, REVIEW)


def _has_said(user: Any, item: CountdownItem) -> bool:
    """Also when somebody else added the proof later."""
    return item.events.filter(after=CountdownItem.Status.PENDING, by=user).exists()


def check_can_see(user: Any, countdown: Countdown) -> None:
    """Raise NotFound for a countdown that is not public and a reader outside the staff."""
    if not countdown.is_public and not has_right(user, STAFF):
        raise NotFound(_("There is no such countdown."))
