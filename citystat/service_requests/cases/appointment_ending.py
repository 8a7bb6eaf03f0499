"""What the end of a request does to its appointment: one that lies ahead is given back, one the work was done on was kept.

The frame of every change calls it, so no way of closing, joining or withdrawing a request leaves a seat taken.
"""

from datetime import datetime
from typing import Any

from citystat.core.cities import current_city
from citystat.service_requests.cases.appointment_words import data_of
from citystat.service_requests.models import Appointment, Event, ServiceRequest


def settle(request: ServiceRequest, by: Any, now: datetime) -> None:
    """End the appointment that stands, if there is one."""
    one = Appointment.objects.select_related("slot").filter(request=request, status=Appointment.Status.BOOKED).first()
    if one is None:
        return
    is_kept = request.resolution == "work_done" and one.slot.day <= now.astimezone(current_city().zone).date()
    if not is_kept and one.ends_at <= now:
        return  # It is over and nobody said what was found: that stays to be recorded.
    one.status, one.ended_at = Appointment.Status.KEPT if is_kept else Appointment.Status.CANCELLED, now
    if not is_kept:
        one.seat = None
    one.save(update_fields=["status", "seat", "ended_at"])
    kind = "slot_kept" if is_kept else "slot_ended"
    Event(request=request, at=now, by=by if getattr(by, "pk", None) else None, kind=kind, data=data_of(one.slot)).save(force_insert=True)
