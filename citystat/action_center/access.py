"""Which requests a page of this room may open."""

from typing import Any

from django.utils.translation import gettext as _

from citystat.core.access import has_right
from citystat.core.errors import NotAllowed
from citystat.service_requests import access as request_access


def check_can_open(user: Any, request: Any) -> None:
    """Raise NotAllowed unless the request is in one of the person's queues and places."""
    request_access.check_can_work_on(user, request)


def can_see_contacts(user: Any) -> bool:
    """Whether the page offers to show who reported."""
    return has_right(user, "see_contacts")


def check_can_see_view(user: Any, right: str) -> None:
    """Raise NotAllowed unless the person may see this view of the live page."""
    if not has_right(user, right):
        raise NotAllowed(_("This view is for other city staff. The residents' view is open to everyone."))


def check_can_see_photo(user: Any, photo: Any) -> None:
    """Raise NotAllowed unless the photo's request is the person's to work on, or a crew's that has a work order of it."""
    if request_access.can_work_on(user, photo.request):
        return
    if any(request_access.can_do_order(user, order) for order in photo.request.work_orders.all()):
        return
    raise NotAllowed(_("This photo belongs to a request of another department or district."))


def check_can_do_order(user: Any, order: Any) -> None:
    """Raise NotAllowed unless the work order is the person's or their team's."""
    request_access.check_can_do_order(user, order)
