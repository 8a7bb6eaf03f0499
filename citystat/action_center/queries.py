"""Reads this room needs beside those of live requests: who can be given work, which teams and departments there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from citystat.core.errors import NotFound
from citystat.people.models import WorkScope
from citystat.places import queries as places_room
from citystat.places.models import Layer
from citystat.service_requests.cases import offers, points
from citystat.service_requests.models import Photo, WorkOrder

WORKING = frozenset({"work_requests", "do_field_work"})


_district_names: offers.Briefly[dict[str, str]] = offers.Briefly(places_room.district_names, Layer)


def district_names() -> dict[str, str]:
    """Code -> name of the districts requests are worked by."""
    return _district_names.get()


def working_roles() -> list[str]:
    """Roles whose people can be given a request."""
    matrix: Mapping[str, frozenset[str]] = import_string(settings.CITYSTAT_ROLES)
    return sorted(role for role, rights in matrix.items() if rights & WORKING)


def scopes_of(departments: Iterable[str] | None) -> list[WorkScope]:
    """Scopes of active people who do the work of the departments (None: of any), by name; one statement."""
    found = WorkScope.objects.filter(user__is_active=True, user__role_grants__role__in=working_roles()).select_related("user")
    if departments is not None:
        found = found.filter(department__in=["", *departments])
    return list(found.order_by("user__name", "user__email", "pk").distinct())


def people_in(scopes: Iterable[WorkScope]) -> list[Any]:
    """The people of the scopes, each once."""
    return list({scope.user_id: scope.user for scope in scopes}.values())


def teams_in(scopes: Iterable[WorkScope]) -> list[str]:
    """Names of the teams of the scopes."""
    return sorted({scope.team for scope in scopes if scope.team}, key=str.casefold)


def departments() -> list[str]:
    """Departments that own a service, by name."""
    return sorted({offer.service.department for offer in offers.all_offers() if offer.service.department}, key=str.casefold)


def departments_of(user: Any) -> list[str] | None:
    """Departments of the person's queues; None when they work in all."""
    names = {scope.department for scope in user.scopes()}
    return None if "" in names else sorted(names)


def order(pk: int) -> WorkOrder:
    """One work order with its request; raises NotFound."""
    found = WorkOrder.objects.select_related("request", "request__service", "assignee").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no work order %(number)s.") % {"number": pk})
    return found


def orders_of(request: Any) -> list[WorkOrder]:
    """Work orders of a request, oldest first."""
    return list(WorkOrder.objects.filter(request=request).select_related("assignee").order_by("id"))


def photo(token: str) -> Photo:
    """A photo that was not removed, with its request; raises NotFound."""
    found = Photo.objects.select_related("request").filter(token=token, removed_at__isnull=True).first()
    if found is None:
        raise NotFound(_("There is no such photo: it may have been removed."))
    return found


def _read_places() -> dict[str, dict[str, str]]:
    return {kind: places_room.place_names(kind) for kind in places_room.kinds()}


_places: offers.Briefly[dict[str, dict[str, str]]] = offers.Briefly(_read_places, Layer)


def places() -> dict[str, dict[str, str]]:
    """Kind -> code -> name of every place the city knows."""
    return _places.get()


@dataclass(frozen=True)
class CityMap:
    """Outlines to draw on and their box (west, south, east, north)."""

    outline: str
    box: tuple[float, float, float, float]


def map_of_the_city() -> CityMap | None:
    """The finest boundaries the city has, to draw an area on; None without any."""
    known, box = places(), points.city_box()
    kind = next((one for one in ("neighborhood", *points.DISTRICT_KINDS, *known) if one in known), "")
    return CityMap(reverse("requests:explore_outline", args=[kind]), box) if kind and box else None
