"""The contact center beside its requests: telephone volumes, what callers say of it, what it costs. Loaded from files, never typed."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class CenterLoad(models.Model):
    """One file that was loaded, with every row of it accounted for."""

    class Kind(models.TextChoices):
        CALLS = "calls", "Calls"
        SURVEY = "caller_survey", "Caller survey"
        COSTS = "center_costs", "Costs of the center"

    kind = models.CharField(max_length=14, choices=Kind.choices)
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    layout = models.CharField(max_length=80)
    source = models.CharField(max_length=80)
    loaded_at = models.DateTimeField(auto_now_add=True)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rows_read = models.PositiveIntegerField()
    loaded = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    superseded = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    reasons = models.JSONField(default=dict, help_text="Reason -> rejected rows.")

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind}: {self.file}"


class CallVolume(models.Model):
    """Calls of one queue in one interval, day or month. An empty queue is the whole center as the file itself adds it up.

    Sums are stored, not means: `wait_seconds` over the answered calls, `handle_seconds` over the answered calls, `in_target` offered calls
    that were answered within the target.
    """

    class Grain(models.TextChoices):
        INTERVAL = "interval", "Interval"
        DAY = "day", "Day"
        MONTH = "month", "Month"

    source = models.CharField(max_length=80)
    grain = models.CharField(max_length=8, choices=Grain.choices)
    queue = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField()
    on = models.DateField(help_text="The city's own day; the first of a month.")
    minute = models.PositiveSmallIntegerField(default=0, help_text="Minutes after the city's midnight.")
    minutes = models.PositiveIntegerField(help_text="Length of the interval; 1,440 for days, 0 for months.")
    offered = models.PositiveIntegerField()
    answered = models.PositiveIntegerField(null=True, blank=True)
    abandoned = models.PositiveIntegerField(null=True, blank=True)
    wait_seconds = models.FloatField(null=True, blank=True)
    handle_seconds = models.FloatField(null=True, blank=True)
    in_target = models.FloatField(null=True, blank=True)
    target_seconds = models.PositiveSmallIntegerField(null=True, blank=True)
    staff = models.FloatField(null=True, blank=True, help_text="People on duty in the interval; employed, for a month.")
    load = models.ForeignKey(CenterLoad, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("starts_at", "queue", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "grain", "queue", "starts_at"], name="service_requests_one_volume_per_interval"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["grain", "on"], name="volume_day")]

    def __str__(self) -> str:
        return f"{self.queue or 'all'} {self.starts_at:%Y-%m-%d %H:%M}: {self.offered}"


class PhoneCall(models.Model):
    """One call of a file that lists calls: what its intervals are counted from. Nothing says who called."""

    source = models.CharField(max_length=80)
    call_id = models.CharField(max_length=120)
    queue = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField()
    answered = models.BooleanField()
    wait_seconds = models.FloatField(null=True, blank=True)
    handle_seconds = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("starts_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "call_id"], name="service_requests_one_row_per_call"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["source", "starts_at"], name="call_start")]

    def __str__(self) -> str:
        return f"{self.source} {self.call_id}"


class CallerAnswer(models.Model):
    """One answer of one respondent, private: pages show counts and shares of many only. The case number is kept as a checksum."""

    source = models.CharField(max_length=80)
    respondent = models.CharField(max_length=64, help_text="Checksum of what the file calls the respondent.")
    question = models.CharField(max_length=80)
    on = models.DateField()
    score = models.PositiveSmallIntegerField(help_text="1 very dissatisfied to 5 very satisfied.")
    department = models.CharField(max_length=200, blank=True)
    load = models.ForeignKey(CenterLoad, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("on", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "respondent", "question"], name="service_requests_one_answer_per_question"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["on", "question"], name="answer_day")]

    def __str__(self) -> str:
        return f"{self.question} on {self.on}"


class CenterCost(models.Model):
    """What one payer bears of one post, or of another cost of the center, in a period."""

    starts_on = models.DateField()
    ends_on = models.DateField(help_text="Last day, included.")
    post = models.CharField(max_length=200)
    payer = models.CharField(max_length=200)
    is_post = models.BooleanField(default=True, help_text="A person's post; not so for telephones, rent and the like.")
    share = models.DecimalField(max_digits=6, decimal_places=5)
    amount = models.DecimalField(max_digits=14, decimal_places=2, help_text="The full cost of the post in the period.")
    load = models.ForeignKey(CenterLoad, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("starts_on", "post", "payer")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["starts_on", "ends_on", "post", "payer"], name="service_requests_one_share_per_payer"),
        ]

    def __str__(self) -> str:
        return f"{self.post}, {self.payer}"
