"""Who may write programs, improvements, areas in focus and advice, and who sees what is not public."""

from typing import Any

from citystat.core.access import check_right, has_right
from citystat.core.errors import NotFound

EDIT, STAFF = "edit_plan", "see_staff_pages"


def can_edit(user: Any) -> bool:
    """Whether the person may write here; None is the command line."""
    return user is None or has_right(user, EDIT)


def check_can_edit(user: Any) -> None:
    """Raise NotAllowed unless the person may write here."""
    if user is not None:
        check_right(user, EDIT)


def can_see(user: Any, row: Any) -> bool:
    """Whether the person may see a program, an improvement or a selection."""
    return bool(row.is_public) or user is None or has_right(user, STAFF)


def check_can_see(user: Any, row: Any) -> None:
    """Raise NotFound for what is not public and a reader outside the staff: they need not learn that it exists."""
    if not can_see(user, row):
        raise NotFound("There is no such page.")
