"""Who may see and release packets."""

from typing import Any

from citystat.core.access import check_right, has_right
from citystat.stat_sessions.models import Packet

RELEASE = "release_packet"
SEE_STAFF = "see_staff_pages"


def check_can_release(user: Any) -> None:
    """Raise NotAllowed unless the person may release; None is the command line, which the machine's owner runs."""
    if user is not None:
        check_right(user, RELEASE)


def can_release(user: Any) -> bool:
    """Whether the person may release."""
    return user is None or has_right(user, RELEASE)


def check_can_see(user: Any, packet: Packet) -> None:
    """Raise NotAllowed for a staff version and a person without the right; public versions are for everyone."""
    if packet.audience == "staff":
        check_right(user, SEE_STAFF)


def can_see_staff(user: Any) -> bool:
    """Whether staff versions are listed."""
    return has_right(user, SEE_STAFF)
