"""What this room holds of one person, found by the keyed index of their address or number: collected, counted, removed."""

from typing import Any

from django.db.models import Q, QuerySet

from citystat.core import clock
from citystat.core.cities import current_city
from citystat.core.models import AuditEvent
from citystat.core.personal_data import Holdings, Person, Source
from citystat.service_requests.cases import photos, queries, removal
from citystat.service_requests.models import Contact, ContactRecord, Event, Feedback, PendingFollow, Photo, ServiceRequest, Subscription

WHY = "the person asked"


def contacts_of(person: Person) -> QuerySet[Contact]:
    """Their contact data, as given each time."""
    if not person.index:
        return Contact.objects.none()
    return Contact.objects.filter(**{f"{person.kind}_index": person.index}, removed_at__isnull=True).order_by("pk")


def requests_of(person: Person) -> QuerySet[ServiceRequest]:
    """Requests they reported, oldest first."""
    return ServiceRequest.objects.filter(reporter__in=contacts_of(person)).select_related("service").order_by("opened_at", "pk")


def collect(person: Person) -> Holdings:
    """Everything, as rows a person can read and a program can, and their photos."""
    requests = list(requests_of(person))
    rows = {
        "contact_data": [_contact(one) for one in contacts_of(person)],
        "requests": [_request(one) for one in requests],
        "follows": [_follow(one) for one in Subscription.objects.filter(contact__in=contacts_of(person)).select_related("request")],
        "follows_not_confirmed": [
            {"asked": one.created_at, "expires": one.expires_at} for one in PendingFollow.objects.filter(contact__in=contacts_of(person))
        ],
        "looks_at_the_contact_data": _looks(person),
    }
    files = {}
    for photo in Photo.objects.filter(request__in=[one.pk for one in requests], removed_at__isnull=True).select_related("request"):
        if photos.path_of(photo).exists():
            files[f"photos/{photo.request.number}-{photo.pk}.jpg"] = photos.read(photo)
    return Holdings(rows, files)


def _contact(one: Contact) -> dict[str, Any]:
    """With what they agreed to: how they want to be told, and since when."""
    return {
        "given": one.created_at, "name": one.name, "email": one.email, "phone": one.phone, "language": one.language, "told_by": one.prefers,
    }  # fmt: skip


def _request(one: ServiceRequest) -> dict[str, Any]:
    return {
        "number": one.number, "service": one.service.name, "status": one.status, "opened": one.opened_at, "closed": one.closed_at,
        "address": one.address, "latitude": one.latitude, "longitude": one.longitude, "description": one.description,
        "answers": one.answers, "channel": one.channel,
        "what_happened": [_event(event) for event in queries.timeline(one, public_only=False) if _is_theirs(event)],
        "feedback": list(
            Feedback.objects.filter(request=one).values("asked_at", "answered_at", "is_fixed", "score", "comment", "thanks")
        ),
        "calls_and_visits": list(ContactRecord.objects.filter(request=one).values("at", "channel", "outcome", "topic", "note")),
        "kept_by_a_legal_hold": one.pk in removal.held_ids([one.pk]),
    }  # fmt: skip


def _is_theirs(event: Event) -> bool:
    """What the public was told and what residents wrote; notes between staff are about the work."""
    return event.public or event.kind in removal.RESIDENTS_WORDS


def _event(event: Event) -> dict[str, Any]:
    return {"at": event.at, "what": event.kind, "status": event.status, "channel": event.channel, "text": event.text}


def _follow(one: Subscription) -> dict[str, Any]:
    return {
        "since": one.created_at, "stopped": one.stopped_at, "request": one.request.number if one.request else "",
        "service": one.service_slug, "place": f"{one.place_kind} {one.place_code}".strip(), "also_reported_it": one.adds_voice,
        "words": [event.text for event in _voices(one) if event.text],
    }  # fmt: skip


def _voices(one: Subscription) -> QuerySet[Event]:
    return Event.objects.filter(request_id=one.request_id, kind__in=("voice", "followed"), data__contact=one.contact_id).order_by("pk")


def _looks(person: Person) -> list[dict[str, Any]]:
    """Who opened their contact data, when and why; names only where the city shares them."""
    targets = [f"contact {pk}" for pk in contacts_of(person).values_list("pk", flat=True)]
    shares = current_city().shares_staff_names
    found = AuditEvent.objects.filter(action="see contact", target__in=targets).select_related("by").order_by("at", "id")
    return [{"at": one.at, "by": str(one.by) if shares and one.by else "city staff", "why": one.details.get("why", "")} for one in found]


def count(person: Person, with_words: bool) -> dict[str, int]:
    """What `erase` would remove: contacts, follows, and requests that lose their reporter, or words and photos as well."""
    held = _held_contacts(person)
    requests = requests_of(person).exclude(reporter__in=held)
    found = {
        "contacts": contacts_of(person).exclude(pk__in=held).count(),
        "requests_left_without_identity": requests.count(),
        "follows_ended": Subscription.objects.filter(contact__in=contacts_of(person), stopped_at__isnull=True).count(),
        "contacts_kept_by_a_hold": len(held),
    }
    if with_words:
        found["photos"] = Photo.objects.filter(request__in=requests, **_OWN).count()
        found["requests_without_words"] = requests.count()
    return found


# Photos of the resident; those of crews are the city's record of its work.
_OWN: dict[str, Any] = {"removed_at__isnull": True, "kind": "report", "added_by__isnull": True}


def erase(person: Person, with_words: bool) -> dict[str, int]:
    """Wipe their contact data, end what they follow; with their words, also what they wrote and the photos they sent.

    A request on hold keeps its reporter; their follows end all the same.
    """
    done = count(person, with_words)
    held = _held_contacts(person)
    requests = list(requests_of(person).exclude(reporter__in=held).select_for_update(of=("self",)))
    going = list(contacts_of(person).exclude(pk__in=held).values_list("pk", flat=True))
    if with_words:
        for one in requests:
            removal.erase_text(one, by=None, why=WHY, only_residents=True)
            removal.erase_photos(one, by=None, why=WHY, only_residents=True)
        for follow in Subscription.objects.filter(contact__in=going, request__isnull=False):
            _voices(follow).update(text="")
    Subscription.objects.filter(contact__in=held, stopped_at__isnull=True).update(stopped_at=clock.now())
    PendingFollow.objects.filter(contact__in=held).delete()
    removal.erase_contacts(going, by=None, why=WHY)
    return done


def _held_contacts(person: Person) -> list[int]:
    """Contacts a hold keeps: those of the reporters of held requests."""
    hold = Q(requests__removal_holds__ended_at__isnull=True, requests__removal_holds__isnull=False)
    return list(contacts_of(person).filter(hold).values_list("pk", flat=True).distinct())


SOURCE = Source("requests", collect, erase, count)
