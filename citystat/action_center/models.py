"""Lists of outstanding requests an area keeps for its meetings, and what was decided about them."""

from django.conf import settings
from django.db import models


class AreaList(models.Model):
    """A saved area: a place the city knows, perhaps one service. The requests themselves are read anew each time."""

    name = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    place_kind = models.CharField(max_length=60)
    place_code = models.CharField(max_length=60)
    service_slug = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    met_at = models.DateTimeField(null=True, blank=True, help_text="The last meeting; decisions after it are new.")

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class AreaDecision(models.Model):
    """What a meeting decided about one request, kept as it was said."""

    area = models.ForeignKey(AreaList, on_delete=models.CASCADE, related_name="decisions")
    request = models.ForeignKey("service_requests.ServiceRequest", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.area}: {self.text[:40]}"
