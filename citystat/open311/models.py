"""When the list of services last changed, so that programs know when to drop what they keep of it."""

from typing import ClassVar

from django.db import models


class Changeset(models.Model):
    """One state of the services and their questions, by checksum, and when it was first seen."""

    checksum = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("id",)

    def __str__(self) -> str:
        return f"{self.seen_at:%Y-%m-%dT%H:%M:%SZ}"
