"""Boundaries with versions and the population of places."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Layer(models.Model):
    """One version of the boundaries of a kind of place."""

    kind = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    in_force_from = models.DateField(null=True, blank=True, help_text="As stated when loaded; blank where nobody said.")
    in_force_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, help_text="Name of the file it came from.")
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the file's content and of the options it was read with.")
    crs = models.CharField(max_length=80, help_text="Projection of the file; geometry is stored as longitude and latitude.")
    code_property = models.CharField(max_length=80)
    name_property = models.CharField(max_length=80, blank=True)
    notes = models.JSONField(default=list)
    loaded_at = models.DateTimeField(auto_now_add=True)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("kind", "version")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "version"], name="places_one_layer_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Place(models.Model):
    """One place of a layer: its code, name and polygons."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="places")
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    geometry = models.BinaryField(help_text="Well-known binary, longitude and latitude (WGS 84).")
    area_km2 = models.FloatField()

    class Meta:
        ordering = ("layer", "code")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["layer", "code"], name="places_one_place_per_code")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PopulationFigure(models.Model):
    """How many people live in a place, for one year, as one source says."""

    kind = models.CharField(max_length=40, help_text="`city` with code `city` is the whole city.")
    version = models.CharField(max_length=40, blank=True, help_text="Blank: the boundaries in force in the year of the figure.")
    code = models.CharField(max_length=200, help_text="As the source writes it; matched to places when read.")
    year = models.PositiveSmallIntegerField()
    population = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("kind", "version", "code", "year")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "version", "code", "year"], name="places_one_figure_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.year}: {self.population}"
