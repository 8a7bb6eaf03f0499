"""Audit events, messages that wait to be sent, and links that allow one act without a password."""

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One act, written in the transaction of the act itself."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=80)
    target = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.action} {self.target}"


class OutboxMessage(models.Model):
    """One message to one person, written in the transaction that caused it and sent afterwards, once."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        STUCK = "stuck", "Stuck"
        DROPPED = "dropped", "Dropped"

    key = models.CharField(max_length=120, unique=True, help_text="The same cause and reader is one message.")
    kind = models.CharField(max_length=8, help_text="email or sms.")
    to_sealed = models.TextField(help_text="The address or number, encrypted.")
    to_index = models.CharField(max_length=32, blank=True, db_index=True, help_text="Keyed checksum of the address or number.")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    reply_token = models.CharField(max_length=32, blank=True, help_text="Replies with it belong to the same thing.")
    about = models.CharField(max_length=60, blank=True, help_text="What it is about, such as a request number.")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["status", "next_attempt_at"], name="outbox_next"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.status}"


class ActLink(models.Model):
    """A link in a message that allows one act on one thing without a password. Only a hash of its secret is kept."""

    secret_hash = models.CharField(max_length=64, unique=True)
    act = models.CharField(max_length=40, help_text="What it allows, such as update_commitment.")
    target = models.CharField(max_length=120, help_text="What it may be done to, such as a number.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["act", "target"], name="act_link_target"),)

    def __str__(self) -> str:
        return f"{self.act} {self.target}"
