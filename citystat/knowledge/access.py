"""Who may change articles, and who sees those that are not public."""

from typing import Any

from citystat.core.access import check_right, has_right


def check_can_edit(user: Any) -> None:
    """Raise NotAllowed unless the person may change articles; None is the command line."""
    if user is not None:
        check_right(user, "manage_311")


def can_edit(user: Any) -> bool:
    """Whether the person may change articles."""
    return has_right(user, "manage_311")


def can_log_answers(user: Any) -> bool:
    """Whether the person answers callers."""
    return has_right(user, "take_contacts")


def can_see_internal(user: Any) -> bool:
    """Whether the person sees articles meant for staff."""
    return has_right(user, "see_staff_pages")
