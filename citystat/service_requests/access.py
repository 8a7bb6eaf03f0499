"""Who may change the catalog, judge closings, save searches, and work on live requests."""

from typing import Any

from django.utils.translation import gettext as _

from citystat.core.access import check_right, has_right
from citystat.core.errors import NotAllowed
from citystat.service_requests.models import SavedSearch, ServiceRequest

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


def check_can_take_contacts(user: Any) -> None:
    """Raise NotAllowed unless the person may file for others and log calls."""
    check_right(user, "take_contacts")


def check_can_see_contacts(user: Any) -> None:
    """Raise NotAllowed unless the person may see who reported a request; None is the command line."""
    if user is not None:
        check_right(user, "see_contacts")


def can_work_on(user: Any, request: ServiceRequest) -> bool:
    """Whether the request is in the person's queue and place: the right, and one scope that fits both."""
    if not (has_right(user, "work_requests") or has_right(user, "supervise_requests")):
        return False
    return any(scope.fits(request.department, request.district) for scope in user.scopes())


def check_can_work_on(user: Any, request: ServiceRequest) -> None:
    """Raise NotAllowed unless the request is the person's to work on; None is the city's own machinery."""
    if user is not None and not can_work_on(user, request):
        raise NotAllowed(
            _("Request %(number)s belongs to another department or district: ask a supervisor to hand it over.")
            % {"number": request.number}
        )


def check_can_book(user: Any, request: ServiceRequest) -> None:
    """Raise NotAllowed unless the person may book: call takers for everyone, others in their queues; None is the resident."""
    if user is not None and not has_right(user, "take_contacts"):
        check_can_work_on(user, request)


def can_run_service(user: Any, department: str) -> bool:
    """Whether the person supervises the department, and so decides how many appointments it can keep."""
    return has_right(user, "supervise_requests") and any(scope.department in {"", department} for scope in user.scopes())


def check_can_run_service(user: Any, department: str) -> None:
    """Raise NotAllowed unless the person supervises the department; None is the command line."""
    if user is not None and not can_run_service(user, department):
        raise NotAllowed(_("These appointments belong to another department: ask its supervisor."))


def can_keep_appointment(user: Any, request: ServiceRequest) -> bool:
    """Whether the person's crew goes to this request: field work, one scope that fits, and the same team where both have one."""
    if can_work_on(user, request):
        return True
    return has_right(user, "do_field_work") and any(
        scope.fits(request.department, request.district) and scope.team in {"", request.team} for scope in user.scopes()
    )


def check_can_keep_appointment(user: Any, request: ServiceRequest) -> None:
    """Raise NotAllowed unless the person's crew goes to this request; None is the city's own machinery."""
    if user is not None and not can_keep_appointment(user, request):
        raise NotAllowed(_("This appointment belongs to another crew."))


def can_do_order(user: Any, order: Any) -> bool:
    """Whether the work order is the person's, or their team's."""
    if has_right(user, "supervise_requests") and can_work_on(user, order.request):
        return True
    if not has_right(user, "do_field_work"):
        return False
    return order.assignee_id == user.pk or (
        order.assignee_id is None and any(scope.team and scope.team == order.team for scope in user.scopes())
    )


def check_can_do_order(user: Any, order: Any) -> None:
    """Raise NotAllowed unless the order is the person's to do."""
    if not can_do_order(user, order):
        raise NotAllowed(_("This work order belongs to another crew."))


def check_can_supervise(user: Any) -> None:
    """Raise NotAllowed unless the person may escalate and follow up; None is a nightly job."""
    if user is not None:
        check_right(user, "supervise_requests")


def check_can_redact(user: Any) -> None:
    """Raise NotAllowed unless the person may remove text and photos."""
    check_right(user, "redact_requests")


def check_can_manage_311(user: Any) -> None:
    """Raise NotAllowed unless the person may manage services, routing and programs; None is the command line."""
    if user is not None:
        check_right(user, "manage_311")


def check_can_answer_privacy(user: Any) -> None:
    """Raise NotAllowed unless the person may give out, delete and hold personal data; None is the command line."""
    if user is not None:
        check_right(user, "answer_privacy")
