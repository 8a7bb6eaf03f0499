"""How many can be booked on a day: seats changed, days blocked with a reason and opened again, by whoever runs the service.

Bookings are never dropped silently: with fewer seats than appointments they stay and are counted; a blocked day says what becomes of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citystat.core import audit
from citystat.core.errors import InputError
from citystat.service_requests import access
from citystat.service_requests.appointment_files import MOST_SEATS
from citystat.service_requests.appointment_rules import SlotKey
from citystat.service_requests.cases import appointment_queries as queries
from citystat.service_requests.cases import appointments, offers
from citystat.service_requests.models import Appointment


@dataclass(frozen=True)
class Changed:
    """Seats of a window after a change; more `booked` than `seats` stay booked."""

    key: SlotKey
    seats: int
    booked: int

    @property
    def over(self) -> int:
        """Appointments above the seats."""
        return max(self.booked - self.seats, 0)


@dataclass(frozen=True)
class Blocked:
    """A day on which nothing can be booked: its windows, the appointments taken back, and those that stay."""

    windows: int
    released: int
    staying: int


def set_seats(*, by: Any, service: str, key: SlotKey, seats: int) -> Changed:
    """Give one window another number of seats; who is booked stays booked, and the result says how many too many."""
    offer = offers.offer(service)
    access.check_can_run_service(by, offer.service.department)
    if not 0 <= seats <= MOST_SEATS:
        raise InputError(_("Seats are a whole number from 0 to %(most)s.") % {"most": f"{MOST_SEATS:,}"})
    _check_is_offered(offer.slug, key)
    with transaction.atomic():
        slot = appointments.locked_slot(offer.slug, key)
        before, slot.capacity = slot.capacity, seats
        slot.save(update_fields=["capacity"])
        booked = Appointment.objects.filter(slot=slot, seat__isnull=False).count()
        details = {"window": key.text, "before": before, "seats": seats, "booked": booked}
        audit.record(by=by, action="service_requests.set_seats", target=offer.slug, details=details)
    return Changed(key, seats, booked)


def block(*, by: Any, service: str, keys: Sequence[SlotKey], why: str, takes_back: bool = False) -> Blocked:
    """Close windows for booking, with a reason residents read. With `takes_back` who is booked is asked to choose another time."""
    offer = offers.offer(service)
    access.check_can_run_service(by, offer.service.department)
    if not why.strip():
        raise InputError(_("Say why nothing can be booked: residents read it."))
    if not keys:
        raise InputError(_("Nothing is offered on this day."))
    with transaction.atomic():
        # In one order, so that two who block at once wait for each other instead of standing still.
        slots = [appointments.locked_slot(offer.slug, key) for key in sorted(keys)]
        for slot in slots:
            slot.blocked_why = " ".join(why.split())[:200]
            slot.save(update_fields=["blocked_why"])
        details = {"windows": [key.text for key in sorted(keys)], "why": why.strip(), "takes_back": takes_back}
        audit.record(by=by, action="service_requests.block_appointments", target=offer.slug, details=details)
    standing = list(
        Appointment.objects.filter(slot__in=slots, status=Appointment.Status.BOOKED).order_by("pk").values_list("pk", flat=True)
    )
    # After the windows are closed, one by one: a booking locks its request first and its window second.
    if takes_back:
        for pk in standing:
            appointments.release(by=by, appointment_id=pk, why=why)
    return Blocked(len(slots), len(standing) if takes_back else 0, 0 if takes_back else len(standing))


def unblock(*, by: Any, service: str, keys: Sequence[SlotKey]) -> int:
    """Open windows for booking again; how many were closed."""
    offer = offers.offer(service)
    access.check_can_run_service(by, offer.service.department)
    with transaction.atomic():
        closed = [slot for slot in (appointments.locked_slot(offer.slug, key) for key in sorted(keys)) if slot.blocked_why]
        for slot in closed:
            slot.blocked_why = ""
            slot.save(update_fields=["blocked_why"])
        details = {"windows": [slot.key.text for slot in closed]}
        audit.record(by=by, action="service_requests.unblock_appointments", target=offer.slug, details=details)
    return len(closed)


def _check_is_offered(slug: str, key: SlotKey) -> None:
    areas = {key.kind: [key.area]} if key.kind else {}
    known = queries.days_between(slug, key.day, key.day, areas)
    if key not in {one.key for one in known}:
        raise InputError(_("This window is not offered: change the appointment rules of the service first."))


def keys_of_day(service: str, day: date, areas: dict[str, list[str]], chosen: str = "") -> list[SlotKey]:
    """The windows of a day, in all areas or in the chosen one (`kind.code`)."""
    found = [one.key for one in queries.days_between(service, day, day, areas)]
    return [key for key in found if not chosen or chosen == f"{key.kind}.{key.area}"]
