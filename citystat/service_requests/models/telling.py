"""What the city tells people before they ask: notices for an area, the emergency switch, campaigns and their reach."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from citystat.core.errors import NotAllowed


class Covering(models.Model):
    """Which services and which part of the city something is about. Nothing chosen means all of them."""

    services = models.JSONField(default=list, blank=True, help_text="Slugs of services.")
    groups = models.JSONField(default=list, blank=True, help_text="Groups of services, as the catalog names them.")
    place_kind = models.CharField(max_length=60, blank=True)
    place_codes = models.JSONField(default=list, blank=True, help_text="Places of that kind.")
    shape = models.JSONField(null=True, blank=True, help_text="A drawn area: a GeoJSON polygon in longitude and latitude.")

    class Meta:
        abstract = True


class Notice(Covering):
    """What residents of an area read before they report a thing the city knows of. Shown from `starts_at` to `ends_at` once published."""

    class Severity(models.TextChoices):
        INFORMATION = "info", "Information"
        WARNING = "warning", "Warning"
        EMERGENCY = "emergency", "Emergency"

    texts = models.JSONField(help_text="Language -> title and body.")
    severity = models.CharField(max_length=10, choices=Severity.choices, default=Severity.INFORMATION)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True, help_text="When somebody looked at it and let it out.")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_early_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-starts_at", "-id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["ends_at"], name="notice_ends")]

    def __str__(self) -> str:
        return f"Notice {self.pk}"


class NoticeCount(models.Model):
    """How often a notice was shown to somebody about to report, and what they did then: numbers of a day, nobody's name."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="counts")
    on = models.DateField()
    shown = models.PositiveIntegerField(default=0)
    filed = models.PositiveIntegerField(default=0, help_text="Reported all the same.")
    withheld = models.PositiveIntegerField(default=0, help_text="Said that the notice answered them.")

    class Meta:
        ordering = ("on",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["notice", "on"], name="service_requests_one_count_per_notice_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} on {self.on}"


class EmergencySwitch(models.Model):
    """One turn of the emergency switch; the last one says how things stand. Rows are added and never changed."""

    class Kind(models.TextChoices):
        ON = "on", "Switched on"
        CONFIRMED = "confirmed", "Confirmed"
        OFF = "off", "Switched off"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    texts = models.JSONField(default=dict, blank=True, help_text="Language -> what residents read; empty is the usual sentence.")
    services = models.JSONField(default=list, blank=True, help_text="Slugs of the services the light form takes.")
    confirm_by = models.DateTimeField(null=True, blank=True, help_text="When people are asked whether it is still needed.")

    class Meta:
        ordering = ("-at", "-id")
        verbose_name_plural = "emergency switches"

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; a second save is refused."""
        if self.pk is not None:
            raise NotAllowed("A turn of the emergency switch is never edited.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise NotAllowed("A turn of the emergency switch is never removed.")


class Campaign(Covering):
    """An effort to make an issue known: its days, what it is about, how it reached people."""

    slug = models.SlugField(max_length=80, unique=True)
    texts = models.JSONField(help_text="Language -> title and body.")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="Last day, included.")
    is_public = models.BooleanField(default=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("-starts_on", "-id")

    def __str__(self) -> str:
        return self.slug


class CampaignReach(models.Model):
    """How many a campaign reached by one channel, as its source counts it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="reach")
    channel = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    counted = models.CharField(max_length=80, help_text="What was counted: households, views, visitors.")
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "campaign reach"

    def __str__(self) -> str:
        return f"{self.channel}: {self.number} {self.counted}"


class CampaignNews(models.Model):
    """Something new about a campaign, told to those who follow it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="news")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    texts = models.JSONField(help_text="Language -> what is new.")

    class Meta:
        ordering = ("-at", "-id")
        verbose_name_plural = "campaign news"

    def __str__(self) -> str:
        return f"News of {self.campaign_id}"
