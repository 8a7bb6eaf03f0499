"""Writes and reads of area lists: who may keep one, what stands on it, what was decided since the last meeting."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from citystat.action_center.models import AreaDecision, AreaList
from citystat.core import audit
from citystat.core.access import check_right
from citystat.core.errors import InputError, NotFound
from citystat.service_requests.cases import live
from citystat.service_requests.cases import queries as cases
from citystat.service_requests.models import ServiceRequest

RIGHT = "see_areas"


def lists_of(user: Any) -> list[AreaList]:
    """The person's own lists by name."""
    return list(AreaList.objects.filter(owner=user).order_by("name", "pk"))


def one_of(user: Any, number: int) -> AreaList:
    """One of the person's own lists; raises NotFound."""
    found = AreaList.objects.filter(owner=user, pk=number).first()
    if found is None:
        raise NotFound(_("There is no such list among yours."))
    return found


def outstanding(area: AreaList) -> list[ServiceRequest]:
    """Open requests of the list as the public may see them, oldest first."""
    return live.outstanding(area.place_kind, area.place_code, area.service_slug)


def decisions_of(area: AreaList) -> list[AreaDecision]:
    """Everything decided about requests of the list, oldest first."""
    return list(area.decisions.select_related("request", "by").order_by("at", "pk"))


def make(*, by: Any, name: str, place: tuple[str, str], service: str = "") -> AreaList:
    """Keep a list of an area."""
    check_right(by, RIGHT)
    made = AreaList.objects.create(owner=by, name=name.strip(), place_kind=place[0], place_code=place[1], service_slug=service)
    audit.record(by=by, action="make area list", target=made.name)
    return made


def decide(*, by: Any, area: AreaList, number: str, text: str) -> AreaDecision:
    """Note what was decided about a request of the area; raises InputError for one that is not of it."""
    check_right(by, RIGHT)
    if not text.strip():
        raise InputError(_("Write what was decided."))
    request = cases.public_by_number(number)
    if request.places.get(area.place_kind) != area.place_code or request.visibility != "public":
        raise InputError(_("Request %(number)s does not lie in this area.") % {"number": request.number})
    return AreaDecision.objects.create(area=area, request=request, at=timezone.now(), by=by, text=text.strip()[:500])


def hold_meeting(*, by: Any, area: AreaList) -> None:
    """Start a new meeting: decisions from now on are those since the last one."""
    check_right(by, RIGHT)
    area.met_at = timezone.now()
    area.save(update_fields=["met_at"])


def remove(*, by: Any, area: AreaList) -> None:
    """Give a list up, with its decisions."""
    check_right(by, RIGHT)
    audit.record(by=by, action="remove area list", target=area.name)
    area.delete()
