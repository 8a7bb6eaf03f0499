"""Who may manage accounts."""

from typing import Any

from citystat.core.access import check_right, has_right

RIGHT = "manage_accounts"


def can_manage_accounts(user: Any) -> bool:
    """Whether the person may invite people and grant roles."""
    return has_right(user, RIGHT)


def check_can_manage_accounts(user: Any) -> None:
    """Raise NotAllowed otherwise."""
    check_right(user, RIGHT)
