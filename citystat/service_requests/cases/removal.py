"""Taking personal data out of requests: words, photos, contact data. The request stays and counts; a tombstone says what went and why.

Events are only added; their words alone can be taken away, here and nowhere else, because privacy outweighs a record of who said what.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from citystat.core import clock
from citystat.service_requests.cases import offers, photos
from citystat.service_requests.cases.changes import add_event
from citystat.service_requests.models import (
    Contact,
    ContactRecord,
    Event,
    Feedback,
    FollowUp,
    PendingFollow,
    Photo,
    RemovalHold,
    ServiceRequest,
    Subscription,
)

CONTACT, PHOTOS, TEXT = "contact_removed", "photos_removed", "text_removed"
RESIDENTS_WORDS: Final = ("reply", "voice", "followed", "feedback")
FREE_DATATYPES: Final = frozenset({"string", "text"})


def held_ids(request_ids: Collection[int]) -> frozenset[int]:
    """Those of the requests from which nothing may be removed."""
    return frozenset(RemovalHold.objects.filter(request_id__in=request_ids, ended_at__isnull=True).values_list("request_id", flat=True))


def words_of(request: ServiceRequest) -> "Q":
    """Which events of a request carry words that go when its free text goes: everything that was never public, and the call's note."""
    return Q(request=request) & (Q(public=False) | Q(kind="opened")) & ~Q(text="")


@transaction.atomic
def erase_text(request: ServiceRequest, *, by: Any, why: str, only_residents: bool = False) -> int:
    """Remove the free text; gives how many pieces there were. `only_residents` leaves what staff wrote."""
    kinds = Q(kind__in=RESIDENTS_WORDS) if only_residents else Q()
    pieces: int = Event.objects.filter(words_of(request) & kinds).update(text="")
    pieces += Feedback.objects.filter(Q(request=request) & ~Q(comment="", thanks="")).update(comment="", thanks="")
    if not only_residents:
        pieces += ContactRecord.objects.filter(request=request).exclude(note="").update(note="")
        pieces += FollowUp.objects.filter(request=request).exclude(note="").update(note="")
    answers = without_free_text(request.service_slug, request.answers)
    pieces += bool(request.description) + (answers != request.answers)
    if pieces:
        request.description, request.answers, request.updated_at = "", answers, clock.now()
        request.save(update_fields=["description", "answers", "updated_at"])
    add_event(request, TEXT, by=by, data={"pieces": pieces, "why": why})
    return pieces


def without_free_text(slug: str, answers: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The answers with those emptied that somebody typed; choices, numbers and dates stay. A question no form knows any more is emptied."""
    known = {one["code"]: one.get("datatype", "string") for one in offers.offer(slug).questions} if _is_known(slug) else {}
    return [
        dict(one) | {"values": [], "words": []} if known.get(str(one.get("code")), "string") in FREE_DATATYPES else dict(one)
        for one in answers
    ]


def _is_known(slug: str) -> bool:
    return any(offer.slug == slug for offer in offers.all_offers())


@transaction.atomic
def erase_photos(request: ServiceRequest, *, by: Any, why: str, only_residents: bool = False) -> int:
    """Remove the pictures; their rows stay. A file goes once its row says so for good."""
    found = Photo.objects.filter(request=request, removed_at__isnull=True)
    pictures = list(found.filter(kind="report", added_by__isnull=True) if only_residents else found)
    Photo.objects.filter(pk__in=[one.pk for one in pictures]).update(removed_at=clock.now(), removed_why=why[:200], public=False)
    for one in pictures:
        transaction.on_commit(partial(photos.path_of(one).unlink, missing_ok=True))
    count = len(pictures) + bool(request.media_url)
    if count:
        request.media_url, request.updated_at = "", clock.now()
        request.save(update_fields=["media_url", "updated_at"])
        add_event(request, PHOTOS, by=by, data={"photos": count, "why": why})
    return count


@transaction.atomic
def erase_contacts(contact_ids: Collection[int], *, by: Any, why: str) -> int:
    """Wipe contacts and end what they follow; each request they reported or followed gets one tombstone."""
    living = list(Contact.objects.filter(pk__in=contact_ids, removed_at__isnull=True).values_list("pk", flat=True))
    about = Q(reporter__in=living) | Q(subscriptions__contact__in=living)
    for request in ServiceRequest.objects.filter(about).distinct().order_by("pk"):
        add_event(request, CONTACT, by=by, data={"why": why})
    PendingFollow.objects.filter(contact__in=living).delete()
    Subscription.objects.filter(contact__in=living, stopped_at__isnull=True).update(stopped_at=timezone.now())
    Contact.objects.filter(pk__in=living).update(
        name_sealed="", email_sealed="", phone_sealed="", email_index="", phone_index="", prefers="none", removed_at=timezone.now()
    )
    return len(living)
