"""Who makes, delivers and retires reports, and who sees the versions for staff."""

from typing import Any

from citystat.core.access import check_right, has_right
from citystat.stat_sessions.models import Report

RELEASE = "release_packet"
DELIVER = "run_sessions"
SEE_STAFF = "see_staff_pages"


def check_can_release(user: Any) -> None:
    """Raise NotAllowed unless the person may release reports; None is the command line, which the machine's owner runs."""
    if user is not None:
        check_right(user, RELEASE)


def can_release(user: Any) -> bool:
    """Whether the person may release and retire reports."""
    return user is None or has_right(user, RELEASE)


def check_can_deliver(user: Any) -> None:
    """Raise NotAllowed unless the person may keep audiences and deliver to them."""
    if user is not None:
        check_right(user, DELIVER)


def can_deliver(user: Any) -> bool:
    """Whether the person may keep audiences and deliver to them."""
    return user is None or has_right(user, DELIVER)


def can_see_staff(user: Any) -> bool:
    """Whether staff versions are listed."""
    return has_right(user, SEE_STAFF)


def check_can_see(user: Any, report: Report) -> None:
    """Raise NotAllowed for a staff version and a person without the right; public versions are for everyone."""
    if report.audience != "public":
        check_right(user, SEE_STAFF)
