"""The service catalog, the business calendar, quality reviews, saved searches. Requests themselves live in the warehouse."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Service(models.Model):
    """What the city promises for one service, for as long as the promise is in force."""

    class Kind(models.TextChoices):
        FIELD = "field", "Somebody goes out"
        INFORMATION = "information", "Answered on the spot"

    class Unit(models.TextChoices):
        BUSINESS_DAYS = "business_days", "Business days"
        BUSINESS_HOURS = "business_hours", "Business hours"
        CALENDAR_DAYS = "calendar_days", "Calendar days"
        CALENDAR_HOURS = "calendar_hours", "Calendar hours"

    class Source(models.TextChoices):
        PUBLISHED = "published", "Published by the city"
        SUGGESTED = "suggested", "Suggested from history"
        NONE = "none", "No promise"

    name = models.CharField(max_length=200, help_text="As the requests write it.")
    slug = models.CharField(max_length=200)
    code = models.CharField(max_length=80, blank=True)
    category = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200, blank=True, help_text="The department that answers for it.")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.FIELD)
    promise_value = models.FloatField(null=True, blank=True)
    promise_unit = models.CharField(max_length=16, choices=Unit.choices, blank=True)
    promise_source = models.CharField(max_length=12, choices=Source.choices, default=Source.NONE)
    suggestion = models.JSONField(default=dict, blank=True, help_text="What a suggested promise was computed from.")
    inspection_counts_as_done = models.BooleanField(default=False)
    sensitive = models.BooleanField(default=False, help_text="Never show the exact point or address in public.")
    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("name", "in_force_from")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["slug", "in_force_from"], name="service_requests_one_promise_per_start"),
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(in_force_from__isnull=True), name="service_requests_one_undated_promise"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Calendar(models.Model):
    """When the city works: hours by weekday, holidays, and how a promise is read. The one calendar in use is named `city`."""

    name = models.CharField(max_length=80, unique=True)
    weekday_hours = models.JSONField(help_text='Seven entries from Monday: ["08:00", "17:00"], or null when closed.')
    federal_holidays = models.BooleanField(default=True)
    state = models.CharField(max_length=2, blank=True, help_text="State whose holidays the city keeps as well, such as MO.")
    added_days = models.JSONField(default=dict, help_text="Own closed days: date -> name.")
    removed_days = models.JSONField(default=list, help_text="Holidays on which the city works.")
    after_hours = models.CharField(max_length=20, default="same_day")
    due_clock = models.CharField(max_length=20, default="end_of_day")
    source = models.CharField(max_length=200, blank=True)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class QualitySample(models.Model):
    """Closings of a period drawn for review: a random part, and suspicious ones picked by rule."""

    period_start = models.DateField()
    period_end = models.DateField(help_text="Last day, included.")
    seed = models.BigIntegerField(help_text="The same seed draws the same closings from the same build.")
    size = models.PositiveIntegerField(help_text="Random closings asked for.")
    population = models.PositiveIntegerField(help_text="Closings of the period the random part was drawn from.")
    build = models.PositiveIntegerField()
    drawn_at = models.DateTimeField(auto_now_add=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-drawn_at", "-id")

    def __str__(self) -> str:
        return f"{self.period_start} to {self.period_end}, seed {self.seed}"


class QualityReview(models.Model):
    """One closing before the analyst: pending, passed, or returned to the department with a note."""

    class Verdict(models.TextChoices):
        PENDING = "pending", "Waiting for review"
        PASSED = "passed", "Done, with proof"
        RETURNED = "returned", "Returned: not done"

    sample = models.ForeignKey(QualitySample, null=True, blank=True, on_delete=models.CASCADE, related_name="reviews")
    source = models.CharField(max_length=80)
    request_id = models.CharField(max_length=120)
    closed_on = models.DateField(help_text="The closing under review; a later closing of the same request is another.")
    service = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200, blank=True)
    picked_by = models.CharField(max_length=30, help_text="`random`, or the rule that picked it.")
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.PENDING)
    note = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["source", "request_id"]), models.Index(fields=["verdict"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sample", "source", "request_id"], name="service_requests_one_review_per_sample"),
            models.UniqueConstraint(
                fields=["source", "request_id", "closed_on"],
                condition=models.Q(sample__isnull=True),
                name="service_requests_one_review_outside_samples",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.request_id}: {self.verdict}"


class SavedSearch(models.Model):
    """Filters of the explorer under a name. Only the question is stored: whoever opens it sees the requests of the newest build."""

    name = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    query = models.TextField(blank=True, help_text="The filters as the address of the explorer writes them.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")
        verbose_name_plural = "saved searches"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "name"], name="service_requests_one_search_per_name_and_owner")
        ]

    def __str__(self) -> str:
        return self.name
