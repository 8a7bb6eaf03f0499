"""Reads for everyone without an account: recent requests, a photo by its address, what was said of a result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _

from citystat.core import clock
from citystat.core.errors import NotFound
from citystat.core.readings import Reading
from citystat.service_requests.cases import appointment_messages, offers, queries
from citystat.service_requests.models import Event, Feedback, Photo, ServiceRequest

ROWS = 25
LOOK_BACK = timedelta(days=365)
LOOK_BACK_NEAR = timedelta(days=60)
NEAR_METERS = 800.0
# What the page of a request reads each time somebody looks; the samples stand for the values asked with.
_tracked = Reading(lambda token: ServiceRequest.objects.filter(tracking_token=token).annotate(told_by=F("reporter__prefers")), "token")
_feedback = Reading(lambda pk: Feedback.objects.filter(request=pk).order_by("-asked_at", "-id")[:1], -1)
_own = Q(kind__in=("reply", "feedback", *sorted(appointment_messages.TITLED)))
_story = Reading(lambda pk: Event.objects.filter(Q(public=True) | _own, request=pk).order_by("at", "id"), -1)
_photos = Reading(lambda pk: Photo.objects.filter(request=pk, removed_at__isnull=True).order_by("id"), -1)


@dataclass(frozen=True)
class PublicFilters:
    """What of the public requests to show; empty means all. `before` is the number of the last one of the page before."""

    service: str = ""
    district: str = ""
    status: str = ""
    near: tuple[float, float] | None = None
    before: str = ""


def recent(filters: PublicFilters, limit: int = ROWS) -> tuple[list[ServiceRequest], str]:
    """Public requests of the last year, newest first, and the number to go on after (empty when there is nothing more).

    Around a point, of the last 60 days. A request that does not show its place is never listed by place: that would say where it is.
    The conditions leave the index by time the only useful one, so a page costs the same however many requests there are.
    """
    by_place = bool(filters.district or filters.near)
    found = ServiceRequest.objects.exclude(resolution="duplicate").filter(
        visibility__in=queries.PUBLIC[:1] if by_place else queries.PUBLIC,
        opened_at__gte=clock.now() - (LOOK_BACK_NEAR if filters.near else LOOK_BACK),
    )
    if filters.service:
        found = found.filter(service_slug=filters.service)
    if filters.district:
        found = found.filter(district=filters.district)
    if filters.status:
        found = found.filter(closed_at__isnull=filters.status == "open")
    if filters.near:
        west, south, east, north = queries.square_around(*filters.near, NEAR_METERS)
        found = found.filter(latitude__gte=south, latitude__lte=north, longitude__gte=west, longitude__lte=east)
    if filters.before:
        last = queries.by_number(filters.before)
        found = found.filter(Q(opened_at__lt=last.opened_at) | Q(opened_at=last.opened_at, pk__lt=last.pk))
    rows = list(found.select_related("service").order_by("-opened_at", "-id")[: limit + 1])
    return rows[:limit], rows[limit - 1].number if len(rows) > limit else ""


def tracked(token: str) -> ServiceRequest:
    """A request by its reporter's private address, with what their page needs and no more; raises NotFound."""
    found = _tracked.rows(token[:40])
    if not found:
        raise NotFound(_("This link leads to no request: it may be cut off."))
    return offers.with_service(found[0])


def is_told(request: ServiceRequest) -> bool:
    """Whether the reporter of a tracked request gets messages about it."""
    return getattr(request, "told_by", None) not in (None, "none")


def photo(token: str) -> Photo:
    """A photo that was not removed, with its request; raises NotFound."""
    found = Photo.objects.select_related("request").filter(token=token[:40], removed_at__isnull=True).first()
    if found is None:
        raise NotFound(_("There is no such photo: it may have been removed."))
    return found


def feedback_of(request: ServiceRequest) -> Feedback | None:
    """What the resident was asked after the last closing, answered or not; None before the first."""
    return next(iter(_feedback.rows(request.pk)), None)


def story(request: ServiceRequest) -> list[Event]:
    """What the reporter sees, oldest first: every public step and what they said themselves, never what staff noted."""
    return _story.rows(request.pk)


def own_photos(request: ServiceRequest) -> list[Photo]:
    """What the reporter sees: every photo that was not removed, oldest first."""
    return _photos.rows(request.pk)


def first_photos(requests: Sequence[ServiceRequest]) -> dict[int, Photo]:
    """The first public photo of each request that has one, by its key."""
    found = Photo.objects.filter(request__in=requests, public=True, removed_at__isnull=True).order_by("-id")
    return {photo.request_id: photo for photo in found}
