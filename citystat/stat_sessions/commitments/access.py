"""Who may make, update and close commitments."""

from typing import Any

from citystat.core.access import check_right, has_right
from citystat.core.errors import NotAllowed, NotFound
from citystat.stat_sessions.models import Commitment

RUN, CLOSE, STAFF = "run_sessions", "close_commitments", "see_staff_pages"


def check_can_make(by: Any) -> None:
    """Raise NotAllowed unless the person may write commitments down; None is the command line."""
    if by is not None:
        check_right(by, RUN)


def check_can_make_of(by: Any, row: Commitment) -> None:
    """The same, for a commitment there is."""
    check_can_make(by)


def can_update(by: Any, row: Commitment) -> bool:
    """Its owner, and those who run sessions."""
    return by is None or getattr(by, "pk", None) == row.owner_id or has_right(by, RUN)


def check_can_update(by: Any, row: Commitment) -> None:
    """Raise NotAllowed for everybody but the owner and those who run sessions."""
    if not can_update(by, row):
        raise NotAllowed("Only its owner, or those who run the sessions, can say how a commitment goes.")


def can_close(by: Any) -> bool:
    """Whether the person may look at evidence and close."""
    return by is None or has_right(by, CLOSE)


def check_can_close(by: Any, row: Commitment) -> None:
    """Raise NotAllowed without the right to close commitments of others."""
    if by is not None:
        check_right(by, CLOSE)


def can_run(by: Any) -> bool:
    """Whether the person may write commitments down and move them."""
    return by is None or has_right(by, RUN)


def is_staff(by: Any) -> bool:
    """Whether the reader sees commitments that are not public, and who owns them."""
    return has_right(by, STAFF)


def check_can_see(by: Any, row: Commitment) -> None:
    """Raise NotFound for a commitment that is not public and a reader outside the staff."""
    if not row.is_public and not is_staff(by):
        raise NotFound("There is no such commitment.")
