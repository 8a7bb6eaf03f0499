"""What keeps personal data from being removed, and follows that nobody has confirmed yet."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from citystat.service_requests.models.contacts import Contact, new_token


class RemovalHold(models.Model):
    """A request of which nothing is removed, for a reason such as a lawsuit, until somebody ends the hold."""

    request = models.ForeignKey("ServiceRequest", on_delete=models.PROTECT, related_name="removal_holds")
    reason = models.TextField()
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-placed_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["request"], condition=models.Q(ended_at__isnull=True), name="service_requests_one_hold_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"Hold on request {self.request_id}"


class PendingFollow(models.Model):
    """Somebody gave an address to be told at; nothing is sent there but the link that confirms it, and the row goes after three days."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="pending_follows")
    request = models.ForeignKey("ServiceRequest", null=True, blank=True, on_delete=models.CASCADE, related_name="pending_follows")
    service_slug = models.CharField(max_length=200, blank=True)
    place_kind = models.CharField(max_length=60, blank=True)
    place_code = models.CharField(max_length=60, blank=True)
    token = models.CharField(max_length=32, unique=True, default=new_token)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Pending follow {self.pk}"
