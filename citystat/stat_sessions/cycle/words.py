"""Words of the cycle in the language that is active."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STEP_NAMES: dict[str, Promise] = {
    "frame": _("Frame of the memo: purpose and topics"),
    "frame_shared": _("Frame shared, invitations sent"),
    "draft": _("Draft of the packet"),
    "review": _("Independent review"),
    "refresh": _("Last refresh of the data"),
    "release": _("Release of the packet"),
    "room": _("Room and equipment"),
    "meeting": _("Meeting"),
    "memo": _("Follow-up memo"),
    "memo_latest": _("Follow-up memo, latest day"),
}
STATUS_NAMES: dict[str, Promise] = {"planned": _("Planned"), "held": _("Held"), "missed": _("Missed"), "cancelled": _("Cancelled")}
STAGE_NAMES: dict[str, Promise] = {
    "draft": _("Draft"),
    "review": _("In review"),
    "released": pgettext_lazy("packet", "Released"),
    "followed_up": _("Released, memo sent"),
}
KIND_NAMES: dict[str, Promise] = {
    "public": _("Public Stat session"),
    "internal": _("Internal data meeting"),
    "forum": _("Forum of a department"),
}
MISSING_NAMES: dict[str, Promise] = {
    "missed": _("planned and not held"),
    "cancelled": _("cancelled"),
    "unplanned": _("never planned"),
}


def step_name(step: str) -> str:
    """A step of the clock."""
    return str(STEP_NAMES[step])


def offset_name(offset: int) -> str:
    """`T−9`, `T`, `T+2`: business days from the meeting."""
    return "T" if offset == 0 else f"T+{offset}" if offset > 0 else f"T−{-offset}"
