"""Who may define, validate, give and correct."""

from typing import Any

from django.utils.translation import gettext as _

from citystat.core.access import check_right, has_right
from citystat.core.errors import NotAllowed
from citystat.plan.models import MeasureVersion, RegisteredMeasure

EDIT_RIGHT = "edit_measures"
VALIDATE_RIGHT = "validate_measures"


def check_can_edit(user: Any) -> None:
    """Raise NotAllowed unless the person may define measures; None is the command line."""
    if user is not None:
        check_right(user, EDIT_RIGHT)


def can_review(user: Any, version: MeasureVersion) -> bool:
    """Whoever validates, but never the person who drafted it."""
    return has_right(user, VALIDATE_RIGHT) and version.drafted_by_id != user.pk


def check_can_review(user: Any, version: MeasureVersion) -> None:
    """Raise NotAllowed unless the person may review this very version."""
    if user is None:
        raise NotAllowed(_("A definition is reviewed by a person: sign in first."))
    check_right(user, VALIDATE_RIGHT)
    if version.drafted_by_id == user.pk:
        raise NotAllowed(_("You drafted this version, so somebody else has to review it."))


def check_can_correct(user: Any) -> None:
    """Raise NotAllowed unless the person may correct public figures."""
    if user is not None:
        check_right(user, VALIDATE_RIGHT)


def can_give(user: Any, row: RegisteredMeasure) -> bool:
    """The measure's owner and analyst, and whoever may define measures."""
    mine = getattr(user, "pk", None) in {row.owner_id, row.analyst_id} - {None}
    return (mine and user.is_active) or has_right(user, EDIT_RIGHT)


def check_can_give(user: Any, row: RegisteredMeasure) -> None:
    """Raise NotAllowed unless the person may give values; None is the command line."""
    if user is not None and not can_give(user, row):
        raise NotAllowed(_("Values of this measure are given by its owner: ask to be named as such."))
