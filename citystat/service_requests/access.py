"""Who may change the catalog, judge closings, and save searches."""

from typing import Any

from django.utils.translation import gettext as _

from citystat.core.access import check_right, has_right
from citystat.core.errors import NotAllowed
from citystat.service_requests.models import SavedSearch

CATALOG_RIGHT = "manage_accounts"
REVIEW_RIGHT = "review_quality"
SAVE_RIGHT = "save_analysis"
MANAGE_RIGHT = "manage_accounts"


def check_can_change_catalog(user: Any) -> None:
    """Raise NotAllowed unless the person may change services and calendar; None is the command line, run by the machine's owner."""
    if user is not None:
        check_right(user, CATALOG_RIGHT)


def can_change_catalog(user: Any) -> bool:
    """Whether the person may change services and calendar."""
    return user is None or has_right(user, CATALOG_RIGHT)


def check_can_draw_sample(user: Any) -> None:
    """Raise NotAllowed unless the person may draw closings for review; None is the command line."""
    if user is not None:
        check_right(user, REVIEW_RIGHT)


def check_can_review(user: Any) -> None:
    """Raise NotAllowed unless the person may pass or return closings. A verdict always has a person behind it."""
    if user is None:
        raise NotAllowed(_("A closing is passed or returned by a person: sign in first."))
    check_right(user, REVIEW_RIGHT)


def can_review(user: Any) -> bool:
    """Whether the person may pass or return closings."""
    return user is not None and has_right(user, REVIEW_RIGHT)


def check_can_save(user: Any) -> None:
    """Raise NotAllowed unless the person may save searches; a search belongs to a person."""
    if user is None:
        raise NotAllowed(_("A search belongs to a person: sign in first."))
    check_right(user, SAVE_RIGHT)


def can_delete_search(user: Any, search: SavedSearch) -> bool:
    """Its owner, while still allowed to save, and administrators."""
    own = getattr(user, "pk", None) == search.owner_id
    return (own and has_right(user, SAVE_RIGHT)) or has_right(user, MANAGE_RIGHT)


def check_can_delete_search(user: Any, search: SavedSearch) -> None:
    """Raise NotAllowed unless the person may delete the search."""
    if not can_delete_search(user, search):
        raise NotAllowed(_("Only the person who saved a search, or an administrator, can delete it."))
