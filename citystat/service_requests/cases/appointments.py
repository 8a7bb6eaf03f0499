"""Book, move, give up and record appointments. Each is an event of the request; the resident is told by the outbox.

No window ever gets more appointments than seats: its row is locked while a seat is chosen, and the database lets a seat be taken once.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from citystat.core import clock, outbox
from citystat.core.cities import current_city
from citystat.core.errors import InputError
from citystat.service_requests import access, appointment_rules, rules
from citystat.service_requests.appointment_rules import SlotKey
from citystat.service_requests.cases import actions, appointment_messages, work_orders
from citystat.service_requests.cases import appointment_queries as queries
from citystat.service_requests.cases.actions import Report
from citystat.service_requests.cases.appointment_words import data_of, instant
from citystat.service_requests.cases.changes import add_event, change_request
from citystat.service_requests.models import Appointment, AppointmentSlot, Event, ServiceRequest, WorkOrder

Status = Appointment.Status


class SlotGone(InputError):
    """The time was taken, blocked or is over; what was typed is kept, another time can be chosen."""

    http_status = 409


def file_and_book(*, by: Any, report: Report, channel: str, slot: SlotKey, **options: Any) -> ServiceRequest:
    """File a request and book its time together: both or nothing. The same key gives the request made before, as it was booked."""
    with transaction.atomic():
        data = {"day": slot.day.isoformat(), "from": f"{slot.starts:%H:%M}", "to": f"{slot.ends:%H:%M}"}
        made = actions.file_request(by=by, report=report, channel=channel, slot=data, **options)
        if queries.last(made) is None:
            book(by=by, request_id=made.pk, slot=slot, channel=channel, tells=False)
            made.refresh_from_db()
    return made


def book(*, by: Any, request_id: int, slot: SlotKey, channel: str, tells: bool = True) -> Appointment:
    """Take a seat of a window for a request; raises SlotGone when there is none left. A request has one appointment at a time."""
    made: list[Appointment] = []

    def change(request: ServiceRequest, now: datetime) -> Event:
        _check_open(request)
        if queries.booked(request) is not None:
            raise InputError(_("The request has an appointment already: change that one."))
        found = _seated(request, slot, by=by, channel=channel, now=now)
        made.append(found)
        event = add_event(request, "slot_booked", by=by, channel=channel, data=data_of(found.slot), at=now)
        if tells:
            _tell(request, event)
        return event

    change_request(request_id, by=by, check=access.check_can_book, change=change)
    return made[0]


def move(*, by: Any, request_id: int, slot: SlotKey, channel: str) -> Appointment:
    """Exchange the appointment for another window; when that one is full the old one stays."""
    made: list[Appointment] = []

    def change(request: ServiceRequest, now: datetime) -> Event | None:
        _check_open(request)
        old = queries.booked(request)
        if old is None:
            raise InputError(_("There is no appointment to change: choose a time."))
        _check_can_still_change(old, by, now)
        if old.slot.key == slot:
            made.append(old)
            return None
        _give_back(old, Status.MOVED, now)
        found = _seated(request, slot, by=by, channel=channel, now=now)
        made.append(found)
        data = data_of(found.slot) | {"before": data_of(old.slot)}
        event = add_event(request, "slot_moved", by=by, channel=channel, data=data, at=now)
        _tell(request, event)
        return event

    change_request(request_id, by=by, check=access.check_can_book, change=change)
    return made[0]


def cancel(*, by: Any, request_id: int, channel: str) -> ServiceRequest:
    """Give the appointment up; its seat is free at once, the request stays open."""

    def change(request: ServiceRequest, now: datetime) -> Event:
        old = queries.booked(request)
        if old is None:
            raise InputError(_("There is no appointment to give up."))
        _check_can_still_change(old, by, now)
        _restore_due(request, old)
        _give_back(old, Status.CANCELLED, now)
        event = add_event(request, "slot_cancelled", by=by, channel=channel, data=data_of(old.slot), at=now)
        _tell(request, event)
        return event

    return change_request(request_id, by=by, check=access.check_can_book, change=change)


def release(*, by: Any, appointment_id: int, why: str) -> ServiceRequest:
    """The city cannot come: the seat is given back, and the resident is asked to choose another time."""
    found = queries.appointment(appointment_id)

    def change(request: ServiceRequest, now: datetime) -> Event | None:
        old = queries.booked(request)
        if old is None or old.pk != appointment_id:
            return None
        _restore_due(request, old)
        _give_back(old, Status.RELEASED, now)
        event = add_event(request, "slot_released", by=by, channel="staff", text=why, data=data_of(old.slot), at=now)
        _tell(request, event, note=why)
        return event

    return change_request(found.request_id, by=by, check=access.check_can_work_on, change=change)


def record(*, by: Any, appointment_id: int, is_kept: bool, note: str = "", at: datetime | None = None) -> Appointment:
    """What the crew found: it was there to be done, or not. Recorded once; a missed one leaves the request open for another time.

    `at` is when the crew was there, for a report that waited for a network.
    """
    found = queries.appointment(appointment_id)

    def change(request: ServiceRequest, now: datetime) -> Event | None:
        one = Appointment.objects.select_related("slot").get(pk=appointment_id)
        if one.status in {Status.KEPT, Status.MISSED}:
            return None
        if one.status != Status.BOOKED:
            raise InputError(_("The appointment was changed in the meantime: nothing was recorded."))
        if one.slot.day > now.astimezone(current_city().zone).date():
            raise InputError(_("The day of this appointment has not come yet."))
        one.status, one.ended_at = Status.KEPT if is_kept else Status.MISSED, at or now
        one.save(update_fields=["status", "ended_at"])
        event = add_event(
            request, "slot_kept" if is_kept else "slot_missed", by=by, channel="staff", text=note, data=data_of(one.slot), at=now
        )
        _tell(request, event, note=note.strip())
        return event

    change_request(found.request_id, by=by, check=access.check_can_keep_appointment, change=change)
    return queries.appointment(appointment_id)


def take_up(*, by: Any, appointment_id: int) -> WorkOrder:
    """The work order of an appointment for the crew that goes there; made where there is none."""
    found = queries.appointment(appointment_id)
    made: list[WorkOrder] = []

    def change(request: ServiceRequest, now: datetime) -> Event | None:
        _check_open(request)
        waiting = WorkOrder.objects.filter(request=request, status__in=["waiting", "started"]).order_by("id").first()
        if waiting is None:
            waiting = work_orders.make(request, now, title="", team=request.team)
        elif waiting.assignee_id == by.pk:
            made.append(waiting)
            return None
        elif waiting.assignee_id:
            raise InputError(_("%(name)s has this stop already.") % {"name": waiting.assignee})
        waiting.assignee = by
        waiting.save(update_fields=["assignee"])
        made.append(waiting)
        return add_event(request, "order_taken", by=by, channel="staff", data={"order": waiting.pk}, at=now)

    change_request(found.request_id, by=by, check=access.check_can_keep_appointment, change=change)
    return made[0]


def remind(*, now: datetime | None = None) -> dict[str, int]:
    """Remind of every appointment of tomorrow, and of today while it has not begun, that was not reminded of: once each."""
    instant_now = now or clock.now()
    tomorrow = instant_now.astimezone(current_city().zone).date() + timedelta(days=1)
    waiting = Appointment.objects.filter(
        status=Status.BOOKED, reminded_at__isnull=True, starts_at__gt=instant_now, slot__day__lte=tomorrow
    ).order_by("starts_at", "id")
    told = [_remind_of(pk, instant_now) for pk in list(waiting.values_list("pk", flat=True))]
    return {"reminded": told.count(True), "cannot_be_reached": told.count(False)}


def _remind_of(pk: int, now: datetime) -> bool | None:
    """True when told, False when nobody can be told, None when another run or a change was faster."""
    with transaction.atomic():
        if not Appointment.objects.filter(pk=pk, status=Status.BOOKED, reminded_at__isnull=True).update(reminded_at=now):
            return None
        one = Appointment.objects.select_related("slot", "request", "request__service", "request__reporter").get(pk=pk)
        is_told = appointment_messages.can_be_told(one.request)
        data = data_of(one.slot)
        add_event(one.request, "slot_reminded", by=None, channel="staff", data=data | {"told": is_told}, at=now)
        outbox.put(appointment_messages.drafts(one.request, "slot_reminded", data, f"reminder:{pk}"))
    return is_told


def _check_open(request: ServiceRequest) -> None:
    if request.status not in rules.OPEN_STATUSES:
        raise InputError(_("The request is closed: open it again to choose a time."))


def _check_can_still_change(one: Appointment, by: Any, now: datetime) -> None:
    if by is None and one.starts_at <= now:
        raise InputError(_("The appointment has begun: write to the city, or call 311."))


def locked_slot(service: str, key: SlotKey) -> AppointmentSlot:
    """The stored window, made where nobody touched it before; nobody else books or changes it until the transaction ends."""
    fields = {
        "service_slug": service, "day": key.day, "starts": key.starts, "ends": key.ends, "area_kind": key.kind, "area": key.area,
    }  # fmt: skip
    AppointmentSlot.objects.bulk_create([AppointmentSlot(**fields)], ignore_conflicts=True)
    return AppointmentSlot.objects.select_for_update().get(**fields)


def _seated(request: ServiceRequest, key: SlotKey, *, by: Any, channel: str, now: datetime) -> Appointment:
    known = request.places.get(key.kind)
    offered = queries.slot_capacity(request.service_slug, key)
    if offered is None or (key.kind and known is not None and known != key.area):
        raise SlotGone(_("This time can no longer be booked. Choose another one."))
    slot = locked_slot(request.service_slug, key)
    capacity = offered if slot.capacity is None else slot.capacity
    taken = Appointment.objects.filter(slot=slot, seat__isnull=False).values_list("seat", flat=True)
    seat = None if slot.blocked_why else appointment_rules.free_seat([one for one in taken if one], capacity)
    if seat is None:
        raise SlotGone(_("Somebody else has just taken the last place at this time. Choose another one."))
    made = Appointment(
        slot=slot, request=request, seat=seat, starts_at=instant(key.day, key.starts), ends_at=instant(key.day, key.ends),
        channel=channel, booked_at=now, booked_by=by if getattr(by, "pk", None) else None,
    )  # fmt: skip
    _extend_due(request, made)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise SlotGone(_("Somebody else has just taken the last place at this time. Choose another one.")) from None
    return made


def _extend_due(request: ServiceRequest, made: Appointment) -> None:
    """A later day the resident chose is the promise from then on; not when the city had to take an appointment back."""
    was_released = Appointment.objects.filter(request=request, status=Status.RELEASED).exists()
    if request.due_at is not None and made.ends_at > request.due_at and not was_released:
        made.due_before, request.due_at = request.due_at, made.ends_at


def _restore_due(request: ServiceRequest, old: Appointment) -> None:
    if old.due_before is not None:
        request.due_at = old.due_before


def _give_back(one: Appointment, status: str, now: datetime) -> None:
    one.status, one.seat, one.ended_at = status, None, now
    one.save(update_fields=["status", "seat", "ended_at"])


def _tell(request: ServiceRequest, event: Event, note: str = "") -> None:
    outbox.put(appointment_messages.drafts(request, event.kind, event.data, f"event:{event.pk}:slot", note))
