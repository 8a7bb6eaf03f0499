"""The plan the council adopts: versions, goals in a tree, the measures and partners of each, themes across departments."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

PERSON = settings.AUTH_USER_MODEL


class Plan(models.Model):
    """One version of the city's plan. Its number and the day it was adopted are legal facts, and an adopted version never changes."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ADOPTED = "adopted", "Adopted"
        SUPERSEDED = "superseded", "Superseded"
        WITHDRAWN = "withdrawn", "Withdrawn"

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_es = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    adopted_on = models.DateField(null=True, blank=True)
    adopted_by = models.CharField(max_length=120, blank=True, help_text="The body that adopted it, such as the City Council.")
    resolution = models.CharField(max_length=120, blank=True)
    resolution_url = models.URLField(blank=True)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True, help_text="The last day it was in force; empty for the one in force.")
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-number",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="adopted", in_force_to__isnull=True), name="plan_one_adopted_plan_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"


class Goal(models.Model):
    """A priority, an objective, a strategy, or a department's own goal. `code` stays the same from one version of the plan to the next."""

    class Level(models.TextChoices):
        PRIORITY = "priority", "Priority"
        OBJECTIVE = "objective", "Objective"
        STRATEGY = "strategy", "Strategy"
        DEPARTMENT = "department_goal", "Department goal"

    class Change(models.TextChoices):
        NEW = "new", "New"
        UNCHANGED = "unchanged", "Unchanged"
        MODIFIED = "modified", "Modified"
        REPLACED = "replaced", "Replaced"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="goals")
    code = models.SlugField(max_length=60)
    level = models.CharField(max_length=16, choices=Level.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_es = models.TextField(blank=True)
    story = models.TextField(blank=True, help_text="What has been done, for the public page.")
    story_es = models.TextField(blank=True)
    department = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sponsor = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_measurable = models.BooleanField(default=False, help_text="Has a measure, a baseline, a target and a date; refused otherwise.")
    data_needed = models.TextField(blank=True, help_text="What would have to be known; a gap until there is a measure.")
    change = models.CharField(max_length=10, choices=Change.choices, default=Change.NEW)
    replaces = models.CharField(max_length=60, blank=True, help_text="Code of the goal of the plan before that this one replaces.")
    position = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("plan", "position", "code")
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["plan", "code"], name="plan_one_goal_a_code")]

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"


class GoalMeasure(models.Model):
    """A measure of success of a goal: where it stood, where it shall stand, by when."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="measures")
    measure = models.CharField(max_length=60)
    baseline_value = models.FloatField(null=True, blank=True)
    baseline_on = models.DateField(null=True, blank=True)
    target_value = models.FloatField(null=True, blank=True)
    target_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("goal", "position", "measure")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["goal", "measure"], name="plan_one_measure_a_goal")
        ]

    def __str__(self) -> str:
        return f"{self.goal_id}: {self.measure}"


class Partner(models.Model):
    """Somebody outside city hall who works on a goal."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=200)
    url = models.URLField(blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("goal", "name")

    def __str__(self) -> str:
        return self.name


class GoalDataset(models.Model):
    """A dataset somebody may open to check what a goal's page says."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="datasets")
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=500, help_text="An address of this site (/explore/) or of another.")

    class Meta:
        ordering = ("goal", "title")

    def __str__(self) -> str:
        return self.title


class GoalProgress(models.Model):
    """What has been done towards a goal, with what shows it: never edited, and kept by the goal's code from one plan to the next."""

    goal_code = models.CharField(max_length=60, db_index=True)
    on = models.DateField()
    text = models.TextField()
    text_es = models.TextField(blank=True)
    evidence = models.CharField(max_length=500, help_text="Where it can be checked: a document, an address.")
    by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-on", "-id")
        verbose_name_plural = "goal progress"

    def __str__(self) -> str:
        return f"{self.goal_code} {self.on}"


class Theme(models.Model):
    """A major opportunity area: a team, goals and measures of several departments."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_es = models.TextField(blank=True)
    sponsor = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    goal_codes = models.JSONField(default=list)
    is_public = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class ThemeMember(models.Model):
    """One person of a theme's team, with the department that lends them."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=200)
    role = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("theme", "department", "id")

    def __str__(self) -> str:
        return self.name or str(self.person)


class ThemeMeasure(models.Model):
    """A measure a theme draws on, and the department that owns it."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="measures")
    measure = models.CharField(max_length=60)
    department = models.CharField(max_length=200)

    class Meta:
        ordering = ("theme", "department", "measure")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["theme", "measure"], name="plan_one_measure_a_theme")
        ]

    def __str__(self) -> str:
        return f"{self.theme_id}: {self.measure}"
