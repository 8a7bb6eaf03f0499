"""Live requests and everything that happens to them. Facts are only added: events are never edited or removed."""

from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models

from citystat.core.errors import NotAllowed
from citystat.service_requests.models.catalog import Service
from citystat.service_requests.models.contacts import Contact, new_token

# What is due first, and what nobody promised last, on both databases.
DUE_FIRST: Final = (
    models.ExpressionWrapper(models.Q(due_at__isnull=True), output_field=models.BooleanField()), "due_at", "priority", "id",
)  # fmt: skip
QUEUE_COLUMNS: Final = ("status", "department", "district", "escalation_level", "assignee", "team", "service_slug", "visibility")
# Said without a list of values: SQLite takes an index with a condition only where it sees the condition in the question.
STILL_OPEN: Final = ~models.Q(status="closed") & ~models.Q(status="cancelled")


class ApiClient(models.Model):
    """A program that may file requests, and who answers for it. Only a checksum of its key is kept."""

    name = models.CharField(max_length=120, unique=True)
    contact_email = models.EmailField(blank=True)
    key_sha256 = models.CharField(max_length=64, unique=True)
    channel = models.CharField(max_length=12, default="mobile", help_text="The channel its requests count under.")
    a_minute = models.PositiveIntegerField(default=600, help_text="Requests it may file a minute.")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ServiceRequest(models.Model):
    """One request as it stands now. Changed only by `cases.actions`; how it came here is in its events."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", help_text="The promise it was made under.")
    service_slug = models.CharField(max_length=200)
    status = models.CharField(max_length=12, default="new")
    resolution = models.CharField(max_length=20, blank=True)
    status_note = models.TextField(blank=True, help_text="What the public was told last.")
    visibility = models.CharField(max_length=10, default="public")
    shows_description = models.BooleanField(default=False)
    priority = models.PositiveSmallIntegerField(default=3)
    channel = models.CharField(max_length=12)
    origin = models.CharField(max_length=10, default="resident")
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    first_response_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    held_since = models.DateTimeField(null=True, blank=True)
    held_seconds = models.BigIntegerField(default=0)
    department = models.CharField(max_length=200, blank=True)
    team = models.CharField(max_length=200, blank=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    district = models.CharField(max_length=60, blank=True)
    places = models.JSONField(default=dict, blank=True)
    address = models.CharField(max_length=300, blank=True)
    address_id = models.CharField(max_length=80, blank=True)
    zipcode = models.CharField(max_length=12, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    description = models.TextField(blank=True)
    answers = models.JSONField(default=list, blank=True, help_text="Questions as they were asked, with the answers.")
    needs_review = models.BooleanField(default=False, help_text="Answered on a form that has changed since.")
    reporter = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests")
    client = models.ForeignKey(ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=100, null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    media_url = models.CharField(max_length=500, blank=True)
    voices = models.PositiveIntegerField(default=1, help_text="Residents who report it, the first included.")
    transfers = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    escalation_level = models.PositiveSmallIntegerField(default=0)
    tracking_token = models.CharField(max_length=32, unique=True, default=new_token)

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client", "idempotency_key"], name="service_requests_one_request_per_key"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["opened_at", "id"], name="request_opened"),
            models.Index(fields=["updated_at", "id"], name="request_updated"),
            models.Index(fields=["service_slug", "opened_at", "id"], name="request_service_opened"),
            # All a queue asks of open requests, in its order; the few open ones among many closed are read from it alone.
            models.Index(*DUE_FIRST, *QUEUE_COLUMNS, condition=STILL_OPEN, name="request_open"),
            models.Index(*DUE_FIRST, "status", "department", "district", name="request_due"),
            models.Index(fields=["closed_at"], condition=models.Q(closed_at__isnull=False), name="request_closed"),
            models.Index(fields=["service_slug", "latitude", "longitude"], name="request_near"),
            models.Index(fields=["address"], name="request_address"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it: the year it was opened in and a number that is never used twice."""
        return f"{self.opened_at:%y}-{self.pk:06d}"


class AddedOnly(models.Model):
    """Rows that are added and never changed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; a second save is refused."""
        if self.pk is not None:
            raise NotAllowed("What happened to a request is never edited.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise NotAllowed("What happened to a request is never removed.")


class Event(AddedOnly):
    """One thing that happened to a request. `public` ones are shown to everyone who may see the request."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    status = models.CharField(max_length=12, blank=True, help_text="The status afterwards, where it changed.")
    channel = models.CharField(max_length=12, blank=True)
    public = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("at", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["request", "at", "id"], name="event_of_request"),
            models.Index(fields=["kind", "at"], name="event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.request_id}"


class Photo(models.Model):
    """A picture of a request, without the data a camera hides in it. A removed one leaves its row."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="photos")
    token = models.CharField(max_length=32, unique=True, default=new_token)
    kind = models.CharField(max_length=12, help_text="report, inspection or completion.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    public = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} photo of {self.request_id}"


class WorkOrder(models.Model):
    """One piece of work on a request for one crew; a request is done when all of its orders are."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        STARTED = "started", "Started"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="work_orders")
    title = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200, blank=True)
    team = models.CharField(max_length=200, blank=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="work_orders")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    external_id = models.CharField(max_length=80, blank=True, help_text="Its number in the department's own system.")
    checklist = models.JSONField(default=list, blank=True, help_text="Items with their answers.")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_key = models.CharField(
        max_length=64, null=True, blank=True, unique=True, help_text="Given by the phone, so one report counts once."
    )

    class Meta:
        ordering = ("id",)
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["status", "assignee"], name="order_assignee")]

    def __str__(self) -> str:
        return f"Work order {self.pk}"


class Feedback(models.Model):
    """What the resident says of the result: asked once for each closing, answered or not."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="feedback")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    is_fixed = models.BooleanField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 very dissatisfied to 5 very satisfied.")
    comment = models.TextField(blank=True)
    thanks = models.TextField(blank=True, help_text="For the crew and their supervisor.")
    channel = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        verbose_name_plural = "feedback"

    def __str__(self) -> str:
        return f"Feedback {self.pk}"


class FollowUp(models.Model):
    """A closed request drawn for a look whether it was done."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done as reported"
        NOT_DONE = "not_done", "Not actually done"
        UNREACHABLE = "unreachable", "Could not be checked"

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="follow_ups")
    drawn_at = models.DateTimeField()
    drawn_by_rule = models.CharField(max_length=40)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.WAITING)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Follow-up of {self.request_id}"
