"""Who may see a measure, see the rows behind it with addresses, and save analyses."""

from typing import Any

from citystat.core.access import check_right, has_right
from citystat.core.errors import NotAllowed, NotFound
from citystat.plan.definitions import Measure
from citystat.plan.models import SavedAnalysis

STAFF_RIGHT = "see_staff_pages"
ROWS_RIGHT = "trace_rows"
SAVE_RIGHT = "save_analysis"
MANAGE_RIGHT = "manage_accounts"


def can_see(user: Any, measure: Measure) -> bool:
    """Whether the person may see the measure: public ones are for everyone."""
    return measure.audience == "public" or has_right(user, STAFF_RIGHT)


def check_can_see(user: Any, measure: Measure) -> None:
    """Raise NotFound for a staff measure the person may not see: the public need not learn that it exists."""
    if not can_see(user, measure):
        raise NotFound(f"There is no measure {measure.name!r}.")


def can_see_addresses(user: Any) -> bool:
    """Whether a trace may show the person addresses."""
    return has_right(user, ROWS_RIGHT)


def check_can_save(user: Any) -> None:
    """Raise NotAllowed unless the person may save analyses."""
    if user is None:
        raise NotAllowed("An analysis belongs to a person: sign in first.")
    check_right(user, SAVE_RIGHT)


def can_open(user: Any) -> bool:
    """Whether the person may open what others saved."""
    return has_right(user, STAFF_RIGHT)


def check_can_open(user: Any) -> None:
    """Raise NotAllowed unless the person may open what others saved."""
    check_right(user, STAFF_RIGHT)


def can_change(user: Any, analysis: SavedAnalysis) -> bool:
    """Its owner, while still allowed to save, and administrators."""
    own = getattr(user, "pk", None) == analysis.owner_id
    return (own and has_right(user, SAVE_RIGHT)) or has_right(user, MANAGE_RIGHT)


def check_can_change(user: Any, analysis: SavedAnalysis) -> None:
    """Raise NotAllowed unless the person may change or delete the analysis."""
    if not can_change(user, analysis):
        raise NotAllowed("Only the person who saved an analysis, or an administrator, can change it: save your own under another name.")
