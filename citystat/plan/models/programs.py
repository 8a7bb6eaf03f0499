"""Programs with their evidence, budget lines, improvements with before and after, incidents, areas in focus, advisory councils."""

from typing import ClassVar

from django.conf import settings
from django.db import models

PERSON = settings.AUTH_USER_MODEL


class Program(models.Model):
    """What the city does about something: decided on a day, with money, for reasons that can be read."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_es = models.TextField(blank=True)
    goal_code = models.CharField(max_length=60, blank=True)
    department = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    countdown = models.CharField(max_length=60, blank=True, help_text="Short name of the countdown that counts what is delivered.")
    services = models.JSONField(default=list, help_text="Services whose requests are the program's volume, by name.")
    measures = models.JSONField(default=list, help_text="Measures that hold the program's volume or results, by name.")
    is_public = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("title", "slug")

    def __str__(self) -> str:
        return self.title


class Evidence(models.Model):
    """A finding a program stands on, or what followed. Added to, never edited; a wrong one is taken back with a reason."""

    class Kind(models.TextChoices):
        SURVEY = "survey", "Survey"
        REQUESTS = "requests", "311 requests"
        MEASURE = "measure", "Value of a measure"
        MEETING = "meeting", "Meeting"
        DOCUMENT = "document", "Document"

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField()
    text_es = models.TextField(blank=True)
    source = models.CharField(max_length=300)
    url = models.CharField(max_length=500, blank=True)
    dated_on = models.DateField()
    measure = models.CharField(max_length=80, blank=True)
    period = models.CharField(max_length=20, blank=True)
    value = models.FloatField(null=True, blank=True)
    build = models.PositiveIntegerField(null=True, blank=True)
    recorded_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_why = models.TextField(blank=True)

    class Meta:
        ordering = ("program", "dated_on", "id")

    def __str__(self) -> str:
        return f"{self.dated_on}: {self.source}"


class BudgetLine(models.Model):
    """A line of the budget, as the last file had it."""

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    program = models.ForeignKey(Program, null=True, blank=True, on_delete=models.SET_NULL, related_name="lines")
    department = models.CharField(max_length=200, blank=True)
    services = models.JSONField(default=list)
    source = models.CharField(max_length=200)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class BudgetAmount(models.Model):
    """The amount of a line in a fiscal year, named by the year it begins in."""

    line = models.ForeignKey(BudgetLine, on_delete=models.CASCADE, related_name="amounts")
    year = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        ordering = ("line", "year")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["line", "year"], name="plan_one_amount_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.year}: {self.amount}"


class WorkGroup(models.Model):
    """Council members and staff who look after something together, such as satisfaction with basic services."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_es = models.TextField(blank=True)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class WorkGroupMeeting(models.Model):
    """A meeting of the group; improvements name the one they come from."""

    group = models.ForeignKey(WorkGroup, on_delete=models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    text = models.TextField(blank=True)
    text_es = models.TextField(blank=True)
    recorded_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-held_on", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["group", "held_on"], name="plan_one_group_meeting_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.held_on}"


class Improvement(models.Model):
    """Something changed on a day, somewhere, and the figure that should show it."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_es = models.TextField(blank=True)
    department = models.CharField(max_length=200, blank=True)
    meeting = models.ForeignKey(WorkGroupMeeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="improvements")
    program = models.ForeignKey(Program, null=True, blank=True, on_delete=models.SET_NULL, related_name="improvements")
    started_on = models.DateField()
    window_months = models.PositiveSmallIntegerField(default=6)
    measure = models.CharField(max_length=80, blank=True)
    incidents = models.CharField(max_length=80, blank=True, help_text="Kind of incidents whose response time is looked at.")
    where = models.JSONField(default=dict, help_text="Which rows of the measure: values by grouping key.")
    by = models.CharField(max_length=60, blank=True, help_text="Kind of place to show apart, such as council_district.")
    areas = models.JSONField(default=list, help_text="Areas of the incidents; all where empty.")
    is_public = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-started_on", "slug")

    def __str__(self) -> str:
        return self.title


class Incident(models.Model):
    """A call somebody was sent to: the day, the area, and the seconds until the first crew was there."""

    source = models.CharField(max_length=200)
    kind = models.CharField(max_length=80)
    on = models.DateField()
    area = models.CharField(max_length=80)
    seconds = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("kind", "on", "id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "on", "area"], name="plan_incident_kind_day_area")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on} {self.area}"


class FocusSelection(models.Model):
    """Areas chosen by a written rule over several indicators, what is done there, and the figure that says whether it helps."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    why = models.TextField(blank=True)
    why_es = models.TextField(blank=True)
    kind = models.CharField(max_length=60, help_text="Kind of place: council_district, neighborhood.")
    looked_from = models.DateField()
    looked_to = models.DateField()
    indicators = models.JSONField(default=list, help_text="Each a measure with either the worst so many or a threshold.")
    needed = models.PositiveSmallIntegerField(default=1, help_text="How many indicators must apply to an area.")
    chosen = models.JSONField(default=dict, help_text="What the rule gave, with values and build; frozen on the day of choosing.")
    chosen_on = models.DateField(null=True, blank=True)
    plan_text = models.TextField(blank=True)
    plan_text_es = models.TextField(blank=True)
    partners = models.JSONField(default=list)
    starts_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=80, blank=True, help_text="Measure that shows whether the areas improve.")
    window_months = models.PositiveSmallIntegerField(default=6)
    is_public = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("title", "slug")

    def __str__(self) -> str:
        return self.title


class AdvisoryCouncil(models.Model):
    """Associations that advise the city."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    text_es = models.TextField(blank=True)
    kind = models.CharField(max_length=60, help_text="Kind of place its members stand for.")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class CouncilMember(models.Model):
    """A member and the areas they stand for, from a day to a day."""

    council = models.ForeignKey(AdvisoryCouncil, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(max_length=120)
    association = models.CharField(max_length=200, blank=True)
    areas = models.JSONField(default=list)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("council", "association", "name")

    def __str__(self) -> str:
        return f"{self.name}, {self.association}" if self.association else self.name


class Recommendation(models.Model):
    """What the council advised, and what the city answered."""

    class Answer(models.TextChoices):
        WAITING = "waiting", "Waiting for an answer"
        ACCEPTED = "accepted", "Accepted"
        PARTLY = "partly", "Accepted in part"
        DECLINED = "declined", "Declined"

    council = models.ForeignKey(AdvisoryCouncil, on_delete=models.CASCADE, related_name="recommendations")
    given_on = models.DateField()
    text = models.TextField()
    text_es = models.TextField(blank=True)
    goal_code = models.CharField(max_length=60, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.WAITING)
    response = models.TextField(blank=True)
    response_es = models.TextField(blank=True)
    responded_on = models.DateField(null=True, blank=True)
    responded_by = models.CharField(max_length=200, blank=True, help_text="The office that answers.")
    recorded_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-given_on", "-id")

    def __str__(self) -> str:
        return f"{self.given_on}: {self.text[:60]}"
