"""Appointments: which windows a service offers where, the seats of each window, who has one.

That no window has more appointments than seats is held by the database: a seat of a slot can be taken once.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from citystat.service_requests.appointment_rules import SlotKey
from citystat.service_requests.models.cases import ServiceRequest


class AppointmentRule(models.Model):
    """One line of what a service offers; loaded with its form, in order."""

    service_slug = models.CharField(max_length=200)
    order = models.PositiveIntegerField()
    area_kind = models.CharField(max_length=40, blank=True, help_text="Kind of place with seats of its own; blank: the whole city.")
    areas = models.JSONField(default=list, blank=True, help_text="Codes of places; none means every place of the kind.")
    weekdays = models.JSONField(default=list, blank=True, help_text="0 Monday to 6 Sunday.")
    on_date = models.DateField(null=True, blank=True, help_text="One day instead of weekdays.")
    starts = models.TimeField()
    ends = models.TimeField()
    capacity = models.PositiveSmallIntegerField()
    lead_days = models.PositiveSmallIntegerField(default=1, help_text="Business days between booking and the first day offered.")
    horizon_days = models.PositiveSmallIntegerField(default=28, help_text="Days ahead that can be booked.")
    on_holidays = models.BooleanField(default=False)

    class Meta:
        ordering = ("service_slug", "order")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["service_slug", "order"], name="appointment_rule_order"),
            models.CheckConstraint(condition=Q(starts__lt=models.F("ends")), name="appointment_rule_window"),
        ]

    def __str__(self) -> str:
        return f"{self.service_slug} {self.order}"


class AppointmentSlot(models.Model):
    """One window of one day in one area, from the moment somebody books it or changes its seats."""

    service_slug = models.CharField(max_length=200)
    day = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    area_kind = models.CharField(max_length=40, blank=True)
    area = models.CharField(max_length=60, blank=True)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Seats of this day; empty: what the rules say.")
    blocked_why = models.CharField(max_length=200, blank=True, help_text="Why nothing can be booked on it.")

    class Meta:
        ordering = ("day", "starts", "area_kind", "area")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["service_slug", "day", "starts", "ends", "area_kind", "area"], name="appointment_slot_one_window"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_slug} {self.key.text}"

    @property
    def key(self) -> SlotKey:
        """What forms call it."""
        return SlotKey(self.day, self.starts, self.ends, self.area_kind, self.area)


class Appointment(models.Model):
    """A seat of a slot, for a request. Given back, it has no seat; the row stays."""

    class Status(models.TextChoices):
        BOOKED = "booked", "Booked"
        MOVED = "moved", "Moved to another time"
        CANCELLED = "cancelled", "Cancelled"
        RELEASED = "released", "Taken back by the city"
        KEPT = "kept", "Kept"
        MISSED = "missed", "Not kept"

    slot = models.ForeignKey(AppointmentSlot, on_delete=models.PROTECT, related_name="appointments")
    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="appointments")
    seat = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BOOKED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    channel = models.CharField(max_length=12)
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_before = models.DateTimeField(null=True, blank=True, help_text="When the request was due before a later day was chosen.")
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("starts_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["slot", "seat"], name="appointment_one_for_a_seat"),
            models.UniqueConstraint(fields=["request"], condition=Q(status="booked"), name="appointment_one_for_a_request"),
            models.CheckConstraint(
                condition=Q(status__in=["booked", "kept", "missed"], seat__gte=1)
                | Q(status__in=["moved", "cancelled", "released"], seat__isnull=True),
                name="appointment_seat_while_it_stands",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["status", "starts_at"], name="appointment_by_day")]

    def __str__(self) -> str:
        return f"Appointment {self.pk} of {self.request_id}"
