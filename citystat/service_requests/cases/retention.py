"""How long personal data are kept, by service, and the nightly removal of what is past it. Counts never change.

Periods begin when a request is closed; 0 keeps for good. A request on hold keeps everything until the hold ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from citystat.core import audit, clock
from citystat.core.errors import InputError
from citystat.service_requests import access
from citystat.service_requests.cases import removal
from citystat.service_requests.cases.changes import add_event
from citystat.service_requests.models import Contact, Event, PendingFollow, Photo, RemovalHold, ServiceForm, ServiceRequest, Subscription

BATCH: Final = 200
OVER: Final = ("closed", "cancelled")
# A follower of a place or service who stopped may come back with the same link for so long.
KEPT_AFTER_STOPPING: Final = timedelta(days=30)


@dataclass
class Removed:
    """How much one run removed, or would: requests by what went, contacts, and how often a hold kept something."""

    texts: int = 0
    photos: int = 0
    contacts: int = 0
    stopped_followers: int = 0
    unconfirmed_follows: int = 0
    on_hold: int = 0
    more: bool = field(default=False)


@dataclass(frozen=True)
class Period:
    """How long the services of one setting keep their data, in days; empty `slugs` stands for services without a form."""

    slugs: tuple[str, ...]
    contact: int
    photos: int
    text: int


def periods() -> list[Period]:
    """Every setting with the services it is for; the last one is the default."""
    by_days: dict[tuple[int, int, int], list[str]] = {}
    for form in ServiceForm.objects.order_by("slug"):
        by_days.setdefault((form.keeps_contact_days, form.keeps_photo_days, form.keeps_text_days), []).append(form.slug)
    default = ServiceForm()
    found = [Period(tuple(slugs), *days) for days, slugs in by_days.items()]
    return [*found, Period((), default.keeps_contact_days, default.keeps_photo_days, default.keeps_text_days)]


def run(*, dry_run: bool = False, limit: int = 50_000, by: Any = None) -> Removed:
    """Remove what is past its time, in batches; gives what it did. Running it again at once finds nothing more.

    `limit` bounds the requests looked at for each kind of data; `more` says that some are left for the next run.
    """
    access.check_can_answer_privacy(by)
    done = Removed()
    for period in periods():
        for name, days in (("texts", period.text), ("photos", period.photos), ("contacts", period.contact)):
            if days:
                _run_one(done, name, period, clock.now() - timedelta(days=days), days, limit, dry_run, by)
    _old_followers(done, dry_run, by)
    if not dry_run:
        audit.record(by=by, action="retention run", details=vars(done))
    return done


def _run_one(done: Removed, name: str, period: Period, before: datetime, days: int, limit: int, dry_run: bool, by: Any) -> None:
    find = {"texts": _with_text, "photos": _with_photos, "contacts": _with_contacts}[name]
    due = find(_over(period, before))
    for position, ids in enumerate(_batches(due)):
        if position * BATCH >= limit:
            done.more = True
            return
        held = removal.held_ids(ids)
        done.on_hold += len(held)
        free = [pk for pk in ids if pk not in held]
        setattr(done, name, getattr(done, name) + _remove(name, free, before, days, dry_run, by))


def _over(period: Period, before: datetime) -> QuerySet[ServiceRequest]:
    """Requests of the period's services that were closed before an instant; opened before it, too, which is what the index knows."""
    over = ServiceRequest.objects.filter(status__in=OVER, closed_at__lt=before, opened_at__lt=before)
    if period.slugs:
        return over.filter(service_slug__in=period.slugs)
    return over.exclude(service_slug__in=ServiceForm.objects.values("slug"))


def _with_text(over: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    """Those whose text was not removed since they were closed; a tombstone stands even where there was none, so none is asked twice."""
    removed = Event.objects.filter(request=OuterRef("pk"), kind=removal.TEXT, at__gte=OuterRef("closed_at"))
    return over.filter(~Exists(removed))


def _with_photos(over: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    there = Photo.objects.filter(request=OuterRef("pk"), removed_at__isnull=True)
    return over.filter(Q(Exists(there)) | ~Q(media_url=""))


def _with_contacts(over: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    follower = Subscription.objects.filter(request=OuterRef("pk"), contact__removed_at__isnull=True, contact__isnull=False)
    return over.filter(Q(reporter__isnull=False, reporter__removed_at__isnull=True) | Exists(follower))


def _batches(due: QuerySet[ServiceRequest]) -> Iterator[list[int]]:
    last = 0
    while ids := list(due.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield ids
        last = ids[-1]


def _remove(name: str, ids: list[int], before: datetime, days: int, dry_run: bool, by: Any) -> int:
    """One batch in one transaction; a dry run does the same and takes it back."""
    why = f"retention: {days} days"
    with transaction.atomic():
        if name == "contacts":
            count = removal.erase_contacts(due_contacts(ids, before), by=by, why=why)
        else:
            erase = removal.erase_text if name == "texts" else removal.erase_photos
            requests = ServiceRequest.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
            count = sum(1 for one in requests if erase(one, by=by, why=why))
        transaction.set_rollback(dry_run)
    return count


def due_contacts(request_ids: list[int], before: datetime) -> list[int]:
    """Contacts of these requests that nothing else needs: no request or follow that is open, closed later, or on hold."""
    theirs = Contact.objects.filter(Q(requests__in=request_ids) | Q(subscriptions__request__in=request_ids), removed_at__isnull=True)
    hold = RemovalHold.objects.filter(request=OuterRef("pk"), ended_at__isnull=True)
    needed = ServiceRequest.objects.filter(~Q(status__in=OVER) | Q(closed_at__gte=before) | Exists(hold))
    area = Subscription.objects.filter(contact=OuterRef("pk"), request__isnull=True, stopped_at__isnull=True)
    return list(
        theirs.filter(
            ~Exists(needed.filter(reporter=OuterRef("pk"))),
            ~Exists(Subscription.objects.filter(contact=OuterRef("pk"), request__in=needed)),
            ~Exists(area),
        )
        .order_by("pk")
        .values_list("pk", flat=True)
        .distinct()
    )


def _old_followers(done: Removed, dry_run: bool, by: Any) -> None:
    """Follows nobody confirmed, and contacts of people who stopped following a place or service and never reported anything."""
    unconfirmed = PendingFollow.objects.filter(expires_at__lt=clock.now())
    going = list(unconfirmed.values_list("pk", "contact_id"))
    done.unconfirmed_follows = len(going)
    stopped = Subscription.objects.filter(request__isnull=True, contact=OuterRef("pk"), stopped_at__lt=clock.now() - KEPT_AFTER_STOPPING)
    others = Subscription.objects.filter(Q(request__isnull=False) | Q(stopped_at__isnull=True), contact=OuterRef("pk"))
    alone = Contact.objects.filter(Exists(stopped), ~Exists(others), removed_at__isnull=True, requests__isnull=True)
    ids = list(alone.order_by("pk").values_list("pk", flat=True))
    done.stopped_followers = len(ids)
    if not dry_run:
        with transaction.atomic():
            removal.erase_contacts([*ids, *only_pending([contact for _pk, contact in going])], by=by, why="retention: no longer followed")
            unconfirmed.filter(pk__in=[pk for pk, _contact in going]).delete()


def only_pending(contact_ids: list[int]) -> list[int]:
    """Those of the contacts that were made for nothing but a follow that was not confirmed."""
    free = Contact.objects.filter(pk__in=contact_ids, requests__isnull=True, subscriptions__isnull=True)
    return list(free.values_list("pk", flat=True))


def hold(*, by: Any, request_id: int, reason: str) -> RemovalHold:
    """Keep everything of a request, whatever its age or whoever asks, until the hold ends."""
    access.check_can_answer_privacy(by)
    if not reason.strip():
        raise InputError(_("Say why nothing may be removed: the hold is shown with its reason."))
    with transaction.atomic():
        request = ServiceRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
        if RemovalHold.objects.filter(request=request, ended_at__isnull=True).exists():
            raise InputError(_("Request %(number)s is on hold from removal already.") % {"number": request.number})
        person = by if getattr(by, "pk", None) else None
        made = RemovalHold.objects.create(request=request, reason=reason.strip(), placed_at=clock.now(), placed_by=person)
        add_event(request, "removal_held", by=by, text=reason)
        audit.record(by=by, action="removal hold", target=request.number, details={"reason": reason.strip()})
    return made


def end_hold(*, by: Any, request_id: int) -> None:
    """Let the periods run again; what is past them goes with the next run."""
    access.check_can_answer_privacy(by)
    with transaction.atomic():
        found = RemovalHold.objects.select_related("request").filter(request_id=request_id, ended_at__isnull=True).first()
        if found is None:
            raise InputError(_("This request is not on hold from removal."))
        found.ended_at, found.ended_by = clock.now(), by if getattr(by, "pk", None) else None
        found.save(update_fields=["ended_at", "ended_by"])
        add_event(found.request, "removal_free", by=by)
        audit.record(by=by, action="removal hold ended", target=found.request.number)


def holds() -> list[RemovalHold]:
    """Holds in force, newest first."""
    return list(RemovalHold.objects.filter(ended_at__isnull=True).select_related("request", "placed_by")[:500])
