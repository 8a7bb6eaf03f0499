"""The one write path of live requests. Every change locks the request, adds an event, writes its messages, in one transaction.

Every function takes keywords only and `by`: the person, or None for the city's own machinery and for residents, whom the channel names.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from citystat.core import audit, clock, inserts, outbox, vault
from citystat.core.cities import current_city
from citystat.core.errors import InputError, NotFound
from citystat.core.pictures import redrawn
from citystat.core.texts import as_seen
from citystat.methods import durations
from citystat.service_requests import access, rules
from citystat.service_requests.cases import addresses, contacts, following, merging, messages, offers, photos, points, work_orders
from citystat.service_requests.cases.changes import add_event, anyone, change_request, move
from citystat.service_requests.cases.contacts import Details
from citystat.service_requests.models import Event, Feedback, FollowUp, Photo, ServiceRequest, Subscription, WorkOrder

LONGEST_DESCRIPTION = 4_000
LONGEST_ADDRESS = 300
OLDEST_REPORT = timedelta(days=366)


@dataclass(frozen=True)
class Report:
    """What somebody tells the city. A request needs a service and one of point, address, address id."""

    service: str
    description: str = ""
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    address_id: str = ""
    zipcode: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    reporter: Details = field(default_factory=Details)
    media_url: str = ""


def file_request(
    *,
    by: Any,
    report: Report,
    channel: str,
    origin: str = "resident",
    client: Any = None,
    idempotency_key: str = "",
    pictures: Sequence[bytes] = (),
    opened_at: datetime | None = None,
    note: str = "",
    strict_answers: bool = True,
    slot: Mapping[str, str] | None = None,
) -> ServiceRequest:
    """Make a request, route it, promise it, tell the reporter. The same client and key give the request made before.

    Raises InputError with every mistake in one sentence each; nothing is stored then. `strict_answers` false takes what was filled in
    on an older form and marks the request for a look. `slot` is the time that is booked with it, for the message; without one a service
    with appointments asks the reporter to choose.
    """
    offer, report = offers.offer(report.service), _with_point(report)
    details = contacts.checked(report.reporter)
    answers, wrong = rules.check_answers(offer.questions, report.answers)
    places = points.places_of(report.longitude, report.latitude) if report.longitude is not None and report.latitude is not None else {}
    unanswered = bool(wrong)
    wrong = _mistakes(report, channel, places) + (wrong if strict_answers else [])
    if offer.form.resident_photo == "required" and channel in {"web", "mobile"} and not pictures and not report.media_url:
        wrong.append(_("This service needs a photo."))
    if len(pictures) > photos.MOST_OF_A_REQUEST:
        wrong.append(_("A request holds at most %(count)s photos.") % {"count": photos.MOST_OF_A_REQUEST})
    if wrong:
        raise InputError(" ".join(wrong))
    drawn = [redrawn(content) for content in pictures]
    now = opened_at or clock.now()
    route = rules.route(offers.routing_rules(), _facts(offer.slug, report, channel, origin, places, now), offer.service.department)
    request = ServiceRequest(
        service=offer.service, service_slug=offer.slug, channel=channel, origin=origin, opened_at=now, updated_at=now,
        due_at=due_at(offer, now), visibility=offer.form.visibility, shows_description=offer.form.shows_description,
        priority=route.priority or offer.form.priority, department=route.department, team=route.team, places=places,
        district=points.district_of(places), address=" ".join(as_seen(report.address).split())[:LONGEST_ADDRESS],
        address_id=report.address_id[:80], zipcode=report.zipcode[:12], longitude=report.longitude, latitude=report.latitude,
        description=as_seen(report.description).strip(), answers=answers, needs_review=unanswered,
        client=client, idempotency_key=idempotency_key[:100] or None, media_url=report.media_url[:500],
    )  # fmt: skip
    if client is None and idempotency_key:
        # Without a program the key alone must be unique, and only `tracking_token` can say so.
        request.tracking_token = vault.index_of("request", idempotency_key)
    try:
        # A key may turn out to be taken: then the rest of an outer transaction must still be usable.
        with transaction.atomic(savepoint=bool(idempotency_key)):
            request.reporter = contacts.keep(details)
            inserts.insert(request)
            data: dict[str, Any] = {"route": route.why, "promise": promise_words(offer), "places": places}
            if offer.form.takes_appointments:
                data |= {"slot": dict(slot)} if slot else {"choose_slot": True}
            event = add_event(request, "opened", by=by, channel=channel, public=True, text=note, data=data, at=now, status="new")
            outbox.put(messages.drafts(request, event, following.followers_of(request)))
    except IntegrityError:
        same = {"client": client, "idempotency_key": idempotency_key[:100]} if client else {"tracking_token": request.tracking_token}
        earlier = ServiceRequest.objects.filter(**same).first() if idempotency_key else None
        if earlier is None:
            raise
        return earlier
    for picture in drawn:
        photos.keep(request, picture, kind="report", by=by, public=request.visibility == "public")
    return request


def _with_point(report: Report) -> Report:
    """An address without a point gets that of the city's own list, where the list leaves no doubt."""
    found = addresses.known(report.address, report.address_id) if report.longitude is None and report.latitude is None else None
    if found is None:
        return report
    return replace(report, longitude=found.longitude, latitude=found.latitude, address=report.address or found.label)


def _mistakes(report: Report, channel: str, places: dict[str, str]) -> list[str]:
    wrong = []
    if channel not in rules.CHANNELS:
        wrong.append(_("“%(channel)s” is not a channel.") % {"channel": channel[:20]})
    if len(report.description) > LONGEST_DESCRIPTION:
        wrong.append(
            _("The description is longer than %(most)s characters: shorten it, or attach a photo of it.")
            % {"most": f"{LONGEST_DESCRIPTION:,}"}
        )
    has_point = report.longitude is not None and report.latitude is not None
    if (report.longitude is None) != (report.latitude is None):
        wrong.append(_("A point needs both latitude and longitude."))
    if has_point and not points.is_in_city(report.longitude or 0.0, report.latitude or 0.0, places):
        wrong.append(_("That place is outside %(city)s: the city can only work inside its limits.") % {"city": current_city().name})
    if not has_point and not report.address.strip() and not report.address_id.strip():
        wrong.append(_("Say where it is: a point on the map, or an address."))
    return wrong


def _facts(slug: str, report: Report, channel: str, origin: str, places: Mapping[str, str], now: datetime) -> dict[str, Any]:
    local = now.astimezone(current_city().zone)
    return {
        "service": slug, "channel": channel, "origin": origin, "places": places, "words": report.description,
        "weekday": local.weekday(), "hour": local.hour,
    }  # fmt: skip


def due_at(offer: offers.Offer, opened_at: datetime, held: timedelta = timedelta()) -> datetime | None:
    """When the service promises to be done, with the time it was held added; None without a promise."""
    service = offer.service
    if service.promise_value is None or not service.promise_unit:
        return None
    due = durations.due_at(opened_at, service.promise_value, service.promise_unit, offers.business_calendar())  # type: ignore[arg-type]
    return due + held


def promise_words(offer: offers.Offer) -> str:
    """`5 business_days`, the promise as the catalog has it."""
    return f"{offer.service.promise_value:g} {offer.service.promise_unit}" if offer.service.promise_value is not None else ""


def assign(*, by: Any, request_id: int, department: str = "", team: str = "", assignee: Any = None, note: str = "") -> ServiceRequest:
    """Give a request to a team or person of its department; makes the first work order where there is none."""

    def change(request: ServiceRequest, now: datetime) -> Event:
        move(request, "assigned", now)
        request.team, request.assignee = team or request.team, assignee
        waiting = WorkOrder.objects.filter(request=request, status__in=["waiting", "started"])
        if not waiting.update(team=request.team, assignee=assignee, department=request.department):
            work_orders.make(request, now, title="", team=request.team, assignee=assignee)
        if note.strip():
            add_event(request, "note", by=by, text=note, at=now)
        who = str(assignee) if assignee else request.team
        return add_event(request, "assigned", by=by, public=True, data={"to": who}, at=now, status="assigned")

    return change_request(request_id, by=by, check=access.check_can_work_on, change=change)


def start(*, by: Any, request_id: int) -> ServiceRequest:
    """Somebody has begun."""

    def change(request: ServiceRequest, now: datetime) -> Event:
        move(request, "started", now)
        return add_event(request, "started", by=by, public=True, at=now, status="started")

    return change_request(request_id, by=by, check=access.check_can_work_on, change=change)


def hold(*, by: Any, request_id: int, reason: str) -> ServiceRequest:
    """Stop the clock, for a reason the resident reads."""
    if not reason.strip():
        raise InputError(_("Say why it has to wait: the resident reads it."))

    def change(request: ServiceRequest, now: datetime) -> Event:
        move(request, "held", now)
        request.status_note = reason.strip()
        return add_event(request, "held", by=by, public=True, text=reason, at=now, status="held")

    return change_request(request_id, by=by, check=access.check_can_work_on, change=change)


def resume(*, by: Any, request_id: int) -> ServiceRequest:
    """Go on after a hold; the time it took is added to the due date."""

    def change(request: ServiceRequest, now: datetime) -> Event:
        following = _go_on(request, now)
        return add_event(request, "resumed", by=by, public=True, at=now, status=following)

    return change_request(request_id, by=by, check=access.check_can_work_on, change=change)


def _go_on(request: ServiceRequest, now: datetime) -> str:
    """End a wait: the request stands where it stood before, and why it waited is no longer what the public is told last."""
    steps = Event.objects.filter(request=request).order_by("-at", "-pk")
    reason = steps.filter(kind="held").values_list("text", flat=True).first()
    if request.status_note == reason:
        request.status_note = ""
    following = steps.exclude(status__in=["", *rules.PAUSING]).values_list("status", flat=True).first() or "new"
    move(request, following, now)
    return str(following)


def ask(*, by: Any, request_id: int, question: str) -> ServiceRequest:
    """Ask the resident something; the clock stops until the answer."""
    if not question.strip():
        raise InputError(_("Write the question to the resident."))

    def change(request: ServiceRequest, now: datetime) -> Event:
        if request.reporter is None or request.reporter.removed_at is not None:
            raise InputError(_("The report is anonymous: there is nobody to ask."))
        move(request, "asked", now)
        return add_event(request, "asked", by=by, public=True, text=question, at=now, status="asked")

    return change_request(request_id, by=by, check=access.check_can_work_on, change=change)


def add_reply(*, request_id: int, text: str, channel: str, pictures: Sequence[bytes] = ()) -> ServiceRequest:
    """What the resident answers. It is private; a request that waited for it goes on, a closed one stays closed."""

    def change(request: ServiceRequest, now: datetime) -> Event:
        status = ""
        if request.status == "asked":
            status = _go_on(request, now)
        for content in pictures:
            photos.keep(request, content, kind="report")
        return add_event(request, "reply", by=None, channel=channel, text=as_seen(text)[:LONGEST_DESCRIPTION], at=now, status=status)

    return change_request(request_id, by=None, check=anyone, change=change)


def comment(*, by: Any, request_id: int, text: str, public: bool) -> ServiceRequest:
    """A note for staff, or news for everyone who follows."""
    if not text.strip():
        raise InputError(_("Write something first."))

    def change(request: ServiceRequest, now: datetime) -> Event:
        if public:
            request.status_note = text.strip()
            request.first_response_at = request.first_response_at or now
        return add_event(request, "comment" if public else "note", by=by, public=public, text=text, at=now)

    return change_request(request_id, by=by, check=access.check_can_work_on, change=change)


def refer(*, by: Any, request_id: int, department: str, note: str = "") -> ServiceRequest:
    """Hand a request to another department; the promise keeps running."""
    if not department.strip():
        raise InputError(_("Say which department it goes to."))

    def change(request: ServiceRequest, now: datetime) -> Event:
        if request.status not in rules.OPEN_STATUSES:
            raise InputError(_("Only an open request can be handed over."))
        before, request.department = request.department, department.strip()
        if request.status != "new":
            move(request, "new", now)
        request.team, request.assignee, request.transfers = "", None, request.transfers + 1
        along = work_orders.go_along(request)
        data = {"from": before, "to": request.department, "along": along}
        return add_event(request, "referred", by=by, text=note, data=data, at=now, status=request.status)

    return change_request(request_id, by=by, check=access.check_can_work_on, change=change)


def close(
    *, by: Any, request_id: int, resolution: str, note: str = "", crew: Iterable[str] = (), pictures: Sequence[bytes] = ()
) -> ServiceRequest:
    """End a request; what was found is public. A service that asks for a photo of the work is not done without one."""

    def change(request: ServiceRequest, now: datetime) -> Event:
        found = rules.check_resolution(resolution, note, has_parent=request.parent_id is not None)
        offer = offers.offer(request.service_slug)
        for content in pictures:
            photos.keep(request, content, kind="completion", by=by, public=request.visibility == "public")
        if found.is_resolved:
            _check_done(request, offer)
        move(request, "closed", now)
        request.closed_at, request.resolution, request.status_note = now, resolution, note.strip()
        data = {"resolution": resolution, "crew": list(crew) if current_city().shares_staff_names else []}
        WorkOrder.objects.filter(request=request, status__in=["waiting", "started"]).update(
            status=WorkOrder.Status.DONE if found.is_resolved else WorkOrder.Status.CANCELLED, done_at=now
        )
        Feedback.objects.create(request=request, asked_at=now)
        return add_event(request, "closed", by=by, public=True, text=note, data=data, at=now, status="closed")

    return change_request(request_id, by=by, check=access.check_can_work_on, change=change)


def _check_done(request: ServiceRequest, offer: offers.Offer) -> None:
    if offer.form.completion_photo and not Photo.objects.filter(request=request, kind="completion", removed_at__isnull=True).exists():
        raise InputError(_("This service is done when a photo shows it: add a photo of the finished work."))
    waiting = WorkOrder.objects.filter(request=request, status__in=["waiting", "started"])
    missing = [item["text"] for order in waiting for item in order.checklist if item.get("required") and item.get("answer") in (None, "")]
    if missing:
        raise InputError(_("The checklist is not finished: %(item)s.") % {"item": missing[0]})


def cancel(*, by: Any, request_id: int, reason: str = "") -> ServiceRequest:
    """Withdraw a request that should not be worked on any more."""

    def change(request: ServiceRequest, now: datetime) -> Event:
        move(request, "cancelled", now)
        request.closed_at, request.status_note = now, reason.strip()
        WorkOrder.objects.filter(request=request, status__in=["waiting", "started"]).update(status=WorkOrder.Status.CANCELLED)
        return add_event(request, "cancelled", by=by, public=True, text=reason, at=now, status="cancelled")

    return change_request(request_id, by=by, check=access.check_can_work_on, change=change)


def reopen(*, by: Any, request_id: int, reason: str, channel: str = "staff") -> ServiceRequest:
    """Open it again with a clock of its own: the promise starts anew. A merged one goes back to standing alone."""
    return change_request(request_id, by=by, check=access.check_can_work_on, change=_reopening(by, reason, channel))


def _reopening(by: Any, reason: str, channel: str) -> Callable[[ServiceRequest, datetime], Event]:
    def change(request: ServiceRequest, now: datetime) -> Event:
        move(request, "new", now)
        if request.parent_id is not None:
            merging.part(request, by=by, now=now)
        request.resolution, request.closed_at = "", None
        request.reopened += 1
        request.due_at, request.held_seconds, request.held_since = due_at(offers.offer(request.service_slug), now), 0, None
        request.status_note = ""
        return add_event(request, "reopened", by=by, channel=channel, public=True, text=reason, at=now, status="new")

    return change


def join(
    *, request_id: int, reporter: Details, channel: str, text: str = "", adds_voice: bool = True, pictures: Sequence[bytes] = ()
) -> Subscription:
    """Somebody reports the same ("me too"), perhaps with photos for the staff, or just follows it."""
    details = contacts.checked(reporter)
    made: list[Subscription] = []

    def change(request: ServiceRequest, now: datetime) -> Event:
        contact = contacts.keep(details)
        made.append(Subscription.objects.create(request=request, contact=contact, adds_voice=adds_voice))
        for content in pictures:
            photos.keep(request, content, kind="report")
        if adds_voice:
            request.voices += 1
        # Whose words they are, so that they go when the person asks.
        data = {"contact": contact.pk} if contact else {}
        return add_event(request, "voice" if adds_voice else "followed", by=None, channel=channel, text=text, data=data, at=now)

    change_request(request_id, by=None, check=anyone, change=change)
    return made[0]


def follow(*, reporter: Details, service_slug: str = "", place_kind: str = "", place_code: str = "") -> Subscription:
    """Hear of every new request of a service, a place, or both."""
    if not (service_slug or (place_kind and place_code)):
        raise InputError(_("Choose a service or a place to follow."))
    contact = contacts.keep(contacts.checked(reporter))
    if contact is None:
        raise InputError(_("Give an e-mail address or a telephone number to be told at."))
    return Subscription.objects.create(contact=contact, service_slug=service_slug, place_kind=place_kind, place_code=place_code)


def stop_following(*, token: str) -> bool:
    """End a subscription, and others to the same request under the same address; True when there was one to end."""
    found = Subscription.objects.filter(token=token, stopped_at__isnull=True).select_related("contact").first()
    if found is None:
        return False
    ended = Q(pk=found.pk)
    if found.request_id and found.contact and (found.contact.email_index or found.contact.phone_index):
        same = {"contact__email_index": found.contact.email_index, "contact__phone_index": found.contact.phone_index}
        ended |= Q(request=found.request_id, stopped_at__isnull=True, **same)
    return bool(Subscription.objects.filter(pk__in=Subscription.objects.filter(ended).values("pk")).update(stopped_at=clock.now()))


def stop_telling(*, request_id: int, channel: str) -> ServiceRequest:
    """The reporter wants no more messages about this request; the contact stays for staff."""

    def change(request: ServiceRequest, now: datetime) -> Event:
        if request.reporter is not None:
            request.reporter.prefers = "none"
            request.reporter.save(update_fields=["prefers"])
        return add_event(request, "stopped", by=None, channel=channel, at=now)

    return change_request(request_id, by=None, check=anyone, change=change)


def answer_feedback(
    *, request_id: int, channel: str, is_fixed: bool | None, score: int | None = None, comment: str = "", thanks: str = ""
) -> ServiceRequest:
    """What the resident says of the result. "Not fixed" opens the request again."""
    if score is not None and not 1 <= score <= 5:
        raise InputError(_("A score is a number from 1 to 5."))

    def change(request: ServiceRequest, now: datetime) -> Event:
        found = Feedback.objects.filter(request=request).order_by("-asked_at", "-id").first()
        if found is None:
            raise InputError(_("You can say how it went once the request is closed."))
        found.answered_at, found.channel = now, channel
        found.is_fixed = is_fixed if is_fixed is not None else found.is_fixed
        found.score, found.comment, found.thanks = score or found.score, comment.strip() or found.comment, thanks.strip() or found.thanks
        found.save()
        data = {"is_fixed": is_fixed, "score": score, "thanks": bool(thanks.strip())}
        event = add_event(request, "feedback", by=None, channel=channel, text=comment, data=data, at=now)
        if is_fixed is False and request.status == "closed" and request.resolution != "duplicate":
            return _reopening(None, _("The resident says it is not fixed."), channel)(request, now)
        return event

    return change_request(request_id, by=None, check=anyone, change=change)


def redact(*, by: Any, request_id: int, what: str, why: str, photo_id: int | None = None) -> ServiceRequest:
    """Take the description, the address or a photo away; that it was there, who removed it and why stays."""
    access.check_can_redact(by)
    if what not in {"description", "address", "photo"}:
        raise InputError(_("Say what to remove: the description, the address or a photo."))
    if not why.strip():
        raise InputError(_("Say why it is removed."))

    def change(request: ServiceRequest, now: datetime) -> Event:
        if what == "photo":
            photos.erase(_photo_of(request, photo_id), why)
        elif what == "description":
            request.description = ""
        else:
            request.address, request.address_id = "", ""
        audit.record(by=by, action=f"redact {what}", target=request.number, details={"why": why})
        return add_event(request, "redacted", by=by, data={"what": what, "why": why.strip()}, at=now)

    return change_request(request_id, by=by, check=access.check_can_work_on, change=change)


def _photo_of(request: ServiceRequest, photo_id: int | None) -> Photo:
    found = Photo.objects.filter(request=request, pk=photo_id or 0).first()
    if found is None:
        raise NotFound(_("The request has no such photo."))
    return found


def escalate(*, by: Any, request_id: int, reason: str) -> ServiceRequest:
    """Raise a request one step up the reporting line, at most three times; each step is one event."""
    access.check_can_supervise(by)

    def change(request: ServiceRequest, now: datetime) -> Event:
        if request.status not in rules.OPEN_STATUSES:
            raise InputError(_("Only an open request can be escalated."))
        if request.escalation_level >= rules.MOST_ESCALATIONS:
            raise InputError(_("This request is at the top already."))
        request.escalation_level += 1
        return add_event(request, "escalated", by=by, text=reason, data={"level": request.escalation_level}, at=now)

    return change_request(request_id, by=by, check=anyone, change=change)


def check_follow_up(*, by: Any, follow_up_id: int, outcome: str, note: str = "") -> FollowUp:
    """Say what a look at a closed request found; "not done" opens it again."""
    access.check_can_supervise(by)
    found = FollowUp.objects.select_related("request").get(pk=follow_up_id)
    access.check_can_work_on(by, found.request)
    if outcome not in FollowUp.Outcome.values or outcome == FollowUp.Outcome.WAITING:
        raise InputError(_("Say what the look found."))
    with transaction.atomic():
        found.outcome, found.note, found.checked_at, found.checked_by = outcome, note, clock.now(), by
        found.save()
        if outcome == FollowUp.Outcome.NOT_DONE:
            change = _reopening(by, note or _("A check found that it was not done."), "staff")
            change_request(found.request_id, by=by, check=anyone, change=change)
    return found
