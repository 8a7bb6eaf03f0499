"""Who may change boundaries and population."""

from typing import Any

from citystat.core.access import check_right, has_right

RIGHT = "manage_accounts"


def check_can_load(user: Any) -> None:
    """Raise NotAllowed, in a sentence, unless the person may; None is the command line, which the machine's owner runs."""
    if user is not None:
        check_right(user, RIGHT)


def can_load(user: Any) -> bool:
    """Whether the person may load boundaries and population."""
    return user is None or has_right(user, RIGHT)
