"""Who is told of a new request because they follow its service or its place.

Filing is what storms are made of, so it asks the database only when somebody follows this service or place at all.
"""

from django.db.models import Q

from citystat.service_requests.cases.offers import Briefly
from citystat.service_requests.models import ServiceRequest, Subscription

MOST_TOLD = 500


def _read_followed() -> frozenset[tuple[str, str, str]]:
    active = Subscription.objects.filter(request__isnull=True, stopped_at__isnull=True)
    return frozenset(active.values_list("service_slug", "place_kind", "place_code").distinct())


_followed: Briefly[frozenset[tuple[str, str, str]]] = Briefly(_read_followed, Subscription)


def followers_of(request: ServiceRequest) -> list[Subscription]:
    """Active followers of the request's service, of its places, or of both; nobody for one that not everyone may see.

    Where a request hides its place, followers of a place are not told: that would say where it is.
    """
    if request.visibility == "private":
        return []
    places = [("", ""), *request.places.items()] if request.visibility == "public" else [("", "")]
    wanted = {(service, kind, code) for service in ("", request.service_slug) for kind, code in places} - {("", "", "")}
    hit = wanted & _followed.get()
    if not hit:
        return []
    matching = Q(pk__in=())
    for service, kind, code in sorted(hit):
        matching |= Q(service_slug=service, place_kind=kind, place_code=code)
    active = Subscription.objects.filter(matching, request__isnull=True, stopped_at__isnull=True)
    found = {one.contact_id: one for one in active.select_related("contact").order_by("id")[:MOST_TOLD]}
    return list(found.values())
