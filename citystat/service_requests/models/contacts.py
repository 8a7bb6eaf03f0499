"""People who write to the city: encrypted, apart from the requests, and what they asked to be told."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models

from citystat.core import vault


def new_token() -> str:
    """An address nobody can guess."""
    return secrets.token_urlsafe(18)


class Contact(models.Model):
    """How to reach one person, as given with one request. Read through `contacts.details`, which logs every look."""

    name_sealed = models.TextField(blank=True)
    email_sealed = models.TextField(blank=True)
    phone_sealed = models.TextField(blank=True)
    email_index = models.CharField(max_length=32, blank=True, db_index=True)
    phone_index = models.CharField(max_length=32, blank=True, db_index=True)
    language = models.CharField(max_length=8, default="en")
    prefers = models.CharField(max_length=8, default="email", help_text="email, sms or none.")
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Contact {self.pk}"

    @property
    def email(self) -> str:
        """The address in clear; for sending only."""
        return vault.decrypt(self.email_sealed)

    @property
    def phone(self) -> str:
        """The number in clear, with country code; for sending only."""
        return vault.decrypt(self.phone_sealed)

    @property
    def name(self) -> str:
        """The name in clear."""
        return vault.decrypt(self.name_sealed)


class Subscription(models.Model):
    """Somebody follows a request, an area, a service or a campaign, until they stop. `adds_voice` is a "me too"."""

    request = models.ForeignKey("ServiceRequest", null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions")
    service_slug = models.CharField(max_length=200, blank=True)
    place_kind = models.CharField(max_length=60, blank=True)
    place_code = models.CharField(max_length=60, blank=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions")
    adds_voice = models.BooleanField(default=False)
    token = models.CharField(max_length=32, unique=True, default=new_token)
    created_at = models.DateTimeField(auto_now_add=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["place_kind", "place_code"], name="subscription_place"),
            models.Index(fields=["service_slug"], name="subscription_service"),
        ]

    def __str__(self) -> str:
        return f"Subscription {self.pk}"


class ContactRecord(models.Model):
    """One time somebody turned to the city, whatever came of it: a request, an answer, a transfer."""

    class Outcome(models.TextChoices):
        REQUEST = "request", "A request was made"
        ANSWERED = "answered", "Answered on the spot"
        TRANSFERRED = "transferred", "Handed to another body"
        STATUS = "status", "Asked about a request"
        ABANDONED = "abandoned", "Ended without an answer"

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    request = models.ForeignKey("ServiceRequest", null=True, blank=True, on_delete=models.SET_NULL, related_name="contact_records")
    article = models.CharField(max_length=200, blank=True, help_text="Slug of the article that answered.")
    topic = models.CharField(max_length=200, blank=True)
    transferred_to = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    via_office = models.CharField(max_length=120, blank=True, help_text="The council office that passed it on.")
    after_hours = models.BooleanField(default=False)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.channel}: {self.outcome}"
