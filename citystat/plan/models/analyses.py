"""Analyses that people save for others to open."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class SavedAnalysis(models.Model):
    """A measure with its groups, filters and range. Only the question is stored: whoever opens it gets today's numbers."""

    name = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name", "id")
        verbose_name_plural = "saved analyses"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "name"], name="plan_one_analysis_per_name_and_owner")
        ]

    def __str__(self) -> str:
        return self.name
