"""Who sees which department's processes, and who writes them down."""

from typing import Any

from django.utils.translation import gettext as _

from citystat.core.access import check_right, has_right
from citystat.core.errors import NotAllowed, NotFound
from citystat.plan.models import Process, ProcessEvaluation

EDIT, OVERSEE = "edit_plan", "close_commitments"


def sees_all(user: Any) -> bool:
    """The performance office, and the mayor and manager; None is the command line."""
    return user is None or has_right(user, EDIT) or has_right(user, OVERSEE)


def departments_of(user: Any) -> frozenset[str]:
    """The departments a person works in. A scope that fits every queue is no department."""
    return frozenset(scope.department for scope in user.scopes() if scope.department)


def can_see(user: Any, department: str) -> bool:
    """Whether the person sees the processes of a department."""
    return sees_all(user) or department in departments_of(user)


def check_can_see(user: Any, process: Process) -> None:
    """Raise NotFound for a process of another department: nobody need learn that it exists."""
    if not can_see(user, process.department):
        raise NotFound(_("There is no such process."))


def check_can_edit(user: Any) -> None:
    """Raise NotAllowed unless the person may write processes down."""
    if user is not None:
        check_right(user, EDIT)


def can_update(user: Any, row: ProcessEvaluation) -> bool:
    """The owner of a finding, and the performance office."""
    return user is None or user.pk == row.owner_id or has_right(user, EDIT)


def check_can_update(user: Any, row: ProcessEvaluation) -> None:
    """Raise NotAllowed unless the person may say what becomes of a finding."""
    if not can_update(user, row):
        raise NotAllowed(_("Only the owner of a finding and the performance office can say what becomes of it."))
