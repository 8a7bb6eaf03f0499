"""Reports as released, the audiences they go to, who got them, and whether anybody opened them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

PERSON = settings.AUTH_USER_MODEL


class Report(models.Model):
    """A released report: a department's month, the quarter's scorecard, the year. Frozen with its build and checksum."""

    class Kind(models.TextChoices):
        DEPARTMENT_MONTH = "department_month", "Monthly department report"
        QUARTER = "quarter", "Quarterly scorecard"
        YEAR = "year", "Annual report"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    period = models.CharField(max_length=12, help_text="2017-06, 2017-Q2, 2017.")
    department = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, default="en")
    audience = models.CharField(max_length=8, default="public")
    edition = models.PositiveSmallIntegerField(default=1)
    build = models.PositiveIntegerField()
    content = models.JSONField()
    checksum = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    released_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-period", "kind", "department", "-edition")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "period", "department", "language", "audience", "edition"], name="stat_sessions_one_report_an_edition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period} {self.department}".strip()


class Audience(models.Model):
    """A named group results are sent to: public, mayor, council, manager, staff."""

    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    title_es = models.CharField(max_length=120, blank=True)
    brief = models.TextField(blank=True, help_text="What this audience wants first; heads its brief.")
    is_public = models.BooleanField(default=False)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.title


class AudienceMember(models.Model):
    """A person of the staff, or an address, in an audience."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    email_sealed = models.TextField(blank=True, help_text="An address outside the staff, encrypted.")

    class Meta:
        ordering = ("audience", "id")

    def __str__(self) -> str:
        return str(self.person or "an address")


class Delivery(models.Model):
    """One thing delivered to one audience: when, to how many, by which message."""

    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="deliveries")
    what = models.CharField(max_length=60, help_text="Kind and number of what was delivered, such as release:12.")
    title = models.CharField(max_length=300)
    path = models.CharField(max_length=300, help_text="Its page on this site.")
    text = models.TextField(help_text="The brief as it was sent.")
    recipients = models.PositiveIntegerField()
    sent_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-sent_at", "-id")
        verbose_name_plural = "deliveries"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["audience", "what"], name="stat_sessions_one_delivery_an_audience")
        ]

    def __str__(self) -> str:
        return f"{self.what} to {self.audience_id}"


class Opening(models.Model):
    """How often a report's page was opened on a day, counted without saying by whom."""

    what = models.CharField(max_length=80, help_text="Kind of report and scope, such as packet:department:Streets.")
    on = models.DateField()
    by_staff = models.BooleanField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("what", "-on")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["what", "on", "by_staff"], name="stat_sessions_one_count_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.on}: {self.count}"


class Narrative(models.Model):
    """What a person wrote about a measure that is far from its target: read into the report of the period when it is made."""

    period = models.CharField(max_length=12, help_text="2017-Q2 or 2017.")
    measure = models.CharField(max_length=60)
    text = models.TextField()
    text_es = models.TextField(blank=True)
    by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("period", "measure")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["period", "measure"], name="stat_sessions_one_narrative_a_measure")
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.measure}"


class RetiredReport(models.Model):
    """A kind of report that is no longer made, with the reason; what was released of it stays at its address."""

    what = models.CharField(max_length=300, unique=True, help_text="Kind and scope, as openings are counted by.")
    reason = models.TextField()
    by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("what",)

    def __str__(self) -> str:
        return self.what
