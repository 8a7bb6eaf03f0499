"""Critical processes found in workshops, their evaluations, and who is trained in each department."""

from typing import ClassVar

from django.conf import settings
from django.db import models

PERSON = settings.AUTH_USER_MODEL


class Process(models.Model):
    """A process of a department: its steps, its owner, the services it delivers."""

    name = models.CharField(max_length=200)
    name_es = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200)
    owner = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(blank=True)
    steps = models.JSONField(default=list, help_text="In order, each with its name, who does it and how long it takes.")
    services = models.JSONField(default=list, help_text="Slugs of the services it delivers.")
    is_critical = models.BooleanField(default=True)
    workshop_on = models.DateField(null=True, blank=True)
    workshop_by = models.CharField(max_length=300, blank=True, help_text="Who led it and who took part.")
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("department", "name")
        verbose_name_plural = "processes"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["department", "name"], name="plan_one_process_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class ProcessMeasure(models.Model):
    """A measure that says how a process does."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="measures")
    measure = models.CharField(max_length=60)

    class Meta:
        ordering = ("process", "measure")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["process", "measure"], name="plan_one_measure_a_process")
        ]

    def __str__(self) -> str:
        return f"{self.process_id}: {self.measure}"


class ProcessEvaluation(models.Model):
    """One finding of the evaluation of a process, with its owner and what becomes of it."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        IN_PROGRESS = "in_progress", "In progress"
        DONE = "done", "Done"
        DECLINED = "declined", "Declined"

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="evaluations")
    finding = models.TextField()
    owner = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    note = models.TextField(blank=True)
    found_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-found_on", "-id")

    def __str__(self) -> str:
        return self.finding[:60]


class TrainedLead(models.Model):
    """A person of a department who has been trained to lead its Stat work."""

    department = models.CharField(max_length=200)
    person = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    trained_on = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("department", "-trained_on")

    def __str__(self) -> str:
        return f"{self.department}: {self.name or self.person}"
