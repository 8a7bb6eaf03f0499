"""Lists of outstanding requests an area keeps for its meetings, and what was decided about them."""

from django.conf import settings
from django.db import models


class AreaList(models.Model):
    """A saved area: a place the city knows or a drawn one, perhaps one service. The requests themselves are read anew each time."""

    name = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    place_kind = models.CharField(max_length=60, blank=True)
    place_code = models.CharField(max_length=60, blank=True)
    shape = models.JSONField(null=True, blank=True, help_text="A drawn area: a GeoJSON polygon in longitude and latitude.")
    service_slug = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    met_at = models.DateTimeField(null=True, blank=True, help_text="The last meeting; decisions after it are new.")
    meets_on = models.DateField(null=True, blank=True, help_text="The next meeting: what was decided is looked at then.")

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class AreaDecision(models.Model):
    """What a meeting decided about one request, kept as it was said, and what had become of it when the next one looked."""

    class Outcome(models.TextChoices):
        OPEN = "open", "Not looked at yet"
        KEPT = "kept", "Done as decided"
        NOT_KEPT = "not_kept", "Not done"
        DROPPED = "dropped", "No longer needed"

    area = models.ForeignKey(AreaList, on_delete=models.CASCADE, related_name="decisions")
    request = models.ForeignKey("service_requests.ServiceRequest", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)
    who = models.CharField(max_length=120, blank=True, help_text="Who said they would see to it.")
    status_then = models.CharField(max_length=12, blank=True, help_text="Where the request stood when it was decided.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.area}: {self.text[:40]}"
