"""Commitments with one owner, a due date and a definition of done; weak points with a cause and a fix."""

from django.conf import settings
from django.db import models

PERSON = settings.AUTH_USER_MODEL


class Commitment(models.Model):
    """Something one person promised in a session, done only with evidence that somebody else has looked at."""

    class Kind(models.TextChoices):
        EMAIL_UPDATE = "email_update", "E-mail update"
        MEMO = "memo", "Memo"
        MEETING = "meeting", "Meeting"
        PROJECT = "project", "New workgroup or project"
        AGENDA_ITEM = "agenda_item", "Stat agenda item"
        REPORT_OUT = "report_out", "Stat report-out"
        TO_DO = "to_do", "To-do"
        WRITTEN_UPDATE = "written_update", "Formal written update"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        IN_REVIEW = "in_review", "Under review"
        DONE = "done", "Completed"
        OVERTAKEN = "overtaken", "Overtaken by events"
        MERGED = "merged", "Merged"
        ON_HOLD = "on_hold", "On hold"

    number = models.CharField(max_length=16, unique=True)
    session = models.ForeignKey("stat_sessions.Session", null=True, blank=True, on_delete=models.PROTECT, related_name="commitments")
    topic = models.ForeignKey("stat_sessions.SessionTopic", null=True, blank=True, on_delete=models.SET_NULL, related_name="commitments")
    decision = models.ForeignKey("stat_sessions.Decision", null=True, blank=True, on_delete=models.SET_NULL, related_name="commitments")
    text = models.TextField()
    text_es = models.TextField(blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.TO_DO)
    owner = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    department = models.CharField(max_length=200, blank=True)
    due_on = models.DateField()
    first_due_on = models.DateField(help_text="As first promised; moving the date does not change it.")
    definition_of_done = models.TextField()
    definition_of_done_es = models.TextField(blank=True)
    evidence_wanted = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    evidence_url = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    done_on = models.DateField(null=True, blank=True)
    submitted_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    escalation_level = models.PositiveSmallIntegerField(default=0)
    measure = models.CharField(max_length=60, blank=True)
    goal_code = models.CharField(max_length=60, blank=True)
    budget_line = models.CharField(max_length=120, blank=True)
    blockers = models.TextField(blank=True)
    is_public = models.BooleanField(default=True)
    created_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("due_on", "id")
        indexes = (models.Index(fields=["status", "due_on"], name="stat_sessions_commitments_due"),)

    def __str__(self) -> str:
        return f"{self.number}: {self.text[:60]}"


class CommitmentEvent(models.Model):
    """Everything that happened to a commitment, added to and never edited."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=8, help_text="page, link, room or machine.")
    kind = models.CharField(max_length=16)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("commitment", "at", "id")

    def __str__(self) -> str:
        return f"{self.commitment_id}: {self.kind}"


class WeakPointCase(models.Model):
    """A weakness people work on: never about a person. Fixed, it may be celebrated with the names of those who agree."""

    class Cause(models.TextChoices):
        PROCESS = "process", "Process"
        DATA = "data", "Data"
        RESOURCE = "resource", "Resource"
        OUTSIDE = "outside", "Outside the city's hands"

    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    measure = models.CharField(max_length=60, blank=True)
    where = models.JSONField(default=dict)
    session = models.ForeignKey("stat_sessions.Session", null=True, blank=True, on_delete=models.SET_NULL, related_name="weak_points")
    cause = models.CharField(max_length=10, choices=Cause.choices, blank=True)
    why = models.TextField(blank=True)
    fix = models.TextField(blank=True)
    owner = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    found_on = models.DateField()
    fixed_on = models.DateField(null=True, blank=True)
    value_before = models.FloatField(null=True, blank=True)
    value_after = models.FloatField(null=True, blank=True)
    celebration = models.TextField(blank=True)
    celebration_es = models.TextField(blank=True)
    people = models.JSONField(default=list, help_text="Names with consent given or not; only those who agreed are ever shown.")
    celebrated_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-found_on", "-id")

    def __str__(self) -> str:
        return self.title
