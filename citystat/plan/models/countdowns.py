"""Countdown goals: so many things done in so many days, each counted only with proof and a passed check."""

from typing import ClassVar

from django.conf import settings
from django.db import models

PERSON = settings.AUTH_USER_MODEL


class Countdown(models.Model):
    """A goal of a number of things by a day, such as 1,000 properties in 1,000 days."""

    slug = models.SlugField(max_length=60, unique=True)
    goal_code = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    things = models.CharField(max_length=60, help_text="What is counted, in the plural: properties, trees.")
    things_es = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    text_es = models.TextField(blank=True)
    department = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    target_count = models.PositiveIntegerField()
    check_share = models.FloatField(default=1.0, help_text="Share of submitted items a quality analyst looks at; the others count at once.")
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    is_public = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("ends_on", "slug")

    def __str__(self) -> str:
        return self.title


class CountdownItem(models.Model):
    """One of the things. Only a counted one counts; a pending one never does."""

    class Status(models.TextChoices):
        OPEN = "open", "Not done"
        PENDING = "pending", "Said to be done, not checked"
        COUNTED = "counted", "Counted"
        RETURNED = "returned", "Returned"
        WITHDRAWN = "withdrawn", "Withdrawn"

    countdown = models.ForeignKey(Countdown, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=80, help_text="What makes it one: a parcel, an address, a case number.")
    address = models.CharField(max_length=300, blank=True)
    district = models.CharField(max_length=60, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    how = models.CharField(max_length=120, blank=True, help_text="How it was done: repaired, demolished, sold.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    is_sampled = models.BooleanField(default=True, help_text="Whether the quality analyst looks at it.")
    proof = models.TextField(blank=True, help_text="What shows it: a document number, an address of a photo.")
    proof_file = models.CharField(max_length=200, blank=True)
    done_on = models.DateField(null=True, blank=True)
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    submitted_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    counted_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("countdown", "key")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["countdown", "key"], name="plan_one_item_a_key"),
            # Nothing is counted without proof and a day, whichever way a row is written.
            models.CheckConstraint(
                condition=~models.Q(status="counted")
                | (models.Q(counted_on__isnull=False) & (~models.Q(proof="") | ~models.Q(proof_file=""))),
                name="plan_counted_with_proof",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"


class CountdownEvent(models.Model):
    """Every change of an item, added to and never edited."""

    item = models.ForeignKey(CountdownItem, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("item", "at", "id")

    def __str__(self) -> str:
        return f"{self.item_id}: {self.before} to {self.after}"
