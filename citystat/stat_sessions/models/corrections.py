"""Corrections of what stands in the record of a meeting: added to, never edited."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from citystat.core import clock

PERSON = settings.AUTH_USER_MODEL


class RecordCorrection(models.Model):
    """One wording of a decision or a commitment was wrong: what stood there, what is right, why, who says so and when."""

    class Part(models.TextChoices):
        TEXT = "text", "What was decided or promised"
        RESOURCE = "resource", "Money, people or equipment"
        DECIDED_BY = "decided_by", "Decided by"
        DEFINITION_OF_DONE = "definition_of_done", "What done means"

    decision = models.ForeignKey("stat_sessions.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    commitment = models.ForeignKey("stat_sessions.Commitment", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    part = models.CharField(max_length=20, choices=Part.choices)
    old_text = models.TextField()
    old_text_es = models.TextField(blank=True)
    new_text = models.TextField()
    new_text_es = models.TextField(blank=True)
    reason = models.TextField()
    reason_es = models.TextField(blank=True)
    by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(decision__isnull=True) ^ models.Q(commitment__isnull=True), name="stat_sessions_correction_of_one_thing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.old_text[:40]} is {self.new_text[:40]}"
