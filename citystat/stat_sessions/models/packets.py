"""Released packets: frozen content with its build and checksum."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Packet(models.Model):
    """One released packet. Its content never changes; a release of the same month from a later build is another row."""

    month = models.CharField(max_length=7)
    scope_kind = models.CharField(max_length=12)
    scope_code = models.CharField(max_length=200, blank=True)
    scope_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8)
    audience = models.CharField(max_length=8)
    edition = models.PositiveIntegerField(help_text="1 for the first release of this month, scope, language and audience.")
    build = models.PositiveIntegerField()
    as_of = models.DateField()
    checksum = models.CharField(max_length=64)
    content = models.JSONField()
    reason = models.TextField(blank=True, help_text="Why a released packet was released again.")
    released_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-month", "scope_kind", "scope_code", "language", "audience", "-edition")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["month", "scope_kind", "scope_code", "language", "audience", "edition"], name="stat_sessions_one_packet_an_edition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.scope_kind} {self.scope_code} {self.language} {self.audience} ({self.edition})".replace("  ", " ")
