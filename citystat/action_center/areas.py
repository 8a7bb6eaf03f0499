"""Writes and reads of area lists: who may keep one, what stands on it, what was decided since the last meeting."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.action_center.models import AreaDecision, AreaList
from citystat.core import audit, clock
from citystat.core.access import check_right
from citystat.core.errors import InputError, NotFound
from citystat.service_requests.cases import covering, drawn_areas, live
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
    if area.shape:
        return drawn_areas.outstanding(area.shape, area.service_slug)
    return live.outstanding(area.place_kind, area.place_code, area.service_slug)


def decisions_of(area: AreaList) -> list[AreaDecision]:
    """Everything decided about requests of the list, oldest first."""
    return list(area.decisions.select_related("request", "by").order_by("at", "pk"))


def make(
    *, by: Any, name: str, place: tuple[str, str] = ("", ""), shape: str = "", service: str = "", meets_on: date | None = None
) -> AreaList:
    """Keep a list of a place the city knows or of a drawn area; raises InputError unless it is exactly one of the two."""
    check_right(by, RIGHT)
    area = covering.drawn(shape)
    if (area is None) is not bool(place[1]):
        raise InputError(_("Choose a place or draw an area: one of the two."))
    with transaction.atomic():
        made = AreaList.objects.create(
            owner=by, name=name.strip(), place_kind=place[0], place_code=place[1], shape=area, service_slug=service, meets_on=meets_on
        )
        audit.record(by=by, action="make area list", target=made.name)
    return made


def lies_in(area: AreaList, request: ServiceRequest) -> bool:
    """Whether a request that shows its place is of the area."""
    if request.visibility != "public":
        return False
    return drawn_areas.contains(area.shape, request) if area.shape else request.places.get(area.place_kind) == area.place_code


def decide(*, by: Any, area: AreaList, number: str, text: str, who: str = "") -> AreaDecision:
    """Note what was decided about a request of the area, and who sees to it; raises InputError for one that is not of it."""
    check_right(by, RIGHT)
    if not text.strip():
        raise InputError(_("Write what was decided."))
    request = cases.public_by_number(number)
    if not lies_in(area, request):
        raise InputError(_("Request %(number)s does not lie in this area.") % {"number": request.number})
    return AreaDecision.objects.create(
        area=area, request=request, at=clock.now(), by=by, text=text.strip()[:500], who=who.strip()[:120], status_then=request.status
    )


def look_back(*, by: Any, area: AreaList, decision: int, outcome: str) -> AreaDecision:
    """Say what became of a decision of an earlier meeting; once, so that the minutes stay true."""
    check_right(by, RIGHT)
    found = area.decisions.filter(pk=decision).first()
    if found is None:
        raise NotFound(_("There is no such decision on this list."))
    if outcome not in AreaDecision.Outcome.values or outcome == AreaDecision.Outcome.OPEN:
        raise InputError(_("Say what became of it."))
    if found.outcome != AreaDecision.Outcome.OPEN:
        raise InputError(_("This decision was looked at already."))
    found.outcome, found.looked_at, found.looked_by = outcome, clock.now(), by
    found.save(update_fields=["outcome", "looked_at", "looked_by"])
    return found


def hold_meeting(*, by: Any, area: AreaList, next_on: date | None = None) -> None:
    """Start a new meeting: decisions from now on are those since the last one, and the earlier ones wait to be looked at."""
    check_right(by, RIGHT)
    area.met_at, area.meets_on = clock.now(), next_on
    area.save(update_fields=["met_at", "meets_on"])


def remove(*, by: Any, area: AreaList) -> None:
    """Give a list up, with its decisions."""
    check_right(by, RIGHT)
    audit.record(by=by, action="remove area list", target=area.name)
    area.delete()
