"""Messages that came in, what became of each, and numbers that want no more."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citystat.core import vault
from citystat.service_requests.models import ServiceRequest
from citystat.service_requests.models.contacts import new_token

# Reasons are stored as they stand here, for programs that sent the message, and read in the language of the page.
REASONS = {
    "It does not say where.": gettext_lazy("It does not say where."),
    "Which service it means is not clear.": gettext_lazy("Which service it means is not clear."),
    "A recording or fax is read by a person.": gettext_lazy("A recording or fax is read by a person."),
    "It answers a message the city does not know.": gettext_lazy("It answers a message the city does not know."),
}


class InboundMessage(models.Model):
    """One message to the city. `key` is the same for the same message of a source, so a replay counts once."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting for a call taker"
        REQUEST = "request", "Became a request"
        REPLY = "reply", "Belongs to a request"
        IGNORED = "ignored", "Ignored"
        DISCARDED = "discarded", "Discarded"

    key = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=40, help_text="email, sms, or the name of a webhook's source.")
    message_id = models.CharField(max_length=250, blank=True, help_text="As the sender's system has it.")
    channel = models.CharField(max_length=12)
    received_at = models.DateTimeField()
    sender_sealed = models.TextField(blank=True)
    sender_index = models.CharField(max_length=32, blank=True)
    reporter_sealed = models.TextField(blank=True, help_text="Name and address to answer to, encrypted, as JSON.")
    language = models.CharField(max_length=8, default="en")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    left_out = models.PositiveSmallIntegerField(default=0, help_text="Attachments that could not be taken.")
    token = models.CharField(max_length=32, unique=True, default=new_token, help_text="Answers to our question carry it.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    reason = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When the sender was asked for the place.")
    request = models.ForeignKey(ServiceRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="inbound_messages")
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-received_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["outcome", "received_at"], name="inbound_outcome"),
            models.Index(fields=["sender_index", "received_at"], name="inbound_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.pk}: {self.outcome}"

    @property
    def reason_words(self) -> str:
        """Why it waits, in the reader's language where the room gave the reason; a sentence of a refusal stays as it was said."""
        return str(REASONS.get(self.reason, self.reason))

    @property
    def source_words(self) -> str:
        """How it came, in words."""
        words = {"email": _("E-mail"), "sms": _("Text message"), "phone": _("Voicemail"), "mail": _("Fax")}
        by_mail = words.get(self.channel if self.source == "email" else self.source)
        return str(by_mail or self.source.removeprefix("hook:"))

    @property
    def outcome_words(self) -> str:
        """What became of it, in words."""
        words = {
            "waiting": _("It waits for a call taker."),
            "request": _("It became a request."),
            "reply": _("It was added to a request."),
            "ignored": _("It was ignored."),
            "discarded": _("It was set aside."),
        }
        return str(words[self.outcome])

    @property
    def sender(self) -> str:
        """The sender in clear; looks by people are logged by `actions.open_message`."""
        return vault.decrypt(self.sender_sealed)


class InboundFile(models.Model):
    """Something attached to a message: a picture drawn anew, a recording, a faxed page."""

    class Kind(models.TextChoices):
        PICTURE = "picture", "Picture"
        SOUND = "sound", "Recording"
        DOCUMENT = "document", "Document"

    message = models.ForeignKey(InboundMessage, on_delete=models.CASCADE, related_name="files")
    token = models.CharField(max_length=32, unique=True, default=new_token)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} of message {self.message_id}"


class StoppedNumber(models.Model):
    """A telephone number that answered STOP and gets no more text messages until it says START."""

    phone_index = models.CharField(max_length=32, unique=True)
    stopped_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Stopped number {self.pk}"
