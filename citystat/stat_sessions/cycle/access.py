"""Who prepares, releases and records sessions, and who sees which of them."""

from typing import Any

from citystat.core.access import check_right, has_right
from citystat.core.errors import NotAllowed
from citystat.stat_sessions.cycle import rules
from citystat.stat_sessions.models import Session

RUN = "run_sessions"
SEE_STAFF = "see_staff_pages"


def check_can_run(user: Any) -> None:
    """Raise NotAllowed without the right to run sessions; None is the command line, which the machine's owner runs."""
    if user is not None:
        check_right(user, RUN)


def can_run(user: Any) -> bool:
    """Whether the person prepares and records sessions."""
    return user is None or has_right(user, RUN)


def can_see_staff(user: Any) -> bool:
    """Whether staff versions and internal meetings are shown."""
    return has_right(user, SEE_STAFF)


def check_can_see(user: Any, session: Session) -> None:
    """Raise NotAllowed for an internal meeting and a reader who is not staff."""
    if session.kind not in rules.IS_PUBLIC:
        check_right(user, SEE_STAFF)


def can_see(user: Any, session: Session) -> bool:
    """Whether the person sees the session at all."""
    try:
        check_can_see(user, session)
    except NotAllowed:
        return False
    return True
