"""Measures of any source in one register: definitions in versions, typed values, targets in force, corrections in public."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from citystat.core import clock

PERSON = settings.AUTH_USER_MODEL


class RegisteredMeasure(models.Model):
    """A measure people wrote: typed in, taken from a survey, computed from others, or a gap that has no data yet.

    Measures of the warehouse are YAML files and need no row here; one may exist to give its department, owner or roll-up.
    """

    class Source(models.TextChoices):
        WAREHOUSE = "warehouse", "Warehouse"
        TYPED = "typed", "Typed values"
        SURVEY = "survey", "Survey item"
        COMPUTED = "computed", "Computed from other measures"
        GAP = "gap", "No data yet"

    name = models.SlugField(max_length=60, unique=True, help_text="Never changes; labels may.")
    source = models.CharField(max_length=10, choices=Source.choices)
    department = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    analyst = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    rolls_up_to = models.CharField(max_length=60, blank=True, help_text="A measure of a higher tier this one is counted in.")
    process = models.ForeignKey("plan.Process", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_retired = models.BooleanField(default=False)
    created_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class MeasureVersion(models.Model):
    """One definition. Draft, pending review, validated or returned; a validated one is locked, and a change is the next version."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PENDING = "pending", "Pending review"
        VALIDATED = "validated", "Validated"
        RETURNED = "returned", "Returned"

    class Change(models.TextChoices):
        NEW = "new", "New"
        UNCHANGED = "unchanged", "Unchanged"
        MODIFIED = "modified", "Modified"
        REPLACED = "replaced", "Replaced"
        REMOVED = "removed", "Removed"

    measure = models.ForeignKey(RegisteredMeasure, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    definition = models.JSONField(default=dict, help_text="Every field of the definition, as the schema of definitions names them.")
    change = models.CharField(max_length=10, choices=Change.choices, default=Change.NEW)
    replaces = models.CharField(max_length=60, blank=True)
    rebase_on = models.DateField(null=True, blank=True, help_text="Limits start anew here, because the number means something else.")
    rebase_reason = models.TextField(blank=True)
    drafted_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was returned.")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("measure", "-version")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["measure", "version"], name="plan_one_definition_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} version {self.version}"


class MeasureName(models.Model):
    """What a measure was called from when to when. A new name is another row, so history stays with the measure."""

    measure = models.ForeignKey(RegisteredMeasure, on_delete=models.CASCADE, related_name="names")
    label = models.CharField(max_length=120)
    label_es = models.CharField(max_length=120, blank=True)
    used_from = models.DateField()
    used_to = models.DateField(null=True, blank=True)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ("measure", "-used_from", "-id")

    def __str__(self) -> str:
        return self.label


class RecordedValue(models.Model):
    """A value somebody gave. Never edited: a correction is another row, and the row before keeps what was published."""

    class Channel(models.TextChoices):
        PAGE = "page", "Page"
        LINK = "link", "Link in an e-mail"
        FILE = "file", "File"
        IMPORT = "import", "Import of performance data"

    measure = models.ForeignKey(RegisteredMeasure, on_delete=models.PROTECT, related_name="values")
    version = models.PositiveIntegerField(help_text="Version of the definition it was counted by.")
    period_start = models.DateField()
    period_end = models.DateField()
    group_key = models.CharField(max_length=40, blank=True, help_text="Empty for the whole, or what it is split by.")
    group_value = models.CharField(max_length=200, blank=True)
    numerator = models.FloatField(null=True, blank=True)
    denominator = models.FloatField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True, help_text="Empty where the period has no value; the note says why.")
    note = models.TextField(blank=True)
    evidence = models.TextField(blank=True, help_text="Where the number can be checked.")
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.PAGE)
    entered_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=clock.now, editable=False)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("measure", "period_start", "group_key", "group_value", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["measure", "period_start", "period_end", "group_key", "group_value"],
                condition=Q(superseded_at__isnull=True),
                name="plan_one_value_that_stands",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.period_start}: {self.value}"


class ValueRequest(models.Model):
    """Somebody was asked for a value of a period by a link."""

    measure = models.ForeignKey(RegisteredMeasure, on_delete=models.CASCADE, related_name="value_requests")
    period_start = models.DateField()
    period_end = models.DateField()
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    value = models.ForeignKey(RecordedValue, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("due_on", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["measure", "period_start", "person"], name="plan_one_question_a_period_and_person")
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.period_start}: {self.person_id}"


class Target(models.Model):
    """What a measure shall reach while the target is in force. Targets in YAML stand beside these; the last one set wins."""

    measure = models.CharField(max_length=60, db_index=True)
    value = models.FloatField(help_text="In the measure's own unit; a share is between 0 and 1.")
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True, blank=True)
    rationale = models.TextField()
    plan = models.ForeignKey("plan.Plan", null=True, blank=True, on_delete=models.PROTECT, related_name="targets")
    set_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("measure", "in_force_from", "id")

    def __str__(self) -> str:
        return f"{self.measure}: {self.value} from {self.in_force_from}"


class Correction(models.Model):
    """A public figure was wrong: what stood there, what is right, why, since when. It shows wherever the figure stood."""

    measure = models.CharField(max_length=60, db_index=True)
    period = models.CharField(max_length=12, help_text="As in results: 2017-06, 2017, 2017-W24.")
    group_key = models.CharField(max_length=40, blank=True)
    group_value = models.CharField(max_length=200, blank=True)
    old_value = models.FloatField(null=True, blank=True)
    new_value = models.FloatField(null=True, blank=True)
    reason = models.TextField()
    reason_es = models.TextField(blank=True)
    stood_in = models.JSONField(default=list, help_text="Where it stood: pages, packets, reports.")
    published_at = models.DateTimeField(default=clock.now, editable=False)
    by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    replaced_value = models.ForeignKey(RecordedValue, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    new_row = models.ForeignKey(RecordedValue, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-published_at", "-id")

    def __str__(self) -> str:
        return f"{self.measure} {self.period}: {self.old_value} is {self.new_value}"


class ResidentInput(models.Model):
    """What residents said that a goal or a measure answers to: a survey item, 311 requests, a meeting, an advice."""

    class Kind(models.TextChoices):
        SURVEY = "survey", "Survey"
        REQUESTS = "requests", "311 requests"
        MEETING = "meeting", "Meeting"
        ADVICE = "advice", "Advice of a board"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField()
    text_es = models.TextField(blank=True)
    source = models.CharField(max_length=300)
    url = models.CharField(max_length=500, blank=True)
    received_on = models.DateField()
    measure = models.CharField(max_length=60, blank=True)
    goal_code = models.CharField(max_length=60, blank=True)
    is_proposal = models.BooleanField(default=False, help_text="Proposes a measure that does not exist yet.")
    recorded_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-received_on", "-id")

    def __str__(self) -> str:
        return self.text[:60]


class ReceivedRow(models.Model):
    """A row of performance data as another city sent it: read only, for what cannot be worked out here."""

    table = models.CharField(max_length=40)
    measure = models.CharField(max_length=60, db_index=True)
    row = models.JSONField(help_text="Cells by column, as in the file.")
    received_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.table}: {self.measure}"
