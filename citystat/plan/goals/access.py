"""Who may read drafts, write plans and record their adoption."""

from typing import Any

from citystat.core.access import check_right, has_right
from citystat.core.errors import NotFound
from citystat.plan.models import Plan, Theme

EDIT, ADOPT, STAFF = "edit_plan", "adopt_plan", "see_staff_pages"


def can_edit(user: Any) -> bool:
    """Whether the person may write plans; None is the command line."""
    return user is None or has_right(user, EDIT)


def check_can_edit(user: Any) -> None:
    """Raise NotAllowed unless the person may write plans."""
    if user is not None:
        check_right(user, EDIT)


def check_can_adopt(user: Any) -> None:
    """Raise NotAllowed unless the person may record an adoption."""
    if user is not None:
        check_right(user, ADOPT)


def can_adopt(user: Any) -> bool:
    """Whether the person may record an adoption."""
    return user is None or has_right(user, ADOPT)


def check_can_see(user: Any, plan: Plan) -> None:
    """Raise NotFound for a plan that was never adopted and a reader outside the staff: they need not learn that it exists."""
    is_public = plan.status in {Plan.Status.ADOPTED, Plan.Status.SUPERSEDED}
    if not is_public and not has_right(user, STAFF):
        raise NotFound("There is no such plan.")


def check_can_see_theme(user: Any, theme: Theme) -> None:
    """Raise NotFound for a theme that is not public and a reader outside the staff."""
    if not theme.is_public and not has_right(user, STAFF):
        raise NotFound("There is no such theme.")
