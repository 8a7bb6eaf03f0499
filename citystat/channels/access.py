"""Who may see stuck messages and who reads what came in."""

from typing import Any

from citystat.core.access import check_right


def check_can_manage_messages(user: Any) -> None:
    """Raise NotAllowed unless the person may retry or give up messages; None is the command line."""
    if user is not None:
        check_right(user, "manage_311")


def check_can_read_messages(user: Any) -> None:
    """Raise NotAllowed unless the person may file and discard what came in."""
    check_right(user, "take_contacts")
